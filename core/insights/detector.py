"""What a detector declares. One file under ``core/insights/detectors`` is one kind of pattern or problem."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from core.insights.spec import Action, Family, TestEvidence

if TYPE_CHECKING:
    from core.insights.table import InsightTable


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What is told of one discovery; the engine adds how sure it is and how interesting."""

    title: str
    """A few words."""
    statement: str
    """One or two sentences, made with ``core.insights.words.Telling``."""
    numbers: dict[str, float]
    """Every number of the statement, as it is written there."""
    tests: tuple[TestEvidence, ...]
    """Empty for facts that were counted, not tested."""
    picture: dict[str, Any] | None = None
    table: dict[str, list[Any]] = field(default_factory=dict)
    advice: str = ""
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Hypothesis:
    """One question that was put to the data, whatever the answer: each counts when false discoveries are controlled."""

    subject: tuple[str, ...]
    """The columns it is about."""
    p_value: float | None
    """Of a test that is valid for whatever the detector did before; None for a fact that was counted."""
    strength: float = 0.0
    """Size of the effect, 0 to 1, on a scale on which kinds can be compared."""
    is_large: bool = False
    """Whether the effect is worth a person's time. Only then it may be told."""
    tell: Callable[[], Draft] | None = None
    """Made for what is told only, so pictures cost nothing for the rest."""
    topic: frozenset[str] | None = None
    """The columns by which it competes with other findings of its ``Detector.group``; those of ``subject`` for None."""


@dataclass(frozen=True, kw_only=True)
class Detector:
    """Facts about one kind of insight and its function; importing it imports no scientific library."""

    key: str
    """Stable snake-case name; with the columns it is what a kept card is known by."""
    label: str
    """What is looked for, for a person: "Seasons"."""
    family: Family
    looks_for: str
    """In one sentence, for the page that says what is looked for."""
    surprise: float
    """How rarely a person knows it already, 0 to 1: a reversed relation more than a straight line."""
    look: Callable[["InsightTable"], Iterable[Hypothesis]]
    """Every hypothesis that was looked at. Lazy: a generator can be cancelled between two."""
    group: str = ""
    """Detectors of one group compete: of the same columns only the most interesting of them is told."""
    is_slow: bool = False
    """Comes last, so that it is what falls by the wayside when time runs out."""
    most: int = 4
    """At most so many cards of this kind."""
