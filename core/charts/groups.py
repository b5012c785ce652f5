"""Categories: the most frequent values by name, the rest as one, the missing as another when asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.charts.table import ChartTable, View
from core.expressions.quoting import name_sql, value_sql
from core.types import Column

OTHER, MISSING = "Other", "Missing"
MOST_COLORS = 8
MOST_FACETS = 8


@dataclass(frozen=True, kw_only=True)
class Grouping:
    """How the values of one column become categories."""

    name: str
    """Its part in the frame: x, color, facet."""
    column: Column
    kept: tuple[Any, ...]
    """The values with a category of their own, most frequent first."""
    has_other: bool
    order: tuple[str, ...]
    """The categories in the order in which they are drawn."""

    @property
    def sql(self) -> tuple[str, str]:
        """What to group by: the value if it is kept, and whether it is one of the rest."""
        cell = name_sql(self.column.name)
        if not self.has_other:
            return cell, "false"
        kept = ", ".join(value_sql(value, self.column.type) for value in self.kept)
        return f"CASE WHEN {cell} IN ({kept}) THEN {cell} END", f"({cell} IS NOT NULL AND {cell} NOT IN ({kept}))"

    def label(self, value: Any, is_other: bool) -> str:
        """The category of one group that ``sql`` has made."""
        if is_other:
            return apart(OTHER, self.kept)
        return apart(MISSING, self.kept) if value is None else category_text(value)

    @property
    def remark(self) -> str:
        """What is not shown under its own name; empty when everything is."""
        if not self.has_other:
            return ""
        shown = f"The {len(self.kept)} most frequent values of {self.column.name} are shown"
        return f"{shown}, the rest as {apart(OTHER, self.kept)}."


def find_groups(
    table: ChartTable, view: View, name: str, column: str | None, *, top: int, show_missing: bool = False
) -> Grouping | None:
    """The categories of ``column`` in ``view``; None without a column."""
    if column is None:
        return None
    cell = name_sql(column)
    counted = table.rows(
        f"SELECT {cell}, count(*) AS n FROM ({view.sql}) WHERE {cell} IS NOT NULL GROUP BY {cell} "
        f"ORDER BY n DESC, {cell} LIMIT {top + 1}"
    )
    kept = tuple(row[0] for row in counted[:top])
    has_other = len(counted) > top
    order = [category_text(value) for value in kept]
    order += [apart(OTHER, kept)] if has_other else []
    order += [apart(MISSING, kept)] if show_missing else []
    return Grouping(name=name, column=table.columns[column], kept=kept, has_other=has_other, order=tuple(order))


def group_sql(groupings: Sequence[Grouping | None]) -> list[str]:
    """The expressions to group by: two for each grouping that there is."""
    return [expression for grouping in groupings if grouping for expression in grouping.sql]


def named(groupings: Sequence[Grouping | None], row: Sequence[Any]) -> dict[str, str]:
    """The categories at the start of a row that was grouped by ``group_sql``, by part."""
    present = [grouping for grouping in groupings if grouping]
    return {g.name: g.label(row[2 * i], row[2 * i + 1]) for i, g in enumerate(present)}


def place(groupings: Sequence[Grouping | None], labels: dict[str, str]) -> tuple[int, ...]:
    """Where a row with these categories comes among the others."""
    return tuple(grouping.order.index(labels[grouping.name]) for grouping in groupings if grouping)


def width(groupings: Sequence[Grouping | None]) -> int:
    """How many cells at the start of a row are for the groupings."""
    return 2 * sum(1 for grouping in groupings if grouping)


def remarks(groupings: Sequence[Grouping | None]) -> tuple[str, ...]:
    """What is not shown under its own name."""
    return tuple(grouping.remark for grouping in groupings if grouping and grouping.has_other)


def category_text(value: Any) -> str:
    """A value as the name of a category."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def apart(word: str, kept: Sequence[Any]) -> str:
    """``word``, or a longer one when a value is called so."""
    names = {category_text(value) for value in kept}
    while word in names:
        word += " (rest)"
    return word
