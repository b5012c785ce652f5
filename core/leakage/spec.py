"""What a kind of leak declares. One file under ``core/leakage/catalog`` is one kind."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from core.leakage.findings import Remedy
from core.leakage.table import LeakTable
from core.types import Severity

Cell = str | int | float


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One instance of a leak in a table."""

    severity: Severity
    """Serious: results mean nothing as it is. Warning: they are likely too good. Info: a question to ask oneself."""
    columns: tuple[str, ...] = ()
    """The columns at fault; empty when it is the rows."""
    sentence: str
    """What was found, with names and numbers, for a person who has never heard of it."""
    evidence: tuple[dict[str, Cell], ...] = ()
    """The numbers as a small table, a dozen rows at most."""
    remedy: Remedy | None = None


@dataclass(frozen=True, kw_only=True)
class LeakSpec:
    """Facts about one kind of leak and its function; importing it imports no learning library."""

    key: str
    """Stable snake-case name."""
    label: str
    """Two or three words: "Copy of the target"."""
    why: str
    """What happens if nothing is done, in one or two plain sentences."""
    advice: str
    """What to do, beside the button."""
    check: Callable[[LeakTable], Iterable[Finding]]
    """What of this kind is in a table. Looks at targets of training rows only; a tenth of a second or two."""
    covered_by: frozenset[str] = frozenset()
    """Kinds that say the same of a column more sharply: where one of them has spoken, this one keeps silent."""
