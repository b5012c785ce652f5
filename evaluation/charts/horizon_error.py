"""How errors grow with the distance."""

from collections.abc import Sequence

import numpy as np

from core.outputs import ForecastOut
from core.types import LearningTask
from evaluation.forecasts import absolute_error, forecast
from evaluation.spec import ChartSpec, Figure, Predictions, Table


def data(predictions: Predictions, labels: Sequence[str]) -> Table:
    """Mean absolute error and share of truths inside the interval by steps ahead, over all origins."""
    del labels
    errors = absolute_error(predictions)
    low, high = (forecast(predictions, end) for end in (ForecastOut.LOW, ForecastOut.HIGH))
    inside = (predictions.y_true >= low) & (predictions.y_true <= high)
    table: Table = []
    for step in range(errors.shape[1]):
        is_known = ~np.isnan(errors[:, step])
        if is_known.any():
            table.append(
                {
                    "ahead": step + 1,
                    "error": float(errors[is_known, step].mean()),
                    "inside": float(inside[is_known, step].mean()),
                    "origins": int(is_known.sum()),
                }
            )
    return table


def draw(table: Table) -> Figure:
    """A bar for each step ahead."""
    return {
        "data": [
            {
                "type": "bar",
                "name": "Mean absolute error",
                "x": [row["ahead"] for row in table],
                "y": [row["error"] for row in table],
                "customdata": [row["inside"] for row in table],
                "hovertemplate": "%{x} ahead<br>Off by %{y:.4g}<br>Inside interval: %{customdata:.0%}<extra></extra>",
            }
        ],
        "layout": {
            "title": {"text": "Error by steps ahead (unit of the target)"},
            "xaxis": {"title": {"text": "Steps ahead"}},
            "yaxis": {"title": {"text": "Mean absolute error"}, "rangemode": "tozero"},
        },
    }


def alt(table: Table) -> str:
    """The nearest and the farthest step."""
    if not table:
        return "No errors: what came is unknown."
    first, last = table[0], table[-1]
    return (
        f"Mean absolute error by steps ahead: {first['error']:.4g} at {first['ahead']} ahead, {last['error']:.4g} at "
        f"{last['ahead']} ahead."
    )


SPEC = ChartSpec(
    key="horizon_error",
    label="Error by steps ahead",
    tasks=frozenset({LearningTask.FORECASTING}),
    data=data,
    draw=draw,
    alt=alt,
    explanation="How far forecasts are off, one step ahead, two steps ahead and so on, over all origins. A steep "
    "rise says how far ahead the model is of use.",
)
