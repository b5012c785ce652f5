"""Columns without any value."""

from collections.abc import Iterable

from core.profiling.alerts.spec import AlertSpec, Finding
from core.profiling.alerts.words import drop, named
from core.profiling.facts import TableFacts


def check(facts: TableFacts) -> Iterable[Finding]:
    """All of them at once."""
    columns = [column for column in facts.columns if column.kind == "empty"]
    if columns:
        fix, label = drop(columns)
        verb = "holds" if len(columns) == 1 else "hold"
        yield Finding(
            strength=1.0,
            columns=tuple(column.name for column in columns),
            sentence=f"{named(columns)} {verb} no value at all.",
            fix=fix,
            fix_label=label,
        )


SPEC = AlertSpec(
    key="empty_columns",
    label="Empty columns",
    weight=30,
    why="An empty column tells nothing and only takes room in tables, charts and models.",
    check=check,
)
