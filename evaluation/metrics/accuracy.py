"""Accuracy."""

from core.types import Direction, LearningTask
from evaluation.class_totals import class_totals
from evaluation.spec import FloatArray, MetricSpec, Predictions


def score(predictions: Predictions, weights: FloatArray) -> FloatArray:
    """Share of rows whose likeliest class is the true one, in [0, 1]."""
    totals = class_totals(predictions, weights)
    shares: FloatArray = totals.hits.sum(axis=1) / totals.true.sum(axis=1)
    return shares


SPEC = MetricSpec(
    key="accuracy",
    label="Accuracy",
    tasks=frozenset({LearningTask.CLASSIFICATION}),
    direction=Direction.HIGHER,
    score=score,
    explanation="The share of rows that got the right class. 1 is perfect; with rare classes even a model that never "
    "names them scores high, so look at F1 as well.",
    is_mean=True,
)
