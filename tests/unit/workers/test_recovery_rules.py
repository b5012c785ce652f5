"""When the sweeper acts, and when it waits; that it brings runs back is shown with real workers."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from core.ids import utc_now
from core.jobs import Job, QueueName
from core.records import TRAINING_STAGE, ErrorRecord, Run, RunProgress
from core.settings import Settings
from core.types import RunCommand, RunStatus
from storage.artifacts import ArtifactStore
from storage.migrations import upgrade
from storage.storage import Storage, sqlite_url
from tests.factories import make_dataset, make_run
from workers.recovery import RETRY_PAUSE_S, STOP_PATIENCE_S, Recovery


class NotingQueue:
    """A queue without workers that notes what it is asked for."""

    def __init__(self) -> None:
        self.enqueued: list[str] = []
        self.killed: list[str] = []

    def enqueue(self, job: Job) -> None:
        self.enqueued.append(job.id)

    def is_waiting(self, job: Job) -> bool:
        return job.id in self.enqueued

    def kill(self, job: Job) -> None:
        self.killed.append(job.id)

    def count_workers(self, queue: QueueName) -> int:
        del queue
        return 0

    def count_waiting(self, queue: QueueName) -> int:
        del queue
        return len(self.enqueued)


@pytest.fixture
def local_storage(tmp_path: Path) -> Iterator[Storage]:
    upgrade(sqlite_url(tmp_path))
    opened = Storage(
        database_url=sqlite_url(tmp_path),
        artifacts=ArtifactStore(str(tmp_path / "artifacts"), cache_folder=tmp_path / "cache"),
    )
    yield opened
    opened.close()


def swept(storage: Storage, run_changes: dict[str, object]) -> tuple[Run, NotingQueue]:
    """A stored run after one round of the sweeper, and what the queue was asked."""
    queue = NotingQueue()
    dataset = make_dataset()
    run = make_run(dataset, heartbeat_at=utc_now(), **run_changes)
    with storage.write() as unit:
        unit.datasets.add(dataset)
        unit.runs.add(run)
    Recovery(storage=storage, queue=queue, settings=Settings(_env_file=None)).sweep()  # type: ignore[call-arg]
    with storage.read() as unit:
        return unit.runs.get(run.id), queue


def running(stage: str, *, stop_asked_s_ago: float | None) -> dict[str, object]:
    asked = None if stop_asked_s_ago is None else utc_now() - timedelta(seconds=stop_asked_s_ago)
    return {
        "status": RunStatus.RUNNING,
        "command": RunCommand.STOP,
        "commanded_at": asked,
        "progress": RunProgress(stage=stage),
    }


def test_a_run_that_cannot_hear_a_stop_is_ended(local_storage: Storage) -> None:
    run, queue = swept(local_storage, running(TRAINING_STAGE, stop_asked_s_ago=STOP_PATIENCE_S + 1))
    assert queue.killed == [f"train-{run.id}-1"]


@pytest.mark.parametrize(
    ("stage", "stop_asked_s_ago"),
    [("Scoring", STOP_PATIENCE_S + 60), (TRAINING_STAGE, STOP_PATIENCE_S - 5), (TRAINING_STAGE, None)],
)
def test_a_run_that_has_heard_the_stop_or_may_still_is_left_alone(
    local_storage: Storage, stage: str, stop_asked_s_ago: float | None
) -> None:
    run, queue = swept(local_storage, running(stage, stop_asked_s_ago=stop_asked_s_ago))
    assert (run.status, queue.killed, queue.enqueued) == (RunStatus.RUNNING, [], [])


def lost(*, seconds_ago: float, losses: int = 1) -> dict[str, object]:
    return {
        "status": RunStatus.LOST,
        "losses": losses,
        "finished_at": utc_now() - timedelta(seconds=seconds_ago),
        "error": ErrorRecord(code="unavailable", message="The file store does not answer."),
    }


def test_a_run_that_a_failing_component_ended_is_tried_again_after_a_pause(local_storage: Storage) -> None:
    run, queue = swept(local_storage, lost(seconds_ago=RETRY_PAUSE_S + 1))
    assert (run.status, run.attempt, queue.enqueued) == (RunStatus.QUEUED, 2, [f"train-{run.id}-2"])


@pytest.mark.parametrize(("seconds_ago", "losses"), [(1, 1), (RETRY_PAUSE_S + 1, 2)])
def test_the_pause_is_kept_and_grows_with_each_loss(local_storage: Storage, seconds_ago: float, losses: int) -> None:
    run, queue = swept(local_storage, lost(seconds_ago=seconds_ago, losses=losses))
    assert (run.status, queue.enqueued) == (RunStatus.LOST, [])
