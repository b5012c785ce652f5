"""Columns that are filled in for one outcome only."""

import math
from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from core.leakage.scoring import class_score
from core.leakage.spec import Finding, LeakSpec
from core.leakage.table import LeakTable
from core.leakage.words import leave_out, rounded
from core.types import Severity
from core.wording import counted, percent

FEWEST_ROWS = 20
PURE = 0.995
CHANCE = -25.0
"""Natural logarithm of the probability that so many rows share one class by chance; lower is no coincidence."""
FOUND_BY_GAPS, FOUND_BY_USUAL = 0.1, 0.3
"""Of the rows of the class, how many the column must give away: by being filled in, or by being unusual."""
SERIOUS_SCORE = 0.9
EXPLAINED = 0.5


def check(table: LeakTable) -> Iterable[Finding]:
    """One for each column whose gaps, or whose usual value, say what the target is."""
    for name in table.used:
        values = table.values(name)
        is_missing = np.isnan(values) if values.dtype.kind == "f" else values < 0
        n_missing = int(is_missing.sum())
        has_gaps = FEWEST_ROWS <= n_missing <= len(values) - FEWEST_ROWS
        if has_gaps and (finding := _finding(table, name, ~is_missing, "has a value", "is empty", FOUND_BY_GAPS)):
            yield finding
            continue
        if table.is_class and (usual := _usual(values[~is_missing])) is not None:
            is_other = ~is_missing & (values != usual)
            if is_other.sum() >= FEWEST_ROWS:
                word = "differs from its usual value"
                if finding := _finding(table, name, is_other, word, "has its usual value", FOUND_BY_USUAL):
                    yield finding


def _usual(values: npt.NDArray[Any]) -> float | None:
    """The value of more than half of the rows, if there is one."""
    names, counts = np.unique(values, return_counts=True)
    if len(names) < 3:  # a flag that tells much is a column that tells much, not one that is filled in late
        return None
    return float(names[counts.argmax()]) if counts.max() > len(values) / 2 else None


def _finding(
    table: LeakTable, name: str, is_set: npt.NDArray[np.bool_], word: str, otherwise: str, found_share: float
) -> Finding | None:
    if not table.is_class:
        return _of_number(table, name, is_set, word, otherwise)
    y = table.scored_y
    for side, says in ((is_set, word), (~is_set, otherwise)):
        if side is not is_set and word != "has a value":
            continue
        counts = np.bincount(y[side], minlength=int(y.max()) + 1)
        code = int(counts.argmax())
        purity, share = counts[code] / side.sum(), float((y == code).mean())
        if purity < PURE or side.sum() * math.log(share) > CHANCE or counts[code] < found_share * (y == code).sum():
            continue
        label = table.labels[code] if table.labels else str(code)
        score = class_score(y, np.where(side, code, _other(y, code)))
        return Finding(
            severity=Severity.SERIOUS if score >= SERIOUS_SCORE else Severity.WARNING,
            columns=(name,),
            sentence=f"Where {name!r} {says}, the target {table.target!r} is {label!r} in {percent(float(purity))} of "
            f"{counted(int(side.sum()), 'row')}; of all rows it is in {percent(share)}.",
            evidence=_table(table, name, is_set, word, otherwise),
            remedy=leave_out(name),
        )
    return None


def _of_number(table: LeakTable, name: str, is_set: npt.NDArray[np.bool_], word: str, otherwise: str) -> Finding | None:
    y = table.scored_y.astype(np.float64)
    if np.ptp(y) == 0:
        return None
    means = np.where(is_set, y[is_set].mean(), y[~is_set].mean())
    explained = 1 - float(((y - means) ** 2).sum() / ((y - y.mean()) ** 2).sum())
    if explained < EXPLAINED:
        return None
    return Finding(
        severity=Severity.SERIOUS if explained >= SERIOUS_SCORE else Severity.WARNING,
        columns=(name,),
        sentence=f"Whether {name!r} {word} explains {percent(explained)} of the variance of {table.target!r}.",
        evidence=tuple(
            {"Rows": says, "Count": int(side.sum()), "Mean target": rounded(float(y[side].mean()))}
            for side, says in ((is_set, word), (~is_set, otherwise))
        ),
        remedy=leave_out(name),
    )


def _other(y: npt.NDArray[Any], code: int) -> int:
    counts = np.bincount(y)
    counts[code] = -1
    return int(counts.argmax())


def _table(
    table: LeakTable, name: str, is_set: npt.NDArray[np.bool_], word: str, otherwise: str
) -> tuple[dict[str, str | int | float], ...]:
    y = table.scored_y
    rows: list[dict[str, str | int | float]] = []
    for side, says in ((is_set, word), (~is_set, otherwise)):
        counts = np.bincount(y[side], minlength=int(y.max()) + 1)
        for code in np.argsort(-counts, kind="stable")[:4]:
            label = table.labels[int(code)] if table.labels else str(code)
            rows.append({"Column": f"{name} {says}", "Target": label, "Rows": int(counts[code])})
    return tuple(rows)


SPEC = LeakSpec(
    key="revealing_values",
    label="Filled in afterwards",
    why="A column that is filled in for one outcome only was most likely written down after the outcome: a reason for "
    "leaving, a date of recovery. Before it happens, the column is empty for everybody.",
    advice="Leave it out, unless it is known at the moment of the prediction.",
    check=check,
    covered_by=frozenset({"target_copies"}),
)
