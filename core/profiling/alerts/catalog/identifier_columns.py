"""Columns that name rows."""

from collections.abc import Iterable

from core.profiling.alerts.spec import AlertSpec, Finding
from core.profiling.alerts.words import drop, features, named
from core.profiling.facts import TableFacts


def check(facts: TableFacts) -> Iterable[Finding]:
    """All of them at once."""
    columns = [column for column in features(facts) if column.kind == "identifier"]
    if columns:
        fix, label = drop(columns)
        verb = "has its" if len(columns) == 1 else "have their"
        yield Finding(
            strength=1.0,
            columns=tuple(column.name for column in columns),
            sentence=f"{named(columns)} {verb} own value in nearly every row, like a number on a ticket.",
            fix=fix,
            fix_label=label,
        )


SPEC = AlertSpec(
    key="identifier_columns",
    label="Identifiers",
    weight=22,
    why="An identifier says which row it is, not what it is like. Training leaves it out; charts and tests should, "
    "too.",
    check=check,
)
