"""What the rows of each cluster are like."""

from collections.abc import Sequence

import numpy as np

from core.types import LearningTask
from evaluation.clusters import cluster_name, clusters_of
from evaluation.spec import ChartSpec, Figure, Predictions, Table

MOST_COLUMNS = 20


def data(predictions: Predictions, labels: Sequence[str]) -> Table:
    """Mean of each feature by cluster, in standard deviations from the mean of all rows.

    Of more than 20 features those in which clusters differ most; noise is left out.
    """
    del labels
    assert predictions.X is not None, "a clustering is drawn with its rows"
    X, clusters = predictions.X, clusters_of(predictions)
    spread = X.std(axis=0)
    scaled = np.divide(X - X.mean(axis=0), spread, out=np.zeros_like(X), where=spread > 0)
    names = [int(cluster) for cluster in np.unique(clusters) if cluster >= 0]
    if not names:
        return []
    means = np.array([scaled[clusters == name].mean(axis=0) for name in names])
    columns = np.sort(np.argsort(-np.abs(means).max(axis=0), kind="stable")[:MOST_COLUMNS])
    return [
        {"cluster": cluster_name(name), "column": predictions.columns[column], "mean": float(means[number, column])}
        for number, name in enumerate(names)
        for column in columns
    ]


def draw(table: Table) -> Figure:
    """A heat map: clusters across, features down."""
    clusters = list(dict.fromkeys(row["cluster"] for row in table))
    columns = list(dict.fromkeys(row["column"] for row in table))
    by_place = {(row["cluster"], row["column"]): row["mean"] for row in table}
    values = [[by_place[cluster, column] for cluster in clusters] for column in columns]
    most = max((abs(row["mean"]) for row in table), default=1.0) or 1.0
    return {
        "data": [
            {
                "type": "heatmap",
                "x": clusters,
                "y": columns,
                "z": values,
                "text": [[f"{value:+.1f}" for value in line] for line in values],
                "texttemplate": "%{text}",
                "zmin": -most,
                "zmax": most,
                "zmid": 0,
                "autocolorscale": True,
                "colorbar": {"title": {"text": "Deviations"}},
                "hovertemplate": "%{x}<br>%{y}: %{z:+.2f} deviations<extra></extra>",
            }
        ],
        "layout": {
            "title": {"text": "Profiles (standard deviations from the mean)"},
            "xaxis": {"title": {"text": "Cluster"}, "type": "category"},
            "yaxis": {"title": {"text": "Feature"}, "type": "category", "autorange": "reversed", "automargin": True},
        },
    }


def alt(table: Table) -> str:
    """The most telling feature of each cluster."""
    words = []
    for cluster in dict.fromkeys(row["cluster"] for row in table):
        row = max((row for row in table if row["cluster"] == cluster), key=lambda each: abs(each["mean"]))
        words.append(f"{cluster} has {'high' if row['mean'] > 0 else 'low'} {row['column']} ({row['mean']:+.1f})")
    return f"Profiles of the clusters: {'; '.join(words)}." if words else "No clusters: all rows are noise."


SPEC = ChartSpec(
    key="cluster_profiles",
    label="Profiles of the clusters",
    tasks=frozenset({LearningTask.CLUSTERING}),
    data=data,
    draw=draw,
    alt=alt,
    explanation="What makes a group: how far the mean of its rows lies from the mean of all rows, feature by "
    "feature. Strong colours are what to name a group by.",
)
