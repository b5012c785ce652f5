"""Better on validation rows than on the rows it learned from."""

import math

from core.types import LearningTask, Severity, Split
from evaluation.remarks.history import History
from evaluation.remarks.spec import Finding, RemarkSpec
from evaluation.remarks.words import number

SURE = 4.0
"""Standard errors of the difference between two shares."""


def look(history: History) -> Finding | None:
    """A validation accuracy above that of training by more than chance explains."""
    curve = history.points.get("accuracy")
    n_train, n_validation = (history.n_samples.get(part, 0) for part in (Split.TRAIN, Split.VALIDATION))
    if not history.is_over or curve is None or not n_train or not n_validation:
        return None
    train, validation = float(curve.train[-1]), float(curve.validation[-1])
    share = (train * n_train + validation * n_validation) / (n_train + n_validation)
    error = math.sqrt(max(share * (1 - share), 0.0) * (1 / n_train + 1 / n_validation))
    if validation - train <= max(0.01, SURE * error):
        return None
    return Finding(
        step=int(curve.steps[-1]),
        seen=f"Its accuracy is {number(validation)} on validation rows and {number(train)} on the rows it learned "
        "from.",
        advice="The parts differ. Look for duplicates between them, or for an order of time or groups in the rows, "
        "and split accordingly.",
    )


SPEC = RemarkSpec(
    key="validation_easier",
    title="Validation is easier than training",
    severity=Severity.WARNING,
    look=look,
    meaning="A model should do at least as well on what it has seen as on what it has not. If not, the two parts do "
    "not come from the same source.",
    tasks=frozenset({LearningTask.CLASSIFICATION}),
)
