"""Quantiles of the absolute error."""

from collections.abc import Sequence

import numpy as np

from core.charts.wording import number
from core.types import LearningTask
from evaluation.charting import curve, layout
from evaluation.spec import ChartSpec, Figure, Predictions, Table

MARKED = (0.5, 0.8, 0.9, 0.95)
LABELLED = (0.5, 0.9)
"""The numbers of the others would overlap."""


def data(predictions: Predictions, labels: Sequence[str]) -> Table:
    """For each per cent of the rows the absolute error that they stay within."""
    del labels
    distance = np.abs(predictions.y_true - predictions.y_out)
    shares = np.linspace(0, 1, 101)
    return [
        {"share": round(float(share), 2), "error": float(error)}
        for share, error in zip(shares, np.quantile(distance, shares), strict=True)
    ]


def draw(table: Table) -> Figure:
    """The curve with the half, four fifths, nine tenths and nineteen twentieths marked."""
    hover = "%{x:.0%} of the rows are off by at most %{y:.4g}<extra></extra>"
    marked = [row for row in table if row["share"] in MARKED]
    nearly_all, worst = table[-2]["error"], table[-1]["error"]
    # A few rows that are far out would press the rest of the curve against the axis.
    top = 1.3 * nearly_all if worst > 2 * nearly_all > 0 else 1.05 * worst
    return {
        "data": [
            curve(
                [row["share"] for row in table],
                [row["error"] for row in table],
                "Absolute error",
                0,
                hovertemplate=hover,
            ),
            {
                "type": "scatter",
                "mode": "markers+text",
                "x": [row["share"] for row in marked],
                "y": [row["error"] for row in marked],
                "text": [number(row["error"]) if row["share"] in LABELLED else "" for row in marked],
                "textposition": "top left",
                "name": "50, 80, 90 and 95 % of the rows",
                "marker": {"symbol": "diamond", "size": 9},
                "hovertemplate": hover,
            },
        ],
        "layout": layout(
            "Error quantiles (unit of the target)",
            "Share of the rows",
            "Absolute error at most",
            xaxis={"range": [0, 1.01], "tickformat": ".0%"},
            yaxis={"range": [0, top or 1]},
        ),
    }


def alt(table: Table) -> str:
    """The marked quantiles in words."""
    parts = ", ".join(f"{row['share']:.0%} within {number(row['error'])}" for row in table if row["share"] in MARKED)
    return f"How far predictions are off: {parts}; the worst by {number(table[-1]['error'])}."


SPEC = ChartSpec(
    key="error_quantiles",
    label="Error quantiles",
    tasks=frozenset({LearningTask.REGRESSION}),
    data=data,
    draw=draw,
    alt=alt,
    explanation="What to promise: read off how far nine in ten predictions are off at most. A curve that shoots up at "
    "the right end means a few rows that are far out.",
    order=40,
)
