"""The answer of every computation that looks for insights: what was found, and how much was looked at."""

from core.insights.spec import Finding
from core.types import Value


class LookedFor(Value):
    """One kind of insight that was looked for."""

    key: str
    """Of its registry."""
    label: str
    """What it was looked for, for a person: "Trends over time"."""
    n_looked: int = 0
    """How many columns, pairs, groups or tests were looked at."""
    n_found: int = 0
    seconds: float = 0.0


class InsightReport(Value):
    """All that was found, the most interesting first, and all that was looked at: nothing found is an answer too."""

    findings: tuple[Finding, ...]
    looked: tuple[LookedFor, ...]
    n_tests: int = 0
    """Tests that the control of false discoveries counts."""
    notices: tuple[str, ...] = ()
    """Sentences on what was left out, and why."""
