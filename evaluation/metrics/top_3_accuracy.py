"""Top 3 accuracy."""

import numpy as np

from core.types import Direction, LearningTask
from evaluation.spec import FloatArray, MetricSpec, Predictions
from evaluation.weighted import weighted_mean

K = 3
FEWEST_CLASSES = 6


def is_defined(predictions: Predictions) -> bool:
    """For many classes only: of four, three guesses are nearly all."""
    return predictions.n_classes >= FEWEST_CLASSES


def score(predictions: Predictions, weights: FloatArray) -> FloatArray:
    """Share of rows whose true class is among the three likeliest, in [0, 1]; ties go to the lower class code."""
    y_out, y_true = predictions.y_out, predictions.y_true
    own = y_out[np.arange(predictions.n_samples), y_true][:, None]
    comes_first = (y_out > own) | ((y_out == own) & (np.arange(predictions.n_classes) < y_true[:, None]))
    return weighted_mean((comes_first.sum(axis=1) < K).astype(np.float64), weights)


SPEC = MetricSpec(
    key="top_3_accuracy",
    label="Top 3 accuracy",
    tasks=frozenset({LearningTask.CLASSIFICATION}),
    direction=Direction.HIGHER,
    score=score,
    explanation="How often the true class is among the three likeliest ones. 1 is perfect; the number to look at "
    "when a person chooses from suggestions.",
    is_live=False,
    is_mean=True,
    is_defined=is_defined,
)
