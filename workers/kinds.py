"""What datasets, computations and documents call the same things, and which of them have no checkpoints."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

from core.deliveries import computation_job, index_job, ingest_job
from core.jobs import Job
from core.knowledge import Document, DocumentStatus
from core.records import Computation, Dataset
from core.settings import Settings
from core.types import ComputationStatus, DatasetStatus
from evaluation.computing import COMPUTATIONS as COMPUTATION_SPECS
from storage.repositories.attempts import AttemptRepository
from storage.storage import UnitOfWork

ShortWork = Dataset | Computation | Document
"""Rows whose work starts again from its beginning when its worker dies."""

S = TypeVar("S", bound=ShortWork)


@dataclass(frozen=True, kw_only=True)
class Kind(Generic[S]):
    """The words of one kind of work without checkpoints."""

    what: str
    rows: Callable[[UnitOfWork], AttemptRepository[S]]
    job: Callable[[S, Settings], Job]
    """The job of a row at its present attempt."""
    queued: StrEnum
    running: StrEnum
    failed: StrEnum
    cancelled: StrEnum
    doing: str
    """What its worker did when it disappeared, after "The worker that"."""
    smaller: str = "Use fewer rows or columns, or give Praxis more memory."
    """What helps when memory has run out."""


DATASETS = Kind[Dataset](
    what="dataset",
    rows=lambda unit: unit.datasets,
    job=ingest_job,
    queued=DatasetStatus.QUEUED,
    running=DatasetStatus.RUNNING,
    failed=DatasetStatus.FAILED,
    cancelled=DatasetStatus.FAILED,
    doing="read this file",
)
COMPUTATIONS = Kind[Computation](
    what="computation",
    rows=lambda unit: unit.computations,
    job=lambda computation, _: computation_job(computation, COMPUTATION_SPECS[computation.kind]),
    queued=ComputationStatus.QUEUED,
    running=ComputationStatus.RUNNING,
    failed=ComputationStatus.FAILED,
    cancelled=ComputationStatus.CANCELLED,
    doing="worked on this",
)
DOCUMENTS = Kind[Document](
    what="document",
    rows=lambda unit: unit.documents,
    job=index_job,
    queued=DocumentStatus.QUEUED,
    running=DocumentStatus.RUNNING,
    failed=DocumentStatus.FAILED,
    cancelled=DocumentStatus.FAILED,
    doing="read this document",
    smaller="Split the document, or give Praxis more memory.",
)

_KINDS: Mapping[type, Any] = {Dataset: DATASETS, Computation: COMPUTATIONS, Document: DOCUMENTS}


def kind_of(subject: S) -> Kind[S]:
    """The words for ``subject``."""
    kind: Kind[S] = _KINDS[type(subject)]
    return kind
