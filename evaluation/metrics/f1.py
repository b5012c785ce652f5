"""F1."""

from core.types import Direction, LearningTask
from evaluation.class_totals import class_totals, positive_or_macro, ratio
from evaluation.spec import FloatArray, MetricSpec, Predictions


def score(predictions: Predictions, weights: FloatArray) -> FloatArray:
    """Harmonic mean of precision and recall, in [0, 1]; 0 for a class that is never true nor predicted.

    Two classes: of class code 1. More: the plain mean over the classes that occur.
    """
    totals = class_totals(predictions, weights)
    values = ratio(2 * totals.hits, totals.true + totals.predicted)
    return positive_or_macro(predictions, totals, values)


SPEC = MetricSpec(
    key="f1",
    label="F1",
    tasks=frozenset({LearningTask.CLASSIFICATION}),
    direction=Direction.HIGHER,
    score=score,
    explanation="High only when the model both finds the cases of a class and is right when it names them. 1 is "
    "perfect; for more than two classes it is the mean over them, so rare ones count fully.",
    source="van Rijsbergen 1979, Information Retrieval, chapter 7",
)
