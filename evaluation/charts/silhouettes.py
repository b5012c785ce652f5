"""How well each row sits in its cluster."""

from collections.abc import Sequence

import numpy as np

from core.types import LearningTask
from evaluation.clusters import cluster_name, clusters_of, silhouettes
from evaluation.spec import ChartSpec, Figure, Predictions, Table

MOST_POINTS = 600


def data(predictions: Predictions, labels: Sequence[str]) -> Table:
    """Silhouettes by cluster, the best first; of more than 600 rows evenly spaced ones of the whole order."""
    del labels
    rows, values = silhouettes(predictions)
    clusters = clusters_of(predictions)[rows]
    order = np.lexsort([-values, clusters])
    order = order[clusters[order] >= 0]
    if len(order) > MOST_POINTS:
        order = order[np.linspace(0, len(order) - 1, MOST_POINTS).round().astype(np.intp)]
    return [
        {"cluster": cluster_name(int(clusters[row])), "place": place, "silhouette": float(values[row])}
        for place, row in enumerate(order, start=1)
    ]


def draw(table: Table) -> Figure:
    """An area for each cluster, one after the other, and the mean as a line."""
    traces = [
        {
            "type": "scatter",
            "mode": "lines",
            "fill": "tozeroy",
            "name": name,
            "x": [row["place"] for row in table if row["cluster"] == name],
            "y": [row["silhouette"] for row in table if row["cluster"] == name],
            "line": {"width": 1},
            "hovertemplate": f"{name}: %{{y:.3f}}<extra></extra>",
        }
        for name in dict.fromkeys(row["cluster"] for row in table)
    ]
    if table:
        mean = float(np.mean([row["silhouette"] for row in table]))
        traces.append(
            {
                "type": "scatter",
                "mode": "lines",
                "name": f"Mean {mean:.2f}",
                "x": [1, len(table)],
                "y": [mean, mean],
                "line": {"dash": "dash", "width": 1},
                "hoverinfo": "skip",
            }
        )
    return {
        "data": traces,
        "layout": {
            "title": {"text": "Silhouettes (from -1 to 1)"},
            "xaxis": {"title": {"text": "Rows, by cluster"}},
            "yaxis": {"title": {"text": "Silhouette"}},
            "showlegend": True,
        },
    }


def alt(table: Table) -> str:
    """The mean, and how many rows sit badly."""
    if not table:
        return "No silhouettes: all rows are noise."
    values = np.array([row["silhouette"] for row in table])
    return (
        f"Silhouettes of {len(values):,} rows: {values.mean():.2f} on average; {(values < 0).mean():.0%} lie nearer to "
        "another cluster than to their own."
    )


SPEC = ChartSpec(
    key="silhouettes",
    label="Silhouettes",
    tasks=frozenset({LearningTask.CLUSTERING}),
    data=data,
    draw=draw,
    alt=alt,
    explanation="How much nearer a row is to its own group than to the next one. Full, even areas are clear "
    "groups; what falls below zero sits in the wrong one.",
)
