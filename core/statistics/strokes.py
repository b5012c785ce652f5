"""Dots, lines, bands and bars: the parts that pictures of test results are made of, as plain JSON of Plotly."""

import html
from collections.abc import Sequence
from typing import Any

import numpy as np

from core.statistics.samples import FloatArray
from core.wording import short

ACCENT, WARM = "#1b8fae", "#d9691a"
"""Two colours that read on white and on dark alike; told apart by shape as well."""
POINT = "rgba(125, 139, 148, 0.45)"
BAND = "rgba(27, 143, 174, 0.16)"
LINE = "rgba(125, 139, 148, 0.7)"


def safe(text: str, most: int = 40) -> str:
    """A name for a title or an axis, which Plotly would read as markup."""
    return html.escape(short(text, most), quote=False)


def line_with_band(x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """The least-squares line of ``y`` over ``x`` at 40 places, and half the width of its 95 % band."""
    from scipy.stats import t

    n, centre = len(x), x.mean()
    spread = float(((x - centre) ** 2).sum())
    slope = float(((x - centre) * (y - y.mean())).sum() / spread)
    grid = np.linspace(x.min(), x.max(), 40)
    line = y.mean() + slope * (grid - centre)
    residual = float(np.sqrt(((y - y.mean() - slope * (x - centre)) ** 2).sum() / (n - 2)))
    half = t.ppf(0.975, n - 2) * residual * np.sqrt(1 / n + (grid - centre) ** 2 / spread)
    return grid, line, half


def points(x: list[float], y: list[float], *, color: str = POINT) -> dict[str, Any]:
    """Dots without words."""
    return {
        "type": "scatter", "mode": "markers", "x": x, "y": y, "hoverinfo": "skip",
        "marker": {"size": 5, "color": color},
    }  # fmt: skip


def stroke(
    x: Sequence[float],
    y: Sequence[float],
    *,
    color: str = LINE,
    dash: str = "solid",
    width: float = 1.5,
    name: str = "",
) -> dict[str, Any]:
    """A line through points."""
    return {
        "type": "scatter", "mode": "lines", "x": list(x), "y": list(y), "name": name, "hoverinfo": "skip",
        "line": {"color": color, "dash": dash, "width": width},
    }  # fmt: skip


def band(x: FloatArray, low: FloatArray, high: FloatArray) -> dict[str, Any]:
    """The area between two lines over the same ``x``."""
    return {
        "type": "scatter", "mode": "lines", "x": [*x.tolist(), *x[::-1].tolist()],
        "y": [*low.tolist(), *high[::-1].tolist()], "fill": "toself", "fillcolor": BAND, "line": {"width": 0},
        "hoverinfo": "skip",
    }  # fmt: skip


def error_bars(middles: Sequence[float], ends: Sequence[tuple[float, float]]) -> dict[str, Any]:
    """Bars of error from ``middles`` to both ``ends``."""
    return {
        "type": "data", "symmetric": False, "thickness": 2.5, "width": 6, "color": ACCENT,
        "array": [max(0.0, high - m) for m, (_, high) in zip(middles, ends, strict=True)],
        "arrayminus": [max(0.0, m - low) for m, (low, _) in zip(middles, ends, strict=True)],
    }  # fmt: skip


def named_axis(labels: Sequence[str]) -> dict[str, Any]:
    """An axis with a name at each whole number."""
    most = 22 if len(labels) <= 8 else 14
    return {"tickvals": list(range(len(labels))), "ticktext": [safe(label, most) for label in labels]}
