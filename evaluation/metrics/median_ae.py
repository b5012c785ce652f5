"""Median absolute error."""

import numpy as np

from core.types import Direction, LearningTask
from evaluation.quantiles import weighted_median
from evaluation.spec import FloatArray, MetricSpec, Predictions


def score(predictions: Predictions, weights: FloatArray) -> FloatArray:
    """The middle one of the absolute errors, in the target's unit; never negative."""
    return weighted_median(np.abs(predictions.y_true - predictions.y_out), weights)


SPEC = MetricSpec(
    key="median_ae",
    label="Median absolute error",
    tasks=frozenset({LearningTask.REGRESSION}),
    direction=Direction.LOWER,
    score=score,
    explanation="Half of the rows are off by less than this, in the target's own unit. 0 is perfect; no outlier can "
    "move it.",
    is_live=False,
    unit="target",
)
