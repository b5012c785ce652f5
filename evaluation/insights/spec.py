"""What a finder of insights declares. One file under ``evaluation/insights/<scope>`` is one finder."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from core.insights.spec import Finding
from core.types import SUPERVISED, LearningTask

E = TypeVar("E")


@dataclass(frozen=True, kw_only=True)
class Finder(Generic[E]):
    """Facts about a finder and its one function, which looks at the evidence of its scope."""

    key: str
    """The ``kind`` of its findings; stable, since stored cards carry it."""
    label: str
    """What it looks for: "Weak slices"."""
    look: Callable[[E], Iterable[Finding]]
    """Pure but for the evidence's own reading; heavy imports live inside. The same evidence gives the same findings."""
    meaning: str
    """What is behind it, for the docs and for a person who asks."""
    tasks: frozenset[LearningTask] = SUPERVISED
    """The tasks whose runs it can say something of; of no matter for the workspace."""
    is_costly: bool = False
    """Whether it trains or scores anew, and is left out where that would take too long."""
