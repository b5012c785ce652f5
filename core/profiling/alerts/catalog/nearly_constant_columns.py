"""Columns in which one value fills nearly every row."""

from collections.abc import Iterable

from core.profiling.alerts.spec import AlertSpec, Finding
from core.profiling.alerts.words import features, looked, named
from core.profiling.facts import ColumnProfile, TableFacts
from core.wording import percent

SHARE = 0.98


def check(facts: TableFacts) -> Iterable[Finding]:
    """All of them at once, led by the one with the largest share."""
    columns = [c for c in features(facts) if c.kind not in ("constant", "empty") and _top_share(c) >= SHARE]
    columns.sort(key=_top_share, reverse=True)
    if columns:
        first = columns[0]
        yield Finding(
            strength=(_top_share(first) - SHARE) / (1 - SHARE) * 0.5 + 0.5,
            columns=tuple(column.name for column in columns),
            sentence=f"{named(columns)}: one value fills nearly every row. In the first it is "
            f"{first.top_values[0].value!r} with {percent(_top_share(first))}{looked(facts)}.",
        )


def _top_share(column: ColumnProfile) -> float:
    return column.top_values[0].count / column.n_looked if column.top_values and column.n_looked else 0.0


SPEC = AlertSpec(
    key="nearly_constant_columns",
    label="Nearly one value",
    weight=24,
    why="With so few exceptions a model learns little from it, and after a split the exceptions may all be in one "
    "part.",
    check=check,
)
