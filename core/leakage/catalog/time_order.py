"""Rows with a date that are divided without regard to it."""

import math
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from core.leakage.findings import Remedy
from core.leakage.spec import Finding, LeakSpec
from core.leakage.table import UNUSED, LeakTable, plain_values
from core.leakage.words import rounded
from core.types import ColumnType, Severity
from core.wording import percent, short

FEWEST_ROWS, FEWEST_MOMENTS = 60, 20
MOST_MISSING = 0.02
ALIKE, CLEAR = 0.1, 6.0
"""Correlation of targets of rows that follow each other, and its distance from chance in standard deviations."""
PAST = frozenset(["birth", "born", "birthday", "dob"])


def check(table: LeakTable) -> Iterable[Finding]:
    """One at most: for the date along which targets are most alike."""
    if table.split.scheme == "time":
        return
    found = [(*_along(table, name), name) for name in table.of_type(ColumnType.DATETIME, used=False)]
    found = [entry for entry in found if entry[2] > 0]
    if not found:
        return
    alike, clearly, n_moments, name = max(found, key=lambda entry: (abs(entry[0]), entry[3]))
    is_clear = alike >= ALIKE and clearly >= CLEAR
    how = (
        f"targets of rows that follow each other are alike (correlation {alike:.2f})"
        if is_clear
        else "targets of rows that follow each other are not clearly alike"
    )
    yield Finding(
        severity=Severity.WARNING if is_clear else Severity.INFO,
        columns=(name,),
        sentence=f"Rows have a date, {name!r}, but the {table.split.scheme} split mixes early and late ones; {how}.",
        evidence=(
            {
                "Column": name,
                "Different moments": n_moments,
                "Correlation with the row before": rounded(alike),
                "Test rows earlier than the last training row": _mixed(table, name),
            },
        ),
        remedy=Remedy(label=f"Divide by {short(name, 24)!r}", split={"scheme": "time", "time": name}),
    )


def _along(table: LeakTable, name: str) -> tuple[float, float, int]:
    """Correlation of training targets in the order of a date, its clearness, and the number of moments (0: no use)."""
    from core.leakage.words import tokens

    times = table.values(name)
    known = ~np.isnan(times)
    n_moments = len(np.unique(times[known]))
    if known.sum() < FEWEST_ROWS or known.mean() < 1 - MOST_MISSING or n_moments < FEWEST_MOMENTS:
        return 0.0, 0.0, 0
    if PAST & set(tokens(name)):
        return 0.0, 0.0, 0
    y = table.scored_y[known][np.argsort(times[known], kind="stable")]
    if table.is_class:
        classes, counts = np.unique(y, return_counts=True)
        y = y == classes[counts.argmax()]
    alike = _with_next(y.astype(np.float64))
    return alike, alike * math.sqrt(len(y)), n_moments


def _with_next(y: npt.NDArray[np.float64]) -> float:
    if np.ptp(y[1:]) == 0 or np.ptp(y[:-1]) == 0:
        return 0.0
    return float(np.corrcoef(y[1:], y[:-1])[0, 1])


def _mixed(table: LeakTable, name: str) -> str:
    times = plain_values(table.frame[name], table.columns[name].type)
    used = (table.part != UNUSED) & ~np.isnan(times)
    train, test = times[used & (table.part == 0)], times[used & (table.part == 2)]
    return percent(float((test < train.max()).mean())) if len(train) and len(test) else "–"


SPEC = LeakSpec(
    key="time_order",
    label="Time is mixed",
    why="With rows from all times on both sides, a model looks up what happened around the same day. When it is used, "
    "it knows the past alone.",
    advice="Divide by time when the model will predict what comes later.",
    check=check,
)
