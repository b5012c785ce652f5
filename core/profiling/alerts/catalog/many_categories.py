"""Categories that are too many."""

from collections.abc import Iterable

from core.profiling.alerts.spec import AlertSpec, Finding
from core.profiling.alerts.words import features, named
from core.profiling.facts import TableFacts
from core.wording import counted

MANY = 50


def check(facts: TableFacts) -> Iterable[Finding]:
    """All such columns at once, the one with the most first."""
    columns = [column for column in features(facts) if column.kind == "category" and column.n_distinct > MANY]
    columns.sort(key=lambda column: -column.n_distinct)
    if columns:
        about = "" if columns[0].is_distinct_exact else "about "
        yield Finding(
            strength=0.6 + 0.4 * min(1.0, columns[0].n_distinct / 1_000),
            columns=tuple(column.name for column in columns),
            sentence=f"{named(columns)}: up to {about}{counted(columns[0].n_distinct, 'different value')}.",
        )


SPEC = AlertSpec(
    key="many_categories",
    label="Many categories",
    weight=34,
    why="A column of its own for each category makes a wide and slow table, and most categories have too few rows to "
    "learn from. Group the rare ones, or use a coarser column.",
    check=check,
)
