"""Mean absolute error."""

import numpy as np

from core.types import Direction, LearningTask
from evaluation.spec import FloatArray, MetricSpec, Predictions
from evaluation.weighted import weighted_mean


def score(predictions: Predictions, weights: FloatArray) -> FloatArray:
    """Mean of the absolute errors, in the target's unit; never negative."""
    distance: FloatArray = np.abs(predictions.y_true - predictions.y_out)
    return weighted_mean(distance, weights)


SPEC = MetricSpec(
    key="mae",
    label="MAE",
    tasks=frozenset({LearningTask.REGRESSION}),
    direction=Direction.LOWER,
    score=score,
    explanation="How far a prediction is off on average, in the target's own unit. 0 is perfect; a few wild errors "
    "hardly move it.",
    unit="target",
    is_mean=True,
)
