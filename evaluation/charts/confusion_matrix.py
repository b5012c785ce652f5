"""Confusion matrix."""

from collections.abc import Sequence

import numpy as np

from core.types import LearningTask
from evaluation.spec import ChartSpec, Figure, Predictions, Table


def data(predictions: Predictions, labels: Sequence[str]) -> Table:
    """One row for each pair of true and predicted class: its count, and its share of the true class."""
    n = predictions.n_classes
    pairs = predictions.y_true.astype(np.intp) * n + predictions.y_pred
    counts = np.bincount(pairs, minlength=n * n).reshape(n, n)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    return [
        {
            "true": labels[row],
            "predicted": labels[column],
            "count": int(counts[row, column]),
            "share": float(shares[row, column]),
        }
        for row in range(n)
        for column in range(n)
    ]


def draw(table: Table) -> Figure:
    """A heat map of the shares with the counts written in."""
    names = list(dict.fromkeys(row["true"] for row in table))
    n = len(names)
    by_row = [table[start : start + n] for start in range(0, n * n, n)]
    return {
        "data": [
            {
                "type": "heatmap",
                "x": names,
                "y": names,
                "z": [[row["share"] for row in line] for line in by_row],
                "text": [[f"{row['count']:,}" for row in line] for line in by_row],
                "texttemplate": "%{text}",
                "zmin": 0,
                "zmax": 1,
                "colorscale": "Blues",
                "colorbar": {"title": {"text": "Share of true class"}, "tickformat": ".0%"},
                "hovertemplate": "True: %{y}<br>Predicted: %{x}<br>Rows: %{text}<br>%{z:.1%} of true<extra></extra>",
            }
        ],
        "layout": {
            "title": {"text": "Confusion matrix (rows)"},
            "xaxis": {"title": {"text": "Predicted class"}, "type": "category"},
            "yaxis": {"title": {"text": "True class"}, "type": "category", "autorange": "reversed"},
        },
    }


def alt(table: Table) -> str:
    """How many rows are right, and the most frequent confusion."""
    n_rows = sum(row["count"] for row in table)
    n_right = sum(row["count"] for row in table if row["true"] == row["predicted"])
    text = f"Confusion matrix of {n_rows:,} rows: {n_right:,} are right."
    worst = max((row for row in table if row["true"] != row["predicted"]), key=lambda row: row["count"], default=None)
    if worst is not None and worst["count"]:
        text += f" Most often confused: {worst['true']} taken for {worst['predicted']}, {worst['count']:,} times."
    return text


SPEC = ChartSpec(
    key="confusion_matrix",
    label="Confusion matrix",
    tasks=frozenset({LearningTask.CLASSIFICATION}),
    data=data,
    draw=draw,
    alt=alt,
    explanation="Each line is a true class, each column what the model said. The diagonal is right; a strong "
    "colour beside it is a confusion worth a look.",
)
