"""Root mean squared error."""

import numpy as np

from core.types import Direction, LearningTask
from evaluation.spec import FloatArray, MetricSpec, Predictions
from evaluation.squared_error import mean_squared_error


def score(predictions: Predictions, weights: FloatArray) -> FloatArray:
    """Root of the mean squared error, in the target's unit; never negative."""
    return np.sqrt(mean_squared_error(predictions, weights))


SPEC = MetricSpec(
    key="rmse",
    label="RMSE",
    tasks=frozenset({LearningTask.REGRESSION}),
    direction=Direction.LOWER,
    score=score,
    explanation="The typical size of an error in the target's own unit, where large errors count more. 0 is perfect; "
    "compare it with the spread of the target.",
    unit="target",
)
