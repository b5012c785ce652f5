"""Mean absolute error of forecasts."""

from core.types import Direction, LearningTask
from evaluation.forecasts import absolute_error, mean_over_steps
from evaluation.spec import FloatArray, MetricSpec, Predictions


def score(predictions: Predictions, weights: FloatArray) -> FloatArray:
    """Mean absolute error over all origins and steps, in the target's unit."""
    return mean_over_steps(predictions, weights, lambda: absolute_error(predictions))


SPEC = MetricSpec(
    key="forecast_mae",
    label="MAE of the forecast",
    tasks=frozenset({LearningTask.FORECASTING}),
    direction=Direction.LOWER,
    score=score,
    explanation="How far a forecast is off on average, over all steps ahead, in the target's own unit. 0 is perfect.",
    unit="target",
    source="Hyndman and Athanasopoulos 2021, Forecasting: principles and practice, section 5.8, otexts.com/fpp3",
)
