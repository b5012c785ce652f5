"""Brier score."""

import numpy as np

from core.types import Direction, LearningTask
from evaluation.spec import FloatArray, MetricSpec, Predictions
from evaluation.weighted import weighted_mean


def score(predictions: Predictions, weights: FloatArray) -> FloatArray:
    """Mean squared error of the probabilities: of class code 1 for two classes, summed over the classes for more.

    In [0, 1] for two classes, in [0, 2] for more.
    """
    if predictions.n_classes == 2:
        return weighted_mean((predictions.y_out[:, 1] - predictions.y_true) ** 2, weights)
    y_prob = predictions.y_out[np.arange(predictions.n_samples), predictions.y_true]
    return weighted_mean((predictions.y_out**2).sum(axis=1) + 1 - 2 * y_prob, weights)


SPEC = MetricSpec(
    key="brier",
    label="Brier score",
    tasks=frozenset({LearningTask.CLASSIFICATION}),
    direction=Direction.LOWER,
    score=score,
    explanation="The squared error of the probabilities. 0 is perfect; it punishes a model both for confusing the "
    "classes and for being surer than it may be.",
    is_live=False,
    is_mean=True,
    decimals=4,
    source="Brier 1950, doi:10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2",
)
