"""Mean absolute percentage error."""

import numpy as np

from core.types import Direction, LearningTask
from evaluation.spec import FloatArray, MetricSpec, Predictions
from evaluation.weighted import weighted_mean


def is_defined(predictions: Predictions) -> bool:
    """Where no true value is 0, of which no share can be taken."""
    return bool((predictions.y_true != 0).all())


def score(predictions: Predictions, weights: FloatArray) -> FloatArray:
    """Mean of the errors as shares of the truth; never negative."""
    return weighted_mean(np.abs((predictions.y_true - predictions.y_out) / predictions.y_true), weights)


SPEC = MetricSpec(
    key="mape",
    label="MAPE",
    tasks=frozenset({LearningTask.REGRESSION}),
    direction=Direction.LOWER,
    score=score,
    explanation="How far a prediction is off on average, as a share of the truth. 0 is perfect; it means little "
    "where the truth is near zero.",
    is_live=False,
    is_mean=True,
    is_defined=is_defined,
)
