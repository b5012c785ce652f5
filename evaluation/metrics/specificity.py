"""Specificity."""

from core.types import Direction, LearningTask
from evaluation.class_totals import class_totals, positive_or_macro, ratio
from evaluation.spec import FloatArray, MetricSpec, Predictions


def score(predictions: Predictions, weights: FloatArray) -> FloatArray:
    """Of the rows that are not of a class, the share that is not called so, in [0, 1]; 0 where there is none.

    Two classes: of class code 1. More: the plain mean over the classes that occur.
    """
    totals = class_totals(predictions, weights)
    others = totals.true.sum(axis=1, keepdims=True) - totals.true
    alarms = totals.predicted - totals.hits
    return positive_or_macro(predictions, totals, ratio(others - alarms, others))


SPEC = MetricSpec(
    key="specificity",
    label="Specificity",
    tasks=frozenset({LearningTask.CLASSIFICATION}),
    direction=Direction.HIGHER,
    score=score,
    explanation="Of the rows that are not of the class, how many are left in peace. 1 means no false alarm; recall "
    "is its counterpart.",
    is_live=False,
)
