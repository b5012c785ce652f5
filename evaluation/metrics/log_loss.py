"""Log loss."""

from core.types import Direction, LearningTask
from evaluation.metrics import loss
from evaluation.spec import FloatArray, MetricSpec, Predictions


def score(predictions: Predictions, weights: FloatArray) -> FloatArray:
    """Mean cross-entropy in nats; never negative. The loss of a classification under the name of the reports."""
    return loss.score(predictions, weights)


SPEC = MetricSpec(
    key="log_loss",
    label="Log loss",
    tasks=frozenset({LearningTask.CLASSIFICATION}),
    direction=Direction.LOWER,
    score=score,
    explanation="The surprise at the true class, in nats. 0 is perfect; a class that was nearly ruled out and came "
    "true costs a lot.",
    is_live=False,
    is_mean=True,
    decimals=4,
)
