"""Mean squared error."""

from core.types import Direction, LearningTask
from evaluation.spec import FloatArray, MetricSpec, Predictions
from evaluation.squared_error import mean_squared_error


def score(predictions: Predictions, weights: FloatArray) -> FloatArray:
    """Mean of the squared errors, in the target's unit squared; never negative."""
    return mean_squared_error(predictions, weights)


SPEC = MetricSpec(
    key="mse",
    label="MSE",
    tasks=frozenset({LearningTask.REGRESSION}),
    direction=Direction.LOWER,
    score=score,
    explanation="The mean of the squared errors, in the target's unit squared. 0 is perfect; large errors count far "
    "more than small ones.",
    is_live=False,
    unit="target squared",
    is_mean=True,
)
