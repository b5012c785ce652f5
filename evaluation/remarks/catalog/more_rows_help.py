"""A learning curve that still falls: more rows would help."""

import numpy as np

from core.types import Severity
from evaluation.remarks.history import History
from evaluation.remarks.spec import Finding, RemarkSpec
from evaluation.remarks.words import number

LEAST_POINTS = 5
LEAST_FALL = 0.03
"""Fall of validation loss by the second half of the rows, as a share of the dummy's loss."""


def look(history: History) -> Finding | None:
    """A model that is clearly better with all rows than with half of them."""
    curve = history.loss
    if not history.is_learning_curve or not history.is_over or len(curve) < LEAST_POINTS or not history.scale:
        return None
    half = int(np.argmin(np.abs(curve.steps - curve.steps[-1] / 2)))
    fall = float(curve.validation[half] - curve.validation[-1])
    if fall < LEAST_FALL * history.scale or curve.validation[-1] > curve.validation.min() + 0.01 * history.scale:
        return None
    return Finding(
        step=int(curve.steps[-1]),
        seen=f"With {history.at(int(curve.steps[half]))} validation loss was {number(curve.validation[half])}, with "
        f"{history.at(int(curve.steps[-1]))} it is {number(curve.validation[-1])}.",
        advice="The curve still falls: more rows of the same kind are the surest way to a better model.",
    )


SPEC = RemarkSpec(
    key="more_rows_help",
    title="More rows would help",
    severity=Severity.INFO,
    look=look,
    meaning="A learning curve that has not come to rest says that the model is short of examples, not of skill.",
)
