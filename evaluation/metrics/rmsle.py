"""Root mean squared logarithmic error."""

import numpy as np

from core.types import Direction, LearningTask
from evaluation.spec import FloatArray, MetricSpec, Predictions
from evaluation.weighted import weighted_mean


def is_defined(predictions: Predictions) -> bool:
    """Where truth and predictions are above -1, so that 1 more has a logarithm."""
    return bool((predictions.y_true > -1).all() and (predictions.y_out > -1).all())


def score(predictions: Predictions, weights: FloatArray) -> FloatArray:
    """Root of the mean squared difference of log(1 + value); never negative."""
    squared = (np.log1p(predictions.y_true) - np.log1p(predictions.y_out)) ** 2
    return np.sqrt(weighted_mean(squared, weights))


SPEC = MetricSpec(
    key="rmsle",
    label="RMSLE",
    tasks=frozenset({LearningTask.REGRESSION}),
    direction=Direction.LOWER,
    score=score,
    explanation="The typical error as a ratio: 0.1 is about 10 %. 0 is perfect; right for amounts that span several "
    "powers of ten.",
    is_live=False,
    is_defined=is_defined,
)
