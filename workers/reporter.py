"""The voice of a running job: a thread that writes what it says and reads what people ask of it.

The training loop only appends to lists in memory. Twice a second the thread writes the batch, the progress and the
heartbeat in one transaction, which also proves that the job still owns its run. The first points do not wait for
their turn: somebody watches an empty chart.
"""

import logging
import math
import threading
import time
from types import TracebackType

import psutil

from core.errors import Conflict, Unavailable
from core.ids import utc_now
from core.records import Run, RunProgress
from core.types import MetricPoint, RunCommand, RunStatus, Severity
from storage.storage import Storage

logger = logging.getLogger(__name__)

BATCH_INTERVAL_S = 0.5
HEARTBEAT_INTERVAL_S = 1.0


class RunReporter:
    """Writes one attempt of one run until it is closed, or until another attempt has taken over.

    Use as a context manager; leaving the block writes what is left.
    """

    def __init__(self, storage: Storage, run: Run) -> None:
        self._storage = storage
        self._run_id = run.id
        self._attempt = run.attempt
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._points: list[MetricPoint] = []
        self._lines: list[tuple[str, Severity]] = []
        self._progress = run.progress
        self._process = psutil.Process()
        self._wake = threading.Event()
        self._hurry = threading.Event()
        self._has_points = False
        self._closing = False
        self._failure: Exception | None = None
        self._thread = threading.Thread(target=self._loop, name="run-reporter", daemon=True)
        self.command: RunCommand | None = run.command
        """What a person asked for, as of the last heartbeat."""
        self.is_displaced = False
        """Another attempt owns the run now: this one must end without a trace."""

    def __enter__(self) -> "RunReporter":
        self._process.cpu_percent()  # the first call only sets the reference point
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def add_points(self, points: list[MetricPoint]) -> None:
        """Queue metric points, in order; what is no finite number has no place on a curve and is left out.

        Raises whatever has ended the writing thread: a job that cannot report is over.
        """
        if self._failure is not None:
            raise self._failure
        points = [point for point in points if math.isfinite(point.value)]
        with self._lock:
            self._points.extend(points)
        self._wake.set()
        if not self._has_points:
            self._has_points = True
            self._hurry.set()

    def log(self, text: str, level: Severity = Severity.INFO) -> None:
        """Queue one line of the run's log."""
        with self._lock:
            self._lines.append((text, level))
        self._wake.set()

    def update(self, **fields: object) -> None:
        """Change fields of the run's progress."""
        with self._lock:
            self._progress = self._progress.model_copy(update=fields)
        if "stage" in fields:
            self._wake.set()

    @property
    def progress(self) -> RunProgress:
        """The progress as last updated."""
        return self._progress

    def close(self) -> None:
        """Write what is left and end the thread; calling it again changes nothing.

        Raises:
            Unavailable: The database does not take the last batch.
        """
        if not self._closing:
            self._closing = True
            self._wake.set()
            self._hurry.set()
            self._thread.join()
            self.flush()

    def flush(self) -> None:
        """Write now what waits to be written.

        Raises:
            Unavailable: The database does not take it; it is kept and tried again.
        """
        with self._writing:  # one batch after the other, so that positions follow steps
            self._flush()

    def _loop(self) -> None:
        while not self._closing and not self.is_displaced:
            self._wake.wait(HEARTBEAT_INTERVAL_S)
            self._wake.clear()
            self._hurry.clear()
            if self._closing:
                return
            started = time.monotonic()
            try:
                self.flush()
            except Unavailable as error:
                logger.warning("run %s: %s The batch is kept and tried again.", self._run_id, error.message)
            except Exception as error:  # noqa: BLE001 - handed to the job's own thread, whose edge words it
                self._failure = error
                return
            self._hurry.wait(BATCH_INTERVAL_S - (time.monotonic() - started))

    def _flush(self) -> None:
        if self.is_displaced:
            return
        with self._lock:
            points, self._points = self._points, []
            lines, self._lines = self._lines, []
            self._progress = self._progress.model_copy(
                update={
                    "cpu_percent": self._process.cpu_percent(),
                    "memory_bytes": self._process.memory_info().rss,
                }
            )
            progress = self._progress
        try:
            with self._storage.write() as unit:
                run = unit.runs.update(
                    self._run_id,
                    expect=[RunStatus.RUNNING],
                    at_attempt=self._attempt,
                    heartbeat_at=utc_now(),
                    progress=progress,
                )
                unit.metrics.append(self._run_id, points)
                for text, level in lines:
                    unit.logs.append(self._run_id, text, level=level)
            self.command = run.command
        except Conflict:
            self.is_displaced = True
        except Unavailable:
            with self._lock:
                self._points[:0] = points
                self._lines[:0] = lines
            raise
