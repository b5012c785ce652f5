"""Errors of forecasts over time."""

from collections.abc import Sequence

import numpy as np

from core.outputs import ForecastOut
from core.types import LearningTask
from evaluation.forecasts import forecast, moment_words, newest
from evaluation.spec import ChartSpec, Figure, Predictions, Table

MOST_POINTS = 1_000


def data(predictions: Predictions, labels: Sequence[str]) -> Table:
    """What came minus the forecast, for each known step, from the newest origin; at most 1,000."""
    del labels
    moments = moment_words(predictions)
    errors = predictions.y_true - forecast(predictions, ForecastOut.VALUE)
    return [
        {"moment": moments[origin][step], "ahead": step + 1, "error": float(errors[origin, step])}
        for origin, step in newest(predictions)
        if not np.isnan(errors[origin, step])
    ][:MOST_POINTS]


def draw(table: Table) -> Figure:
    """A dot for each step, shaded by how far ahead it was, and the line of no error."""
    moments = [row["moment"] for row in table]
    return {
        "data": [
            {
                "type": "scatter",
                "mode": "markers",
                "name": "Error",
                "x": moments,
                "y": [row["error"] for row in table],
                "customdata": [row["ahead"] for row in table],
                "marker": {"size": 6, "opacity": 0.75},
                "hovertemplate": "%{x}<br>Error: %{y:+.4g}, %{customdata} ahead<extra></extra>",
            },
            {
                "type": "scatter",
                "mode": "lines",
                "name": "No error",
                "x": [moments[0], moments[-1]] if moments else [],
                "y": [0, 0] if moments else [],
                "line": {"dash": "dash", "width": 1},
                "hoverinfo": "skip",
            },
        ],
        "layout": {
            "title": {"text": "Errors over time (unit of the target)"},
            "xaxis": {"title": {"text": "Time"}},
            "yaxis": {"title": {"text": "What came minus forecast"}},
        },
    }


def alt(table: Table) -> str:
    """Mean and spread of the errors."""
    if not table:
        return "No errors: what came is unknown."
    errors = np.array([row["error"] for row in table])
    side = "low" if errors.mean() > 0 else "high"
    return (
        f"Errors of {len(errors):,} forecast steps: {errors.mean():+.4g} on average, so forecasts tend to be {side}, "
        f"with a standard deviation of {errors.std():.4g}."
    )


SPEC = ChartSpec(
    key="forecast_residuals",
    label="Errors over time",
    tasks=frozenset({LearningTask.FORECASTING}),
    data=data,
    draw=draw,
    alt=alt,
    explanation="What came minus what was forecast. A cloud around the dashed line is luck; a wave or a slope is "
    "something the model has not learned.",
)
