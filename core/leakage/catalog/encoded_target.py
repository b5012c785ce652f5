"""Numbers that are the mean target of a category: target encodings made before the rows were divided."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from core.leakage.spec import Finding, LeakSpec
from core.leakage.table import LeakTable
from core.leakage.words import leave_out, rounded
from core.types import ColumnType, Severity

FEWEST_CATEGORIES, MOST_CATEGORIES = 8, 5_000
FEWEST_ROWS = 200
ALIKE = 0.97
"""Correlation of the column with the mean target of the categories."""
SLOPE = (0.5, 1.5)
"""An encoding is in the target's own unit; shrunken ones are flatter."""
MOST_WITHIN = 0.05
"""Of the column's variance."""
VALUES_OF_CATEGORY = 1.05
"""An encoding has one value for each category; a measurement has many."""
OWN_ROW_LEFT_OUT = 0.98
"""Correlation within the categories of a column with what each row's own target takes away from the mean."""
Floats = npt.NDArray[np.float64]


def check(table: LeakTable) -> Iterable[Finding]:
    """One for each number that is a category's mean target."""
    y = table.scored_y
    if len(y) < FEWEST_ROWS or len(np.unique(y)) < 2 or (table.is_class and len(np.unique(y)) > 2):
        return
    target = (y == y.max()).astype(np.float64) if table.is_class else y.astype(np.float64)
    grouped = [found for name in _categories(table) if (found := _groups(table, name)) is not None]
    for name in table.numeric:
        values = table.values(name)
        if table.columns[name].type is ColumnType.INTEGER or np.isnan(values).any() or np.ptp(values) == 0:
            continue
        for category, codes in grouped:
            likeness = _likeness(values, codes, target)
            if category != name and likeness is not None:
                yield _finding(table, name, category, *likeness)
                break


def _finding(table: LeakTable, name: str, category: str, likeness: float, is_own_row_left_out: bool) -> Finding:
    how = ", each row's own target left out" if is_own_row_left_out else ""
    return Finding(
        severity=Severity.SERIOUS,
        columns=(name, category),
        sentence=f"{name!r} looks like the mean of the target {table.target!r} by {category!r}{how}.",
        evidence=({"Column": name, "Category": category, "Correlation with the mean target": rounded(likeness)},),
        remedy=leave_out(name),
    )


def _categories(table: LeakTable) -> tuple[str, ...]:
    """Columns whose values may have been encoded, those that training leaves out among them."""
    names = table.of_type(ColumnType.STRING, ColumnType.INTEGER, used=False)
    return tuple(name for name in names if FEWEST_CATEGORIES <= table.columns[name].n_distinct <= MOST_CATEGORIES)


def _groups(table: LeakTable, name: str) -> tuple[str, npt.NDArray[np.int64]] | None:
    codes = np.unique(table.values(name), return_inverse=True)[1]
    n_categories = int(codes.max()) + 1
    if n_categories < FEWEST_CATEGORIES or len(codes) < 3 * n_categories:
        return None
    return name, codes


def _likeness(values: Floats, codes: npt.NDArray[np.int64], y: Floats) -> tuple[float, bool] | None:
    """How well the column agrees with the mean target of the categories, and whether it leaves its own row out."""
    counts = np.bincount(codes)
    mean_of = np.bincount(codes, weights=values) / np.maximum(counts, 1)
    mean_y = np.bincount(codes, weights=y) / np.maximum(counts, 1)
    if _is_constant_within(values, mean_of, codes):
        is_frequent = counts >= 5
        if is_frequent.sum() < FEWEST_CATEGORIES:
            return None
        return _agreement(mean_of[is_frequent], mean_y[is_frequent], counts[is_frequent])
    # Leaving one out: within a category, the higher a row's own target, the lower its encoding, and nothing else.
    inner, inner_y = values - mean_of[codes], y - mean_y[codes]
    scale = np.maximum(counts[codes] - 1, 1)
    if float(inner_y @ inner_y) == 0 or float(inner @ inner) == 0:
        return None
    expected = -inner_y / scale
    likeness = float(inner @ expected / np.sqrt((inner @ inner) * (expected @ expected)))
    return (likeness, True) if likeness > OWN_ROW_LEFT_OUT else None


def _is_constant_within(values: Floats, mean_of: Floats, codes: npt.NDArray[np.int64]) -> bool:
    inner = values - mean_of[codes]
    if float(inner @ inner) > MOST_WITHIN * len(values) * float(values.var()):
        return False  # the cheap question first
    n_values = len(np.unique(np.column_stack([codes, values]), axis=0))
    return n_values <= VALUES_OF_CATEGORY * len(mean_of)


def _agreement(encoded: Floats, mean_y: Floats, counts: npt.NDArray[np.int64]) -> tuple[float, bool] | None:
    weights = counts / counts.sum()
    a, b = encoded - weights @ encoded, mean_y - weights @ mean_y
    spread_a, spread_b = float(weights @ a**2), float(weights @ b**2)
    if spread_a == 0 or spread_b == 0:
        return None
    covariance = float(weights @ (a * b))
    likeness = covariance / np.sqrt(spread_a * spread_b)
    slope = covariance / spread_b
    is_near = abs(weights @ encoded - weights @ mean_y) <= np.sqrt(spread_b)
    return (float(likeness), False) if likeness > ALIKE and SLOPE[0] < slope < SLOPE[1] and is_near else None


SPEC = LeakSpec(
    key="encoded_target",
    label="Encoded target",
    why="The mean target of a category, taken over all rows, carries the answers of the test rows into training.",
    advice="Leave it out and let preprocessing encode the category: it learns from training rows only.",
    check=check,
    covered_by=frozenset({"target_copies"}),
)
