"""Which job belongs to which row: the one place that both the services and the sweeper ask."""

from core.computing.spec import ComputationSpec
from core.jobs import Job, JobKind, QueueName
from core.knowledge import Document
from core.records import Computation, Dataset, Run
from core.settings import Settings


def training_job(run: Run, settings: Settings, *, queue: QueueName = QueueName.CPU) -> Job:
    """The job that trains ``run`` at its present attempt. Its id is the same in every queue."""
    return Job(
        kind=JobKind.TRAIN,
        subject_id=run.id,
        attempt=run.attempt,
        queue=queue,
        timeout_s=settings.train_timeout_s,
    )


def ingest_job(dataset: Dataset, settings: Settings) -> Job:
    """The job that reads ``dataset`` at its present attempt."""
    return Job(
        kind=JobKind.INGEST,
        subject_id=dataset.id,
        attempt=dataset.attempt,
        queue=QueueName.INTERACTIVE,
        timeout_s=settings.ingest_timeout_s,
    )


def index_job(document: Document, settings: Settings) -> Job:
    """The job that reads ``document`` into the index at its present attempt, or removes it."""
    return Job(
        kind=JobKind.INDEX,
        subject_id=document.id,
        attempt=document.attempt,
        queue=QueueName.DOCUMENTS,
        timeout_s=settings.index_timeout_s,
    )


def collection_job(collection_id: str, settings: Settings) -> Job:
    """The job that fills the handbook, clears vectors that nobody needs, or removes a collection that is to go."""
    return Job(
        kind=JobKind.INDEX,
        subject_id=collection_id,
        attempt=1,
        queue=QueueName.DOCUMENTS,
        timeout_s=settings.index_timeout_s,
    )


def computation_job(computation: Computation, spec: ComputationSpec) -> Job:
    """The job that answers ``computation``, which is of the kind ``spec``, at its present attempt."""
    return Job(
        kind=JobKind.COMPUTE,
        subject_id=computation.id,
        attempt=computation.attempt,
        queue=spec.queue,
        timeout_s=spec.timeout_s,
    )
