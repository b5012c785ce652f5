"""Distribution of the residuals."""

from collections.abc import Sequence

import numpy as np

from core.types import LearningTask
from evaluation.charting import layout
from evaluation.spec import ChartSpec, Figure, Predictions, Table

N_BINS = 40
TAIL = 0.005
"""Rows beyond these quantiles are counted in the outermost bins, so that a few do not squeeze the picture."""


def data(predictions: Predictions, labels: Sequence[str]) -> Table:
    """Rows by residual in 40 bins, beside what a normal distribution of the same mean and deviation would give."""
    del labels
    residual = predictions.y_true - predictions.y_out
    low, high = np.quantile(residual, [TAIL, 1 - TAIL])
    if low == high:
        low, high = low - 0.5, high + 0.5
    edges = np.linspace(low, high, N_BINS + 1)
    counts, _ = np.histogram(np.clip(residual, low, high), edges)
    mean, deviation = residual.mean(), residual.std()
    middle = (edges[:-1] + edges[1:]) / 2
    width = (high - low) / N_BINS
    normal = np.zeros(N_BINS)
    if deviation > 0:
        z = (middle - mean) / deviation
        normal = len(residual) * width * np.exp(-(z**2) / 2) / (deviation * np.sqrt(2 * np.pi))
    return [
        {"from": float(edges[i]), "to": float(edges[i + 1]), "rows": int(counts[i]), "normal": float(normal[i])}
        for i in range(N_BINS)
    ]


def draw(table: Table) -> Figure:
    """Bars, and the bell to compare with."""
    middle = [(row["from"] + row["to"]) / 2 for row in table]
    return {
        "data": [
            {
                "type": "bar",
                "x": middle,
                "y": [row["rows"] for row in table],
                "name": "Rows",
                "width": [row["to"] - row["from"] for row in table],
                "customdata": [[row["from"], row["to"]] for row in table],
                "hovertemplate": "%{customdata[0]:.4g} to %{customdata[1]:.4g}<br>Rows: %{y}<extra></extra>",
            },
            {
                "type": "scatter",
                "mode": "lines",
                "x": middle,
                "y": [row["normal"] for row in table],
                "name": "Normal distribution",
                "line": {"dash": "dash", "width": 2},
                "hoverinfo": "skip",
            },
        ],
        "layout": layout(
            "Distribution of the residuals (rows)", "Truth minus prediction, unit of the target", "Rows", bargap=0.03
        ),
    }


def alt(table: Table) -> str:
    """Where most residuals lie."""
    n_rows = sum(row["rows"] for row in table)
    fullest = max(table, key=lambda row: row["rows"])
    below = sum(row["rows"] for row in table if row["to"] <= 0)
    return (
        f"Distribution of the residuals of {n_rows:,} rows. Most lie between {fullest['from']:.4g} and "
        f"{fullest['to']:.4g} ({fullest['rows']:,} rows); {below / n_rows:.1%} of the predictions are clearly too high."
    )


SPEC = ChartSpec(
    key="residual_distribution",
    label="Distribution of the residuals",
    tasks=frozenset({LearningTask.REGRESSION}),
    data=data,
    draw=draw,
    alt=alt,
    explanation="How errors are spread. A hill beside zero is a bias; heavier ends than the bell mean that surprises "
    "are more frequent than a normal distribution promises. The outermost bars hold everything beyond.",
    order=30,
)
