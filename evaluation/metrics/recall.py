"""Recall."""

from core.types import Direction, LearningTask
from evaluation.class_totals import class_totals, positive_or_macro, ratio
from evaluation.spec import FloatArray, MetricSpec, Predictions


def score(predictions: Predictions, weights: FloatArray) -> FloatArray:
    """Share of the rows of a class that are found, in [0, 1]; 0 for a class that is never true.

    Two classes: of class code 1. More: the plain mean over the classes that occur.
    """
    totals = class_totals(predictions, weights)
    return positive_or_macro(predictions, totals, ratio(totals.hits, totals.true))


SPEC = MetricSpec(
    key="recall",
    label="Recall",
    tasks=frozenset({LearningTask.CLASSIFICATION}),
    direction=Direction.HIGHER,
    score=score,
    explanation="Of the rows that belong to a class, how many the model finds. 1 means none is missed.",
)
