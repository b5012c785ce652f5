"""How many rows each cluster has."""

from collections.abc import Sequence

import numpy as np

from core.types import LearningTask
from evaluation.clusters import cluster_name, clusters_of
from evaluation.spec import ChartSpec, Figure, Predictions, Table


def data(predictions: Predictions, labels: Sequence[str]) -> Table:
    """Rows and share of rows by cluster, noise last; with a reference, its most frequent name in each."""
    clusters = clusters_of(predictions)
    table: Table = []
    for cluster in sorted(np.unique(clusters).tolist(), key=lambda number: (number < 0, number)):
        inside = clusters == cluster
        row = {"cluster": cluster_name(cluster), "rows": int(inside.sum()), "share": float(inside.mean())}
        if labels:
            counts = np.bincount(predictions.y_true[inside].astype(np.intp), minlength=len(labels))
            row |= {"mostly": labels[int(counts.argmax())], "mostly_share": float(counts.max() / counts.sum())}
        table.append(row)
    return table


def draw(table: Table) -> Figure:
    """A bar for each cluster."""
    return {
        "data": [
            {
                "type": "bar",
                "x": [row["cluster"] for row in table],
                "y": [row["rows"] for row in table],
                "text": [f"{row['share']:.0%}" for row in table],
                "textangle": 0,
                "customdata": [_words(row) for row in table],
                "hovertemplate": "%{x}<br>Rows: %{y:,}<br>%{customdata}<extra></extra>",
            }
        ],
        "layout": {
            "title": {"text": "Sizes of the clusters (rows)"},
            "xaxis": {"title": {"text": "Cluster"}, "type": "category"},
            "yaxis": {"title": {"text": "Rows"}},
        },
    }


def _words(row: dict[str, object]) -> str:
    return f"{row['mostly_share']:.0%} of one name" if "mostly" in row else f"{row['share']:.0%} of all"


def alt(table: Table) -> str:
    """The largest and the smallest cluster."""
    named = [row for row in table if row["cluster"] != "Noise"]
    if not named:
        return "No clusters: all rows are noise."
    large, small = max(named, key=lambda row: row["rows"]), min(named, key=lambda row: row["rows"])
    return (
        f"Sizes of {len(named)} clusters: {large['cluster']} is the largest with {large['rows']:,} rows, "
        f"{small['cluster']} the smallest with {small['rows']:,}."
    )


SPEC = ChartSpec(
    key="cluster_sizes",
    label="Sizes of the clusters",
    tasks=frozenset({LearningTask.CLUSTERING}),
    data=data,
    draw=draw,
    alt=alt,
    explanation="Rows in each group. One group with nearly everything, or many tiny ones, says that the settings "
    "do not fit the data. With a reference column, the table says which name is the most frequent in each.",
)
