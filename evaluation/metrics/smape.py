"""Symmetric mean absolute percentage error."""

import numpy as np

from core.types import Direction, LearningTask
from evaluation.spec import FloatArray, MetricSpec, Predictions
from evaluation.weighted import weighted_mean


def score(predictions: Predictions, weights: FloatArray) -> FloatArray:
    """Mean of the errors as shares of the mean size of truth and prediction; in [0, 2], 0 where both are 0."""
    size = (np.abs(predictions.y_true) + np.abs(predictions.y_out)) / 2
    distance = np.abs(predictions.y_true - predictions.y_out)
    return weighted_mean(np.divide(distance, size, out=np.zeros(len(size)), where=size > 0), weights)


SPEC = MetricSpec(
    key="smape",
    label="sMAPE",
    tasks=frozenset({LearningTask.REGRESSION}),
    direction=Direction.LOWER,
    score=score,
    explanation="How far a prediction is off as a share of truth and prediction together. 0 is perfect, 2 the "
    "worst; unlike MAPE it bears true values of zero.",
    is_live=False,
    is_mean=True,
    source="Makridakis 1993, doi:10.1016/0169-2070(93)90079-3",
)
