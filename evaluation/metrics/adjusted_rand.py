"""Adjusted Rand index."""

import numpy as np

from core.types import Direction, LearningTask
from evaluation.clusters import contingency, has_reference
from evaluation.spec import FloatArray, MetricSpec, Predictions


def score(predictions: Predictions, weights: FloatArray) -> FloatArray:
    """Pairs on which clusters and reference agree, corrected for chance: 1 is the same grouping, 0 chance."""
    table = contingency(predictions, weights)
    both = _pairs(table).sum(axis=(1, 2))
    clusters, classes = _pairs(table.sum(axis=2)).sum(axis=1), _pairs(table.sum(axis=1)).sum(axis=1)
    everything = _pairs(table.sum(axis=(1, 2)))
    chance = clusters * classes / np.maximum(everything, 1e-300)
    most = (clusters + classes) / 2
    index: FloatArray = np.divide(both - chance, most - chance, out=np.ones_like(most), where=most != chance)
    return index


def _pairs(counts: FloatArray) -> FloatArray:
    pairs: FloatArray = counts * (counts - 1) / 2
    return pairs


SPEC = MetricSpec(
    key="adjusted_rand",
    label="Agreement with the reference (ARI)",
    tasks=frozenset({LearningTask.CLUSTERING}),
    direction=Direction.HIGHER,
    score=score,
    explanation="Whether the groups match the names in the reference column, which was not learned from. 1: the "
    "same grouping; 0: no better than chance.",
    is_live=False,
    is_defined=has_reference,
    source="Hubert and Arabie 1985, doi:10.1007/BF01908075",
)
