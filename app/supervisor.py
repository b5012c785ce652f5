"""One quiet process that starts the parts of an instance in order, keeps them alive and ends them all.

It runs a single thread and imports none of the heavy libraries. What it starts is a sequence of stages: a stage starts
when the one before is ready, and the end goes the other way round.
"""

import contextlib
import io
import os
import select
import signal
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import FrameType

from app.child import Child, ChildSpec, Clock, LineLog
from app.instance import InstanceState, write_state
from core.errors import Unavailable

Stage = Sequence[ChildSpec]

_TURN_S = 0.1
_PROBE_INTERVAL_S = 0.1
_MOST_FAILURES_AT_START = 4
"""Ends in a row before a child is given up; later it is restarted for ever."""
OWN_NAME = "praxis"
"""Under which the supervisor itself speaks."""


class StartFailed(Unavailable):
    """A part of the instance does not come up."""

    code = "start_failed"


class Console:
    """Lines on standard output under their child's name; a closed terminal or pipe stops nothing."""

    def __init__(self, names: Iterable[str]) -> None:
        self._width = max(len(name) for name in (*names, OWN_NAME))
        self._is_open = True
        if isinstance(sys.stdout, io.TextIOWrapper):
            # A terminal without UTF-8 shows a question mark where it cannot show a character.
            sys.stdout.reconfigure(errors="replace")

    def say(self, name: str, line: str) -> None:
        """Print ``line`` as one of ``name``'s."""
        if not self._is_open:
            return
        try:
            print(f"{name:<{self._width}} | {line}", flush=True)
        except OSError:
            self._is_open = False
            # Python flushes standard output once more at its end; let that go nowhere.
            with contextlib.suppress(OSError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class Supervisor:
    """Starts the stages in order, keeps every child alive, and ends them all.

    Whatever happens, ``run`` leaves no child behind: they are ended before it returns or raises.
    """

    def __init__(self, stages: Sequence[Stage], *, home: Path, url: str, clock: Clock = time.monotonic) -> None:
        self.console = Console(spec.name for stage in stages for spec in stage)
        self._stages = stages
        self._home = home
        self._url = url
        self._clock = clock
        self._children: list[list[Child]] = []
        """Started stages, in the order of their start."""
        self._signals = 0
        """1: asked to stop; more: asked to stop at once."""
        self._written: dict[str, int] = {}

    def run(self) -> None:
        """Start everything and stay until SIGINT or SIGTERM.

        Raises:
            StartFailed: A part does not come up; the others are stopped again.
        """
        with self._listening_to_signals():
            try:
                if self._start():
                    self.console.say(OWN_NAME, f"Praxis is ready at {self._url}")
                while not self._signals:
                    self._turn()
                self.console.say(OWN_NAME, "Stopping; press Ctrl-C again to stop at once.")
            finally:
                self._stop()

    def _start(self) -> bool:
        """Start all stages; False when a signal came in between."""
        for stage in self._stages:
            children = [self._make_child(spec) for spec in stage]
            self._children.append(children)
            for child in children:
                child.start()
            self._write_state()
            if not all(self._wait_until_ready(child) for child in children):
                return False
        return True

    def _make_child(self, spec: ChildSpec) -> Child:
        log = LineLog(self._home / "logs" / f"{spec.name}.log")
        return Child(spec, log=log, say=self.console.say, clock=self._clock)

    def _wait_until_ready(self, child: Child) -> bool:
        deadline = self._clock() + child.spec.timeout_s
        probe_at = self._clock()
        while not self._signals:
            self._turn()
            if child.spec.runs_once:
                if child.exit_code is not None:
                    return self._check_exit(child)
            elif child.spec.is_ready is None:
                return True
            elif child.pid is not None and self._clock() >= probe_at:
                if child.spec.is_ready():
                    return True
                probe_at = self._clock() + _PROBE_INTERVAL_S
            if child.backoff.failures >= _MOST_FAILURES_AT_START:
                raise self._failure(child, f"ended {child.backoff.failures} times in a row")
            if self._clock() >= deadline:
                raise self._failure(child, f"did not get ready within {child.spec.timeout_s:g} s")
        return False

    def _check_exit(self, child: Child) -> bool:
        if child.exit_code != 0:
            raise self._failure(child, "ended with an error")
        return True

    def _failure(self, child: Child, what: str) -> StartFailed:
        log_path = self._home / "logs" / f"{child.spec.name}.log"
        last_words = "\n".join(f"    {line}" for line in list(child.recent_lines)[-8:])
        return StartFailed(
            f"Praxis cannot start: {child.spec.name} {what}. Its last lines:\n{last_words}",
            hint=" ".join(filter(None, (child.spec.hint, f"All of its log: {log_path}"))),
        )

    def _turn(self) -> None:
        """Wait a moment for output and let every child do what is due."""
        children = self._all_children()
        with contextlib.suppress(InterruptedError):
            select.select([child for child in children if child.fileno() >= 0], [], [], _TURN_S)
        for child in children:
            child.tend()
        self._write_state()

    def _all_children(self) -> list[Child]:
        return [child for children in self._children for child in children]

    def _write_state(self) -> None:
        pids = {child.spec.name: child.pid for child in self._all_children() if child.pid is not None}
        if pids == self._written:
            return
        # A full disk must not end an instance that works; the next change tries again.
        with contextlib.suppress(OSError):
            write_state(self._home, InstanceState(pid=os.getpid(), url=self._url, children=pids))
            self._written = pids

    def _stop(self) -> None:
        patience = min(self._signals, 1)
        for children in reversed(self._children):
            for child in children:
                child.terminate()
            deadline = self._clock() + max((child.spec.grace_s for child in children), default=0.0)
            while any(child.pid for child in children) and self._clock() < deadline:
                if self._signals > patience:
                    break
                self._turn()
            for child in children:
                child.kill()
        for child in self._all_children():
            child.close()

    @contextlib.contextmanager
    def _listening_to_signals(self) -> Iterator[None]:
        def note(number: int, _frame: FrameType | None) -> None:
            # Only a person repeats Ctrl-C to hurry; a SIGTERM may come twice, to the group and passed on by make.
            self._signals = self._signals + 1 if number == signal.SIGINT else max(self._signals, 1)

        numbers = [signal.SIGINT, signal.SIGTERM]
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup asks to survive the terminal
            numbers.append(signal.SIGHUP)
        previous = {number: signal.signal(number, note) for number in numbers}
        try:
            yield
        finally:
            for number, handler in previous.items():
                signal.signal(number, handler)
