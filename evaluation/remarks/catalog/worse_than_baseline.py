"""Worse on validation rows than a dummy."""

from core.types import LearningTask, Severity
from evaluation.remarks.history import History
from evaluation.remarks.levers import calmer, simpler
from evaluation.remarks.spec import Finding, RemarkSpec
from evaluation.remarks.words import number

CLEARLY = 0.02
"""As a share of the way from the dummy to perfect."""
REMEMBERED = 0.3


def look(history: History) -> Finding | None:
    """Neither its loss nor its answers reach what a dummy does without looking at any column."""
    if not history.is_well_under_way or not len(history.loss):
        return None
    judge = "accuracy" if history.task is LearningTask.CLASSIFICATION else "rmse"
    curve = history.points.get(judge, history.loss)
    loss = float(history.learned("loss", history.loss.validation[-1]))
    score = float(history.learned(judge, curve.validation[-1]))
    if not (loss < -CLEARLY and score < -CLEARLY):
        return None
    has_remembered = float(history.learned("loss", history.loss.train[-1])) > REMEMBERED
    return Finding(
        step=history.last_step,
        seen=f"Its {history.name_of(judge)} on validation rows is {number(curve.validation[-1])}; a dummy that looks "
        f"at no column has {number(history.baseline[judge])}.",
        advice="What it has learned of its own rows does not hold for others: take a simpler model, and check "
        "whether the columns can say anything about this target."
        if has_remembered
        else "It does harm. Check the target and the columns, and try a calmer or simpler model.",
        change=simpler(history.model) or calmer(history.model),
    )


SPEC = RemarkSpec(
    key="worse_than_baseline",
    title="Worse than the baseline",
    severity=Severity.SERIOUS,
    look=look,
    meaning="Always giving the most frequent answer, or the mean, would be better than this model.",
    silences=frozenset({"underfit", "by_heart", "gap_opens", "overconfident", "plateau"}),
)
