"""Forecasts over time beside what came."""

from collections.abc import Sequence

import numpy as np

from core.outputs import ForecastOut
from core.types import LearningTask
from evaluation.forecasts import forecast, known, moment_words, newest
from evaluation.spec import ChartSpec, Figure, Predictions, Table

MOST_STEPS = 600
GREY = "rgba(128, 128, 128, 0.25)"
"""Reads on light and dark."""


def data(predictions: Predictions, labels: Sequence[str]) -> Table:
    """Truth, forecast and interval of each step, each forecast from the newest origin; at most 600 steps."""
    del labels
    moments = moment_words(predictions)
    parts = {
        end.name.lower(): forecast(predictions, end) for end in (ForecastOut.VALUE, ForecastOut.LOW, ForecastOut.HIGH)
    }
    return [
        {
            "moment": moments[origin][step],
            "ahead": step + 1,
            "truth": known(predictions.y_true[origin, step]),
            "forecast": float(parts["value"][origin, step]),
            "low": float(parts["low"][origin, step]),
            "high": float(parts["high"][origin, step]),
        }
        for origin, step in newest(predictions)[:MOST_STEPS]
    ]


def draw(table: Table) -> Figure:
    """The truth as a line, the forecast as another, the interval as a band."""
    moments = [row["moment"] for row in table]
    band = {"type": "scatter", "mode": "lines", "line": {"width": 0}, "x": moments, "hoverinfo": "skip"}
    return {
        "data": [
            {**band, "y": [row["low"] for row in table], "name": "Low", "showlegend": False},
            {**band, "y": [row["high"] for row in table], "name": "Interval", "fill": "tonexty", "fillcolor": GREY},
            {
                "type": "scatter",
                "mode": "lines",
                "name": "What came",
                "x": moments,
                "y": [row["truth"] for row in table],
                "line": {"width": 2},
                "hovertemplate": "%{x}<br>Came: %{y:.4g}<extra></extra>",
            },
            {
                "type": "scatter",
                "mode": "lines",
                "name": "Forecast",
                "x": moments,
                "y": [row["forecast"] for row in table],
                "customdata": [row["ahead"] for row in table],
                "line": {"width": 2, "dash": "dot"},
                "hovertemplate": "%{x}<br>Forecast: %{y:.4g}, %{customdata} ahead<extra></extra>",
            },
        ],
        "layout": {
            "title": {"text": "Forecast and what came (unit of the target)"},
            "xaxis": {"title": {"text": "Time"}},
            "yaxis": {"title": {"text": "Value"}},
            "showlegend": True,
        },
    }


def alt(table: Table) -> str:
    """How often the truth lay inside the interval, and how far the forecast was off."""
    rows = [row for row in table if row["truth"] is not None]
    if not rows:
        return f"Forecasts of {len(table):,} steps; what came is unknown."
    inside = np.mean([row["low"] <= row["truth"] <= row["high"] for row in rows])
    error = np.mean([abs(row["truth"] - row["forecast"]) for row in rows])
    return (
        f"Forecasts of {len(table):,} steps from {table[0]['moment']} to {table[-1]['moment']}: off by {error:.4g} on "
        f"average; {inside:.0%} of what came lies inside the interval."
    )


SPEC = ChartSpec(
    key="forecast_over_time",
    label="Forecast and what came",
    tasks=frozenset({LearningTask.FORECASTING}),
    data=data,
    draw=draw,
    alt=alt,
    explanation="Each forecast was made at the newest origin before it and knows only what came before that. What "
    "came should stay inside the band about as often as its level says.",
)
