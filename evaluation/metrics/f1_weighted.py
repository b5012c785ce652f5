"""F1 weighted by the classes' rows."""

from core.types import Direction, LearningTask
from evaluation.class_totals import class_totals, ratio
from evaluation.spec import FloatArray, MetricSpec, Predictions


def score(predictions: Predictions, weights: FloatArray) -> FloatArray:
    """Mean of the F1 of the classes, each weighing as many rows as it has; in [0, 1]."""
    totals = class_totals(predictions, weights)
    values = ratio(2 * totals.hits, totals.true + totals.predicted)
    means: FloatArray = (values * totals.true).sum(axis=1) / totals.true.sum(axis=1)
    return means


SPEC = MetricSpec(
    key="f1_weighted",
    label="F1, weighted by class",
    tasks=frozenset({LearningTask.CLASSIFICATION}),
    direction=Direction.HIGHER,
    score=score,
    explanation="F1 of every class, averaged with the weight of its rows. 1 is perfect; frequent classes dominate it.",
    is_live=False,
)
