"""Largest error."""

import numpy as np

from core.types import Direction, LearningTask
from evaluation.spec import FloatArray, MetricSpec, Predictions


def score(predictions: Predictions, weights: FloatArray) -> FloatArray:
    """The largest absolute error of a row with weight, in the target's unit; never negative."""
    distance = np.abs(predictions.y_true - predictions.y_out)
    order = np.argsort(-distance, kind="stable")
    # The worst rows come first, so a weighting needs only its first row that has weight.
    return np.array([distance[order[np.argmax(weighting[order] > 0)]] for weighting in weights])


SPEC = MetricSpec(
    key="max_error",
    label="Largest error",
    tasks=frozenset({LearningTask.REGRESSION}),
    direction=Direction.LOWER,
    score=score,
    explanation="The worst prediction of all, in the target's own unit. One row decides it, so its interval is only "
    "a rough hint.",
    is_live=False,
    unit="target",
)
