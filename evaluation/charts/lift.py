"""Lift: what calling the likeliest rows first brings."""

from collections.abc import Sequence

from core.types import LearningTask
from evaluation.charting import by_class, curve, kept_positions, layout, reference_line, share_axis, shown_classes
from evaluation.spec import ChartSpec, Figure, Predictions, Table
from evaluation.thresholds import threshold_counts

SMALLEST_SHARE = 0.01
"""With fewer rows the first ones alone decide, and the curve starts with a jump that means nothing."""


def data(predictions: Predictions, labels: Sequence[str]) -> Table:
    """How many times more cases than at random are found for each share of the rows, the likeliest called first."""
    table: Table = []
    classes = shown_classes(predictions, labels)
    for code, label in classes:
        counts = threshold_counts(predictions.y_out[:, code], predictions.y_true == code)
        called, recall = counts.called, counts.recall
        table += [
            {
                "class": label,
                "threshold": float(counts.thresholds[i]),
                "called": float(called[i]),
                "lift": float(recall[i] / called[i]),
            }
            for i in kept_positions(recall, len(classes))
            if called[i] >= SMALLEST_SHARE
        ]
    return table


def draw(table: Table) -> Figure:
    """The curves, and what calling rows at random would bring."""
    traces = [
        curve(
            [row["called"] for row in rows],
            [row["lift"] for row in rows],
            label,
            position,
            customdata=[row["threshold"] for row in rows],
            hovertemplate="Called: %{x:.1%}<br>Lift: %{y:.2f}<br>Threshold %{customdata:.3f}<extra></extra>",
        )
        for position, (label, rows) in enumerate(by_class(table).items())
    ]
    traces.append(reference_line([0, 1], [1, 1], "At random"))
    parts = layout(
        "Lift (times as many as at random)",
        "Share of the rows called, likeliest first",
        "Lift",
        xaxis=share_axis(room=0.01),
        yaxis={"rangemode": "tozero"},
    )
    return {"data": traces, "layout": parts}


def alt(table: Table) -> str:
    """What the first fifth of the rows brings."""
    parts = []
    for label, rows in by_class(table).items():
        nearest = min(rows, key=lambda row: abs(row["called"] - 0.2))
        parts.append(f"{nearest['lift']:.2f} for {label} with {nearest['called']:.1%} of the rows")
    return f"Lift, times as many cases as at random: {'; '.join(parts)}."


SPEC = ChartSpec(
    key="lift",
    label="Lift",
    tasks=frozenset({LearningTask.CLASSIFICATION}),
    data=data,
    draw=draw,
    alt=alt,
    explanation="How many times more cases are found than by calling as many rows at random. 1 is no help at all; "
    "at the right end every row is called, so it ends at 1.",
    order=70,
)
