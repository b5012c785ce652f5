"""Confusion matrix."""

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np

from core.types import LearningTask
from evaluation.spec import ChartSpec, Figure, Predictions, Table

MOST_CLASSES = 40
"""Of more classes the most frequent ones are shown; the rest become one."""
MOST_WITH_NUMBERS = 12
OTHERS = "(other classes)"

Measure = Literal["share", "share_of_predicted", "count"]
MEASURES: dict[Measure, str] = {
    "share": "Share of the true class",
    "share_of_predicted": "Share of the predicted class",
    "count": "Rows",
}


def data(predictions: Predictions, labels: Sequence[str]) -> Table:
    """One row for each pair of true and predicted class: its count, and its share of the true and of the predicted."""
    codes, names = shown_positions(predictions, labels)
    n = len(names)
    pairs = codes[predictions.y_true] * n + codes[predictions.y_pred]
    counts = np.bincount(pairs, minlength=n * n).reshape(n, n)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    shares_of_predicted = counts / np.maximum(counts.sum(axis=0, keepdims=True), 1)
    return [
        {
            "true": names[row],
            "predicted": names[column],
            "count": int(counts[row, column]),
            "share": float(shares[row, column]),
            "share_of_predicted": float(shares_of_predicted[row, column]),
        }
        for row in range(n)
        for column in range(n)
    ]


def shown_positions(
    predictions: Predictions, labels: Sequence[str]
) -> tuple[np.ndarray[Any, np.dtype[np.intp]], list[str]]:
    """The position of each class code in the matrix, and the names by position."""
    n_classes = predictions.n_classes
    if n_classes <= MOST_CLASSES:
        return np.arange(n_classes), list(labels)
    counts = np.bincount(predictions.y_true, minlength=n_classes)
    frequent = np.sort(np.argsort(-counts, kind="stable")[: MOST_CLASSES - 1])
    codes = np.full(n_classes, len(frequent))
    codes[frequent] = np.arange(len(frequent))
    return codes, [*(labels[code] for code in frequent), OTHERS]


def draw(table: Table, measure: Measure = "share") -> Figure:
    """A heat map of ``measure`` with counts and shares written in; every cell can be chosen."""
    names = list(dict.fromkeys(row["true"] for row in table))
    n = len(names)
    by_row = [table[start : start + n] for start in range(0, n * n, n)]
    heat: dict[str, Any] = {
        "type": "heatmap",
        "x": names,
        "y": names,
        "z": [[row[measure] for row in line] for line in by_row],
        "text": [[_text(row, measure) for row in line] for line in by_row],
        "zmin": 0,
        "colorscale": "Blues",
        "colorbar": {"title": {"text": MEASURES[measure]}, "tickformat": ".0%"},
        "hoverinfo": "skip",
    }
    if n <= MOST_WITH_NUMBERS:
        heat["texttemplate"] = "%{text}"
    if measure == "count":
        heat["colorbar"]["tickformat"] = ","
    else:
        heat["zmax"] = 1
    return {
        "data": [heat, _cells(table, measure)],
        "layout": {
            "title": {"text": f"Confusion matrix ({MEASURES[measure].lower()})"},
            "xaxis": {"title": {"text": "Predicted class"}, "type": "category"},
            "yaxis": {"title": {"text": "True class"}, "type": "category", "autorange": "reversed"},
            "height": max(360, 22 * n + 140),
            "hoverdistance": -1,
        },
    }


def _text(row: dict[str, Any], measure: Measure) -> str:
    if measure == "count":
        return f"{row['count']:,}"
    return f"{row['count']:,} ({row[measure]:.0%})"


def _cells(table: Table, measure: Measure) -> dict[str, Any]:
    """Unseen markers on the cells, the nearest of which hears the pointer: a heat map itself cannot be chosen."""
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [row["predicted"] for row in table],
        "y": [row["true"] for row in table],
        "marker": {"symbol": "square", "size": 34, "opacity": 0},
        "selected": {"marker": {"opacity": 0}},
        "unselected": {"marker": {"opacity": 0}},
        "text": [_text(row, measure) for row in table],
        "hovertemplate": "True: %{y}<br>Predicted: %{x}<br>%{text}<extra></extra>",
        "name": "Cells",
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
    order=10,
)
