"""The most unusual rows, and the columns in which they differ."""

from collections.abc import Sequence

import numpy as np

from core.outputs import AnomalyOut
from core.types import LearningTask
from evaluation.spec import ChartSpec, Figure, Predictions, Table

MOST_ROWS = 10
MOST_COLUMNS = 6
WIDE = 10.0
"""Distances beyond this look alike anyway, and would drown all others."""


def data(predictions: Predictions, labels: Sequence[str]) -> Table:
    """The 10 rows of the highest score, and how far each lies from the usual value in the most telling features.

    Distances are in deviations of all rows, robustly: half the width of the middle 68 %, or the standard deviation
    where that is 0. The detector may have looked at combinations as well, which single features do not show.
    """
    del labels
    assert predictions.X is not None, "anomalies are drawn with their rows"
    scores, X = predictions.y_out[:, AnomalyOut.SCORE], predictions.X
    rows = np.argsort(-scores, kind="stable")[:MOST_ROWS]
    low, usual, high = np.quantile(X, [0.16, 0.5, 0.84], axis=0)
    width = np.where(high > low, (high - low) / 2, X.std(axis=0))
    away = np.divide(X[rows] - usual, width, out=np.zeros_like(X[rows]), where=width > 0)
    columns = np.sort(np.argsort(-np.abs(away).max(axis=0), kind="stable")[:MOST_COLUMNS])
    return [
        {
            "place": place,
            "score": float(scores[row]),
            "column": predictions.columns[column],
            "value": float(X[row, column]),
            "distance": float(away[place - 1, column]),
        }
        for place, row in enumerate(rows.tolist(), start=1)
        for column in columns
    ]


def draw(table: Table) -> Figure:
    """A heat map: the rows down, features across."""
    places = list(dict.fromkeys(row["place"] for row in table))
    columns = list(dict.fromkeys(row["column"] for row in table))
    by_place = {(row["place"], row["column"]): row["distance"] for row in table}
    scores = {row["place"]: row["score"] for row in table}
    values = [[by_place[place, column] for column in columns] for place in places]
    return {
        "data": [
            {
                "type": "heatmap",
                "x": columns,
                "y": [f"{place}. score {scores[place]:#.3g}" for place in places],
                "z": [[max(-WIDE, min(WIDE, value)) for value in line] for line in values],
                "text": [[f"{value:+.1f}" for value in line] for line in values],
                "texttemplate": "%{text}",
                "zmin": -WIDE,
                "zmax": WIDE,
                "zmid": 0,
                "autocolorscale": True,
                "colorbar": {"title": {"text": "Deviations"}},
                "hovertemplate": "%{y}<br>%{x}: %{text} deviations from usual<extra></extra>",
            }
        ],
        "layout": {
            "title": {"text": "Most unusual rows (deviations from the usual value)"},
            "xaxis": {"title": {"text": "Feature"}, "type": "category", "automargin": True},
            "yaxis": {
                "title": {"text": "Row, by score"},
                "type": "category",
                "autorange": "reversed",
                "automargin": True,
            },
        },
    }


def alt(table: Table) -> str:
    """The most unusual row and what makes it so."""
    first = [row for row in table if row["place"] == 1]
    telling = max(first, key=lambda row: abs(row["distance"]))
    return (
        f"The {len({row['place'] for row in table})} most unusual rows. The first, with score {telling['score']:#.3g}, "
        f"stands out most in {telling['column']}: {telling['distance']:+.1f} deviations from the usual value."
    )


SPEC = ChartSpec(
    key="anomalous_rows",
    label="Most unusual rows",
    tasks=frozenset({LearningTask.ANOMALY_DETECTION}),
    data=data,
    draw=draw,
    alt=alt,
    explanation="The rows of the highest score, the oddest on top, and how far they are from the usual value in "
    "each feature. A row without strong colours is odd by its combination.",
)
