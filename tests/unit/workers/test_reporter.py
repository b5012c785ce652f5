"""The voice of a job: what reaches the database, and when it falls silent."""

import math
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.records import Run
from core.types import RunCommand, RunStatus, Severity
from storage.artifacts import ArtifactStore
from storage.migrations import upgrade
from storage.storage import Storage, sqlite_url
from tests.factories import make_dataset, make_point, make_run
from workers.reporter import RunReporter


@pytest.fixture
def local_storage(tmp_path: Path) -> Iterator[Storage]:
    upgrade(sqlite_url(tmp_path))
    artifacts = ArtifactStore(str(tmp_path / "artifacts"), cache_folder=tmp_path / "cache")
    storage = Storage(database_url=sqlite_url(tmp_path), artifacts=artifacts)
    yield storage
    storage.close()


@pytest.fixture
def run(local_storage: Storage) -> Run:
    with local_storage.write() as unit:
        return unit.runs.add(make_run(unit.datasets.add(make_dataset()), status=RunStatus.RUNNING))


def read(storage: Storage, run: Run) -> tuple[Run, list[int], list[str]]:
    with storage.read() as unit:
        steps = [row.step for row in unit.metrics.list_since(run.id)]
        return unit.runs.get(run.id), steps, [line.text for line in unit.logs.list_since(run.id)]


def test_leaving_the_block_writes_everything(local_storage: Storage, run: Run) -> None:
    with RunReporter(local_storage, run) as reporter:
        for step in range(1, 201):
            reporter.add_points([make_point(step)])
        reporter.log("said", Severity.WARNING)
        reporter.update(stage="Training", step=200)
    stored, steps, log = read(local_storage, run)
    assert steps == list(range(1, 201))
    assert log == ["said"]
    assert (stored.progress.stage, stored.progress.step) == ("Training", 200)
    assert stored.heartbeat_at is not None
    assert stored.progress.memory_bytes is not None


def test_a_flush_writes_at_once_and_in_order(local_storage: Storage, run: Run) -> None:
    with RunReporter(local_storage, run) as reporter:
        for step in range(1, 30):
            reporter.add_points([make_point(step)])
            reporter.flush()
            assert read(local_storage, run)[1] == list(range(1, step + 1))


def test_numbers_that_are_not_finite_are_left_out(local_storage: Storage, run: Run) -> None:
    with RunReporter(local_storage, run) as reporter:
        values = [1.0, math.nan, math.inf, -math.inf, 2.0]
        reporter.add_points([make_point(step, value=value) for step, value in enumerate(values, start=1)])
    assert read(local_storage, run)[1] == [1, 5]


def test_a_command_is_heard_with_the_next_heartbeat(local_storage: Storage, run: Run) -> None:
    with RunReporter(local_storage, run) as reporter:
        with local_storage.write() as unit:
            unit.runs.update(run.id, expect=[RunStatus.RUNNING], command=RunCommand.STOP)
        reporter.flush()
        assert reporter.command is RunCommand.STOP


def test_a_displaced_attempt_falls_silent(local_storage: Storage, run: Run) -> None:
    with RunReporter(local_storage, run) as reporter:
        with local_storage.write() as unit:
            taken = unit.runs.update(run.id, expect=[RunStatus.RUNNING], attempt=2)
        reporter.add_points([make_point(1)])
        reporter.log("too late")
        reporter.flush()
        assert reporter.is_displaced
        reporter.add_points([make_point(2)])
    stored, steps, log = read(local_storage, run)
    assert (stored.heartbeat_at, stored.attempt, steps, log) == (taken.heartbeat_at, 2, [], [])
