"""Storage and services in the bench's own process, without a queue."""

from pathlib import Path

from app.services.runs import RunService
from core.errors import Unavailable
from core.jobs import Job, QueueName
from core.settings import Settings
from storage.artifacts import ArtifactStore
from storage.migrations import upgrade
from storage.storage import Storage, sqlite_url


class NoQueue:
    """A queue that is away: the benches that use it only read."""

    def enqueue(self, job: Job) -> None:
        """Refuse."""
        raise Unavailable(f"There is no queue for {job.id}.")

    def is_waiting(self, job: Job) -> bool:
        """No job waits."""
        del job
        return False

    def kill(self, job: Job) -> None:
        """Nothing runs."""
        del job

    def count_workers(self, queue: QueueName) -> int:
        """Nobody works."""
        del queue
        return 0

    def count_waiting(self, queue: QueueName) -> int:
        """No job waits."""
        del queue
        return 0


def open_database(url: str, home: Path) -> Storage:
    """A storage with today's schema."""
    upgrade(url)
    artifacts = ArtifactStore(str(home / "artifacts"), cache_folder=home / "cache" / "artifacts")
    return Storage(database_url=url, artifacts=artifacts)


def open_sqlite(home: Path) -> Storage:
    """The embedded database of ``home``, where an instance started later finds it."""
    return open_database(sqlite_url(home), home)


def run_service(storage: Storage, home: Path) -> RunService:
    """The use cases of runs on ``storage``."""
    return RunService(storage=storage, queue=NoQueue(), settings=Settings(home=home))
