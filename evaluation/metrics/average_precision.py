"""Average precision, the area under the precision-recall curve."""

from core.types import Direction, LearningTask
from evaluation.ranking import has_two_classes, mean_of_classes, ranking_quality
from evaluation.spec import FloatArray, MetricSpec, Predictions


def score(predictions: Predictions, weights: FloatArray) -> FloatArray:
    """Mean precision over the thresholds at which a further case is found, in [0, 1].

    Two classes: of class code 1. More: the mean over the classes that occur, each against the rest. NaN where the
    weights leave no row of the class.
    """
    return mean_of_classes(ranking_quality(predictions, weights).average_precision)


SPEC = MetricSpec(
    key="average_precision",
    label="Average precision",
    tasks=frozenset({LearningTask.CLASSIFICATION, LearningTask.ANOMALY_DETECTION}),
    direction=Direction.HIGHER,
    score=score,
    explanation="The area under the precision-recall curve. 1 is perfect; guessing gets the share of the class, so "
    "it tells more than ROC AUC where the class is rare.",
    is_live=False,
    takes_each_class=True,
    is_defined=has_two_classes,
    source="Davis and Goadrich 2006, doi:10.1145/1143844.1143874",
)
