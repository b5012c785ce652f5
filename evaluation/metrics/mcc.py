"""Matthews correlation coefficient."""

import numpy as np

from core.types import Direction, LearningTask
from evaluation.class_totals import class_totals
from evaluation.spec import FloatArray, MetricSpec, Predictions


def score(predictions: Predictions, weights: FloatArray) -> FloatArray:
    """Correlation of true and predicted classes, in [-1, 1]; 0 where either has one class only."""
    totals = class_totals(predictions, weights)
    n = totals.true.sum(axis=1)
    together = totals.hits.sum(axis=1) * n - (totals.true * totals.predicted).sum(axis=1)
    spread = (n**2 - (totals.true**2).sum(axis=1)) * (n**2 - (totals.predicted**2).sum(axis=1))
    correlations: FloatArray = np.divide(together, np.sqrt(spread), out=np.zeros(len(weights)), where=spread > 0)
    return correlations


SPEC = MetricSpec(
    key="mcc",
    label="MCC",
    tasks=frozenset({LearningTask.CLASSIFICATION}),
    direction=Direction.HIGHER,
    score=score,
    explanation="The correlation of true and predicted classes (Matthews). 1 is perfect, 0 is chance; high only "
    "when every class is told apart, however rare.",
    is_live=False,
    source="Gorodkin 2004, doi:10.1016/j.compbiolchem.2004.09.006",
)
