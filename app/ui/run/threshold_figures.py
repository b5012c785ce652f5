"""Pictures of what thresholds do."""

from typing import Any

from evaluation.charting import layout
from evaluation.computations.threshold import ThresholdCurve, ThresholdPoint


def value_figure(curve: ThresholdCurve, threshold: float, *, units: int) -> dict[str, Any]:
    """The value of some rows over the threshold, with its interval, the best threshold and the chosen one."""
    x = [point.threshold for point in curve.points]
    y = [point.value * units for point in curve.points]
    low = [(point.low or 0.0) * units for point in curve.points]
    high = [(point.high or 0.0) * units for point in curve.points]
    here = curve.points[round(threshold * 100)]
    traces = [
        {
            "type": "scatter",
            "mode": "lines",
            "x": x,
            "y": y,
            "name": "Value",
            "line": {"width": 2.5},
            "hovertemplate": "Threshold %{x:.2f}<br>Value %{y:.4g}<extra></extra>",
        },
        {
            "type": "scatter",
            "mode": "lines",
            "x": [*x, *reversed(x)],
            "y": [*high, *reversed(low)],
            "fill": "toself",
            "fillcolor": "rgba(125, 139, 148, 0.25)",
            "line": {"width": 0},
            "name": "95 % interval",
            "hoverinfo": "skip",
        },
        _marker(curve.best.threshold, curve.best.value * units, "Best", "star"),
        _marker(threshold, here.value * units, "Chosen", "diamond"),
    ]
    return {
        "title": "Value over the threshold",
        "explanation": "How much the outcomes bring together at each threshold. A flat top means that the exact choice "
        "hardly matters.",
        "alt": f"Value of {units:,} rows over the threshold: best at {curve.best.threshold:.2f} with "
        f"{curve.best.value * units:.4g}, at the chosen {threshold:.2f} {here.value * units:.4g}.",
        "table": [_row(point) for point in curve.points],
        "figure": {
            "data": traces,
            "layout": layout(
                f"Value of {units:,} rows (unit of the values)", "Threshold", "Value", xaxis={"range": [0, 1]}
            ),
        },
    }


def rates_figure(curve: ThresholdCurve, threshold: float) -> dict[str, Any]:
    """Precision, recall and false alarms over the threshold."""
    series: dict[str, tuple[list[float], list[float], str]] = {
        "Recall": ([], [], "solid"),
        "Precision": ([], [], "dash"),
        "False alarms": ([], [], "dot"),
    }
    rows = [_row(point) for point in curve.points]
    for name, (x, y, _) in series.items():
        for row in rows:
            if row[name.lower().replace(" ", "_")] is not None:
                x.append(row["threshold"])
                y.append(row[name.lower().replace(" ", "_")])
    traces: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "mode": "lines",
            "x": x,
            "y": y,
            "name": name,
            "line": {"width": 2.5, "dash": dash},
            "hovertemplate": "Threshold %{x:.2f}<br>%{y:.1%}<extra></extra>",
        }
        for name, (x, y, dash) in series.items()
    ]
    traces.append(
        {
            "type": "scatter",
            "mode": "lines",
            "x": [threshold, threshold],
            "y": [0, 1],
            "name": "Chosen",
            "line": {"width": 1.5, "color": "#7d8b94"},
            "hoverinfo": "skip",
        }
    )
    here = rows[round(threshold * 100)]
    said = ", ".join(
        f"{name} {here[name]:.1%}" for name in ("recall", "precision", "false_alarms") if here[name] is not None
    )
    return {
        "title": "Rates over the threshold",
        "explanation": "Recall and false alarms fall together when the threshold rises; precision mostly rises.",
        "alt": f"Rates over the threshold; at the chosen {threshold:.2f}: {said}.",
        "table": rows,
        "figure": {
            "data": traces,
            "layout": layout(
                "Precision, recall and false alarms (shares of rows)",
                "Threshold",
                "Share",
                xaxis={"range": [0, 1]},
                yaxis={"range": [0, 1.02], "tickformat": ".0%"},
            ),
        },
    }


def _marker(x: float, y: float, name: str, symbol: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [x],
        "y": [y],
        "name": name,
        "marker": {"symbol": symbol, "size": 13, "line": {"width": 1.5, "color": "#7d8b94"}},
        "hovertemplate": "Threshold %{x:.2f}<br>Value %{y:.4g}<extra></extra>",
    }


def _row(point: ThresholdPoint) -> dict[str, Any]:
    called, cases = point.true_positive + point.false_positive, point.true_positive + point.false_negative
    others = point.false_positive + point.true_negative
    return {
        **point.model_dump(),
        "precision": point.true_positive / called if called else None,
        "recall": point.true_positive / cases if cases else None,
        "false_alarms": point.false_positive / others if others else None,
    }
