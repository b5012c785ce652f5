"""Poisson deviance."""

import numpy as np

from core.types import Direction, LearningTask
from evaluation.spec import FloatArray, MetricSpec, Predictions
from evaluation.weighted import weighted_mean


def is_defined(predictions: Predictions) -> bool:
    """Where no truth is negative and every prediction is positive: counts and their expected values."""
    return bool((predictions.y_true >= 0).all() and (predictions.y_out > 0).all())


def score(predictions: Predictions, weights: FloatArray) -> FloatArray:
    """Mean deviance of a Poisson distribution whose mean is the prediction; never negative."""
    y_true, y_out = predictions.y_true, predictions.y_out
    part = np.divide(y_true, y_out)
    logarithm = np.log(part, out=np.zeros(len(part)), where=part > 0)
    return weighted_mean(2 * (y_true * logarithm - y_true + y_out), weights)


SPEC = MetricSpec(
    key="poisson_deviance",
    label="Poisson deviance",
    tasks=frozenset({LearningTask.REGRESSION}),
    direction=Direction.LOWER,
    score=score,
    explanation="How badly counts fit the predicted averages. 0 is perfect; an error of 3 weighs more where 2 were "
    "expected than where 200 were.",
    is_live=False,
    is_mean=True,
    is_defined=is_defined,
    source="McCullagh and Nelder 1989, Generalized Linear Models, section 2.3",
)
