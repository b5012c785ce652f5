"""Share of rows that are not noise."""

import numpy as np

from core.types import Direction, LearningTask
from evaluation.clusters import clusters_of
from evaluation.spec import FloatArray, MetricSpec, Predictions
from evaluation.weighted import weighted_mean


def score(predictions: Predictions, weights: FloatArray) -> FloatArray:
    """Share of rows that belong to a cluster rather than to noise, in [0, 1]."""
    return weighted_mean((clusters_of(predictions) >= 0).astype(np.float64), weights)


SPEC = MetricSpec(
    key="in_clusters",
    label="Rows in a cluster",
    tasks=frozenset({LearningTask.CLUSTERING}),
    direction=Direction.HIGHER,
    score=score,
    explanation="The share of rows that got a group. The others are noise: they lie too far from everything dense.",
    is_mean=True,
    source="Ester et al. 1996, KDD-96, p. 226",
)
