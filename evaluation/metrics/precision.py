"""Precision."""

from core.types import Direction, LearningTask
from evaluation.class_totals import class_totals, positive_or_macro, ratio
from evaluation.spec import FloatArray, MetricSpec, Predictions


def score(predictions: Predictions, weights: FloatArray) -> FloatArray:
    """Share of the rows said to be of a class that are, in [0, 1]; 0 for a class that is never predicted.

    Two classes: of class code 1. More: the plain mean over the classes that occur.
    """
    totals = class_totals(predictions, weights)
    return positive_or_macro(predictions, totals, ratio(totals.hits, totals.predicted))


SPEC = MetricSpec(
    key="precision",
    label="Precision",
    tasks=frozenset({LearningTask.CLASSIFICATION}),
    direction=Direction.HIGHER,
    score=score,
    explanation="When the model names a class, how often it is right. 1 means no false alarms.",
)
