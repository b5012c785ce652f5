"""Charts that are divided by colour and into panels: their categories and what follows from them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from core.charts.drawing import Figure, Row, Trace, legend, panels, series
from core.charts.fields import DividedParams
from core.charts.groups import (
    MOST_COLORS,
    MOST_FACETS,
    Grouping,
    find_groups,
    group_sql,
    named,
    place,
    remarks,
    width,
)
from core.charts.spec import Frame
from core.charts.table import ChartTable, View


@dataclass(frozen=True, kw_only=True)
class Divided:
    """A view with the categories by which it is divided."""

    table: ChartTable
    view: View
    groupings: tuple[Grouping | None, ...]
    """Facet, colour, and what the chart adds, in the order of the columns of its frame."""

    def aggregate(self, keys: Sequence[str], values: Sequence[str]) -> list[tuple[dict[str, str], list[Any]]]:
        """Group the view and aggregate it.

        Args:
            keys: More expressions to group by.
            values: Aggregates.

        Returns:
            For each group its categories, and the values of ``keys`` and ``values``; in the order of the categories,
            then of the keys.
        """
        parts = [*group_sql(self.groupings), *keys]
        by = ", ".join(str(number + 1) for number in range(len(parts)))
        group_by = f" GROUP BY {by}" if parts else ""
        found = self.table.rows(f"SELECT {', '.join([*parts, *values])} FROM ({self.view.sql}){group_by}")
        return self.shape(found, len(keys)) if self.view.n_used else []

    def shape(self, found: Sequence[tuple[Any, ...]], n_keys: int) -> list[tuple[dict[str, str], list[Any]]]:
        """Rows that start with what ``group_sql`` gave, as ``aggregate`` returns them."""
        start = width(self.groupings)
        rows = [(named(self.groupings, row), list(row[start:])) for row in found]
        rows.sort(key=lambda row: (place(self.groupings, row[0]), tuple(row[1][:n_keys])))
        return rows

    def frame(self, data: dict[str, list[Any]], *, extra_remarks: Sequence[str] = (), **more: Any) -> Frame:
        """A frame that speaks for the view."""
        facts = {**self.orders, **more.pop("facts", {})}
        return Frame(
            data=data,
            n_filtered=self.view.n_filtered,
            n_used=self.view.n_used,
            facts=facts,
            remarks=(*remarks(self.groupings), *extra_remarks),
            **more,
        )

    @property
    def orders(self) -> dict[str, tuple[str, ...]]:
        """The order of each grouping's categories."""
        return {f"{grouping.name}_order": grouping.order for grouping in self.groupings if grouping}


def divide(
    table: ChartTable,
    params: DividedParams,
    needed: Sequence[str | None],
    *,
    also: Sequence[str | None] = (),
    where: str = "",
    more: Callable[[View], Sequence[Grouping | None]] = lambda _: (),
) -> Divided:
    """The rows for ``params`` and their categories."""
    dividers = (params.facet, params.color)
    required, optional = ([], [*dividers]) if params.show_missing else ([*dividers], [])
    view = table.view(params.filters, [*needed, *required], also=[*also, *optional], where=where)
    facet = find_groups(table, view, "facet", params.facet, top=MOST_FACETS, show_missing=params.show_missing)
    color = find_groups(table, view, "color", params.color, top=MOST_COLORS, show_missing=params.show_missing)
    return Divided(table=table, view=view, groupings=(facet, color, *more(view)))


def columns(rows: Sequence[tuple[dict[str, str], list[Any]]], names: Sequence[str]) -> dict[str, list[Any]]:
    """Rows of ``Divided.aggregate`` as columns: the categories, then ``names``."""
    labels = list(rows[0][0]) if rows else []
    data: dict[str, list[Any]] = {label: [row[0][label] for row in rows] for label in labels}
    return data | {name: [row[1][number] for row in rows] for number, name in enumerate(names)}


def divided_figure(
    params: DividedParams,
    frame: Frame,
    draw: Callable[[int, str, list[Row]], list[Trace]],
    *,
    title: str,
    x: dict[str, Any],
    y: dict[str, Any],
    layout: dict[str, Any] | None = None,
) -> Figure:
    """Panels by facet with one call of ``draw`` (place of the colour, its name, its rows) for each colour in each."""

    def traces(rows: list[Row]) -> list[Trace]:
        return [
            trace
            for number, name, some in series(rows, frame.facts.get("color_order", ()))
            for trace in draw(number, name, some)
        ]

    return panels(
        frame.rows(),
        traces,
        title=title,
        x=x,
        y=y,
        facets=frame.facts.get("facet_order", ()),
        facet_title=params.facet or "",
        layout={**legend(params.color), **(layout or {})},
    )
