"""Mean absolute scaled error."""

from core.outputs import ForecastOut
from core.types import Direction, LearningTask
from evaluation.forecasts import absolute_error, forecast, mean_over_steps
from evaluation.spec import FloatArray, MetricSpec, Predictions


def score(predictions: Predictions, weights: FloatArray) -> FloatArray:
    """Mean absolute error over that of the seasonal naive forecast, a season ahead, on training rows; not negative."""
    scale = forecast(predictions, ForecastOut.SCALE)
    return mean_over_steps(predictions, weights, lambda: absolute_error(predictions) / scale)


SPEC = MetricSpec(
    key="mase",
    label="MASE",
    tasks=frozenset({LearningTask.FORECASTING}),
    direction=Direction.LOWER,
    score=score,
    explanation="The mean error in units of a simple one: how far a value usually is from the one a season before. "
    "Below 1 is better than that; 0 is perfect.",
    source="Hyndman and Koehler 2006, doi:10.1016/j.ijforecast.2006.03.001",
)
