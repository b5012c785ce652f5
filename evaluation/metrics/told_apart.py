"""How often made-up rows are found more unusual than real ones."""

from core.types import Direction, LearningTask
from evaluation.anomalies import mistaken_share
from evaluation.spec import FloatArray, MetricSpec, Predictions


def score(predictions: Predictions, weights: FloatArray) -> FloatArray:
    """How often a made-up row looks more unusual than a real one, in [0, 1]; ties count half."""
    return 1 - mistaken_share(predictions, weights)


SPEC = MetricSpec(
    key="told_apart",
    label="Told from made-up rows",
    tasks=frozenset({LearningTask.ANOMALY_DETECTION}),
    direction=Direction.HIGHER,
    score=score,
    explanation="How well the detector knows what normal is: how often a row with values drawn at random looks "
    "more unusual than a real one. 0.5 is guessing, 1 perfect; no label is needed.",
    is_mean=True,
    source="Goix 2016, arXiv:1607.01152",
)
