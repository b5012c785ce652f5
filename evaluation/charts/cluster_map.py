"""Clusters on the plane in which the rows are spread most."""

from collections.abc import Sequence

import numpy as np

from core.types import LearningTask
from evaluation.clusters import cluster_name, clusters_of
from evaluation.spec import ChartSpec, Figure, Predictions, Table

MOST_POINTS = 1_000


def data(predictions: Predictions, labels: Sequence[str]) -> Table:
    """Place of each row on the first two principal components, and its cluster; of more than 1,000 rows a part.

    A single column has no second component, and is drawn along the first one.
    """
    del labels
    assert predictions.X is not None, "a clustering is drawn with its rows"
    X = predictions.X - predictions.X.mean(axis=0)
    n = len(X)
    rows = np.arange(n) if n <= MOST_POINTS else np.linspace(0, n - 1, MOST_POINTS).round().astype(np.intp)
    _, directions = np.linalg.eigh(X.T @ X)
    places = X[rows] @ directions[:, ::-1][:, :2]
    if places.shape[1] == 1:
        places = np.column_stack([places, np.zeros(len(rows))])
    clusters = clusters_of(predictions)[rows]
    return [
        {"cluster": cluster_name(int(cluster)), "first": float(first), "second": float(second)}
        for cluster, (first, second) in sorted(zip(clusters, places.tolist(), strict=True), key=lambda pair: pair[0])
    ]


def draw(table: Table) -> Figure:
    """A cloud of dots for each cluster."""
    traces = []
    for name in dict.fromkeys(row["cluster"] for row in table):
        rows = [row for row in table if row["cluster"] == name]
        traces.append(
            {
                "type": "scattergl",
                "mode": "markers",
                "name": name,
                "x": [row["first"] for row in rows],
                "y": [row["second"] for row in rows],
                "marker": {"size": 6, "opacity": 0.7, **({"symbol": "x-thin-open"} if name == "Noise" else {})},
                "hovertemplate": f"{name}<br>%{{x:.3g}}, %{{y:.3g}}<extra></extra>",
            }
        )
    return {
        "data": traces,
        "layout": {
            "title": {"text": "Clusters on two principal components (features)"},
            "xaxis": {"title": {"text": "First component: widest spread"}},
            "yaxis": {"title": {"text": "Second component"}},
            "showlegend": True,
        },
    }


def alt(table: Table) -> str:
    """How many rows and groups are drawn."""
    names = dict.fromkeys(row["cluster"] for row in table)
    n_clusters = sum(name != "Noise" for name in names)
    n_noise = sum(row["cluster"] == "Noise" for row in table)
    return f"Map of {len(table):,} rows in {n_clusters} clusters on two principal components; {n_noise:,} are noise."


SPEC = ChartSpec(
    key="cluster_map",
    label="Map of the clusters",
    tasks=frozenset({LearningTask.CLUSTERING}),
    data=data,
    draw=draw,
    alt=alt,
    explanation="Each dot is a row, placed where most of the spread of all columns can be seen. Groups that "
    "overlap here may still be apart in other directions.",
)
