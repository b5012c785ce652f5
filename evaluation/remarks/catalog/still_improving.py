"""The best is the last: it was ended while it still got better."""

import numpy as np

from core.types import Severity
from evaluation.remarks.history import History
from evaluation.remarks.levers import longer
from evaluation.remarks.spec import Finding, RemarkSpec
from evaluation.remarks.words import number

LEAST_POINTS = 9
LEAST_FALL = 0.01
"""Fall of validation loss over the last fifth, as a share of the dummy's loss."""


def look(history: History) -> Finding | None:
    """A validation loss that was falling until the last step that was planned."""
    curve = history.loss
    if not history.is_over or history.was_stopped or history.is_learning_curve or not history.scale:
        return None
    if len(curve) < LEAST_POINTS or history.last_step < history.planned:
        return None
    window = max(3, len(curve) // 10)
    before, now = (
        float(np.median(part)) for part in (curve.validation[-3 * window : -2 * window], curve.validation[-window:])
    )
    is_lowest = int(np.argmin(curve.validation)) >= len(curve) - window
    noise = float(np.median(np.abs(np.diff(curve.validation[-3 * window :]))))
    if not is_lowest or before - now < max(LEAST_FALL * history.scale, noise):
        return None
    return Finding(
        step=history.last_step,
        seen=f"Over the last {history.last_step - int(curve.steps[-2 * window - 1]):,} of "
        f"{history.steps_word(history.last_step)} validation loss still fell, to {number(curve.validation[-1])}.",
        advice="It was not done. Give it more of them.",
        change=longer(history.model),
    )


SPEC = RemarkSpec(
    key="still_improving",
    title="Still improving at the end",
    severity=Severity.INFO,
    look=look,
    meaning="The curve was cut off while it pointed downwards, so the score is that of a half-trained model.",
)
