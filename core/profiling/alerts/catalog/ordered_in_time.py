"""Rows that stand in the order of time."""

from collections.abc import Iterable

from core.profiling.alerts.spec import AlertSpec, Finding
from core.profiling.alerts.words import looked, named
from core.profiling.facts import TableFacts


def check(facts: TableFacts) -> Iterable[Finding]:
    """One, for the first column of moments that never falls or never rises."""
    for column in facts.columns:
        if column.kind == "moment" and column.order:
            word = "early to late" if column.order == "rising" else "late to early"
            yield Finding(
                strength=1.0,
                columns=(column.name,),
                sentence=f"The rows stand in the order of {named([column])}, from {word}{looked(facts)}.",
            )
            return


SPEC = AlertSpec(
    key="ordered_in_time",
    label="Ordered in time",
    weight=20,
    why="Neighbouring rows are alike. A random split puts the future into the training part: test on the latest rows "
    "instead if you want to predict what comes.",
    check=check,
)
