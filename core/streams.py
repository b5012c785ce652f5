"""Text that grows while work is under way, for whoever watches. It may be lost; the result is kept elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A stretch of growing text."""

    position: str
    """Where it stands in its stream: what to read on after. Opaque."""
    text: str
    is_start: bool = False
    """Whether the text begins anew here: an earlier attempt was given up, and what it said does not count."""


class TextStream(Protocol):
    """Growing texts by key. None of its methods raises: a lost stream costs the watching, never the work."""

    def start(self, key: str) -> None:
        """Begin the text of ``key`` anew."""
        ...

    def append(self, key: str, text: str) -> None:
        """Add to the text of ``key``. Old stretches go when there are very many; all go after a while."""
        ...

    def read(self, key: str, after: str = "", *, wait_s: float = 0.0) -> Sequence[Piece] | None:
        """What came after a position, the oldest first; from the beginning without one.

        Args:
            key: Of the text.
            after: ``Piece.position`` of the last one that is known.
            wait_s: How long to wait for something, when there is nothing yet.

        Returns:
            None when nothing can be said, because the store does not answer; empty when nothing has come.
        """
        ...

    def forget(self, key: str) -> None:
        """Drop the text of ``key``."""
        ...


class Silence:
    """A ``TextStream`` that keeps nothing."""

    def start(self, key: str) -> None:
        """See ``TextStream.start``."""

    def append(self, key: str, text: str) -> None:
        """See ``TextStream.append``."""

    def read(self, key: str, after: str = "", *, wait_s: float = 0.0) -> Sequence[Piece] | None:
        """See ``TextStream.read``."""
        del key, after, wait_s
        return None

    def forget(self, key: str) -> None:
        """See ``TextStream.forget``."""


def joined(pieces: Sequence[Piece], before: str = "") -> str:
    """``before`` with ``pieces``: what stands there after them."""
    text = before
    for piece in pieces:
        text = "" if piece.is_start else text + piece.text
    return text
