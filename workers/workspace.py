"""What a computation or a source may touch, on the adapters of this worker."""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from core.computing.spec import ModelCard, OpenConnection, RunFiles, TableFile
from core.errors import Conflict
from core.llm.client import LanguageModel
from core.llm.configured import language_model_of
from core.records import Dataset, Run
from core.secrets import SecretBox
from core.types import DatasetStatus, MetricPoint
from storage.language_model import AnswerFiles, StoredUsageBook
from workers.context import WorkerContext
from workers.library import WorkerLibrary
from workers.model_cards import model_cards

MOST_POINTS, MOST_RUNS, MOST_DATASETS = 400, 200, 100
"""What a computation is told at most: points of a curve, runs, datasets."""


class WorkerWorkspace:
    """The ``Workspace`` port: stored tables, a private folder, progress."""

    def __init__(
        self,
        context: WorkerContext,
        folder: Path,
        report: Callable[[float, str], None],
        files: ExitStack,
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._context = context
        self._folder = folder
        self._report = report
        self._files = files
        self._say = say
        self._latest = (0.0, "Starting")

    @property
    def folder(self) -> Path:
        """See ``Workspace.folder``."""
        return self._folder

    @property
    def memory_bytes(self) -> int:
        """See ``Workspace.memory_bytes``."""
        return self._context.settings.computation_memory_mb * 1_000_000

    @property
    def max_bytes(self) -> int:
        """See ``Workspace.max_bytes``."""
        return self._context.settings.max_upload_mb * 1_000_000

    @property
    def allowed_hosts(self) -> frozenset[str]:
        """See ``Workspace.allowed_hosts``."""
        names = self._context.settings.fetch_allowed_hosts.split(",")
        return frozenset(name.strip().lower() for name in names if name.strip())

    def table(self, dataset_id: str) -> TableFile:
        """See ``Workspace.table``."""
        storage = self._context.storage
        with storage.read() as unit:
            dataset = unit.datasets.get(dataset_id)
        if dataset.status is not DatasetStatus.READY or dataset.content_sha256 is None:
            raise Conflict(
                f"Dataset {dataset.name!r} is {dataset.status.value}.", hint="Choose one that is ready, or wait for it."
            )
        path = self._files.enter_context(storage.artifacts.local_file(dataset.content_sha256))
        return TableFile(dataset=dataset, path=path)

    def run(self, run_id: str) -> RunFiles:
        """See ``Workspace.run``."""
        storage = self._context.storage
        with storage.read() as unit:
            run = unit.runs.get(run_id)
        left = run.artifacts
        if left.model is None or left.split is None or left.evaluation is None:
            raise Conflict(
                f"Run {run.name!r} has no model: it is {run.status.value}.",
                hint="Choose a run that has finished, or wait for it.",
            )
        return RunFiles(
            run=run,
            table=self.table(run.dataset_id),
            model=storage.artifacts.verified_file(left.model),
            split=self.kept_file(left.split),
            evaluation=self.kept_file(left.evaluation),
        )

    def metrics(self, run_id: str) -> tuple[MetricPoint, ...]:
        """See ``Workspace.metrics``."""
        with self._context.storage.read() as unit:
            return unit.metrics.list_buckets(run_id, n_buckets=MOST_POINTS // 2)

    def runs_on(self, dataset_id: str | None = None) -> tuple[Run, ...]:
        """See ``Workspace.runs_on``."""
        with self._context.storage.read() as unit:
            return unit.runs.list_page(limit=MOST_RUNS, dataset_id=dataset_id).items

    def datasets(self) -> tuple[Dataset, ...]:
        """See ``Workspace.datasets``."""
        with self._context.storage.read() as unit:
            newest = unit.datasets.list_page(limit=MOST_DATASETS, statuses=(DatasetStatus.READY,)).items
            known = unit.datasets.list_by_ids([each.id for each in newest])
        return tuple(known[each.id] for each in newest if each.id in known)

    def models(self) -> Mapping[str, ModelCard]:
        """See ``Workspace.models``."""
        return model_cards()

    def pipeline(self, run: Run, params: dict[str, Any]) -> Any:
        """See ``Workspace.pipeline``."""
        from workers.preparing.refitting import pipeline_of  # the libraries of learning, which documents do without

        return pipeline_of(self.table(run.dataset_id).dataset, run, params, n_jobs=self._context.settings.n_jobs)

    def kept_file(self, sha256: str) -> Path:
        """See ``Workspace.kept_file``."""
        return self._files.enter_context(self._context.storage.artifacts.local_file(sha256))

    def connection(self, connection_id: str) -> OpenConnection:
        """See ``Workspace.connection``."""
        with self._context.storage.read() as unit:
            connection = unit.connections.get(connection_id)
            encrypted = unit.connections.encrypted_secret(connection_id)
        password = "" if encrypted is None else SecretBox.of(self._context.settings).open(encrypted)
        return OpenConnection(connection=connection, password=password)

    @cached_property
    def library(self) -> WorkerLibrary:
        """See ``Workspace.library``."""
        return WorkerLibrary(self._context)

    @cached_property
    def language_model(self) -> LanguageModel | None:
        """See ``Workspace.language_model``."""
        storage, settings = self._context.storage, self._context.settings
        model = language_model_of(
            settings,
            book=StoredUsageBook(storage),
            cache=AnswerFiles.in_home(settings.home),
            check=lambda: self._report(*self._latest),
        )
        if model is not None:
            self._files.callback(model.close)
        return model

    def report(self, fraction: float, stage: str) -> None:
        """See ``Workspace.report``."""
        self._latest = (fraction, stage)
        self._report(fraction, stage)

    def say(self, text: str) -> None:
        """See ``Workspace.say``."""
        self._say(text)

    def keep(self, path: Path) -> str:
        """See ``Workspace.keep``."""
        return self._context.storage.artifacts.save_file(path)


@contextmanager
def open_workspace(
    context: WorkerContext,
    report: Callable[[float, str], None],
    *,
    say: Callable[[str], None] = lambda _: None,
    owner: str = "",
) -> Iterator[WorkerWorkspace]:
    """A workspace with a folder of its own, removed at the end of the block.

    Where a process is killed its folder stays; its name begins with ``owner``, so that who removes the owner finds it.
    """
    parent = context.settings.home.resolve() / "tmp"
    parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=parent, prefix=f"{owner}-") as folder, ExitStack() as files:
        yield WorkerWorkspace(context, Path(folder), report, files, say)
