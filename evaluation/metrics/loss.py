"""Loss: what training tries to lower."""

import numpy as np

from core.types import Direction, LearningTask
from evaluation.anomalies import mistaken_share
from evaluation.clusters import relative_spread
from evaluation.forecasts import relative_squared_error
from evaluation.spec import FloatArray, MetricSpec, Predictions
from evaluation.squared_error import mean_squared_error
from evaluation.weighted import weighted_mean

SMALLEST = np.finfo(np.float64).eps
"""A class that was ruled out and came true would cost infinitely much; this caps it at about 36."""


def score(predictions: Predictions, weights: FloatArray) -> FloatArray:
    """What each task lowers; never negative.

    Mean cross-entropy in nats for classes, mean squared error for numbers; spread left by clusters relative to none;
    how often a made-up row passes for more normal than a real one; squared error of forecasts in squared steps of the
    naive one.
    """
    if predictions.task in _BY_TASK:
        return _BY_TASK[predictions.task](predictions, weights)
    y_prob = predictions.y_out[np.arange(predictions.n_samples), predictions.y_true].astype(np.float64)
    surprise = -np.log(np.clip(y_prob, SMALLEST, 1))
    return weighted_mean(surprise, weights)


_BY_TASK = {
    LearningTask.REGRESSION: mean_squared_error,
    LearningTask.CLUSTERING: relative_spread,
    LearningTask.ANOMALY_DETECTION: mistaken_share,
    LearningTask.FORECASTING: relative_squared_error,
}

SPEC = MetricSpec(
    key="loss",
    label="Loss",
    tasks=frozenset(LearningTask),
    direction=Direction.LOWER,
    score=score,
    explanation="What training tries to lower: the surprise at the true class, the squared error of a number, the "
    "spread that groups leave, the made-up rows that pass for real. 0 is perfect; when it rises on validation rows "
    "while it falls on training rows, the model begins to overfit.",
    decimals=4,
    is_mean=True,
)
