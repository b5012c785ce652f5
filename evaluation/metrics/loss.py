"""Loss: what training tries to lower."""

import numpy as np

from core.types import SUPERVISED, Direction, LearningTask
from evaluation.spec import FloatArray, MetricSpec, Predictions
from evaluation.squared_error import mean_squared_error
from evaluation.weighted import weighted_mean

SMALLEST = np.finfo(np.float64).eps
"""A class that was ruled out and came true would cost infinitely much; this caps it at about 36."""


def score(predictions: Predictions, weights: FloatArray) -> FloatArray:
    """Mean cross-entropy in nats for classes, mean squared error for numbers; never negative."""
    if predictions.task is LearningTask.REGRESSION:
        return mean_squared_error(predictions, weights)
    y_prob = predictions.y_out[np.arange(predictions.n_samples), predictions.y_true].astype(np.float64)
    surprise = -np.log(np.clip(y_prob, SMALLEST, 1))
    return weighted_mean(surprise, weights)


SPEC = MetricSpec(
    key="loss",
    label="Loss",
    tasks=SUPERVISED,
    direction=Direction.LOWER,
    score=score,
    explanation="What training tries to lower: the surprise at the true class, or the squared error of a number. 0 is "
    "perfect; when it rises on validation rows while it falls on training rows, the model begins to overfit.",
    decimals=4,
)
