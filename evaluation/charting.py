"""Parts that the charts of runs share: which classes are shown, line styles, axes.

Colours come from the page's theme; dashes and markers tell series apart without them.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from evaluation.curves import downsample
from evaluation.spec import Figure, FloatArray, Predictions, Table

MOST_CLASSES = 6
"""Of more classes the charts of one class against the rest show the most frequent ones."""
MOST_POINTS = 600
"""Of all curves in one picture: enough for a screen, and light enough to be stored with every run."""
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "x")


def shown_classes(predictions: Predictions, labels: Sequence[str]) -> list[tuple[int, str]]:
    """Code and name of the classes that a chart shows, in code order: the positive of two, else the frequent ones."""
    if predictions.n_classes == 2:
        return [(1, labels[1])]
    counts = np.bincount(predictions.y_true, minlength=predictions.n_classes)
    frequent = np.argsort(-counts, kind="stable")[:MOST_CLASSES]
    return [(int(code), labels[code]) for code in sorted(frequent) if counts[code]]


def kept_positions(values: FloatArray, n_series: int, *, also: int | None = None) -> list[int]:
    """Positions of a curve that keep its shape with about ``MOST_POINTS`` for all series, and those ``also`` needed."""
    kept, _ = downsample(np.arange(len(values)), values, max(MOST_POINTS // n_series, 100))
    wanted = {int(position) for position in kept} | ({also} if also is not None else set())
    return sorted(wanted)


def by_class(table: Table) -> dict[str, Table]:
    """The rows of each class, in the order of the table."""
    groups: dict[str, Table] = {}
    for row in table:
        groups.setdefault(row["class"], []).append(row)
    return groups


def curve(x: list[float], y: list[float], name: str, position: int, **more: Any) -> dict[str, Any]:
    """A line; the next position has another dash."""
    line = {"dash": DASHES[position % len(DASHES)], "width": 2, **more.pop("line", {})}
    return {"type": "scatter", "mode": "lines", "x": x, "y": y, "name": name, "line": line, **more}


def reference_line(x: list[float], y: list[float], name: str) -> dict[str, Any]:
    """A thin grey line to compare with."""
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": y,
        "name": name,
        "line": {"dash": "dot", "width": 1.5, "color": "#7d8b94"},
        "hoverinfo": "skip",
    }


def operating_point(x: float, y: float, hover: str) -> dict[str, Any]:
    """A marker where the model works at the usual threshold."""
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [x],
        "y": [y],
        "name": "Threshold 0.5",
        "marker": {"symbol": "diamond", "size": 11, "line": {"width": 2, "color": "#7d8b94"}},
        "hovertemplate": hover,
    }


def layout(title: str, x_title: str, y_title: str, **more: Any) -> Figure:
    """Titles, and a legend below the picture."""
    parts: Figure = {
        "title": {"text": title},
        "xaxis": {"title": {"text": x_title}, **more.pop("xaxis", {})},
        "yaxis": {"title": {"text": y_title}, **more.pop("yaxis", {})},
        "showlegend": True,
        "legend": {"orientation": "h", "yanchor": "top", "y": -0.27, "x": 0},
        "height": 400,
    }
    return parts | more


def share_axis(*, room: float = 0.0) -> dict[str, Any]:
    """An axis of shares of rows from 0 to 100 %."""
    return {"range": [-room, 1 + room], "tickformat": ".0%"}
