"""Coverage of the forecast interval."""

import numpy as np

from core.outputs import ForecastOut
from core.types import Direction, LearningTask
from evaluation.forecasts import forecast, mean_over_steps
from evaluation.spec import FloatArray, MetricSpec, Predictions


def score(predictions: Predictions, weights: FloatArray) -> FloatArray:
    """Share of the known steps whose truth lies in the interval, ends included; in [0, 1]."""
    low, high = (forecast(predictions, end) for end in (ForecastOut.LOW, ForecastOut.HIGH))

    def inside() -> FloatArray:
        return ((predictions.y_true >= low) & (predictions.y_true <= high)).astype(np.float64)

    return mean_over_steps(predictions, weights, inside)


SPEC = MetricSpec(
    key="interval_coverage",
    label="Truth inside the interval",
    tasks=frozenset({LearningTask.FORECASTING}),
    direction=Direction.HIGHER,
    score=score,
    explanation="How often the truth fell inside the forecast's interval. It should be near the interval's level, "
    "0.9 unless you changed it: less is overconfident, more is too careful.",
    source="Christoffersen 1998, doi:10.2307/2527341",
)
