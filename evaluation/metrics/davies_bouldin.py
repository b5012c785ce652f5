"""Davies-Bouldin."""

import numpy as np

from core.types import Direction, LearningTask
from evaluation.clusters import dispersion
from evaluation.spec import FloatArray, MetricSpec, Predictions

WORST = 10.0
"""Groups drawn at random reach values of this order. One single group has nothing to be told from, and gets it too."""


def score(predictions: Predictions, weights: FloatArray) -> FloatArray:
    """Mean, over the clusters, of the likeness to the most similar other one: spread of both over their distance.

    Never negative; at most 10, which also stands for fewer than two clusters. Noise is left out.
    """
    found = dispersion(predictions, weights)
    values = np.full(len(weights), WORST)
    for row, (sizes, means, scatter) in enumerate(zip(found.sizes, found.means, found.scatter, strict=True)):
        kept = sizes > 0
        if kept.sum() > 1:
            values[row] = min(_index(means[kept], scatter[kept]), WORST)
    return values


def _index(means: FloatArray, scatter: FloatArray) -> float:
    apart = np.sqrt(((means[:, None, :] - means[None, :, :]) ** 2).sum(axis=2))
    np.fill_diagonal(apart, np.inf)
    spread = scatter[:, None] + scatter[None, :]
    likeness = np.divide(spread, apart, out=np.full_like(apart, WORST), where=apart > 0)
    return float(likeness.max(axis=1).mean())


SPEC = MetricSpec(
    key="davies_bouldin",
    label="Davies-Bouldin",
    tasks=frozenset({LearningTask.CLUSTERING}),
    direction=Direction.LOWER,
    score=score,
    explanation="How much each group overlaps with the one most like it: their spread over the distance of their "
    "centres. Below 1 groups are clearly apart; 10 also stands for one single group.",
    source="Davies and Bouldin 1979, doi:10.1109/TPAMI.1979.4766909",
)
