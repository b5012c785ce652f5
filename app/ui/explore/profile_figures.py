"""Figures of a profile, as plain Plotly JSON in our layout."""

from datetime import UTC, datetime, timedelta
from typing import Any

from app.ui.text import plain_in_figure
from app.ui.theme import current_palette, plotly_layout
from core.profiling.facts import ColumnProfile, Matrix
from core.profiling.wording import ASSOCIATIONS
from core.types import ColumnType, HistogramBin, TopValue

Figure = dict[str, Any]

_LONGEST = 28


def histogram_figure(column: ColumnProfile, bars: tuple[HistogramBin, ...], title: str, x_title: str) -> Figure:
    """Bars over the range of a column."""
    is_moment = column.type is ColumnType.DATETIME and bars is column.histogram
    middles: list[Any] = [(bar.low + bar.high) / 2 for bar in bars]
    widths = [bar.high - bar.low for bar in bars]
    if is_moment:
        middles, widths = [_moment(middle) for middle in middles], [width * 1000 for width in widths]
    layout = plotly_layout(plain_in_figure(title), x_title, "Rows", height=280)
    layout["bargap"] = 0.04
    trace = {
        "type": "bar",
        "x": middles,
        "y": [bar.count for bar in bars],
        "width": widths,
        "marker": {"color": current_palette().accent},
        "hovertemplate": "%{x}: %{y} rows<extra></extra>",
    }
    return {"data": [trace], "layout": layout}


def values_figure(values: tuple[TopValue, ...], n_looked: int, title: str) -> Figure:
    """Bars of the most frequent values, the first on top, with their shares written beside them."""
    names = [_short(value.value) for value in values]
    layout = plotly_layout(plain_in_figure(title), "Rows", "", height=70 + 26 * max(3, len(values)))
    layout["yaxis"] |= {"autorange": "reversed", "type": "category", "showgrid": False}
    layout["yaxis"] |= {"tickvals": list(range(len(names))), "ticktext": names}
    layout["xaxis"] |= {"showgrid": True}
    trace = {
        "type": "bar",
        "orientation": "h",
        "y": list(range(len(names))),
        "x": [value.count for value in values],
        "text": [f"{100 * value.count / max(1, n_looked):.1f} %" for value in values],
        "textposition": "auto",
        "marker": {"color": current_palette().accent},
        "hovertemplate": "%{x} rows<extra></extra>",
    }
    return {"data": [trace], "layout": layout}


def matrix_figure(matrix: Matrix) -> Figure:
    """A heat map; blue-green for positive, orange for negative, the paper for none."""
    palette = current_palette()
    label, _ = ASSOCIATIONS[matrix.kind]
    rows, columns = [_short(name) for name in matrix.rows], [_short(name) for name in matrix.columns]
    is_signed = matrix.kind in ("pearson", "spearman", "missing")
    scale = [[0, palette.background], [1, palette.accent]]
    if is_signed:
        scale = [[0, palette.warm], [0.5, palette.background], [1, palette.accent]]
    layout = plotly_layout(label, "", "", height=min(900, 180 + 26 * len(rows)))
    for axis, names in (("xaxis", columns), ("yaxis", rows)):
        layout[axis] |= {"tickvals": list(range(len(names))), "ticktext": names, "showgrid": False}
    layout["yaxis"] |= {"autorange": "reversed"}
    layout["xaxis"] |= {"tickangle": -45}
    few = max(len(rows), len(columns)) <= 14
    trace = {
        "type": "heatmap",
        "z": [list(row) for row in matrix.values],
        "x": list(range(len(columns))),
        "y": list(range(len(rows))),
        "zmin": -1 if is_signed else 0,
        "zmax": 1,
        "colorscale": scale,
        "xgap": 1,
        "ygap": 1,
        "colorbar": {"thickness": 10, "outlinewidth": 0},
        "texttemplate": "%{z:.2f}" if few else "",
        "customdata": [[f"{row} and {column}" for column in columns] for row in rows],
        "hovertemplate": "%{customdata}: %{z:.3f}<extra></extra>",
    }
    return {"data": [trace], "layout": layout}


def pair_bars_figure(labels: tuple[str, ...], before: tuple[float, ...], after: tuple[float, ...]) -> Figure:
    """The same bars for two tables, side by side, in percent of the values."""
    palette = current_palette()
    layout = plotly_layout("", "", "% of the values", height=220)
    layout |= {"barmode": "group", "bargap": 0.15, "showlegend": True}
    layout["legend"] = {"orientation": "h", "y": 1.2, "x": 0}
    layout["xaxis"] |= {
        "tickvals": list(range(0, len(labels), max(1, len(labels) // 8))),
        "ticktext": [_short(label) for label in labels[:: max(1, len(labels) // 8)]],
    }
    traces = [
        {
            "type": "bar",
            "name": name,
            "x": list(range(len(labels))),
            "y": [100 * share for share in shares],
            "marker": {"color": colour},
            "hovertemplate": "%{y:.1f} %<extra></extra>",
        }
        for name, shares, colour in (("before", before, palette.muted), ("after", after, palette.accent))
    ]
    return {"data": traces, "layout": layout}


def _moment(seconds: float) -> str:
    try:
        return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)).strftime("%Y-%m-%d %H:%M:%S")
    except (OverflowError, ValueError):
        return str(seconds)


def _short(text: str) -> str:
    one_line = " ".join(text.split()) or "(empty)"
    return plain_in_figure(one_line if len(one_line) <= _LONGEST else one_line[: _LONGEST - 1] + "…")
