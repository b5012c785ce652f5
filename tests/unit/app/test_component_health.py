"""The vector index and the workers for documents are looked after where there are any, and only there."""

from pathlib import Path

from app.services.health import HealthService
from core.jobs import Job, QueueName
from core.records import ComponentHealth
from core.settings import Settings
from storage.storage import Storage


class QuietQueue:
    """A queue that answers: nothing waits, and two workers serve the documents."""

    def enqueue(self, job: Job) -> None:
        raise AssertionError(job)

    def is_waiting(self, job: Job) -> bool:
        raise AssertionError(job)

    def kill(self, job: Job) -> None:
        raise AssertionError(job)

    def count_workers(self, queue: QueueName) -> int:
        return 2 if queue is QueueName.DOCUMENTS else 0

    def count_waiting(self, queue: QueueName) -> int:
        del queue
        return 0


def components(storage: Storage, home: Path, **settings: str) -> dict[str, ComponentHealth]:
    made = Settings(_env_file=None, home=home, **settings)  # type: ignore[arg-type, call-arg]
    checked = HealthService(storage=storage, queue=QuietQueue(), settings=made).check()
    return {component.name: component for component in checked}


def test_an_instance_without_a_vector_index_misses_neither_it_nor_its_workers(storage: Storage, tmp_home: Path) -> None:
    assert {"chroma", "documents workers"}.isdisjoint(components(storage, tmp_home))


def test_a_silent_index_is_down_and_says_what_to_do(storage: Storage, tmp_home: Path) -> None:
    found = components(storage, tmp_home, chroma_url="http://127.0.0.1:9")
    assert (found["chroma"].status, found["chroma"].hint) == ("down", "Run: python -m app doctor")
    assert (found["documents workers"].status, found["documents workers"].detail) == ("up", "2 at work")


def test_an_index_that_answers_is_up(storage: Storage, tmp_home: Path, chroma_url: str) -> None:
    assert components(storage, tmp_home, chroma_url=chroma_url)["chroma"].status == "up"
