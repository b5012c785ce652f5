"""Root mean squared error of forecasts."""

import numpy as np

from core.types import Direction, LearningTask
from evaluation.forecasts import absolute_error, mean_over_steps
from evaluation.spec import FloatArray, MetricSpec, Predictions


def score(predictions: Predictions, weights: FloatArray) -> FloatArray:
    """Root of the mean squared error over all origins and steps, in the target's unit."""
    return np.sqrt(mean_over_steps(predictions, weights, lambda: absolute_error(predictions) ** 2))


SPEC = MetricSpec(
    key="forecast_rmse",
    label="RMSE of the forecast",
    tasks=frozenset({LearningTask.FORECASTING}),
    direction=Direction.LOWER,
    score=score,
    explanation="The typical size of a forecast's error in the target's own unit, where large errors count more. 0 "
    "is perfect.",
    unit="target",
    source="Hyndman and Athanasopoulos 2021, Forecasting: principles and practice, section 5.8, otexts.com/fpp3",
)
