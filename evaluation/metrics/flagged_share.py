"""Share of rows that are called anomalies."""

from core.types import Direction, LearningTask
from evaluation.anomalies import is_flagged
from evaluation.spec import FloatArray, MetricSpec, Predictions
from evaluation.weighted import weighted_mean


def score(predictions: Predictions, weights: FloatArray) -> FloatArray:
    """Share of rows above the threshold, in [0, 1]."""
    return weighted_mean(is_flagged(predictions), weights)


SPEC = MetricSpec(
    key="flagged_share",
    label="Rows flagged",
    tasks=frozenset({LearningTask.ANOMALY_DETECTION}),
    direction=Direction.LOWER,
    score=score,
    explanation="The share of rows that are called anomalies: the work that somebody has to look through. Neither "
    "high nor low is right by itself.",
    is_mean=True,
    source="Chandola, Banerjee and Kumar 2009, doi:10.1145/1541880.1541882",
)
