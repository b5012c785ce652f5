"""What a job is, and the port through which services ask for one."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class QueueName(StrEnum):
    """The queues. A worker serves one or several of them."""

    CPU = "cpu"
    INTERACTIVE = "interactive"
    GPU = "gpu"
    DOCUMENTS = "documents"


class JobKind(StrEnum):
    """What a job does with the id it carries."""

    TRAIN = "train"
    INGEST = "ingest"
    COMPUTE = "compute"
    INDEX = "index"


@dataclass(frozen=True, kw_only=True)
class Job:
    """One delivery of work. It carries an id and nothing else; the row behind the id says what to do."""

    kind: JobKind
    subject_id: str
    """Id of the run, dataset, computation or document. Its row is committed before the job exists."""
    attempt: int
    """Delivery number of the subject. A worker that finds another number in the row drops the job."""
    queue: QueueName
    timeout_s: int

    @property
    def id(self) -> str:
        """The same for every delivery of one attempt, so that a second enqueue changes nothing."""
        return f"{self.kind}-{self.subject_id}-{self.attempt}"


class JobQueue(Protocol):
    """Where jobs go. Delivery is at least once; entry points tolerate a second one."""

    def enqueue(self, job: Job) -> None:
        """Hand ``job`` to the workers; repeating it while it waits or is worked on changes nothing.

        Raises:
            Unavailable: The queue does not answer. The row stays queued and the sweeper tries again.
        """
        ...

    def is_waiting(self, job: Job) -> bool:
        """Whether the job lies in its queue or in the hands of a living worker. Raises Unavailable like ``enqueue``."""
        ...

    def kill(self, job: Job) -> None:
        """End the process that works on ``job`` without asking it; nothing happens when none does.

        Raises Unavailable like ``enqueue``.
        """
        ...

    def count_workers(self, queue: QueueName) -> int:
        """How many living workers serve ``queue``. Raises Unavailable like ``enqueue``."""
        ...

    def count_waiting(self, queue: QueueName) -> int:
        """How many jobs wait in ``queue``. Raises Unavailable like ``enqueue``."""
        ...
