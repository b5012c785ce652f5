"""Plotly figures as plain JSON: panels, colours, axes, and names that are shown and never obeyed."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from core.wording import short

Trace = dict[str, Any]
Figure = dict[str, Any]
Row = dict[str, Any]

COLORS = (
    "#1b8fae",
    "#d9691a",
    "#8f63d6",
    "#7a5640",
    "#c2477f",
    "#7f9a2d",
    "#4a66c4",
    "#b08a1e",
    "#3b9478",
    "#b0574d",
)
"""They read on white and on the dark page alike; the pages put the theme's own in the place of the first ones."""
REST_COLOR = "#8b98a1"
"""Of the categories "Other" and "Missing"."""
TEMPLATES = frozenset({"hovertemplate", "texttemplate"})
"""Written by us, with tags of ours; names in them go through ``in_template``."""
_TAG_CHARACTERS = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def in_template(name: str) -> str:
    """A name inside a hover text: no tag, and no placeholder of Plotly."""
    return short(name).translate(_TAG_CHARACTERS).replace("%{", "%&#123;")


def safe(value: Any) -> Any:
    """``value`` with every text in it free of tags that Plotly would obey."""
    if isinstance(value, str):
        return value.translate(_TAG_CHARACTERS)
    if isinstance(value, dict):
        return {key: each if key in TEMPLATES else safe(each) for key, each in value.items()}
    return [safe(each) for each in value] if isinstance(value, list | tuple) else value


def color_of(place: int, name: str = "") -> str:
    """The colour of the series at ``place``."""
    if name.startswith(("Other", "Missing")):
        return REST_COLOR
    return COLORS[place % len(COLORS)]


def axis(title: str, **more: Any) -> dict[str, Any]:
    """An axis with a title."""
    return {"title": {"text": short(title)}, **more}


def category_axis(title: str, names: Sequence[str], **more: Any) -> dict[str, Any]:
    """An axis of categories in this order, their long names cut for the eye only."""
    unique = list(dict.fromkeys(names))
    return axis(
        title,
        type="category",
        categoryorder="array",
        categoryarray=unique,
        tickmode="array",
        tickvals=unique,
        ticktext=[short(name, 24) for name in unique],
        **more,
    )


def in_order(names: Sequence[str]) -> list[str]:
    """Categories as an axis shows them: numbers by size, others as they come; the rest and the missing stay last.

    Example:
        >>> in_order(["10", "9", "Other"]), in_order(["b", "a"])
        (['9', '10', 'Other'], ['b', 'a'])
    """
    last = [name for name in names if name.startswith(("Other", "Missing"))]
    first = [name for name in names if name not in last]
    is_numbers = all(name.lstrip("-").isdecimal() for name in first)
    return [*(sorted(first, key=int) if is_numbers else first), *last]


def pick(rows: Sequence[Row], name: str) -> list[Any]:
    """One column of some rows."""
    return [row[name] for row in rows]


def series(rows: Sequence[Row], order: Sequence[str]) -> list[tuple[int, str, list[Row]]]:
    """Rows by colour: the place of the colour, its name, its rows. One nameless series without colours."""
    if not rows or "color" not in rows[0]:
        return [(0, "", list(rows))]
    found = [(place, name, [row for row in rows if row["color"] == name]) for place, name in enumerate(order)]
    return [each for each in found if each[2]]


def panels(
    rows: Sequence[Row],
    draw: Callable[[list[Row]], list[Trace]],
    *,
    title: str,
    x: dict[str, Any],
    y: dict[str, Any],
    facets: Sequence[str] = (),
    facet_title: str = "",
    layout: Mapping[str, Any] | None = None,
) -> Figure:
    """One panel, or one for each facet with the same axes.

    Args:
        rows: The small table.
        draw: Makes the traces of one panel from its rows.
        title: What is shown.
        x: The horizontal axis.
        y: The vertical axis.
        facets: Values of ``facet``, in order.
        facet_title: The column that divides the panels.
        layout: More of the layout.
    """
    base: dict[str, Any] = {"title": {"text": short(title, 90)}, **(layout or {})}
    names = in_order([name for name in facets if any(row.get("facet") == name for row in rows)])
    if not names:
        return {"data": _with_legend(draw(list(rows))), "layout": {**base, "xaxis": x, "yaxis": y}}
    across = min(3, len(names))
    down = math.ceil(len(names) / across)
    data: list[Trace] = []
    annotations = []
    for number, name in enumerate(names):
        suffix = "" if number == 0 else str(number + 1)
        column, line = number % across, number // across
        left, right = column / across + 0.02 * (column > 0), (column + 1) / across - 0.02
        top, bottom = 1 - line / down - 0.06, 1 - (line + 1) / down + 0.04
        is_lowest = line == down - 1 or number + across >= len(names)
        base[f"xaxis{suffix}"] = {**_inner(x, is_outer=is_lowest), "domain": [left, right], "anchor": f"y{suffix}"}
        base[f"yaxis{suffix}"] = {**_inner(y, is_outer=column == 0), "domain": [bottom, top], "anchor": f"x{suffix}"}
        if column != (across - 1) // 2:
            base[f"xaxis{suffix}"]["title"] = {"text": ""}
        if line != (down - 1) // 2:
            base[f"yaxis{suffix}"]["title"] = {"text": ""}
        for own, first in ((x, "x"), (y, "y")):
            # Axes with a range of their own are equal already; to match them as well makes Plotly lose the other axis.
            if number and "range" not in own:
                base[f"{first}axis{suffix}"]["matches"] = first
        for trace in draw([row for row in rows if row.get("facet") == name]):
            data.append({**trace, "xaxis": f"x{suffix}", "yaxis": f"y{suffix}"})
        annotations.append(
            {
                "text": short(f"{facet_title}: {name}" if number == 0 else name, 28),
                "x": left,
                "y": top,
                "xref": "paper",
                "yref": "paper",
                "xanchor": "left",
                "yanchor": "bottom",
                "showarrow": False,
                "font": {"size": 12},
            }
        )
    height = {1: 380, 2: 560}.get(down, 260 * down)
    return {"data": _with_legend(data), "layout": {"height": height, **base, "annotations": annotations}}


def _inner(own: dict[str, Any], *, is_outer: bool) -> dict[str, Any]:
    """An axis of one panel: only the outer ones carry names."""
    return own if is_outer else {**own, "title": {"text": ""}, "showticklabels": False}


def _with_legend(data: list[Trace]) -> list[Trace]:
    """Each named series once in the legend."""
    seen: set[str] = set()
    for trace in data:
        name = trace.get("name", "")
        if not name or "showlegend" in trace:
            continue
        trace["legendgroup"] = name
        trace["showlegend"] = name not in seen
        seen.add(name)
    return data


def legend(title: str | None) -> dict[str, Any]:
    """The layout of a legend for the column ``title``; nothing without one."""
    if title is None:
        return {}
    return {"showlegend": True, "legend": {"title": {"text": short(title, 24)}, "itemsizing": "constant"}}


def empty(title: str, text: str) -> Figure:
    """A figure that says why there is nothing in it."""
    hidden = {"visible": False}
    note = {"text": text, "x": 0.5, "y": 0.5, "xref": "paper", "yref": "paper", "showarrow": False}
    return {
        "data": [],
        "layout": {"title": {"text": short(title, 90)}, "xaxis": hidden, "yaxis": hidden, "annotations": [note]},
    }
