"""Training rows known by heart, others not."""

from core.types import Direction, Severity
from evaluation.remarks.history import History
from evaluation.remarks.levers import simpler
from evaluation.remarks.spec import Finding, RemarkSpec
from evaluation.remarks.words import number

KNOWN = 0.95
LEAST_GAP = 0.15
"""As shares of the way from the dummy to perfect."""
LEAST_DIFFERENCE = 0.1
"""Of a score between 0 and 1."""
VOTES = frozenset({"random_forest", "extra_trees", "bagging"})
"""Models whose members are meant to know their rows: their vote does not suffer from it."""


def look(history: History) -> Finding | None:
    """Nearly perfect on training rows, far from it on validation rows."""
    curve, metric = history.primary, history.primary_metric
    if not history.is_well_under_way or not len(curve):
        return None
    train, validation = (float(history.learned(metric, values[-1])) for values in (curve.train, curve.validation))
    difference = abs(float(curve.train[-1] - curve.validation[-1]))
    is_share = history.directions.get(metric) is Direction.HIGHER
    if not (train >= KNOWN and train - validation >= LEAST_GAP) or (is_share and difference < LEAST_DIFFERENCE):
        return None
    is_vote = history.model.key in VOTES
    name = history.name_of(metric)
    return Finding(
        step=int(curve.steps[-1]),
        seen=f"On its training rows {name} is {number(curve.train[-1])}, on validation rows "
        f"{number(curve.validation[-1])}.",
        advice="That is normal for a vote of trees, each of which knows its rows. Judge it by validation only."
        if is_vote
        else "It remembers its rows. A simpler model may do better on new ones.",
        change=None if is_vote else simpler(history.model),
        severity=Severity.INFO if is_vote else None,
    )


SPEC = RemarkSpec(
    key="by_heart",
    title="Knows its rows by heart",
    severity=Severity.WARNING,
    look=look,
    meaning="Scores on training rows say how much a model can remember, scores on other rows how much it has "
    "understood.",
    silences=frozenset({"gap_opens"}),
)
