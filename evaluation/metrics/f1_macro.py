"""F1 averaged over two classes."""

from core.types import Direction, LearningTask
from evaluation.class_totals import class_totals, ratio
from evaluation.spec import FloatArray, MetricSpec, Predictions


def is_defined(predictions: Predictions) -> bool:
    """For two classes only: for more, F1 is this mean already."""
    return predictions.n_classes == 2


def score(predictions: Predictions, weights: FloatArray) -> FloatArray:
    """Plain mean of the F1 of both classes, in [0, 1]."""
    totals = class_totals(predictions, weights)
    values = ratio(2 * totals.hits, totals.true + totals.predicted)
    means: FloatArray = values[:, totals.is_present].mean(axis=1)
    return means


SPEC = MetricSpec(
    key="f1_macro",
    label="F1, mean of both classes",
    tasks=frozenset({LearningTask.CLASSIFICATION}),
    direction=Direction.HIGHER,
    score=score,
    explanation="F1 of either class, averaged, so that it does not matter which one is called positive. 1 is perfect.",
    is_live=False,
    is_defined=is_defined,
)
