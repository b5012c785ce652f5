"""Explained variance."""

import numpy as np

from core.types import Direction, LearningTask
from evaluation.spec import FloatArray, MetricSpec, Predictions
from evaluation.squared_error import weighted_variance


def score(predictions: Predictions, weights: FloatArray) -> FloatArray:
    """1 minus the variance of the errors over the variance of the target; at most 1, below 0 without bound.

    Where the target is constant it is 1 for errors that are all the same and 0 for others.
    """
    errors = weighted_variance(predictions.y_true - predictions.y_out, weights)
    targets = weighted_variance(predictions.y_true, weights)
    explained = 1 - np.divide(errors, targets, out=np.ones_like(errors), where=targets > 0)
    return np.where((targets == 0) & (errors == 0), 1.0, explained)


SPEC = MetricSpec(
    key="explained_variance",
    label="Explained variance",
    tasks=frozenset({LearningTask.REGRESSION}),
    direction=Direction.HIGHER,
    score=score,
    explanation="R² without the punishment for being off by the same amount everywhere. Well above R² it means a "
    "bias that could be subtracted.",
    is_live=False,
)
