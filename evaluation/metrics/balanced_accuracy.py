"""Balanced accuracy."""

import numpy as np

from core.types import Direction, LearningTask
from evaluation.class_totals import class_totals, ratio
from evaluation.spec import FloatArray, MetricSpec, Predictions


def score(predictions: Predictions, weights: FloatArray) -> FloatArray:
    """Mean recall of the classes that have a true row of positive weight, in [0, 1]."""
    totals = class_totals(predictions, weights)
    recalls = ratio(totals.hits, totals.true)
    means: FloatArray = recalls.sum(axis=1) / np.count_nonzero(totals.true, axis=1)
    return means


SPEC = MetricSpec(
    key="balanced_accuracy",
    label="Balanced accuracy",
    tasks=frozenset({LearningTask.CLASSIFICATION}),
    direction=Direction.HIGHER,
    score=score,
    explanation="Accuracy when each class counts the same, however rare. 1 is perfect, 0.5 is chance for two classes.",
    source="Brodersen et al. 2010, doi:10.1109/ICPR.2010.764",
)
