"""Receiver operating characteristic of two classes."""

from collections.abc import Sequence

import numpy as np

from core.types import LearningTask
from evaluation.curves import downsample
from evaluation.spec import ChartSpec, Figure, Predictions, Table

MOST_POINTS = 1_000


def data(predictions: Predictions, labels: Sequence[str]) -> Table:
    """False and true positive rate at each threshold on P(class code 1), from the strictest to the laxest.

    A rate is 0 throughout when its class has no row.
    """
    del labels
    y_prob = predictions.y_out[:, 1]
    order = np.argsort(-y_prob, kind="stable")
    is_positive = predictions.y_true[order] == 1
    # Rows of one probability pass the threshold together.
    last = np.append(np.flatnonzero(np.diff(y_prob[order])), len(order) - 1)
    found = np.append(0, np.cumsum(is_positive)[last])
    alarms = np.append(0, np.cumsum(~is_positive)[last])
    true_rate, false_rate = found / max(found[-1], 1), alarms / max(alarms[-1], 1)
    kept, true_kept = downsample(np.arange(len(last) + 1), true_rate, MOST_POINTS)
    index = kept.astype(np.intp)
    thresholds = np.append(1.0, y_prob[order][last])
    return [
        {
            "threshold": float(thresholds[i]),
            "false_positive_rate": float(false_rate[i]),
            "true_positive_rate": float(rate),
        }
        for i, rate in zip(index, true_kept, strict=True)
    ]


def draw(table: Table) -> Figure:
    """The curve, and the diagonal of guessing."""
    return {
        "data": [
            {
                "type": "scatter",
                "mode": "lines",
                "x": [row["false_positive_rate"] for row in table],
                "y": [row["true_positive_rate"] for row in table],
                "customdata": [row["threshold"] for row in table],
                "name": f"Model (area {area(table):.3f})",
                "hovertemplate": "Threshold %{customdata:.3f}<br>False: %{x:.1%}<br>Found: %{y:.1%}<extra></extra>",
            },
            {
                "type": "scatter",
                "mode": "lines",
                "x": [0, 1],
                "y": [0, 1],
                "name": "Guessing",
                "line": {"dash": "dash", "width": 1},
                "hoverinfo": "skip",
            },
        ],
        "layout": {
            "title": {"text": "ROC curve (shares of rows)"},
            "xaxis": {"title": {"text": "False positive rate"}, "range": [0, 1], "tickformat": ".0%"},
            "yaxis": {"title": {"text": "True positive rate"}, "range": [0, 1.02], "tickformat": ".0%"},
        },
    }


def area(table: Table) -> float:
    """The area under the curve by trapezoids, in [0, 1]; 0.5 is guessing."""
    x = np.array([row["false_positive_rate"] for row in table])
    y = np.array([row["true_positive_rate"] for row in table])
    return float(np.trapezoid(y, x))


def alt(table: Table) -> str:
    """The area in words."""
    return f"ROC curve with an area of {area(table):.3f}; 0.5 would be guessing, 1 perfect."


SPEC = ChartSpec(
    key="roc",
    label="ROC curve",
    tasks=frozenset({LearningTask.CLASSIFICATION}),
    data=data,
    draw=draw,
    alt=alt,
    explanation="What share of the positive rows is found for each share of false alarms, over all thresholds. The "
    "closer to the upper left corner, the better the model separates the classes.",
    only_binary=True,
)
