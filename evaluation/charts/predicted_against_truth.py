"""Predicted against true values."""

from collections.abc import Sequence

import numpy as np

from core.types import LearningTask
from evaluation.charting import layout, reference_line
from evaluation.spec import ChartSpec, Figure, Predictions, Table

MOST_POINTS = 1_000


def data(predictions: Predictions, labels: Sequence[str]) -> Table:
    """True and predicted value of each row; of more than 1,000 rows, evenly spaced ones by truth, ends included."""
    del labels
    order = np.argsort(predictions.y_true, kind="stable")
    if len(order) > MOST_POINTS:
        order = order[np.linspace(0, len(order) - 1, MOST_POINTS).round().astype(np.intp)]
    return [
        {"true": float(true), "predicted": float(predicted)}
        for true, predicted in zip(predictions.y_true[order], predictions.y_out[order], strict=True)
    ]


def draw(table: Table) -> Figure:
    """A scatter plot with the diagonal on which perfect predictions would lie."""
    true = [row["true"] for row in table]
    predicted = [row["predicted"] for row in table]
    ends = [min(true + predicted), max(true + predicted)]
    return {
        "data": [
            {
                "type": "scattergl",
                "mode": "markers",
                "x": true,
                "y": predicted,
                "name": "Rows",
                "marker": {"size": 5, "opacity": 0.6},
                "hovertemplate": "True: %{x:.4g}<br>Predicted: %{y:.4g}<extra></extra>",
            },
            reference_line(ends, ends, "Perfect"),
        ],
        "layout": layout("Predicted against true values (unit of the target)", "True value", "Predicted value"),
    }


def alt(table: Table) -> str:
    """Range of the truth and the mean distance from it."""
    true = np.array([row["true"] for row in table])
    error = np.abs(true - np.array([row["predicted"] for row in table])).mean()
    return (
        f"Predicted against true values of {len(table):,} rows. The truth runs from {true.min():.4g} to "
        f"{true.max():.4g}; a prediction is off by {error:.4g} on average."
    )


SPEC = ChartSpec(
    key="predicted_against_truth",
    label="Predicted against true values",
    tasks=frozenset({LearningTask.REGRESSION}),
    data=data,
    draw=draw,
    alt=alt,
    explanation="Each dot is a row; on the dashed line the prediction is the truth. A cloud that leaves the line at "
    "one end shows where the model is systematically off.",
    order=10,
)
