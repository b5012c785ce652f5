"""Area under the ROC curve."""

from core.types import Direction, LearningTask
from evaluation.ranking import has_two_classes, mean_of_classes, ranking_quality
from evaluation.spec import FloatArray, MetricSpec, Predictions


def score(predictions: Predictions, weights: FloatArray) -> FloatArray:
    """How often a row of the class gets a higher probability than another row, ties counting half; in [0, 1].

    Two classes: of class code 1. More: the mean over the classes that occur, each against the rest. NaN where the
    weights leave one class only.
    """
    return mean_of_classes(ranking_quality(predictions, weights).roc_auc)


SPEC = MetricSpec(
    key="roc_auc",
    label="ROC AUC",
    tasks=frozenset({LearningTask.CLASSIFICATION, LearningTask.ANOMALY_DETECTION}),
    direction=Direction.HIGHER,
    score=score,
    explanation="The chance that a case of the class gets a higher probability than another row. 1 is perfect, 0.5 "
    "is guessing; it does not depend on the threshold.",
    is_live=False,
    takes_each_class=True,
    is_defined=has_two_classes,
    source="Hanley and McNeil 1982, doi:10.1148/radiology.143.1.7063747",
)
