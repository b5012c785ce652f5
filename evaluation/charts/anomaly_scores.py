"""How anomaly scores are spread, and where the threshold lies."""

from collections.abc import Sequence

import numpy as np

from core.outputs import AnomalyOut
from core.types import LearningTask
from evaluation.spec import ChartSpec, Figure, Predictions, Table

N_BINS = 40
LEAST_SPAN = 1e-12
"""Of the largest score: closer together than that, no 40 bins fit between two floating-point numbers."""


def data(predictions: Predictions, labels: Sequence[str]) -> Table:
    """Rows by score in 40 bins of equal width, those above the threshold apart."""
    del labels
    scores = predictions.y_out[:, AnomalyOut.SCORE]
    threshold = float(predictions.y_out[0, AnomalyOut.THRESHOLD])
    low, high = float(scores.min()), float(scores.max())
    if high - low <= LEAST_SPAN * max(abs(low), abs(high), 1.0):  # scores that differ by rounding alone
        low, high = low - 0.5, high + 0.5
    edges = np.linspace(low, high, N_BINS + 1)
    flagged, _ = np.histogram(scores[scores > threshold], edges)
    normal, _ = np.histogram(scores[scores <= threshold], edges)
    return [
        {
            "low": float(edges[i]),
            "high": float(edges[i + 1]),
            "normal": int(normal[i]),
            "flagged": int(flagged[i]),
            "threshold": threshold,
        }
        for i in range(len(normal))
    ]


def draw(table: Table) -> Figure:
    """Two stacked histograms and the threshold."""
    middles = [(row["low"] + row["high"]) / 2 for row in table]
    highest = max(row["normal"] + row["flagged"] for row in table)
    threshold = table[0]["threshold"]
    return {
        "data": [
            *(
                {
                    "type": "bar",
                    "name": name,
                    "x": middles,
                    "y": [row[key] for row in table],
                    "hovertemplate": f"Score %{{x:.3g}}<br>{name}: %{{y:,}}<extra></extra>",
                }
                for key, name in (("normal", "Normal"), ("flagged", "Flagged"))
            ),
            {
                "type": "scatter",
                "mode": "lines",
                "name": "Threshold",
                "x": [threshold, threshold],
                "y": [0, highest],
                "line": {"dash": "dash", "width": 2},
                "hovertemplate": "Threshold %{x:.3g}<extra></extra>",
            },
        ],
        "layout": {
            "title": {"text": "Anomaly scores (rows)"},
            "xaxis": {"title": {"text": "Score: higher is more unusual"}},
            "yaxis": {"title": {"text": "Rows"}},
            "barmode": "stack",
            "bargap": 0.02,
            "showlegend": True,
        },
    }


def alt(table: Table) -> str:
    """How many rows are flagged."""
    flagged, normal = sum(row["flagged"] for row in table), sum(row["normal"] for row in table)
    return (
        f"Anomaly scores of {flagged + normal:,} rows from {table[0]['low']:.3g} to {table[-1]['high']:.3g}; "
        f"{flagged:,} lie above the threshold {table[0]['threshold']:.3g}."
    )


SPEC = ChartSpec(
    key="anomaly_scores",
    label="Anomaly scores",
    tasks=frozenset({LearningTask.ANOMALY_DETECTION}),
    data=data,
    draw=draw,
    alt=alt,
    explanation="How unusual the rows are. Odd rows stand apart on the right; where the threshold cuts through a "
    "hill, it is a matter of taste.",
)
