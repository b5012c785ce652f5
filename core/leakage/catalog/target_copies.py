"""Columns that are the target in other clothes: the same values, rescaled, bent, or with other names."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from core.leakage.spec import Finding, LeakSpec
from core.leakage.table import LeakTable
from core.leakage.words import leave_out, rounded
from core.types import Severity
from core.wording import percent

FEWEST_ROWS = 20
STRAIGHT, BENT = 0.99999, 0.9995
"""Correlations from which a column is the target rescaled, or bent without changing the order."""
FEWEST_VALUES = 20
MOST_WRONG = 0.005
"""Of the errors that guessing the most frequent class makes."""
MOST_CATEGORIES = 50
ROWS_OF_CATEGORY = 5
"""Categories of fewer rows on average determine anything by chance."""


def check(table: LeakTable) -> Iterable[Finding]:
    """One for each copy among the columns to be learned from."""
    for name in table.used:
        values, y = table.values(name), table.scored_y
        known = ~np.isnan(values) if values.dtype.kind == "f" else values >= 0
        if known.sum() < max(FEWEST_ROWS, len(y) // 2):
            continue
        found = _of_class(values[known], y[known]) if table.is_class else _of_number(values[known], y[known])
        if found is not None:
            how, evidence = found
            evidence["Rows compared"] = int(known.sum())
            yield Finding(
                severity=Severity.SERIOUS,
                columns=(name,),
                sentence=f"{name!r} is the target {table.target!r} in other clothes: {how}.",
                evidence=({"Column": name, **evidence},),
                remedy=leave_out(name),
            )


def _of_number(values: npt.NDArray[Any], y: npt.NDArray[Any]) -> tuple[str, dict[str, Any]] | None:
    if values.dtype.kind != "f" or np.ptp(values) == 0 or np.ptp(y) == 0:
        return None
    if np.array_equal(values, y):
        return "the same number in every row", {"Equal rows": 1.0}
    straight = _correlation(values, y)
    if abs(straight) > STRAIGHT:
        slope, start = np.polyfit(values, y, 1)
        how = f"target = {slope:.4g} × column {'+' if start >= 0 else '−'} {abs(start):.4g}"
        return how, {"Correlation": rounded(straight)}
    if len(np.unique(values)) < FEWEST_VALUES:
        return None
    bent = _correlation(_ranks(values), _ranks(y))
    if abs(bent) <= BENT:
        return None
    return "both put the rows in the same order", {"Rank correlation": rounded(bent)}


def _of_class(values: npt.NDArray[Any], y: npt.NDArray[Any]) -> tuple[str, dict[str, Any]] | None:
    names, codes = np.unique(values, return_inverse=True)
    classes, class_codes, class_counts = np.unique(y, return_inverse=True, return_counts=True)
    if not 2 <= len(names) <= max(MOST_CATEGORIES, 2 * len(classes)) or len(classes) < 2:
        return None
    if len(y) < ROWS_OF_CATEGORY * len(names) or np.sort(class_counts)[-2] < ROWS_OF_CATEGORY:
        return None
    pairs = np.zeros((len(names), len(classes)), dtype=np.int64)
    np.add.at(pairs, (codes, class_codes), 1)
    wrong = 1 - float(pairs.max(axis=1).sum() / len(y))
    by_guessing = 1 - float(class_counts.max() / len(y))  # small where one class is rare
    if wrong > MOST_WRONG * by_guessing or len(np.unique(pairs.argmax(axis=1))) < 2:
        return None
    how = (
        "each of its values stands for one class"
        if len(names) == len(classes)
        else f"each of its {len(names)} values goes with one class only"
    )
    return f"{how} in {percent(1 - wrong)} of the rows", {"Values": len(names), "Rows that agree": rounded(1 - wrong)}


def _correlation(a: npt.NDArray[Any], b: npt.NDArray[Any]) -> float:
    # Scaled first: squares of very large numbers overflow.
    a, b = (each / np.abs(each).max() for each in (a - a.mean(), b - b.mean()))
    return float(np.corrcoef(a, b)[0, 1])


def _ranks(values: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Ranks, the mean of them where values are equal."""
    _, codes, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return np.asarray((ends - (counts - 1) / 2)[codes], dtype=np.float64)


SPEC = LeakSpec(
    key="target_copies",
    label="Copy of the target",
    why="A model that sees a copy of the answer learns to copy. Its scores are perfect and say nothing, and new rows "
    "come without the copy.",
    advice="Leave the column out, unless it is really known before the target is.",
    check=check,
)
