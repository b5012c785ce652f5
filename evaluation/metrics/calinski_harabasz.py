"""Calinski-Harabasz."""

import numpy as np

from core.types import Direction, LearningTask
from evaluation.clusters import dispersion
from evaluation.spec import FloatArray, MetricSpec, Predictions


def score(predictions: Predictions, weights: FloatArray) -> FloatArray:
    """Spread between the clusters over spread within, each by its degrees of freedom; 0 for fewer than two clusters.

    Noise is left out. Without any bound above; 1 where the rows of each cluster are all equal.
    """
    found = dispersion(predictions, weights)
    n, k = found.sizes.sum(axis=1), (found.sizes > 0).sum(axis=1)
    freedom = np.maximum(n - k, 0) / np.maximum(k - 1, 1)
    ratio = np.divide(found.between, found.within, out=np.ones_like(n), where=found.within > 0)
    return np.where(k < 2, 0.0, np.where(found.within > 0, ratio * freedom, 1.0))


SPEC = MetricSpec(
    key="calinski_harabasz",
    label="Calinski-Harabasz",
    tasks=frozenset({LearningTask.CLUSTERING}),
    direction=Direction.HIGHER,
    score=score,
    explanation="How far the groups lie apart compared with how wide they are, corrected for their number. Higher "
    "is better; it compares clusterings of the same rows and has no scale of its own.",
    decimals=1,
    is_live=False,
    source="Calinski and Harabasz 1974, doi:10.1080/03610927408827101",
)
