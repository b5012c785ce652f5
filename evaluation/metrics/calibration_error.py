"""Expected calibration error."""

from core.types import Direction, LearningTask
from evaluation.confidence import expected_calibration_error
from evaluation.spec import FloatArray, MetricSpec, Predictions


def score(predictions: Predictions, weights: FloatArray) -> FloatArray:
    """Expected calibration error in ten bins of equal width, in [0, 1].

    Two classes: of the probability of class code 1. More: of the likeliest class.
    """
    return expected_calibration_error(predictions, weights)


SPEC = MetricSpec(
    key="calibration_error",
    label="Calibration error",
    tasks=frozenset({LearningTask.CLASSIFICATION}),
    direction=Direction.LOWER,
    score=score,
    explanation="How far the stated probabilities are from what happens, on average over ten bins. 0 means that of "
    "the rows with 70 % seven in ten are cases; few rows make it look worse than it is.",
    is_live=False,
    leans_high=True,
    source="Guo et al. 2017, arXiv:1706.04599",
)
