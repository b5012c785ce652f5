"""One child process of the supervisor: its output, its crashes and its end."""

import logging
import logging.handlers
import os
import signal
import subprocess
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from app.lifeline import SUPERVISOR_PID, die_with, kill_session

FIRST_DELAY_S = 0.2
LONGEST_DELAY_S = 5.0
HEALTHY_AFTER_S = 30.0

_LONGEST_LINE_BYTES = 64 * 1024
_LOG_BYTES = 5_000_000
_LOG_GENERATIONS = 3
_REMEMBERED_LINES = 20

Clock = Callable[[], float]
Say = Callable[[str, str], None]
"""``(name, line)`` to the console."""


@dataclass(frozen=True, kw_only=True)
class ChildSpec:
    """What to start, and how to tell that it works."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    """Added to the supervisor's own environment."""
    is_ready: Callable[[], bool] | None = None
    """Whether the child does its work; None: it counts as ready once started."""
    runs_once: bool = False
    """A step of the start: ready when it ends with code 0, and not started again."""
    is_quiet: bool = False
    """Its own lines go to its log alone; what the supervisor says of it is still printed."""
    timeout_s: float = 120.0
    """Longest wait for readiness."""
    grace_s: float = 5.0
    """Time between SIGTERM and SIGKILL at the end."""
    hint: str = ""
    """What a person can do when it does not start."""


class Backoff:
    """Growing delays between restarts; a child that ran long enough starts from the shortest one again."""

    def __init__(self) -> None:
        self.failures = 0
        """Exits in a row without a healthy stretch between them."""

    def after_exit(self, lifetime_s: float) -> float:
        """Seconds to wait before the next start, after a life of ``lifetime_s`` seconds."""
        self.failures = 1 if lifetime_s >= HEALTHY_AFTER_S else self.failures + 1
        return min(FIRST_DELAY_S * 2.0 ** (self.failures - 1), LONGEST_DELAY_S)


class LineLog(logging.handlers.RotatingFileHandler):
    """A log file of lines with UTC times; it rotates by size, and a full disk does not stop the instance."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        super().__init__(path, maxBytes=_LOG_BYTES, backupCount=_LOG_GENERATIONS, encoding="utf-8", errors="replace")

    def write(self, line: str) -> None:
        """Append ``line``."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        self.handle(logging.makeLogRecord({"msg": f"{now} {line}"}))

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: D102 - logging's name
        del record


class Child:
    """A process that is started again whenever it ends, until it is told to stop.

    Everything happens in ``tend``, which never waits; the owner calls it a few times a second.
    """

    def __init__(self, spec: ChildSpec, *, log: LineLog, say: Say, clock: Clock = time.monotonic) -> None:
        self.spec = spec
        self.recent_lines: deque[str] = deque(maxlen=_REMEMBERED_LINES)
        self.backoff = Backoff()
        self.exit_code: int | None = None
        """How the last process ended; None while the first one runs."""
        self._log = log
        self._say = say
        self._clock = clock
        self._process: subprocess.Popen[bytes] | None = None
        self._pipe: int | None = None
        self._partial = b""
        self._started_at = 0.0
        self._restart_at = 0.0
        self._is_stopping = False

    @property
    def pid(self) -> int | None:
        """Id of the running process."""
        return self._process.pid if self._process is not None else None

    def fileno(self) -> int:
        """The read end of the output pipe, for ``select``; -1 without one."""
        return -1 if self._pipe is None else self._pipe

    def start(self) -> None:
        """Start the process in a session of its own, tied to this process' life."""
        self._pipe, write_end = os.pipe()
        os.set_blocking(self._pipe, False)
        ours = {"PYTHONUNBUFFERED": "1", SUPERVISOR_PID: str(os.getpid())}
        try:
            # The hook is safe: the supervisor runs a single thread.
            self._process = subprocess.Popen(
                self.spec.command,
                env={**os.environ, **self.spec.environment, **ours},
                stdin=subprocess.DEVNULL,
                stdout=write_end,
                stderr=write_end,
                start_new_session=True,
                preexec_fn=die_with(os.getpid()),
            )
        except OSError as error:  # no memory or no process left: the next attempt may find some
            self._close_pipe()
            self._plan_restart(f"Cannot be started: {error}", lifetime_s=0.0)
        finally:
            os.close(write_end)
        self._started_at = self._clock()

    def tend(self) -> None:
        """Pass output on, notice an end, and start again when the delay is over."""
        self._pass_output()
        if self._process is None:
            if not self._is_stopping and not self.spec.runs_once and self._clock() >= self._restart_at:
                self.start()
            return
        exit_code = self._process.poll()
        if exit_code is not None:
            self._bury(exit_code)

    def terminate(self) -> None:
        """Ask the process to end and do not start it again; what it left behind is killed once it is gone."""
        self._is_stopping = True
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End the process and everything in its session now, and wait for it."""
        self._is_stopping = True
        if self._process is None:
            return
        kill_session(self._process.pid)
        self._process.kill()
        self._bury(self._process.wait())

    def close(self) -> None:
        """Release the log file."""
        self._log.close()

    def _bury(self, exit_code: int) -> None:
        assert self._process is not None
        kill_session(self._process.pid)
        self._pass_output()
        self._close_pipe()
        self._process = None
        self.exit_code = exit_code
        if self._is_stopping or (self.spec.runs_once and exit_code == 0):
            return
        self._plan_restart(
            f"Ended unexpectedly ({describe_exit(exit_code)})", lifetime_s=self._clock() - self._started_at
        )

    def _plan_restart(self, what: str, *, lifetime_s: float) -> None:
        delay_s = self.backoff.after_exit(lifetime_s)
        self._restart_at = self._clock() + delay_s
        next_step = "" if self.spec.runs_once else f"; starting again in {delay_s:g} s"
        self._tell(f"{what}{next_step}.")

    def _pass_output(self) -> None:
        while self._pipe is not None:
            try:
                chunk = os.read(self._pipe, _LONGEST_LINE_BYTES)
            except BlockingIOError:
                return
            if not chunk:
                self._close_pipe()
                return
            *lines, self._partial = (self._partial + chunk).split(b"\n")
            if len(self._partial) >= _LONGEST_LINE_BYTES:
                lines, self._partial = [*lines, self._partial], b""
            for line in lines:
                self._pass_line(line)

    def _close_pipe(self) -> None:
        if self._pipe is not None:
            os.close(self._pipe)
            self._pipe = None
        if self._partial:
            self._pass_line(self._partial)
            self._partial = b""

    def _pass_line(self, line: bytes) -> None:
        text = line.decode("utf-8", "replace").rstrip("\r")
        self._keep(text)
        if not self.spec.is_quiet:
            self._say(self.spec.name, text)

    def _tell(self, text: str) -> None:
        self._keep(text)
        self._say(self.spec.name, text)

    def _keep(self, text: str) -> None:
        self.recent_lines.append(text)
        self._log.write(text)


def describe_exit(exit_code: int) -> str:
    """``exit_code`` of ``Popen`` in words: "code 1", or "signal SIGKILL"."""
    if exit_code >= 0:
        return f"code {exit_code}"
    try:
        return f"signal {signal.Signals(-exit_code).name}"
    except ValueError:
        return f"signal {-exit_code}"
