"""Columns that are computed from others: sums, differences, products, ratios."""

from collections.abc import Iterator
from functools import partial

import numpy as np

from core.insights.detector import Detector, Draft, Hypothesis
from core.insights.detectors.copied_columns import same
from core.insights.pictures import scatter
from core.insights.table import FloatArray, InsightColumn, InsightTable
from core.insights.words import Telling, mend, name, names

MOST_COLUMNS, MOST_ROWS, MOST_PARTS = 60, 3_000, 8
EXACT = 1 - 1e-7
"""Share of the variance from which a formula is no coincidence."""
NEARLY = 1 - 2e-5
"""The same for products of rounded numbers."""
ROWS_OF_COLUMN = 5


def look(table: InsightTable) -> Iterator[Hypothesis]:
    """One fact for each formula that gives a column from two or more others without error."""
    columns = _different([column for column in table.quantities if column.known.size > 0.7 * table.n_looked])
    told: set[frozenset[str]] = set()
    for kind, limit in (("sum", EXACT), ("product", NEARLY)):
        used = columns if kind == "sum" else [column for column in columns if column.ordered[0] > 0]
        if len(used) < 3:
            continue
        X = np.column_stack([np.asarray(column.values) for column in used])
        X = X[np.isfinite(X).all(axis=1)]
        X = X[:: max(1, len(X) // MOST_ROWS)]
        if len(X) < max(40, ROWS_OF_COLUMN * len(used)):
            continue
        X = np.log(X) if kind == "product" else X
        X = X - X.mean(axis=0)
        X = X / np.maximum(np.abs(X).max(axis=0), 1e-300)
        for place in _order(table, used):
            parts = _parts(X, place, limit)
            subject = frozenset([used[place].name, *(used[other].name for other in parts)])
            if len(parts) < 2 or len(parts) > MOST_PARTS or any(known <= subject for known in told):
                continue
            told.add(subject)
            yield Hypothesis(
                subject=(used[place].name, *(used[other].name for other in parts)),
                p_value=None,
                strength=0.75,
                is_large=True,
                tell=partial(_tell, table, used[place], [used[other] for other in parts], kind),
            )


def _different(columns: list[InsightColumn]) -> list[InsightColumn]:
    found: list[InsightColumn] = []
    for column in columns[:MOST_COLUMNS]:
        if all(same(column, other) is None for other in found):
            found.append(column)
    return found


def _order(table: InsightTable, used: list[InsightColumn]) -> list[int]:
    """The target first, then names that speak of a total, then those that stand behind others."""
    words = ("total", "sum", "all", "overall", "net", "gross", "amount", "balance", "ratio", "bmi", "area")
    speaks = [any(word in column.name.lower() for word in words) for column in used]
    return sorted(range(len(used)), key=lambda at: (used[at].name != table.target, not speaks[at], -at))


def _parts(X: FloatArray, place: int, limit: float) -> list[int]:
    """The fewest other columns that give one exactly; none if there are none."""
    others = [at for at in range(X.shape[1]) if at != place]
    if _explained(X, place, others) < limit:
        return []
    weights = np.abs(np.linalg.lstsq(X[:, others], X[:, place], rcond=None)[0])
    for _, at in sorted(zip(weights, list(others), strict=True)):
        rest = [other for other in others if other != at]
        if rest and _explained(X, place, rest) >= limit:
            others = rest
    return others


def _explained(X: FloatArray, place: int, others: list[int]) -> float:
    y = X[:, place]
    left = y - X[:, others] @ np.linalg.lstsq(X[:, others], y, rcond=None)[0]
    return 1 - float(left @ left) / max(float(y @ y), 1e-300)


def _tell(table: InsightTable, column: InsightColumn, parts: list[InsightColumn], kind: str) -> Draft:
    told = Telling()
    listed = names([part.name for part in parts], 6)
    how = "adding and subtracting" if kind == "sum" else "multiplying and dividing"
    n = told.count("rows", table.n_looked, "row")
    statement = f"{name(column.name)} follows from {listed} by {how}, without error in the {n} that were looked at."
    made = _fitted(column, parts, kind)
    assert column.values is not None
    picture, rows = scatter("Computed against given", f"Computed {column.name}", column.name, made, column.values)
    step = ("drop_columns", {"columns": [column.name]})
    is_target = column.name == table.target
    advice = (
        "The target is computed from these columns: a model would only learn the formula."
        if is_target
        else "It adds nothing to the columns it is made of: leave out one of them before a linear model."
    )
    return Draft(
        title=f"{name(column.name)} is computed from {names([part.name for part in parts], 3)}",
        statement=statement,
        numbers=told.numbers,
        tests=(),
        picture=picture,
        table=rows,
        advice=advice,
        actions=() if is_target else (mend(table.dataset_id, f"Remove {column.name[:24]}", step),),
    )


def _fitted(column: InsightColumn, parts: list[InsightColumn], kind: str) -> FloatArray:
    y = column.values
    X = np.column_stack([np.asarray(part.values) for part in parts])
    assert y is not None
    rows = np.isfinite(y) & np.isfinite(X).all(axis=1)
    if kind == "product":
        y, X = np.log(np.where(rows, y, 1.0)), np.log(np.where(rows[:, None], X, 1.0))
    design = np.column_stack([np.ones(len(y)), np.where(rows[:, None], X, 0.0)])
    fit = design @ np.linalg.lstsq(design[rows], y[rows], rcond=None)[0]
    return np.where(rows, np.exp(fit) if kind == "product" else fit, np.nan)


SPEC = Detector(
    key="derived_columns",
    label="Computed columns",
    family="problem",
    looks_for="Columns that are sums, differences, products or ratios of others.",
    surprise=0.82,
    look=look,
    most=3,
)
