"""Perfect before it can have learned much."""

import numpy as np

from core.types import Severity, Split
from evaluation.remarks.history import History
from evaluation.remarks.spec import Finding, RemarkSpec
from evaluation.remarks.words import number

PERFECT = 0.9995
EARLY = 0.2
"""Part of the planned steps."""
LEAST_ROWS = 50
"""Validation rows below which perfect may be luck."""


def look(history: History) -> Finding | None:
    """A deciding metric that is perfect on validation rows from early on."""
    curve, metric = history.primary, history.primary_metric
    if not len(curve) or history.n_samples.get(Split.VALIDATION, 0) < LEAST_ROWS:
        return None
    is_perfect = history.learned(metric, curve.validation) >= PERFECT
    if not is_perfect[-1]:
        return None
    first = int(np.argmax(is_perfect))
    step = int(curve.steps[first])
    if first > 0 and step > EARLY * history.length:
        return None
    return Finding(
        step=step,
        seen=f"At {history.at(step)} {history.name_of(metric)} on validation rows is already "
        f"{number(curve.validation[first])}.",
        advice="That is too good for most questions. Look for a column that is made from the target, or that is only "
        "known afterwards, and for rows that stand in both parts.",
    )


SPEC = RemarkSpec(
    key="perfect_early",
    title="Too good to be true?",
    severity=Severity.SERIOUS,
    look=look,
    meaning="Real questions rarely have perfect answers. A column that gives the answer away will be missing on the "
    "day when the model is needed.",
    silences=frozenset({"plateau", "converged_early"}),
)
