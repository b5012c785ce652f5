"""Silhouette."""

import numpy as np

from core.types import Direction, LearningTask
from evaluation.clusters import silhouettes
from evaluation.spec import FloatArray, MetricSpec, Predictions
from evaluation.weighted import weighted_sum


def score(predictions: Predictions, weights: FloatArray) -> FloatArray:
    """Mean silhouette of the rows, in [-1, 1]; noise counts as 0, and so does everything in one single cluster."""
    rows, values = silhouettes(predictions)
    sampled = weights if len(rows) == predictions.n_samples else weights[:, rows]
    n = sampled.sum(axis=1)
    means: FloatArray = np.divide(weighted_sum(values, sampled), n, out=np.full(len(n), np.nan), where=n > 0)
    return means


SPEC = MetricSpec(
    key="silhouette",
    label="Silhouette",
    tasks=frozenset({LearningTask.CLUSTERING}),
    direction=Direction.HIGHER,
    score=score,
    explanation="How much nearer rows are to their own group than to the next one. 1: dense and far apart, 0: "
    "groups that touch or no groups, below 0: rows in the wrong group.",
    source="Rousseeuw 1987, doi:10.1016/0377-0427(87)90125-7",
)
