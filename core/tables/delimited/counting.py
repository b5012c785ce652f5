"""What the bytes of a text show, counted beside the reading: no second pass that anything waits for."""

import threading
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

CHUNK_BYTES = 1024 * 1024
"""Fits into the cache of a core, so that several looks at a chunk cost little more than one."""


@dataclass
class ByteCounts:
    """Counts over all bytes of a UTF-8 text."""

    n_line_breaks: int = 0
    n_returns: int = 0
    n_pairs: int = 0
    """Returns before a line break."""
    has_nul: bool = False
    has_quotes: bool = False
    has_underscores: bool = False
    """Below the first line; in a number they would be passed over in silence."""

    @property
    def line_break(self) -> str:
        """The one line break of the text, or empty when there are several kinds or an old one."""
        if not self.n_returns:
            return "\n"
        return "\r\n" if self.n_returns == self.n_pairs == self.n_line_breaks else ""


class ByteCounter:
    """Counts on a thread of its own while the engine, which holds no lock of Python's, reads the same file."""

    def __init__(self, path: Path, *, first_line_bytes: int) -> None:
        """Count the bytes of ``path``, whose first line has so many bytes."""
        self._path = path
        self._first_line_bytes = first_line_bytes
        self._counts = ByteCounts()
        self._failure: OSError | None = None
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._count, name="byte-counter", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._is_over.set()
        self._thread.join()

    def counts(self) -> ByteCounts:
        """All counts, once there are no more bytes.

        Raises:
            OSError: The file cannot be read.
        """
        self._thread.join()
        if self._failure:
            raise self._failure
        return self._counts

    def _count(self) -> None:
        try:
            buffer = bytearray(CHUNK_BYTES)
            values = np.frombuffer(buffer, dtype=np.uint8)
            ends_with_return = False
            start = self._first_line_bytes
            with self._path.open("rb", buffering=0) as file:
                while not self._is_over.is_set() and (size := file.readinto(buffer)):
                    self._add(buffer, values[:size], start)
                    if ends_with_return and buffer[0] == 10:
                        self._counts.n_pairs += 1
                    ends_with_return = buffer[size - 1] == 13
                    start = max(0, start - size)
        except OSError as error:
            self._failure = error

    def _add(self, buffer: bytearray, values: np.ndarray, start: int) -> None:
        """Count in the first ``len(values)`` bytes of ``buffer``; the first line ends at ``start``."""
        counts, size = self._counts, len(values)
        counts.n_line_breaks += int(np.count_nonzero(values == 10))
        counts.has_nul = counts.has_nul or buffer.find(b"\0", 0, size) >= 0
        counts.has_quotes = counts.has_quotes or buffer.find(b'"', 0, size) >= 0
        counts.has_underscores = counts.has_underscores or buffer.find(b"_", start, size) >= 0
        if buffer.find(b"\r", 0, size) >= 0:
            counts.n_returns += int(np.count_nonzero(values == 13))
            counts.n_pairs += buffer.count(b"\r\n", 0, size)
