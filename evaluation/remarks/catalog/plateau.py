"""Validation has come to rest long before the end."""

import numpy as np

from core.types import Severity
from evaluation.remarks.history import History
from evaluation.remarks.levers import shorter
from evaluation.remarks.spec import Finding, RemarkSpec
from evaluation.remarks.words import number

LEAST_POINTS = 10
REST = 0.005
"""What counts as movement, as a share of what validation loss lies below the dummy's."""
LEAST_LEARNED = 0.05
LONG = 0.4
"""Share of the planned steps that brought nothing."""


def look(history: History) -> Finding | None:
    """A validation loss that has not fallen for a good part of the planned steps."""
    curve = history.loss
    if history.is_learning_curve or len(curve) < LEAST_POINTS or not history.scale:
        return None
    lowest = float(curve.validation.min())
    fallen = history.scale - lowest
    if fallen < LEAST_LEARNED * history.scale:
        return None
    settled = int(np.argmax(curve.validation <= lowest + REST * fallen))
    step, now = int(curve.steps[settled]), float(curve.validation[-1])
    if history.last_step - step < LONG * history.length or now > lowest + 5 * REST * fallen:
        return None
    return Finding(
        step=step,
        seen=f"Validation loss was {number(curve.validation[settled])} at {history.at(step)} and is {number(now)} at "
        f"{history.at(history.last_step)}.",
        advice=f"More of the same will not help. {history.steps_word(step).capitalize()} give as good a model sooner.",
        change=shorter(history.model, step),
    )


SPEC = RemarkSpec(
    key="plateau",
    title="Nothing more to gain",
    severity=Severity.INFO,
    look=look,
    meaning="Training has taken from the columns what this model can take. Only other columns, more rows or another "
    "model would get further.",
)
