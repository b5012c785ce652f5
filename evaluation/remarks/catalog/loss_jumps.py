"""A training loss that leaps up."""

import numpy as np

from core.types import Severity
from evaluation.remarks.history import History
from evaluation.remarks.levers import calmer, has_pace
from evaluation.remarks.spec import Finding, RemarkSpec
from evaluation.remarks.words import number

LEAST_POINTS = 5
LEAST_JUMP = 0.1
"""As a share of the dummy's loss."""
UNUSUAL = 6
"""How many times the usual difference between two points."""


def look(history: History) -> Finding | None:
    """One step that made the training loss much worse."""
    curve = history.loss
    if not (has_pace(history.model) and history.is_descent) or len(curve) < LEAST_POINTS or not history.scale:
        return None
    rises = np.diff(curve.train)
    is_jump = rises > max(LEAST_JUMP * history.scale, UNUSUAL * float(np.median(np.abs(rises))))
    if not is_jump.any():
        return None
    first = int(np.argmax(is_jump))
    step, n_jumps = int(curve.steps[first + 1]), int(is_jump.sum())
    times = "" if n_jumps == 1 else f" It jumped {n_jumps} times."
    return Finding(
        step=step,
        seen=f"At {history.at(step)} training loss jumped from {number(curve.train[first])} to "
        f"{number(curve.train[first + 1])}.{times}",
        advice="The step was longer than the valley is wide. A lower learning rate, or larger batches, keeps it calm.",
        change=calmer(history.model, 0.3),
    )


SPEC = RemarkSpec(
    key="loss_jumps",
    title="The loss jumps",
    severity=Severity.WARNING,
    look=look,
    meaning="Learning by steps downhill works while the steps are short. A jump up means that one led across to the "
    "other side of the valley.",
)
