"""Columns with more gaps than values."""

from collections.abc import Iterable

from core.profiling.alerts.spec import AlertSpec, Finding
from core.profiling.alerts.words import drop, features, named
from core.profiling.facts import TableFacts
from core.wording import percent

MOSTLY = 0.5


def check(facts: TableFacts) -> Iterable[Finding]:
    """All of them at once, the emptiest first."""
    columns = [column for column in features(facts) if MOSTLY < column.missing_share < 1]
    columns.sort(key=lambda column: -column.missing_share)
    if columns:
        fix, label = drop(columns)
        yield Finding(
            strength=columns[0].missing_share,
            columns=tuple(column.name for column in columns),
            sentence=f"{named(columns)}: more gaps than values, up to {percent(columns[0].missing_share)} of the rows.",
            fix=fix,
            fix_label=label,
        )


SPEC = AlertSpec(
    key="mostly_missing",
    label="Mostly missing",
    weight=52,
    why="Whatever fills so many gaps is invented. Whether a value is there at all may still tell something.",
    check=check,
)
