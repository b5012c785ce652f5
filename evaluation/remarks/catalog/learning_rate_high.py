"""A learning rate too high to come to rest."""

import numpy as np

from core.types import Severity
from evaluation.remarks.history import History
from evaluation.remarks.levers import calmer, has_pace
from evaluation.remarks.spec import Finding, RemarkSpec
from evaluation.remarks.words import number

LEAST_POINTS = 10
RISE = 0.02
"""What counts as going up, as a share of the dummy's loss."""
OFTEN = 0.3
LOST = 0.25
"""How far above its lowest point training loss has ended up, as a share of the dummy's loss."""


def look(history: History) -> Finding | None:
    """A training loss that goes up as often as down, or that has climbed away from where it was."""
    curve = history.loss
    if not (has_pace(history.model) and history.is_descent) or len(curve) < LEAST_POINTS or not history.scale:
        return None
    train = curve.train
    share_up = float(np.mean(np.diff(train[len(train) // 3 :]) > RISE * history.scale))
    lowest = int(np.argmin(train))
    has_climbed = len(train) - 1 - lowest >= 3 and float(np.median(train[-3:])) > train[lowest] + LOST * history.scale
    if share_up < OFTEN and not has_climbed:
        return None
    if has_climbed:
        seen = (
            f"Training loss was {number(train[lowest])} at {history.at(int(curve.steps[lowest]))} and is "
            f"{number(train[-1])} now."
        )
    else:
        seen = (
            f"Training loss goes up at {share_up:.0%} of the points, between {number(train[-10:].min())} and "
            f"{number(train[-10:].max())} of late."
        )
    return Finding(
        step=int(curve.steps[lowest if has_climbed else len(train) // 3]),
        seen=seen,
        advice="The learning rate is too high: each step leads past the goal. Try a tenth of it.",
        change=calmer(history.model),
    )


SPEC = RemarkSpec(
    key="learning_rate_high",
    title="Learning rate too high",
    severity=Severity.WARNING,
    look=look,
    meaning="The rows a model learns from are the ones it must get better on. If it does not, its steps are too "
    "long, and it jumps from one side of the valley to the other.",
    silences=frozenset({"loss_jumps", "still_improving"}),
)
