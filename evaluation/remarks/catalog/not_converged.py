"""A solver that used up its iterations."""

import numpy as np

from core.types import Severity
from evaluation.remarks.history import History
from evaluation.remarks.levers import LENGTH, longer
from evaluation.remarks.spec import Finding, RemarkSpec
from evaluation.remarks.words import number

MATTERS = 0.005
"""Fall of the training loss over the last tenth, as a share of the dummy's loss."""


def look(history: History) -> Finding | None:
    """A model with a tolerance that was still above it at its last iteration."""
    schema, curve = history.model.schema, history.loss
    has_tolerance = "tol" in schema and any(name in schema for name in LENGTH)
    if not has_tolerance or not history.is_over or history.was_stopped or not history.is_descent:
        return None
    if len(curve) < 2 or history.last_step < history.planned:
        return None
    before = max(0, len(curve) - 1 - max(1, len(curve) // 10))
    fall = float(curve.train[before] - curve.train[-1])
    matters = bool(history.scale) and fall > MATTERS * history.scale and bool(np.isfinite(fall))
    return Finding(
        step=history.last_step,
        seen=f"It used all {history.steps_word(history.last_step)} without reaching its tolerance. Over the last "
        f"{history.last_step - int(curve.steps[before]):,} training loss went from {number(curve.train[before])} to "
        f"{number(curve.train[-1])}.",
        advice="Give it more of them, or scale the numbers, which makes the way shorter."
        if matters
        else "The rest of the way is short and hardly shows in the scores; more of them would finish it.",
        change=longer(history.model),
        severity=None if matters else Severity.INFO,
    )


SPEC = RemarkSpec(
    key="not_converged",
    title="Not converged",
    severity=Severity.WARNING,
    look=look,
    meaning="The method looks for the bottom of a valley and was called back before it got there. Its result depends "
    "on when it was called back.",
    silences=frozenset({"still_improving", "plateau"}),
)
