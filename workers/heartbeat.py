"""Says that a job lives and how far it is, from a thread, and hears from there when it is to end."""

import logging
import threading
from collections.abc import Callable
from types import TracebackType

from core.errors import Conflict, Unavailable
from workers.edge import Cancelled, Displaced

logger = logging.getLogger(__name__)

REPORT_INTERVAL_S = 0.5

Write = Callable[[float, str], bool]
"""Stores progress and stage with the time; whether a person asked to cancel. Raises Conflict when the row has moved on,
Unavailable when the database does not answer."""


class Heartbeat:
    """Keeps the latest progress of one job and writes it twice a second: an engine may say nothing for a long while."""

    def __init__(self, write: Write, *, what: str) -> None:
        self._write = write
        self._what = what
        self._latest = (0.0, "Starting")
        self._is_displaced = False
        self._is_cancelled = False
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._loop, name="heartbeat", daemon=True)

    def __enter__(self) -> "Heartbeat":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def report(self, fraction: float, stage: str) -> None:
        """Note where the job stands; ends it when another attempt has taken over or a person has cancelled it."""
        self._latest = (fraction, stage)
        if self._is_displaced:
            raise Displaced
        if self._is_cancelled:
            raise Cancelled

    def _loop(self) -> None:
        while not self._over.wait(REPORT_INTERVAL_S) and not self._is_displaced:
            try:
                self._is_cancelled = self._write(*self._latest) or self._is_cancelled
            except Conflict:
                self._is_displaced = True
            except Unavailable as error:
                logger.warning("%s: %s", self._what, error.message)
