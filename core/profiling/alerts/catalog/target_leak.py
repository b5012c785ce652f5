"""Columns that give the target away."""

from collections.abc import Iterable

from core.profiling.alerts.spec import AlertSpec, Finding
from core.profiling.alerts.words import drop
from core.profiling.facts import Dependence, TableFacts
from core.types import LearningTask
from core.wording import percent

CLASS_SCORE, NUMBER_SCORE = 0.95, 0.985
FEWEST_ROWS = 40


def check(facts: TableFacts) -> Iterable[Finding]:
    """One for each column that predicts the target nearly without error by itself."""
    towards = facts.target_facts
    if towards is None or facts.n_rows < FEWEST_ROWS:
        return
    is_class = towards.task is LearningTask.CLASSIFICATION
    for dependence in towards.dependences:
        if dependence.score >= (CLASS_SCORE if is_class else NUMBER_SCORE):
            yield _finding(facts, dependence, towards.name, is_class=is_class)


def _finding(facts: TableFacts, dependence: Dependence, target: str, *, is_class: bool) -> Finding:
    fix, label = drop([facts.column(dependence.column)])
    how = (
        f"removes {percent(dependence.score)} of the errors that guessing the most frequent class makes"
        if is_class
        else f"explains {percent(dependence.score)} of its variance"
    )
    return Finding(
        strength=1.0,
        columns=(dependence.column, target),
        sentence=f"{dependence.column!r} alone predicts the target {target!r} almost perfectly: it {how}.",
        fix=fix,
        fix_label=label,
    )


SPEC = AlertSpec(
    key="target_leak",
    label="Gives the answer away",
    weight=97,
    why="Such a column is often written down after the answer was known, or is the answer in other words. A model "
    "would look perfect here and fail on new rows. Keep it only if you know it beforehand.",
    check=check,
)
