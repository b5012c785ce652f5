"""Small pictures on cards: Plotly figures as plain JSON, one message each, in the colours that read on both themes."""

from collections.abc import Sequence
from typing import Any

from core.charts.drawing import axis, category_axis, safe

HEIGHT = 190
TRAIN, VALIDATION, TEST, REST = "#1b8fae", "#d9691a", "#66757f", "#8b98a1"
ZERO = {"color": "#7d8b94", "width": 1.5, "dash": "dot"}


def intervals(
    names: Sequence[str],
    values: Sequence[float],
    lows: Sequence[float],
    highs: Sequence[float],
    *,
    x_title: str,
    line_at: float | None = None,
    color: str = VALIDATION,
) -> dict[str, Any]:
    """One point with its interval a line, from the top down."""
    trace = {
        "type": "scatter",
        "mode": "markers",
        "x": list(values),
        "y": list(names),
        "marker": {"color": color, "size": 9},
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [high - value for high, value in zip(highs, values, strict=True)],
            "arrayminus": [value - low for low, value in zip(lows, values, strict=True)],
            "thickness": 2,
            "width": 4,
            "color": color,
        },
        "hovertemplate": "%{y}: %{x:.4g}<extra></extra>",
    }
    layout: dict[str, Any] = {
        "height": max(120, 70 + 30 * len(names)),
        "xaxis": axis(x_title),
        "yaxis": category_axis("", list(names), autorange="reversed", showgrid=False),
    }
    if line_at is not None:
        layout["shapes"] = [_vertical(line_at)]
    return safe({"data": [trace], "layout": layout})  # type: ignore[no-any-return]  # a figure in, a figure out


def bars(names: Sequence[str], values: Sequence[float], *, x_title: str, color: str = TRAIN) -> dict[str, Any]:
    """One bar a name, from the top down."""
    trace = {
        "type": "bar",
        "orientation": "h",
        "x": list(values),
        "y": list(names),
        "marker": {"color": color},
        "hovertemplate": "%{y}: %{x:.4g}<extra></extra>",
    }
    layout = {
        "height": max(120, 70 + 26 * len(names)),
        "xaxis": axis(x_title),
        "yaxis": category_axis("", list(names), autorange="reversed", showgrid=False),
    }
    return safe({"data": [trace], "layout": layout})  # type: ignore[no-any-return]  # a figure in, a figure out


def lines(
    series: Sequence[tuple[str, Sequence[float], Sequence[float], str]],
    *,
    x_title: str,
    y_title: str,
    is_log: bool = False,
    band: tuple[Sequence[float], Sequence[float], Sequence[float]] | None = None,
    dashed: Sequence[str] = (),
    line_at: float | None = None,
) -> dict[str, Any]:
    """Curves; a legend where there are several.

    Args:
        series: Name, x, y and colour of each.
        x_title: With unit.
        y_title: With unit.
        is_log: Whether x grows by ratios.
        band: x, low and high of an interval that is drawn behind them.
        dashed: Names of curves that are guesses.
        line_at: Where a dotted vertical line stands.
    """
    data: list[dict[str, Any]] = []
    if band is not None:
        x, low, high = (list(part) for part in band)
        data.append(
            {
                "type": "scatter",
                "mode": "lines",
                "x": x + x[::-1],
                "y": high + low[::-1],
                "fill": "toself",
                "fillcolor": "rgba(217, 105, 26, 0.18)",
                "line": {"width": 0},
                "hoverinfo": "skip",
                "showlegend": False,
            }
        )
    for name, x_values, y_values, color in series:
        dash = {"dash": "dash"} if name in dashed else {}
        data.append(
            {
                "type": "scatter",
                "mode": "lines+markers" if len(x_values) <= 20 and name not in dashed else "lines",
                "x": list(x_values),
                "y": list(y_values),
                "name": name,
                "line": {"color": color, "width": 2.25, **dash},
                "hovertemplate": "%{y:.4g} at %{x:,}<extra></extra>",
            }
        )
    layout = {
        "height": HEIGHT + 20,
        "xaxis": axis(x_title, **({"type": "log"} if is_log else {})),
        "yaxis": axis(y_title),
        "showlegend": len(series) > 1,
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        **({"shapes": [_vertical(line_at)]} if line_at is not None else {}),
    }
    return safe({"data": data, "layout": layout})  # type: ignore[no-any-return]  # a figure in, a figure out


def _vertical(at: float) -> dict[str, Any]:
    return {"type": "line", "x0": at, "x1": at, "y0": 0, "y1": 1, "yref": "paper", "line": ZERO}
