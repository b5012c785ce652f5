"""Waiting for the items of a slow source, and being able to stop waiting.

A socket can only be told how long one read may last: a server that sends a byte now and then keeps a reader for ever.
So the source is walked in a thread of its own, and whoever waits looks at the clock.
"""

import queue
import threading
import time
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

T = TypeVar("T")

SLICE_S = 0.1
"""How often somebody who waits is asked whether it is still worth it."""
ROOM = 64
"""Items that may wait to be taken before the source is left to wait."""


class TookTooLong(Exception):
    """The next item did not come within the limit."""


class Waiting(Generic[T]):
    """An iterator over what ``open_source`` gives. ``close`` lets go of it; it ends at its next item or time-out."""

    def __init__(self, open_source: Callable[[], Iterator[T]], *, check: Callable[[], None]) -> None:
        """Starts at once. ``check`` is called while waiting and raises when the answer is not wanted any more."""
        self._open_source = open_source
        self._check = check
        self._items: queue.Queue[tuple[str, T | BaseException | None]] = queue.Queue(ROOM)
        self._is_over = threading.Event()
        threading.Thread(target=self._walk, name="language model", daemon=True).start()

    def take(self, limit_s: float) -> T:
        """The next item.

        Raises:
            StopIteration: There is none any more.
            TookTooLong: It did not come in time.
            Exception: Whatever the source raised, or ``check``.
        """
        deadline = time.monotonic() + limit_s
        while True:
            self._check()
            left_s = deadline - time.monotonic()
            try:
                kind, item = self._items.get(timeout=max(0.0, min(SLICE_S, left_s)))
            except queue.Empty:
                if left_s <= 0:
                    raise TookTooLong from None
                continue
            if kind == "end":
                raise StopIteration
            if kind == "error":
                assert isinstance(item, BaseException)
                raise item
            return item  # type: ignore[return-value]  # "item" goes with a T

    def close(self) -> None:
        """Want nothing more."""
        self._is_over.set()

    def _walk(self) -> None:
        try:
            source = self._open_source()
            try:
                for item in source:
                    if not self._put("item", item):
                        return
            finally:
                close = getattr(source, "close", None)
                if close is not None:
                    close()
        except Exception as error:  # noqa: BLE001 - raised again in the thread that waits
            self._put("error", error)
        else:
            self._put("end", None)

    def _put(self, kind: str, item: T | BaseException | None) -> bool:
        while not self._is_over.is_set():
            try:
                self._items.put((kind, item), timeout=SLICE_S)
            except queue.Full:
                continue
            return True
        return False
