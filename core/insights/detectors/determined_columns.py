"""Columns that another column determines: a town's country, a product's group."""

from collections.abc import Iterator
from functools import partial

import numpy as np

from core.insights.detector import Detector, Draft, Hypothesis
from core.insights.detectors.copied_columns import same
from core.insights.spec import TestEvidence
from core.insights.table import InsightColumn, InsightTable
from core.insights.words import Telling, draw_it, name

ROWS_OF_VALUE = 3.0
"""Rows that each value of the determining column has on average, at least."""
MOST_VALUES = 5_000
LEAST_VALUES = 3


def look(table: InsightTable) -> Iterator[Hypothesis]:
    """One hypothesis for each ordered pair of columns of which the first could determine the second."""
    columns = [column for column in table.columns if _may_take_part(table, column)][:80]
    for first in columns:
        if first.n_distinct < LEAST_VALUES or (first.kind == "quantity" and first.codes is None and not first.is_whole):
            continue
        for second in columns:
            if second is first or second.n_distinct > first.n_distinct or second.n_distinct < 2:
                continue
            p = chance(first, second)
            is_it = p < 1.0
            yield Hypothesis(
                subject=(first.name, second.name),
                p_value=p,
                strength=0.55,
                is_large=is_it and same(first, second) is None,
                tell=partial(_tell, table, first, second, p),
            )


def _may_take_part(table: InsightTable, column: InsightColumn) -> bool:
    return (
        column.kind in ("category", "text", "quantity")
        and column.n_distinct <= min(MOST_VALUES, table.n_looked / ROWS_OF_VALUE)
        and column.n_distinct >= 2
    )


def chance(first: InsightColumn, second: InsightColumn) -> float:
    """The p-value of one value of ``second`` for each of ``first``; 1 where that is not so.

    Every row beyond the first of its value agrees by chance with the square sum of the shares at most.
    """
    rows = (first.all_codes >= 0) & (second.all_codes >= 0)
    a, b = first.all_codes[rows], second.all_codes[rows]
    if a.size < 20:
        return 1.0
    few = slice(None, None, max(1, a.size // 2_000))
    wide = int(b.max()) + 1
    if len(np.unique(a[few] * wide + b[few])) != len(np.unique(a[few])):
        return 1.0
    n_values = len(np.unique(a))
    if len(np.unique(a * wide + b)) != n_values or n_values > a.size / ROWS_OF_VALUE:
        return 1.0
    shares = np.bincount(b) / b.size
    most = float(shares.max())
    rare = b.size - round(most * b.size)
    # Only rows away from the most frequent value are evidence, and only as many as there are.
    if rare < 10:
        return 1.0
    return float(np.exp(min(a.size - n_values, 5.0 * rare) * np.log(most)))


def _tell(table: InsightTable, first: InsightColumn, second: InsightColumn, p: float) -> Draft:
    told = Telling()
    n = int((first.is_known & second.is_known).sum())
    statement = (
        f"Each of the {told.count('values', first.n_distinct)} values of {name(first.name)} has one and the same value "
        f"of {name(second.name)} in all {told.count('rows', n, 'row')}: the first determines the second."
    )
    return Draft(
        title=f"{name(first.name)} determines {name(second.name)}",
        statement=statement,
        numbers=told.numbers,
        tests=(
            TestEvidence(
                name="Chance that repeated values agree", p_value=p, effect_name="Rows that agree", effect=1.0, n=n
            ),
        ),
        table={"Column": [first.name, second.name], "Different values": [first.n_distinct, second.n_distinct]},
        advice="The second column says nothing that the first does not: use the coarser or the finer one, not both.",
        actions=(draw_it(table.dataset_id),),
    )


SPEC = Detector(
    key="determined_columns",
    label="Columns that determine others",
    family="problem",
    looks_for="Columns whose values fix the value of another column, as a town fixes its country.",
    surprise=0.66,
    look=look,
)
