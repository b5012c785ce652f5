"""Categories with hardly any rows."""

from collections.abc import Iterable

from core.profiling.alerts.catalog.many_categories import MANY
from core.profiling.alerts.spec import AlertSpec, Finding
from core.profiling.alerts.words import features, looked, named
from core.profiling.facts import ColumnProfile, TableFacts
from core.wording import counted, percent

LEAST = 2
FEWEST_ROWS = 200
MOST_HELD = 0.2


def check(facts: TableFacts) -> Iterable[Finding]:
    """All such columns at once; those with too many categories are told elsewhere."""
    columns = [c for c in features(facts) if _has_rare(c)] if facts.n_rows >= FEWEST_ROWS else []
    columns.sort(key=lambda column: -column.n_rare_values)
    if columns:
        first = columns[0]
        yield Finding(
            strength=min(1.0, first.n_rare_values / 10),
            columns=tuple(column.name for column in columns),
            sentence=f"{named(columns)}: {counted(first.n_rare_values, 'category', 'categories')} of the first hold "
            f"less than 1 % of the rows each, {percent(first.rare_share)} together{looked(facts)}.",
        )


def _has_rare(column: ColumnProfile) -> bool:
    is_few = column.kind == "category" and column.n_distinct <= MANY
    return is_few and column.n_rare_values >= LEAST and column.rare_share <= MOST_HELD


SPEC = AlertSpec(
    key="rare_categories",
    label="Rare categories",
    weight=24,
    why="A model sees a rare category a few times or never, and a mean over so few rows says little. One group for all "
    "of them is often better.",
    check=check,
)
