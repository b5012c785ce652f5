"""The working half of an instance, for tests that train for real: a database, Redis, files, and worker processes."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import psutil

from app.bootstrap import Wiring, wire
from app.services.configuring import StartRun
from core.records import Dataset, Run
from core.settings import Settings
from core.types import ComputationStatus, RunStatus, Split
from storage.migrations import upgrade
from storage.storage import sqlite_url
from tests.factories import make_csv
from tests.servers import share_encoders
from workers.recovery import Recovery

PATIENCE_S = 60.0

SLOW_EPOCHS = 300
SLOW_MODEL: Mapping[str, Any] = {
    "model": "mlp",
    "params": {"layers": "small", "epochs": SLOW_EPOCHS, "batch_size": 16},
}
"""A training of a few seconds with a point every few hundredths: time enough to step in."""

T = TypeVar("T")


def wait_for(get: Callable[[], T | None], *, patience_s: float = PATIENCE_S, what: str = "the condition") -> T:
    """The first true value of ``get``; fails the test when none comes in time."""
    deadline = time.monotonic() + patience_s
    while True:
        found = get()
        if found:
            return found
        assert time.monotonic() < deadline, f"{what} was not met in {patience_s:g} s"
        time.sleep(0.02)


def is_alive(pid: int) -> bool:
    """Whether the process runs; one that nobody has buried yet does not."""
    with contextlib.suppress(psutil.NoSuchProcess):
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    return False


class WorkerProcess:
    """``python -m app worker`` in a session of its own."""

    def __init__(self, settings: Settings, queues: str, log_path: Path) -> None:
        self._log_path = log_path
        command = [sys.executable, "-m", "app", "worker", "--queues", queues]
        with log_path.open("ab") as log:
            self.process = subprocess.Popen(
                command, stdout=log, stderr=log, env={**os.environ, **as_environment(settings)}, start_new_session=True
            )

    @property
    def log(self) -> str:
        """Everything it printed so far."""
        return self._log_path.read_text(encoding="utf-8", errors="replace")

    @property
    def horse_pid(self) -> int | None:
        """Id of the process of its present job."""
        with contextlib.suppress(psutil.NoSuchProcess):
            return next(
                (child.pid for child in psutil.Process(self.process.pid).children() if is_alive(child.pid)), None
            )
        return None

    def kill(self) -> None:
        """End it without a chance to say anything."""
        self.process.kill()
        self.process.wait()

    def end(self) -> int:
        """Ask it to end, as ``serve`` does; returns its exit code."""
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()
            raise


class Stack:
    """Services, storage and queue of one instance, and the workers that a test starts for it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.wiring: Wiring = wire(settings)
        self.storage = self.wiring.storage
        self.runs = self.wiring.services.runs
        self.datasets = self.wiring.services.datasets
        self.computations = self.wiring.services.computations
        self.recovery = Recovery(storage=self.storage, queue=self.wiring.queue, settings=settings)
        self._workers: list[WorkerProcess] = []
        self._datasets: dict[str, Dataset] = {}
        self._finished: dict[str, Run] = {}

    def start_worker(self, queues: str = "cpu,interactive") -> WorkerProcess:
        """One more worker; it ends with the stack at the latest."""
        number = len(self._workers) + 1
        worker = WorkerProcess(self.settings, queues, self.settings.home / f"worker-{number}.log")
        self._workers.append(worker)
        return worker

    def worker(self) -> WorkerProcess:
        """A living worker for cpu and interactive work, shared by the tests that leave it alive."""
        for worker in self._workers:
            if worker.process.poll() is None:
                return worker
        return self.start_worker()

    def end_workers(self) -> None:
        """Let no worker live."""
        for worker in self._workers:
            if worker.process.poll() is None:
                worker.kill()

    def end_all_but(self, spared: WorkerProcess) -> None:
        """Let no worker live but one."""
        for worker in self._workers:
            if worker is not spared and worker.process.poll() is None:
                worker.kill()

    def upload(self, text: str | bytes, *, file_name: str = "table.csv", **options: Any) -> Dataset:
        """Give the bytes to the ingest; returns at once."""
        path = self.settings.home / "upload.part"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return self.datasets.ingest(path, file_name=file_name, options=options)

    def ready(self, text: str) -> Dataset:
        """A dataset with this content that a worker has read; the same text is read once."""
        if text not in self._datasets:
            self.worker()
            dataset = self.upload(text)
            self._datasets[text] = wait_for(lambda: self._if_over(dataset.id), what="the end of the ingest")
        return self._datasets[text]

    def derived(self, kind: str, params: dict[str, Any], **facts: Any) -> Dataset:
        """A dataset that a source has made."""
        self.worker()
        dataset = self.datasets.derive(kind, params, **facts)
        return wait_for(lambda: self._if_over(dataset.id), what="the end of the ingest")

    def answer(self, kind: str, params: dict[str, Any]) -> Any:
        """The answer of a computation; fails the test when there is none."""
        self.worker()
        computation = self.computations.start(kind, params)
        computation = self.computations.wait(computation.id, timeout_s=PATIENCE_S)
        assert computation.status is ComputationStatus.FINISHED, (computation.status, computation.error)
        return self.computations.result(computation)

    def _if_over(self, dataset_id: str) -> Dataset | None:
        dataset = self.datasets.get(dataset_id)
        assert dataset.error is None, dataset.error
        return dataset if dataset.status.is_terminal else None

    def request(self, **changes: Any) -> StartRun:
        """A logistic regression of ``kind``."""
        facts = {"dataset_id": self.ready(make_csv()).id, "target": "kind", "model": "logistic_regression"}
        return StartRun(**{**facts, **changes})

    def start(self, **changes: Any) -> Run:
        """Start what ``request`` describes."""
        return self.runs.start(self.request(**changes))

    def start_slow(self) -> Run:
        """A run of a few seconds that always ends with the same scores."""
        return self.start(**SLOW_MODEL)

    def finished(self, **changes: Any) -> Run:
        """A finished run as described, trained once for all tests."""
        key = repr(sorted(changes.items()))
        if key not in self._finished:
            self.worker()
            self._finished[key] = self.wait_until(self.start(**changes).id, RunStatus.FINISHED)
        return self._finished[key]

    def undisturbed(self) -> Run:
        """What ``start_slow`` comes to when nobody steps in."""
        return self.finished(**SLOW_MODEL)

    def wait_until(self, run_id: str, *statuses: RunStatus, sweeping: bool = False) -> Run:
        """The run as soon as it is in one of ``statuses``; fails at once when it ends in another way.

        With ``sweeping`` the sweeper is at work meanwhile.
        """

        def look() -> Run | None:
            if sweeping:
                self.recovery.sweep()
            run = self.runs.get(run_id)
            if run.status in statuses:
                return run
            if run.status.is_terminal and run.status is not RunStatus.LOST:
                raise AssertionError(f"the run is {run.status.value}: {run.error} {self.log_of(run_id)}")
            return None

        return wait_for(look, what=f"{' or '.join(statuses)} of the run")

    def wait_for_checkpoint(self, run_id: str, *, attempt: int = 1) -> Run:
        """The run once it is well under way and has something to go back to."""

        def look() -> Run | None:
            run = self.runs.get(run_id)
            assert not run.status.is_terminal or run.status is RunStatus.LOST, (run.status, run.error)
            is_there = run.status is RunStatus.RUNNING and run.attempt == attempt
            return run if is_there and run.checkpoint_sha256 and run.progress.step >= 5 else None

        return wait_for(look, what="a checkpoint")

    def points(self, run_id: str) -> list[tuple[str, Split, int, float]]:
        """Every stored point by series and step."""
        with self.storage.read() as unit:
            rows = unit.metrics.list_since(run_id)
        return sorted((row.name, row.split, row.step, row.value) for row in rows)

    def log_of(self, run_id: str) -> list[str]:
        """The lines of the run's log."""
        return [line.text for line in self.runs.log_since(run_id)]

    def close(self) -> None:
        """End the workers and the connections."""
        self.end_workers()
        self.storage.close()


@contextlib.contextmanager
def run_stack(home: Path, *, redis_url: str, **settings: Any) -> Iterator[Stack]:
    """A stack with a migrated database; its processes are gone after the block."""
    home.mkdir(parents=True, exist_ok=True)
    share_encoders(home)
    facts = {"heartbeat_timeout_s": 3.0, "checkpoint_interval_s": 0.1, "n_jobs": 1}
    made = Settings(_env_file=None, home=home, redis_url=redis_url, **{**facts, **settings})  # type: ignore[call-arg]
    upgrade(made.database_url.get_secret_value() or sqlite_url(home))
    stack = Stack(made)
    try:
        yield stack
    finally:
        stack.close()


def as_environment(settings: Settings) -> dict[str, str]:
    """The variables that give another process the same settings."""
    values = {}
    for name in settings.model_fields_set:
        value = getattr(settings, name)
        values[f"PRAXIS_{name.upper()}"] = str(getattr(value, "get_secret_value", lambda v=value: v)())
    return values
