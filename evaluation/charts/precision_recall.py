"""Precision against recall: of two classes, or of each class against the rest."""

from collections.abc import Sequence

import numpy as np

from core.types import LearningTask
from evaluation.charting import (
    by_class,
    curve,
    kept_positions,
    layout,
    operating_point,
    reference_line,
    share_axis,
    shown_classes,
)
from evaluation.spec import ChartSpec, Figure, Predictions, Table
from evaluation.thresholds import USUAL, threshold_counts


def data(predictions: Predictions, labels: Sequence[str]) -> Table:
    """Recall and precision at each threshold that calls at least one row, from the strictest to the laxest.

    For two classes the row of the threshold 0.5 is marked.
    """
    table: Table = []
    classes = shown_classes(predictions, labels)
    for code, label in classes:
        counts = threshold_counts(predictions.y_out[:, code], predictions.y_true == code)
        usual = counts.at(USUAL) if predictions.n_classes == 2 else None
        recall, precision = counts.recall, counts.precision
        area = float(np.sum(np.diff(recall, prepend=0.0) * precision))
        table += [
            {
                "class": label,
                "threshold": float(counts.thresholds[i]),
                "recall": float(recall[i]),
                "precision": float(precision[i]),
                "share_of_class": counts.n_positive / predictions.n_samples,
                "area": area,
                "is_usual_threshold": i == usual,
            }
            for i in kept_positions(precision, len(classes), also=usual)
            if i > 0
        ]
    return table


def draw(table: Table) -> Figure:
    """The curves, the share of the class that guessing would reach, and where the model works."""
    groups = by_class(table)
    hover = "Threshold %{customdata:.3f}<br>Recall: %{x:.1%}<br>Precision: %{y:.1%}<extra></extra>"
    traces = [
        curve(
            [row["recall"] for row in rows],
            [row["precision"] for row in rows],
            f"{label} (area {rows[0]['area']:.3f})",
            position,
            customdata=[row["threshold"] for row in rows],
            hovertemplate=hover,
        )
        for position, (label, rows) in enumerate(groups.items())
    ]
    if len(groups) == 1:
        share = table[0]["share_of_class"]
        traces.append(reference_line([0, 1], [share, share], f"Guessing ({share:.1%})"))
    traces += [
        operating_point(
            row["recall"],
            row["precision"],
            "Threshold 0.5<br>Recall: %{x:.1%}<br>Precision: %{y:.1%}<extra></extra>",
        )
        for row in table
        if row["is_usual_threshold"]
    ]
    return {
        "data": traces,
        "layout": layout(
            "Precision and recall (shares of rows)",
            "Recall: share of the cases that is found",
            "Precision: share of the calls that is right",
            xaxis=share_axis(room=0.01),
            yaxis=share_axis(room=0.02),
        ),
    }


def alt(table: Table) -> str:
    """The areas in words."""
    groups = by_class(table)
    listed = ", ".join(
        f"{rows[0]['area']:.3f} for {label} (guessing: {rows[0]['share_of_class']:.3f})"
        for label, rows in groups.items()
    )
    return f"Precision against recall over all thresholds. Average precision: {listed}."


SPEC = ChartSpec(
    key="precision_recall",
    label="Precision and recall",
    tasks=frozenset({LearningTask.CLASSIFICATION}),
    data=data,
    draw=draw,
    alt=alt,
    explanation="How right the calls still are when more of the cases shall be found. It shows what ROC hides when the "
    "class is rare: guessing would stay on the dotted line.",
    order=30,
)
