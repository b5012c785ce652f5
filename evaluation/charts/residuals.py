"""Residuals against predictions."""

from collections.abc import Sequence

import numpy as np

from core.types import LearningTask
from evaluation.charting import layout, reference_line
from evaluation.spec import ChartSpec, Figure, Predictions, Table

MOST_POINTS = 1_000
N_STRETCHES = 12


def data(predictions: Predictions, labels: Sequence[str]) -> Table:
    """Prediction and residual (truth minus prediction) of each row, in order of prediction.

    Of more than 1,000 rows evenly spaced ones, ends included.
    """
    del labels
    order = np.argsort(predictions.y_out, kind="stable")
    if len(order) > MOST_POINTS:
        order = order[np.linspace(0, len(order) - 1, MOST_POINTS).round().astype(np.intp)]
    residuals = predictions.y_true - predictions.y_out
    return [{"predicted": float(predictions.y_out[row]), "residual": float(residuals[row])} for row in order]


def draw(table: Table) -> Figure:
    """The cloud, the line of no error, and the median in stretches of the predictions."""
    predicted = np.array([row["predicted"] for row in table])
    residual = np.array([row["residual"] for row in table])
    traces = [
        {
            "type": "scattergl",
            "mode": "markers",
            "x": predicted.tolist(),
            "y": residual.tolist(),
            "name": "Rows",
            "marker": {"size": 5, "opacity": 0.6},
            "hovertemplate": "Predicted: %{x:.4g}<br>Off by: %{y:.4g}<extra></extra>",
        },
        reference_line([predicted.min(), predicted.max()], [0, 0], "No error"),
    ]
    if len(table) >= 5 * N_STRETCHES:
        parts = np.array_split(np.arange(len(table)), N_STRETCHES)
        traces.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "x": [float(np.median(predicted[part])) for part in parts],
                "y": [float(np.median(residual[part])) for part in parts],
                "name": "Median",
                "line": {"width": 2.5},
                "marker": {"symbol": "square", "size": 6},
                "hovertemplate": "Around %{x:.4g}: median %{y:.4g}<extra></extra>",
            }
        )
    return {
        "data": traces,
        "layout": layout("Residuals (unit of the target)", "Predicted value", "Truth minus prediction"),
    }


def alt(table: Table) -> str:
    """Bias, spread, and whether the spread grows with the prediction."""
    residual = np.array([row["residual"] for row in table])
    half = len(residual) // 2
    text = f"Residuals of {len(table):,} rows: mean {residual.mean():.4g}, deviation {residual.std():.4g}."
    if half >= 10:
        lower, upper = residual[:half].std(), residual[half:].std()
        text += f" The spread is {lower:.4g} in the lower half of the predictions and {upper:.4g} in the upper half."
    return text


SPEC = ChartSpec(
    key="residuals",
    label="Residuals",
    tasks=frozenset({LearningTask.REGRESSION}),
    data=data,
    draw=draw,
    alt=alt,
    explanation="What is left of the truth after the prediction. A bent median means that the model misses a shape; a "
    "funnel means that large predictions are less certain than small ones.",
    order=20,
)
