"""Hardly better than the dummy, even on the rows it learned from."""

from core.types import Severity
from evaluation.remarks.history import History
from evaluation.remarks.levers import calmer, longer, richer
from evaluation.remarks.spec import Finding, RemarkSpec
from evaluation.remarks.words import number

LITTLE = 0.05
"""Share of the dummy's loss that training has taken away."""
SOME = 0.2
"""What the deciding metric may have come from the dummy's towards perfect: some models answer well with poor odds."""


def look(history: History) -> Finding | None:
    """A training loss that is still near the dummy's."""
    curve = history.loss
    if not history.is_well_under_way or not len(curve) or not history.scale:
        return None
    answers = history.primary.train[-1] if len(history.primary) else float("nan")
    has_learned = float(history.learned(history.primary_metric, answers)) >= SOME
    if float(history.learned("loss", curve.train[-1])) >= LITTLE or has_learned:
        return None
    diverges = curve.train[-1] > 1.5 * history.scale
    return Finding(
        step=history.last_step,
        seen=f"On the rows it learned from, its loss is {number(curve.train[-1])}; a dummy that looks at no column "
        f"has {number(history.scale)}.",
        advice="It has found next to nothing. Try a model that can bend more, or columns that say more.",
        change=calmer(history.model) if diverges else richer(history.model) or longer(history.model),
    )


SPEC = RemarkSpec(
    key="underfit",
    title="Hardly learns anything",
    severity=Severity.WARNING,
    look=look,
    meaning="The model is too simple for the pattern, has been held back too much, or the columns do not say what "
    "the target is.",
    silences=frozenset({"plateau"}),
)
