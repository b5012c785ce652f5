"""Right more often than the dummy, and yet with worse probabilities."""

import math

from core.types import LearningTask, Severity, Split
from evaluation.remarks.history import History
from evaluation.remarks.levers import simpler
from evaluation.remarks.spec import Finding, RemarkSpec
from evaluation.remarks.words import number

LEAST_GAIN = 0.02


def look(history: History) -> Finding | None:
    """A loss above the dummy's beside an accuracy above the dummy's."""
    accuracy = history.points.get("accuracy")
    if not history.is_well_under_way or accuracy is None or not len(history.loss) or "accuracy" not in history.baseline:
        return None
    loss = float(history.learned("loss", history.loss.validation[-1]))
    gain = float(accuracy.validation[-1]) - float(history.baseline["accuracy"])
    n_rows = max(1, history.n_samples.get(Split.VALIDATION, 0))
    if not (loss < 0 and gain > max(LEAST_GAIN, 1 / math.sqrt(n_rows))):  # two standard errors of a share of a half
        return None
    return Finding(
        step=history.last_step,
        seen=f"Its accuracy of {number(accuracy.validation[-1])} beats the dummy's "
        f"{number(history.baseline['accuracy'])}, its loss of {number(history.loss.validation[-1])} does not beat "
        f"{number(history.scale)}.",
        advice="Its answers are good, its probabilities are not: it is sure of itself when it errs. Do not set "
        "thresholds by them; a simpler setting makes them milder.",
        change=simpler(history.model),
    )


SPEC = RemarkSpec(
    key="overconfident",
    title="Too sure of itself",
    severity=Severity.INFO,
    look=look,
    meaning="Loss punishes a confident error hard. A model that says 100 % and is wrong once in ten has a bad loss "
    "and a good accuracy.",
    tasks=frozenset({LearningTask.CLASSIFICATION}),
)
