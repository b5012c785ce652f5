"""Columns that alone predict nearly everything."""

from collections.abc import Iterable

from core.leakage.spec import Finding, LeakSpec
from core.leakage.table import LeakTable
from core.leakage.words import leave_out, rounded
from core.types import Severity
from core.wording import percent

CLASS_SERIOUS, CLASS_WARNING = 0.99, 0.95
"""Of the way from guessing to no error at all, in rows that were not learned from."""
NUMBER_SERIOUS, NUMBER_WARNING = 0.995, 0.98
FEWEST_OF_CLASS = 8
MOST_SHOWN = 5


def check(table: LeakTable) -> Iterable[Finding]:
    """One for each column that is too good by itself; the next best ones stand beside it."""
    serious, warning = (CLASS_SERIOUS, CLASS_WARNING) if table.is_class else (NUMBER_SERIOUS, NUMBER_WARNING)
    if table.is_class and _second_class(table) < FEWEST_OF_CLASS:
        return
    ranked = sorted(table.scores.items(), key=lambda item: (-item[1], item[0]))
    for name, score in ranked:
        if score < warning:
            return
        what = (
            f"a shallow tree on it alone goes {percent(score)} of the way from guessing to no error"
            if table.is_class
            else f"a shallow tree on it alone explains {percent(score)} of the variance"
        )
        yield Finding(
            severity=Severity.SERIOUS if score >= serious else Severity.WARNING,
            columns=(name,),
            sentence=f"{name!r} alone predicts {table.target!r} almost without error: {what} in rows it has not seen.",
            evidence=tuple({"Column": other, "Score alone": rounded(value)} for other, value in ranked[:MOST_SHOWN]),
            remedy=leave_out(name),
        )


def _second_class(table: LeakTable) -> int:
    import numpy as np

    return int(np.sort(np.bincount(table.scored_y))[-2]) if len(table.scored_y) else 0


SPEC = LeakSpec(
    key="single_feature",
    label="Too good alone",
    why="One measurement rarely says everything. A column that does is often written down after the answer was known, "
    "or made from it.",
    advice="Ask how it comes about and when. Keep it only if it is known at the moment of the prediction.",
    check=check,
    covered_by=frozenset({"target_copies", "revealing_values", "encoded_target", "shared_groups", "row_numbers"}),
)
