"""Small pictures of findings: Plotly figures as plain dictionaries, with the colours of the other charts."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from core.charts.drawing import COLORS, REST_COLOR, axis, safe
from core.wording import short

Figure = dict[str, Any]
Table = dict[str, list[Any]]
FloatArray = npt.NDArray[np.float64]

HEIGHT = 240
MOST_POINTS = 300
SEED = 7
MAIN, WARM, REST = COLORS[0], COLORS[1], REST_COLOR


def figure(title: str, data: list[dict[str, Any]], x: str, y: str, **layout: Any) -> Figure:
    """A small figure with titled axes; no text in it is obeyed as a tag."""
    base: dict[str, Any] = {
        "title": {"text": short(title, 60)},
        "height": HEIGHT,
        "margin": {"l": 48, "r": 12, "t": 36, "b": 40},
        "showlegend": False,
        "xaxis": axis(short(x, 30)),
        "yaxis": axis(short(y, 30)),
    }
    found: Figure = safe({"data": data, "layout": {**base, **layout}})
    return found


def sampled(*columns: FloatArray, most: int = MOST_POINTS) -> list[list[float]]:
    """The same few rows of each column, those without a gap, as lists."""
    keep = np.flatnonzero(np.all([np.isfinite(each) for each in columns], axis=0))
    if len(keep) > most:
        keep = np.sort(np.random.default_rng(SEED).choice(keep, most, replace=False))
    return [[plain(value) for value in each[keep]] for each in columns]


def plain(value: Any) -> float:
    """A number with six significant digits, for a small JSON."""
    return float(f"{float(value):.6g}")


def scatter(
    title: str, x_name: str, y_name: str, x: FloatArray, y: FloatArray, line: tuple[Any, Any] | None = None
) -> tuple[Figure, Table]:
    """Points, with a line through them if one is given."""
    xs, ys = sampled(x, y)
    data: list[dict[str, Any]] = [
        {"type": "scatter", "mode": "markers", "x": xs, "y": ys, "marker": {"color": MAIN, "size": 4, "opacity": 0.5}}
    ]
    if line is not None:
        data.append(_line([plain(v) for v in line[0]], [plain(v) for v in line[1]], WARM))
    return figure(title, data, x_name, y_name), {unique(x_name, ()): xs, unique(y_name, (x_name,)): ys}


def bars(
    title: str, x_name: str, y_name: str, labels: Sequence[str], heights: Sequence[float], marked: Sequence[int] = ()
) -> tuple[Figure, Table]:
    """One bar for each category; marked ones stand out."""
    values = [plain(height) for height in heights]
    colors = [WARM if place in marked else MAIN for place in range(len(values))]
    trace = {"type": "bar", "x": list(labels), "y": values, "marker": {"color": colors}}
    ticks = {"type": "category", "tickmode": "array", "tickvals": list(labels)}
    x_axis = axis(short(x_name, 30), ticktext=[short(label, 16) for label in labels], **ticks)
    found = figure(title, [trace], x_name, y_name, xaxis=safe(x_axis))
    return found, {unique(x_name, ()): list(labels), unique(y_name, (x_name,)): values}


def lines(
    title: str,
    x_name: str,
    y_name: str,
    x: Sequence[Any],
    series: Mapping[str, Sequence[float] | FloatArray],
    **layout: Any,
) -> tuple[Figure, Table]:
    """One line a series, directly named by the legend where there are several."""
    data, table = [], {unique(x_name, ()): list(x)}
    for place, (label, values) in enumerate(series.items()):
        numbers = [None if not np.isfinite(value) else plain(value) for value in values]
        data.append({**_line(list(x), numbers, COLORS[place % len(COLORS)]), "name": short(label, 24)})
        table[unique(label, tuple(table))] = numbers
    return figure(title, data, x_name, y_name, showlegend=len(series) > 1, **layout), table


def histogram(title: str, x_name: str, values: FloatArray, n_bins: int = 40) -> tuple[Figure, Table]:
    """How often values fall into bins of equal width."""
    known = values[np.isfinite(values)]
    counts, edges = np.histogram(known, bins=n_bins)
    middle = [plain(value) for value in (edges[1:] + edges[:-1]) / 2]
    trace = {"type": "bar", "x": middle, "y": counts.tolist(), "marker": {"color": MAIN}}
    found = figure(title, [trace], x_name, "Rows", bargap=0.05)
    return found, {unique(x_name, ()): middle, unique("Rows", (x_name,)): counts.tolist()}


def heat(
    title: str, x_name: str, y_name: str, x: Sequence[str], y: Sequence[str], z: FloatArray
) -> tuple[Figure, Table]:
    """A shaded table of numbers; ``z`` has shape (len(y), len(x))."""
    cells = [[plain(value) if np.isfinite(value) else None for value in row] for row in z]
    trace = {
        "type": "heatmap",
        "x": [short(each, 16) for each in x],
        "y": [short(each, 16) for each in y],
        "z": cells,
        "colorscale": [[0, "rgba(27,143,174,0.08)"], [1, MAIN]],
        "showscale": False,
    }
    table: Table = {unique(y_name, ()): list(y)}
    for place, label in enumerate(x):
        table[unique(label, tuple(table))] = [row[place] for row in cells]
    return figure(title, [trace], x_name, y_name), table


def marked_points(
    title: str, x_name: str, y_name: str, x: Sequence[Any], y: FloatArray, marked: npt.NDArray[np.bool_]
) -> tuple[Figure, Table]:
    """Points of which some stand out; all marked ones are shown, and some of the others."""
    places = np.flatnonzero(~marked)
    if len(places) > MOST_POINTS:
        places = np.random.default_rng(SEED).choice(places, MOST_POINTS, replace=False)
    places = np.sort(np.concatenate([places, np.flatnonzero(marked)[:100]]))
    xs, ys = [x[int(place)] for place in places], [plain(y[place]) for place in places]
    is_marked = [bool(marked[place]) for place in places]
    marker = {
        "color": [WARM if each else MAIN for each in is_marked],
        "size": [8 if each else 4 for each in is_marked],
        "opacity": 0.7,
    }
    data = [{"type": "scatter", "mode": "markers", "x": xs, "y": ys, "marker": marker}]
    table = {unique(x_name, ()): xs, unique(y_name, (x_name,)): ys}
    return figure(title, data, x_name, y_name), {**table, unique("Stands out", tuple(table)): is_marked}


def unique(name: str, taken: Sequence[str]) -> str:
    """A column title that is not taken yet."""
    found = short(name) or "Value"
    while found in taken:
        found += " "
    return found


def _line(x: list[Any], y: list[Any], color: str) -> dict[str, Any]:
    return {"type": "scatter", "mode": "lines", "x": x, "y": y, "line": {"color": color, "width": 2}}
