"""R2, the share of variance explained."""

import numpy as np

from core.types import Direction, LearningTask
from evaluation.spec import FloatArray, MetricSpec, Predictions
from evaluation.squared_error import mean_squared_error
from evaluation.weighted import weighted_sum


def score(predictions: Predictions, weights: FloatArray) -> FloatArray:
    """1 minus the squared error over the squared deviation from the mean; at most 1, below 0 without bound.

    Where the target is constant it is 1 for perfect predictions and 0 for others.
    """
    n = weights.sum(axis=1)
    error = mean_squared_error(predictions, weights) * n
    # Centring spares the moments below most of their rounding.
    centred: FloatArray = predictions.y_true - predictions.y_true.mean()
    deviation = weighted_sum(centred**2, weights) - weighted_sum(centred, weights) ** 2 / n
    is_constant = deviation <= n * np.finfo(np.float64).eps * np.square(centred).mean()
    explained = 1 - np.divide(error, deviation, out=np.ones_like(error), where=~is_constant)
    return np.where(is_constant & (error == 0), 1.0, explained)


SPEC = MetricSpec(
    key="r2",
    label="R²",
    tasks=frozenset({LearningTask.REGRESSION}),
    direction=Direction.HIGHER,
    score=score,
    explanation="The share of the target's ups and downs that the model explains. 1 is perfect, 0 is no better than "
    "always saying the mean, below 0 is worse than that.",
    source="Wright 1921, Correlation and causation, Journal of Agricultural Research 20",
)
