"""Cumulative gain: what calling the likeliest rows first brings."""

from collections.abc import Sequence

from core.types import LearningTask
from evaluation.charting import by_class, curve, kept_positions, layout, reference_line, share_axis, shown_classes
from evaluation.spec import ChartSpec, Figure, Predictions, Table
from evaluation.thresholds import threshold_counts


def data(predictions: Predictions, labels: Sequence[str]) -> Table:
    """Share of the cases found for each share of the rows that is called, the likeliest rows first."""
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
                "found": float(recall[i]),
            }
            for i in kept_positions(recall, len(classes))
        ]
    return table


def draw(table: Table) -> Figure:
    """The curves, and what calling rows at random would bring."""
    traces = [
        curve(
            [row["called"] for row in rows],
            [row["found"] for row in rows],
            label,
            position,
            customdata=[row["threshold"] for row in rows],
            hovertemplate="Called: %{x:.1%}<br>Found: %{y:.1%}<br>Threshold %{customdata:.3f}<extra></extra>",
        )
        for position, (label, rows) in enumerate(by_class(table).items())
    ]
    traces.append(reference_line([0, 1], [0, 1], "At random"))
    parts = layout(
        "Cumulative gain (shares of rows)",
        "Share of the rows called, likeliest first",
        "Share of the cases found",
        xaxis=share_axis(room=0.01),
        yaxis=share_axis(room=0.02),
    )
    return {"data": traces, "layout": parts}


def alt(table: Table) -> str:
    """What the first fifth of the rows brings."""
    parts = []
    for label, rows in by_class(table).items():
        nearest = min(rows, key=lambda row: abs(row["called"] - 0.2))
        parts.append(f"{nearest['found']:.1%} of {label} with {nearest['called']:.1%} of the rows")
    return f"Cumulative gain: calling the likeliest rows first finds {'; '.join(parts)}."


SPEC = ChartSpec(
    key="cumulative_gain",
    label="Cumulative gain",
    tasks=frozenset({LearningTask.CLASSIFICATION}),
    data=data,
    draw=draw,
    alt=alt,
    explanation="When only some rows can be called, letters sent, parts checked: how many of the cases are among "
    "them. The steeper the curve rises, the more the order of the model is worth.",
    order=60,
)
