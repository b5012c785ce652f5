"""The composition root: settings in, wired adapters and services out. Nobody else builds an adapter."""

import logging
import os
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from app.services.asking import AskingService
from app.services.charts import ChartService
from app.services.collections import CollectionService
from app.services.comparison import ComparisonService
from app.services.computations import ComputationService
from app.services.connections import ConnectionService
from app.services.conversations import ConversationService
from app.services.datasets import DatasetService
from app.services.documents import DocumentService
from app.services.evaluations import EvaluationService
from app.services.explanations import ExplanationService
from app.services.exports import ExportService
from app.services.health import HealthService
from app.services.insights import InsightService
from app.services.language_model import LanguageModelService
from app.services.leaks import LeakService
from app.services.preprocessing import PreprocessingService
from app.services.profiles import ProfileService
from app.services.queries import QueryService
from app.services.recipes import RecipeService
from app.services.resampling import ResamplingService
from app.services.retrieval import RetrievalService
from app.services.retrieval_lab import RetrievalLabService
from app.services.runs import RunService
from app.services.sources import SourceService
from app.services.statistics import StatisticsService
from app.services.uploads import UploadService
from core.errors import UserInputError
from core.jobs import JobQueue, QueueName
from core.settings import Settings
from core.streams import TextStream
from storage.storage import Storage, open_storage


@dataclass(frozen=True, kw_only=True)
class Services:
    """Every use case, by noun."""

    datasets: DatasetService
    runs: RunService
    comparison: ComparisonService
    health: HealthService
    computations: ComputationService
    charts: ChartService
    uploads: UploadService
    exports: ExportService
    profiles: ProfileService
    preprocessing: PreprocessingService
    leaks: LeakService
    resampling: ResamplingService
    queries: QueryService
    asking: AskingService
    connections: ConnectionService
    sources: SourceService
    recipes: RecipeService
    statistics: StatisticsService
    evaluations: EvaluationService
    explanations: ExplanationService
    language_model: LanguageModelService
    insights: InsightService
    collections: CollectionService
    documents: DocumentService
    conversations: ConversationService
    retrieval: RetrievalService
    retrieval_lab: RetrievalLabService


@dataclass(frozen=True, kw_only=True)
class Wiring:
    """One process's view of an instance."""

    settings: Settings
    storage: Storage
    queue: JobQueue
    streams: TextStream
    services: Services


def build_settings() -> Settings:
    """The settings of this process, from its environment."""
    return Settings()


def wire(settings: Settings) -> Wiring:
    """Adapters and services for ``settings``; connects to nothing yet.

    Raises:
        UserInputError: There is no queue to talk to.
    """
    from workers.queues import RQJobQueue
    from workers.streams import RedisTextStream

    redis_url = settings.redis_url.get_secret_value()
    if not redis_url:
        raise UserInputError(
            "PRAXIS_REDIS_URL is not set.", hint="Start everything with: python -m app serve", field="redis_url"
        )
    storage = open_storage(settings)
    queue = RQJobQueue(redis_url)
    streams = RedisTextStream(redis_url)
    datasets = DatasetService(storage=storage, queue=queue, settings=settings)
    computations = ComputationService(storage=storage, queue=queue)
    queries = QueryService(storage=storage, datasets=datasets, computations=computations)
    connections = ConnectionService(storage=storage, settings=settings)
    runs = RunService(storage=storage, queue=queue, settings=settings)
    recipes = RecipeService(storage=storage, datasets=datasets, computations=computations)
    return Wiring(
        settings=settings,
        storage=storage,
        queue=queue,
        streams=streams,
        services=Services(
            datasets=datasets,
            runs=runs,
            retrieval=RetrievalService(computations=computations),
            retrieval_lab=RetrievalLabService(storage=storage, computations=computations),
            comparison=ComparisonService(storage=storage),
            health=HealthService(storage=storage, queue=queue, settings=settings),
            computations=computations,
            charts=ChartService(storage=storage, datasets=datasets, computations=computations),
            uploads=UploadService(storage=storage, settings=settings, datasets=datasets, computations=computations),
            exports=ExportService(datasets=datasets, computations=computations),
            recipes=recipes,
            insights=InsightService(
                storage=storage, computations=computations, datasets=datasets, runs=runs, recipes=recipes
            ),
            connections=connections,
            sources=SourceService(datasets=datasets, connections=connections, settings=settings),
            profiles=ProfileService(datasets=datasets, computations=computations),
            preprocessing=PreprocessingService(datasets=datasets),
            leaks=LeakService(datasets=datasets, computations=computations),
            resampling=ResamplingService(storage=storage),
            queries=queries,
            asking=AskingService(datasets=datasets, computations=computations, queries=queries, settings=settings),
            language_model=LanguageModelService(storage=storage, computations=computations, settings=settings),
            statistics=StatisticsService(storage=storage, datasets=datasets, computations=computations),
            collections=CollectionService(storage=storage, queue=queue, settings=settings),
            documents=DocumentService(storage=storage, queue=queue, settings=settings),
            conversations=ConversationService(
                storage=storage, computations=computations, streams=streams, settings=settings
            ),
            explanations=ExplanationService(runs=runs, datasets=datasets, computations=computations),
            evaluations=EvaluationService(storage=storage, runs=runs, datasets=datasets, computations=computations),
        ),
    )


@cache
def wiring() -> Wiring:
    """The wiring of this process, built once."""
    return wire(build_settings())


def services() -> Services:
    """The services of this process: what pages and routes call."""
    return wiring().services


def run_worker(settings: Settings, queues: Sequence[QueueName], *, burst: bool = False) -> None:
    """Be a worker for ``queues`` until SIGTERM (with ``burst``: until they are empty)."""
    _let_idle_threads_sleep()
    import workers.worker

    _prepare_logging(settings)
    install_worker_context(settings)
    workers.worker.serve(workers.context.current(), queues, burst=burst)


def run_horse(settings: Settings, *, worker: str, job_id: str, queue: str, execution_id: str) -> None:
    """Be the process of one job that a GPU worker spawned."""
    _let_idle_threads_sleep()
    import workers.worker

    _prepare_logging(settings)
    install_worker_context(settings)
    workers.worker.run_spawned_job(
        workers.context.current(), worker=worker, job_id=job_id, queue=queue, execution_id=execution_id
    )


def run_sweeper(settings: Settings) -> None:
    """Look after lost work until SIGTERM."""
    import workers.worker

    _prepare_logging(settings)
    install_worker_context(settings)
    workers.worker.sweep_forever(workers.context.current())


def install_worker_context(settings: Settings) -> None:
    """Give the job entry points of this process their adapters."""
    from workers.context import WorkerContext, install

    wired = wire(settings)
    install(
        WorkerContext(
            settings=settings,
            storage=wired.storage,
            queue=wired.queue,
            streams=wired.streams,
            name=f"{socket.gethostname()}:{os.getpid()}",
        )
    )


def _let_idle_threads_sleep() -> None:
    """Have OpenMP's threads sleep while they wait for each other; to be called before it is loaded.

    By default they spin, and where anything else needs a core, each of the many short waits of a boosting iteration
    lasts a scheduler's time slice: on two busy cores a fit of 0.5 s took 8 s.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


def _prepare_logging(settings: Settings) -> None:
    logging.basicConfig(
        level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s", force=True
    )
