"""Sentences and steps that several alerts share."""

from collections.abc import Sequence

from core.profiling.facts import ColumnProfile, Fix, TableFacts
from core.tables.detection import shorten
from core.tables.names import listed


def named(columns: Sequence[ColumnProfile]) -> str:
    """The first few columns by name, and how many more there are."""
    return listed([shorten(column.name) for column in columns])


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
