"""Cohen's kappa."""

import numpy as np

from core.types import Direction, LearningTask
from evaluation.class_totals import class_totals
from evaluation.spec import FloatArray, MetricSpec, Predictions


def score(predictions: Predictions, weights: FloatArray) -> FloatArray:
    """Agreement beyond what the class shares alone would give, in [-1, 1]; 0 where chance already agrees in full."""
    totals = class_totals(predictions, weights)
    n = totals.true.sum(axis=1)
    agreed = totals.hits.sum(axis=1) * n
    by_chance = (totals.true * totals.predicted).sum(axis=1)
    room = n**2 - by_chance
    agreements: FloatArray = np.divide(agreed - by_chance, room, out=np.zeros(len(weights)), where=room > 0)
    return agreements


SPEC = MetricSpec(
    key="kappa",
    label="Cohen's kappa",
    tasks=frozenset({LearningTask.CLASSIFICATION}),
    direction=Direction.HIGHER,
    score=score,
    explanation="How much more often the model is right than guessing with the same class shares would be. 1 is "
    "perfect, 0 is chance.",
    is_live=False,
    source="Cohen 1960, doi:10.1177/001316446002000104",
)
