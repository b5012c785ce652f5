"""Width of the forecast interval."""

from core.outputs import ForecastOut
from core.types import Direction, LearningTask
from evaluation.forecasts import forecast, mean_over_steps
from evaluation.spec import FloatArray, MetricSpec, Predictions


def score(predictions: Predictions, weights: FloatArray) -> FloatArray:
    """Mean width of the intervals, in the target's unit."""
    low, high = (forecast(predictions, end) for end in (ForecastOut.LOW, ForecastOut.HIGH))
    return mean_over_steps(predictions, weights, lambda: high - low)


SPEC = MetricSpec(
    key="interval_width",
    label="Width of the interval",
    tasks=frozenset({LearningTask.FORECASTING}),
    direction=Direction.LOWER,
    score=score,
    explanation="How wide the forecast's interval is on average, in the target's own unit. Of two that hold the "
    "truth equally often, the narrower one says more.",
    unit="target",
    is_live=False,
    source="Gneiting and Raftery 2007, doi:10.1198/016214506000001437",
)
