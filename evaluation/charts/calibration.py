"""Reliability diagram: stated probability against what happened."""

from collections.abc import Sequence

import numpy as np

from core.statistics.effects import wilson
from core.types import LearningTask
from evaluation.charting import DASHES, SYMBOLS, by_class, layout, reference_line, share_axis, shown_classes
from evaluation.confidence import N_BINS, bin_numbers, class_confidence
from evaluation.spec import ChartSpec, Figure, Predictions, Table

ALPHA = 0.05
"""The intervals hold 95 %."""


def data(predictions: Predictions, labels: Sequence[str]) -> Table:
    """For each class shown and each of ten bins with rows: mean probability, observed share with a 95 % interval."""
    table: Table = []
    for code, label in shown_classes(predictions, labels):
        said = class_confidence(predictions, code)
        bins = bin_numbers(said.claimed)
        counts = np.bincount(bins, minlength=N_BINS)
        claimed = np.bincount(bins, said.claimed, N_BINS)
        happened = np.bincount(bins, said.came_true, N_BINS)
        brier = float(np.mean((said.claimed - said.came_true) ** 2))
        for number in np.flatnonzero(counts):
            low, high = wilson(int(happened[number]), int(counts[number]), ALPHA)
            table.append(
                {
                    "class": label,
                    "from": number / N_BINS,
                    "to": (number + 1) / N_BINS,
                    "rows": int(counts[number]),
                    "mean_probability": float(claimed[number] / counts[number]),
                    "observed_share": float(happened[number] / counts[number]),
                    "low": low,
                    "high": high,
                    "brier": brier,
                }
            )
    return table


def draw(table: Table) -> Figure:
    """Observed shares with their intervals over the diagonal; for one class the rows of each bin below."""
    groups = by_class(table)
    traces = [reference_line([0, 1], [0, 1], "Perfectly calibrated")]
    for position, (label, rows) in enumerate(groups.items()):
        observed = [row["observed_share"] for row in rows]
        traces.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "x": [row["mean_probability"] for row in rows],
                "y": observed,
                "name": f"{label} (Brier {rows[0]['brier']:.3f})",
                "line": {"dash": DASHES[position % len(DASHES)], "width": 2},
                "marker": {"symbol": SYMBOLS[position % len(SYMBOLS)], "size": 8},
                "error_y": {
                    "type": "data",
                    "array": [row["high"] - row["observed_share"] for row in rows],
                    "arrayminus": [row["observed_share"] - row["low"] for row in rows],
                    "thickness": 1,
                    "visible": len(groups) <= 2,
                },
                "customdata": [row["rows"] for row in rows],
                "hovertemplate": "Stated: %{x:.1%}<br>Observed: %{y:.1%}<br>Rows: %{customdata}<extra></extra>",
            }
        )
    parts = layout(
        "Calibration (shares of rows)",
        "Stated probability",
        "Observed share",
        xaxis=share_axis(room=0.02),
        yaxis=share_axis(room=0.02),
    )
    if len(groups) == 1:
        traces.append(_counts(table))
        parts["yaxis"]["domain"] = [0.3, 1]
        parts["xaxis"]["anchor"] = "y2"
        parts["yaxis2"] = {"title": {"text": "Rows"}, "domain": [0, 0.2], "showgrid": False, "nticks": 3}
        parts["height"] = 460
    return {"data": traces, "layout": parts}


def _counts(table: Table) -> dict[str, object]:
    return {
        "type": "bar",
        "x": [(row["from"] + row["to"]) / 2 for row in table],
        "y": [row["rows"] for row in table],
        "width": 0.9 / N_BINS,
        "yaxis": "y2",
        "name": "Rows in the bin",
        "marker": {"color": "#7d8b94"},
        "hovertemplate": "Rows: %{y}<extra></extra>",
    }


def alt(table: Table) -> str:
    """The Brier score, and the bin that is furthest off."""
    worst = max(table, key=lambda row: row["rows"] * abs(row["observed_share"] - row["mean_probability"]))
    listed = ", ".join(f"{label} {rows[0]['brier']:.3f}" for label, rows in by_class(table).items())
    return (
        f"Stated probabilities against what happened, Brier score: {listed}. Furthest off: where "
        f"{worst['mean_probability']:.1%} was stated for {worst['class']}, {worst['observed_share']:.1%} came true "
        f"({worst['rows']:,} rows)."
    )


SPEC = ChartSpec(
    key="calibration",
    label="Calibration",
    tasks=frozenset({LearningTask.CLASSIFICATION}),
    data=data,
    draw=draw,
    alt=alt,
    explanation="Whether 70 % means seven in ten. Below the diagonal the model is too sure, above it too cautious; a "
    "bar that crosses the line may be chance.",
    order=40,
)
