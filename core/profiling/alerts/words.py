"""Sentences and steps that several alerts share."""

from collections.abc import Sequence

from core.profiling.facts import ColumnProfile, Fix, TableFacts
from core.tables.detection import shorten
from core.tables.names import listed


def named(columns: Sequence[ColumnProfile]) -> str:
    """The first few columns by name, and how many more there are."""
    return listed([shorten(column.name) for column in columns])


def percent(share: float) -> str:
    """A share as a percentage; never 0 % for something, never 100 % for less than all.

    Example:
        >>> percent(0.256), percent(0.0001), percent(0.9999), percent(0.031), percent(1.0)
        ('26 %', '<0.1 %', '>99.9 %', '3.1 %', '100 %')
    """
    value = 100 * share
    if 0 < value < 0.1:
        return "<0.1 %"
    if 99.9 < value < 100:
        return ">99.9 %"
    is_whole = 10 <= value < 99 or value in (0.0, 100.0)
    return f"{value:.0f} %" if is_whole else f"{value:.1f} %"


def counted(n: int, singular: str, plural: str = "") -> str:
    """A number and the word for what was counted.

    Example:
        >>> counted(1, "row"), counted(1200, "row"), counted(2, "category", "categories")
        ('1 row', '1,200 rows', '2 categories')
    """
    return f"{n:,} {singular if n == 1 else plural or singular + 's'}"


def looked(facts: TableFacts) -> str:
    """Behind a figure of a sample: where it comes from."""
    return f" (in {facts.n_looked:,} rows that were looked at)" if facts.is_sampled else ""


def features(facts: TableFacts) -> list[ColumnProfile]:
    """The columns other than the target."""
    return [column for column in facts.columns if column.name != facts.target]


def drop(columns: Sequence[ColumnProfile]) -> tuple[Fix, str]:
    """The step that removes columns, and the words for its button."""
    names = [column.name for column in columns]
    label = f"Remove {shorten(names[0])}" if len(names) == 1 else f"Remove {len(names)} columns"
    return Fix(step="drop_columns", params={"columns": names}), label
