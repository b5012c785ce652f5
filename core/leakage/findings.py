"""What the leak detector says: findings with their evidence, and what to do about each."""

from typing import Any

from pydantic import Field

from core.types import LearningTask, Severity, Split, Value


class Remedy(Value):
    """What a button changes in the request for a run."""

    label: str
    """What the button says: "Leave out 'refund'"."""
    exclude: tuple[str, ...] = ()
    """Columns to leave out."""
    split: dict[str, Any] = Field(default_factory=dict)
    """Fields of ``SplitParams`` to set."""


class Leak(Value):
    """One suspicion, in words and in numbers."""

    key: str
    """Of the registry of leaks."""
    label: str
    severity: Severity
    columns: tuple[str, ...]
    """The columns at fault; empty when it is the rows."""
    sentence: str
    """What was found, with names and numbers."""
    why: str
    advice: str
    evidence: tuple[dict[str, str | int | float], ...] = ()
    """A small table: rows of plain values by column title."""
    remedy: Remedy | None = None


class CheckedFor(Value):
    """One kind of leak that was looked for."""

    key: str
    label: str
    n_found: int


class LeakReport(Value):
    """All that was found before a training, the most harmful first."""

    dataset_id: str
    name: str
    target: str
    task: LearningTask
    n_rows: int
    """Rows with a target."""
    n_looked: int
    """Rows that were looked at: all, or a fixed part of a large table."""
    n_samples: dict[Split, int]
    """Of the split that was assumed."""
    note: str = ""
    """Why the asked-for split was replaced by a random one, if it was."""
    leaks: tuple[Leak, ...]
    checks: tuple[CheckedFor, ...]
