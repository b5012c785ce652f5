"""What an alert declares. One file under ``core/profiling/alerts/catalog`` is one alert."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from core.profiling.facts import Fix, TableFacts
from core.types import Severity

SERIOUS_SCORE, WARNING_SCORE = 60.0, 25.0
"""Scores from which an alert is serious, or a warning."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One instance of an alert in a table."""

    strength: float
    """How much of its kind's harm it does, in [0, 1]: a gap in every second row more than one in a hundred."""
    columns: tuple[str, ...] = ()
    sentence: str
    """What was found, with names and numbers, for a person who has never heard of it."""
    fix: Fix | None = None
    fix_label: str = ""
    """What the button says: "Remove 3 columns"."""


@dataclass(frozen=True, kw_only=True)
class AlertSpec:
    """Facts about one kind of alert and its function."""

    key: str
    """Stable snake-case name."""
    label: str
    """Two or three words: "Repeated rows"."""
    weight: float
    """What the worst case does to the work, 0 (good to know) to 100 (results mean nothing). An alert's score is this
    times its strength, and the score decides its severity and its place."""
    why: str
    """What happens if nothing is done, in one or two plain sentences."""
    check: Callable[[TableFacts], Iterable[Finding]]
    """What of this kind is in a table; the target is ``facts.target``. Cheap: it looks at the facts alone."""


def severity_of(score: float) -> Severity:
    """How much a score matters."""
    if score >= SERIOUS_SCORE:
        return Severity.SERIOUS
    return Severity.WARNING if score >= WARNING_SCORE else Severity.INFO
