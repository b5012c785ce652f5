"""Validation has become worse while training went on."""

import numpy as np

from core.types import Severity
from evaluation.remarks.history import Floats, History
from evaluation.remarks.levers import shorter, simpler
from evaluation.remarks.spec import Finding, RemarkSpec
from evaluation.remarks.words import number

LEAST_POINTS = 8
LEAST_RISE = 0.03
"""As a share of the dummy's loss: less is no matter."""


def look(history: History) -> Finding | None:
    """A validation loss that has risen from its lowest point and stayed up, while training loss has not."""
    curve = history.loss
    if history.is_learning_curve or len(curve) < LEAST_POINTS or not history.scale:
        return None
    best = int(np.argmin(curve.validation))
    n_since = len(curve) - 1 - best
    if n_since < max(4, len(curve) // 10):
        return None
    now = float(np.median(curve.validation[-3:]))
    rise = now - curve.validation[best]
    has_train_risen = np.median(curve.train[-3:]) > curve.train[best] + LEAST_RISE * history.scale
    if rise < max(LEAST_RISE * history.scale, 3 * _noise(curve.validation)) or has_train_risen:
        return None
    step = int(curve.steps[best])
    return Finding(
        step=step,
        seen=f"Validation loss was lowest at {history.at(step)} ({number(curve.validation[best])}) and has risen to "
        f"{number(now)} since, while training loss went from {number(curve.train[best])} to "
        f"{number(curve.train[-1])}.",
        advice=f"From there on it learns its own rows by heart. End at {history.at(step)}, or take a simpler model.",
        change=shorter(history.model, step) or simpler(history.model),
    )


def _noise(values: Floats) -> float:
    """How far one point usually is from the next."""
    return float(np.median(np.abs(np.diff(values))))


SPEC = RemarkSpec(
    key="validation_worse",
    title="Validation gets worse",
    severity=Severity.WARNING,
    look=look,
    meaning="The model begins to learn what is peculiar to its training rows. New rows do not share that, so each "
    "further step makes it worse for them.",
    silences=frozenset({"gap_opens", "plateau", "by_heart"}),
)
