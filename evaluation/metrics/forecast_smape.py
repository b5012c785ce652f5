"""Symmetric mean absolute percentage error of forecasts."""

import numpy as np

from core.types import Direction, LearningTask
from evaluation.forecasts import absolute_error, forecast, mean_over_steps
from evaluation.spec import FloatArray, MetricSpec, Predictions


def score(predictions: Predictions, weights: FloatArray) -> FloatArray:
    """Mean of the errors as shares of the mean size of truth and forecast; in [0, 2], 0 where both are 0."""
    size = (np.abs(predictions.y_true) + np.abs(forecast(predictions))) / 2

    def share() -> FloatArray:
        shares: FloatArray = np.divide(absolute_error(predictions), size, out=np.zeros_like(size), where=size > 0)
        return shares

    return mean_over_steps(predictions, weights, share)


SPEC = MetricSpec(
    key="forecast_smape",
    label="sMAPE of the forecast",
    tasks=frozenset({LearningTask.FORECASTING}),
    direction=Direction.LOWER,
    score=score,
    explanation="How far a forecast is off as a share of truth and forecast together. 0 is perfect, 2 the worst; "
    "misleading near zero.",
    is_live=False,
    source="Makridakis 1993, doi:10.1016/0169-2070(93)90079-3",
)
