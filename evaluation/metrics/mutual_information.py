"""Normalised mutual information."""

import numpy as np

from core.types import Direction, LearningTask
from evaluation.clusters import contingency, has_reference
from evaluation.spec import FloatArray, MetricSpec, Predictions


def score(predictions: Predictions, weights: FloatArray) -> FloatArray:
    """Mutual information of clusters and reference over the mean of their entropies, in [0, 1].

    0 as well where both are a single group, as there is nothing to share.
    """
    table = contingency(predictions, weights)
    shares = table / table.sum(axis=(1, 2), keepdims=True)
    clusters, classes = shares.sum(axis=2), shares.sum(axis=1)
    mean_entropy = (_entropy(clusters) + _entropy(classes)) / 2
    shared = _entropy(clusters) + _entropy(classes) - _entropy(shares.reshape(len(shares), -1))
    return np.divide(np.maximum(shared, 0), mean_entropy, out=np.zeros_like(shared), where=mean_entropy > 0)


def _entropy(shares: FloatArray) -> FloatArray:
    logs = np.log(shares, out=np.zeros_like(shares), where=shares > 0)
    entropy: FloatArray = -(shares * logs).sum(axis=1)
    return entropy


SPEC = MetricSpec(
    key="mutual_information",
    label="Shared information (NMI)",
    tasks=frozenset({LearningTask.CLUSTERING}),
    direction=Direction.HIGHER,
    score=score,
    explanation="How much the groups tell about the reference column, which was not learned from, and the other "
    "way round. 1: each determines the other; 0: nothing.",
    is_live=False,
    is_defined=has_reference,
    source="Vinh, Epps and Bailey 2010, JMLR 11, p. 2837",
)
