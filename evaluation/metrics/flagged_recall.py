"""Recall of the flags."""

from core.types import Direction, LearningTask
from evaluation.anomalies import has_judge
from evaluation.class_totals import class_totals, ratio
from evaluation.spec import FloatArray, MetricSpec, Predictions


def score(predictions: Predictions, weights: FloatArray) -> FloatArray:
    """Flagged rows that the reference calls odd, over all that are odd; 0 where there are none."""
    totals = class_totals(predictions, weights)
    return ratio(totals.hits[:, 1], totals.true[:, 1])


SPEC = MetricSpec(
    key="flagged_recall",
    label="Recall of the flags",
    tasks=frozenset({LearningTask.ANOMALY_DETECTION}),
    direction=Direction.HIGHER,
    score=score,
    explanation="Of the rows that the reference column calls odd, how many are flagged; it was not learned from. 1 "
    "means none is missed.",
    is_live=False,
    is_defined=has_judge,
    source="Davis and Goadrich 2006, doi:10.1145/1143844.1143874",
)
