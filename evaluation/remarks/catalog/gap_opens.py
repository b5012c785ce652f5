"""Train and validation drift apart."""

import numpy as np

from core.types import Severity
from evaluation.remarks.history import History
from evaluation.remarks.levers import simpler
from evaluation.remarks.spec import Finding, RemarkSpec
from evaluation.remarks.words import number

LEAST_POINTS = 8
SETTLED = 0.01
LEAST_GROWTH = 0.12
"""As shares of the dummy's loss."""


def look(history: History) -> Finding | None:
    """A gap that has grown since validation loss came to rest: training loss alone goes on falling."""
    curve = history.loss
    if history.is_learning_curve or len(curve) < LEAST_POINTS or not history.scale:
        return None
    settled = int(np.argmax(curve.validation <= curve.validation.min() + SETTLED * history.scale))
    gap = curve.validation - curve.train
    now = float(np.median(gap[-3:]))
    if len(curve) - settled < 4 or now - gap[settled] < LEAST_GROWTH * history.scale:
        return None
    step = int(curve.steps[settled])
    return Finding(
        step=step,
        seen=f"Since {history.at(step)} training loss fell from {number(curve.train[settled])} to "
        f"{number(curve.train[-1])}, validation loss from {number(curve.validation[settled])} to "
        f"{number(curve.validation[-1])} only.",
        advice="What it learns now holds for its own rows. A simpler model, or more rows, brings the curves together.",
        change=simpler(history.model),
    )


SPEC = RemarkSpec(
    key="gap_opens",
    title="The gap opens",
    severity=Severity.WARNING,
    look=look,
    meaning="A model that gets better on the rows it learns from, and not on others, has begun to remember instead "
    "of to understand.",
    silences=frozenset({"plateau"}),
)
