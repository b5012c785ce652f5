"""Columns that say the same: copies, other units, other names for the same categories."""

from collections.abc import Iterator
from functools import partial

import numpy as np

from core.insights.detector import Detector, Draft, Hypothesis
from core.insights.pictures import Figure, Table, scatter
from core.insights.table import InsightColumn, InsightTable
from core.insights.words import Telling, mend, name

EXACT = 1e-7
"""Relative error of a straight line that is rounding."""
FEWEST_ROWS = 30


def look(table: InsightTable) -> Iterator[Hypothesis]:
    """One fact for each pair that is the same."""
    for first, second, how in pairs(table):
        yield Hypothesis(
            subject=(first.name, second.name),
            p_value=None,
            strength=0.9 if how == "equal" else 0.7,
            is_large=True,
            tell=partial(_tell, table, first, second, how),
        )


def pairs(table: InsightTable) -> Iterator[tuple[InsightColumn, InsightColumn, str]]:
    """Pairs that hold the same, and how: "equal", "line" (another unit) or "renamed" (another code)."""
    for place, first in enumerate(table.columns):
        for second in table.columns[place + 1 :]:
            how = same(first, second)
            if how is not None:
                yield first, second, how


def same(a: InsightColumn, b: InsightColumn) -> str | None:
    """How two columns say the same, if they do."""
    if a.kind in ("constant", "empty") or b.kind in ("constant", "empty"):
        return None
    if a.values is not None and b.values is not None:
        return _same_numbers(a, b)
    if a.values is None and b.values is None and a.n_distinct == b.n_distinct and a.n_distinct >= 2:
        return _same_codes(a, b)
    return None


def _same_numbers(a: InsightColumn, b: InsightColumn) -> str | None:
    assert a.values is not None
    assert b.values is not None
    both = a.finite & b.finite
    n = int(both.sum())
    if n < FEWEST_ROWS or n < 0.95 * max(int(a.finite.sum()), int(b.finite.sum())):
        return None
    few = np.flatnonzero(both)
    few = few[:: max(1, len(few) // 50)]
    if not _on_a_line(a.values[few], b.values[few]):
        return None
    x, y = a.values[both], b.values[both]
    if np.array_equal(x, y):
        return "equal"
    is_fine = a.n_distinct > 2 and _on_a_line(x, y)
    return "line" if is_fine else "renamed" if a.n_distinct == 2 and _on_a_line(x, y) else None


def _on_a_line(x: np.ndarray, y: np.ndarray) -> bool:
    a, b = x - x.mean(), y - y.mean()
    scale_a, scale_b = float(np.abs(a).max(initial=0)), float(np.abs(b).max(initial=0))
    if scale_a == 0 or scale_b == 0:
        return False
    a, b = a / scale_a, b / scale_b
    left = b - (a @ b) / (a @ a) * a
    return float(np.abs(left).max()) < EXACT * 10


def _same_codes(a: InsightColumn, b: InsightColumn) -> str | None:
    rows = (a.all_codes >= 0) & (b.all_codes >= 0)
    n = int(rows.sum())
    if n < FEWEST_ROWS or a.kind == "identifier" or n < 0.95 * max((a.all_codes >= 0).sum(), (b.all_codes >= 0).sum()):
        return None
    pairs = np.unique(a.all_codes[rows] * (int(b.all_codes.max()) + 1) + b.all_codes[rows])
    is_same = len(pairs) == a.n_distinct == b.n_distinct and n >= 5 * a.n_distinct
    if not is_same:
        return None
    return "equal" if set(a.labels) == set(b.labels) and np.array_equal(a.all_codes, b.all_codes) else "renamed"


def _tell(table: InsightTable, first: InsightColumn, second: InsightColumn, how: str) -> Draft:
    told = Telling()
    # The target stays.
    keep, drop = (second, first) if second.name == table.target else (first, second)
    n = told.count("rows", int((first.is_known & second.is_known).sum()), "row")
    words = {
        "equal": f"{name(drop.name)} and {name(keep.name)} are equal in all {n} where both are known.",
        "line": f"{name(drop.name)} is {name(keep.name)} in another unit: a straight line gives it exactly in all {n}.",
        "renamed": f"{name(drop.name)} and {name(keep.name)} divide all {n} alike, only under other names.",
    }
    picture: Figure | None = None
    rows: Table = {}
    if how == "line" and first.values is not None and second.values is not None:
        picture, rows = scatter("One line, no error", keep.name, drop.name, keep.values, drop.values)  # type: ignore[arg-type]  # numbers on both sides, as first and second have them
    step = ("drop_columns", {"columns": [drop.name]})
    return Draft(
        title=f"{name(drop.name)} says the same as {name(keep.name)}",
        statement=words[how],
        numbers=told.numbers,
        tests=(),
        picture=picture,
        table=rows,
        advice="Keep one of them: both together say nothing more, and blur what matters to a model.",
        actions=(mend(table.dataset_id, f"Remove {drop.name[:24]}", step),),
    )


SPEC = Detector(
    key="copied_columns",
    label="Columns that say the same",
    family="problem",
    looks_for="Columns that are copies of each other, the same in another unit, or the same under other names.",
    surprise=0.8,
    look=look,
)
