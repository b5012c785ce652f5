"""Receiver operating characteristic: of two classes, or of each class against the rest."""

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
    """False and true positive rate at each threshold on the probability of a class, from the strictest to the laxest.

    A rate is 0 throughout when its class has no row. For two classes the row of the threshold 0.5 is marked.
    """
    table: Table = []
    classes = shown_classes(predictions, labels)
    for code, label in classes:
        counts = threshold_counts(predictions.y_out[:, code], predictions.y_true == code)
        usual = counts.at(USUAL) if predictions.n_classes == 2 else None
        true_rate, false_rate = counts.recall, counts.false_alarm_rate
        area = float(np.trapezoid(true_rate, false_rate))
        table += [
            {
                "class": label,
                "threshold": float(counts.thresholds[i]),
                "false_positive_rate": float(false_rate[i]),
                "true_positive_rate": float(true_rate[i]),
                "area": area,
                "is_usual_threshold": i == usual,
            }
            for i in kept_positions(true_rate, len(classes), also=usual)
        ]
    return table


def draw(table: Table) -> Figure:
    """The curves, the diagonal of guessing, and where the model works."""
    hover = "Threshold %{customdata:.3f}<br>False alarms: %{x:.1%}<br>Found: %{y:.1%}<extra></extra>"
    traces = [
        curve(
            [row["false_positive_rate"] for row in rows],
            [row["true_positive_rate"] for row in rows],
            f"{label} (area {rows[0]['area']:.3f})",
            position,
            customdata=[row["threshold"] for row in rows],
            hovertemplate=hover,
        )
        for position, (label, rows) in enumerate(by_class(table).items())
    ]
    traces.append(reference_line([0, 1], [0, 1], "Guessing"))
    traces += [
        operating_point(
            row["false_positive_rate"],
            row["true_positive_rate"],
            "Threshold 0.5<br>False alarms: %{x:.1%}<br>Found: %{y:.1%}<extra></extra>",
        )
        for row in table
        if row["is_usual_threshold"]
    ]
    return {
        "data": traces,
        "layout": layout(
            "ROC curve (shares of rows)",
            "False positive rate",
            "True positive rate",
            xaxis=share_axis(room=0.01),
            yaxis=share_axis(room=0.02),
        ),
    }


def alt(table: Table) -> str:
    """The areas in words."""
    areas = {label: rows[0]["area"] for label, rows in by_class(table).items()}
    if len(areas) == 1:
        text = f"ROC curve with an area of {next(iter(areas.values())):.3f}; 0.5 would be guessing, 1 perfect."
        usual = next((row for row in table if row["is_usual_threshold"]), None)
        if usual is not None:
            text += (
                f" At the threshold 0.5, {usual['true_positive_rate']:.1%} of the cases are found, with "
                f"{usual['false_positive_rate']:.1%} of the others called by mistake."
            )
        return text
    listed = ", ".join(f"{label} {value:.3f}" for label, value in areas.items())
    return f"ROC curves of each class against the rest, areas: {listed}; 0.5 would be guessing, 1 perfect."


SPEC = ChartSpec(
    key="roc",
    label="ROC curve",
    tasks=frozenset({LearningTask.CLASSIFICATION}),
    data=data,
    draw=draw,
    alt=alt,
    explanation="What share of the positive rows is found for each share of false alarms, over all thresholds. The "
    "closer to the upper left corner, the better the model separates the classes; the diamond is where it works now.",
    order=20,
)
