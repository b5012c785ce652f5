"""Categories that go with categories."""

from collections.abc import Iterator
from functools import partial

import numpy as np

from core.insights.detector import Detector, Draft, Hypothesis
from core.insights.measures import Tested, benefit, crossed, independence, v_interval
from core.insights.pictures import heat
from core.insights.spec import TestEvidence
from core.insights.table import InsightColumn, InsightTable, is_binary
from core.insights.words import Telling, draw_it, name, test_it
from core.types import ColumnType

LEAST = 0.12
SUSPICIOUS = 1e-3


def look(table: InsightTable) -> Iterator[Hypothesis]:
    """One hypothesis for each two columns of categories."""
    groups = [column for column in table.groups if column.kind == "category"]
    for place, first in enumerate(groups):
        for second in groups[place + 1 :]:
            a, b = _outcome_last(table, first, second)
            assert a.codes is not None
            assert b.codes is not None
            tested = independence(crossed(a.codes, b.codes, len(a.labels), len(b.labels)))
            p = _honest_p(table, a, b, tested)
            yield Hypothesis(
                subject=(a.name, b.name),
                p_value=p,
                strength=benefit(tested.effect),
                is_large=tested.effect >= LEAST,
                tell=partial(_tell, table, a, b, tested, p),
            )


def _outcome_last(
    table: InsightTable, first: InsightColumn, second: InsightColumn
) -> tuple[InsightColumn, InsightColumn]:
    """The column that rather depends on the other comes last: the target, a flag, or the later one."""
    if second.name == table.target or _is_flag(second) > _is_flag(first):
        return first, second
    if first.name == table.target or _is_flag(first) > _is_flag(second):
        return second, first
    return first, second


def _is_flag(column: InsightColumn) -> bool:
    return is_binary(column) and column.type is not ColumnType.STRING


def _honest_p(table: InsightTable, a: InsightColumn, b: InsightColumn, tested: Tested) -> float:
    from scipy import stats

    if tested.p_value > SUSPICIOUS:
        return tested.p_value
    assert a.codes is not None
    assert b.codes is not None
    rows = (a.codes >= 0) & (b.codes >= 0)
    counts = crossed(a.codes, b.codes, len(a.labels), len(b.labels))
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    most = int(np.argmax(counts.sum(axis=0)))
    fitted = np.where(rows, shares[a.codes, most], np.nan)
    residual = np.where(rows, (b.codes == most) - fitted, np.nan)
    factor = table.deflation(fitted, residual)
    df = max(1, (len(a.labels) - 1) * (len(b.labels) - 1))
    return float(stats.chi2.sf(tested.statistic / factor, df)) if factor > 1 else tested.p_value


def _tell(table: InsightTable, a: InsightColumn, b: InsightColumn, tested: Tested, p: float) -> Draft:
    assert a.codes is not None
    assert b.codes is not None
    counts = crossed(a.codes, b.codes, len(a.labels), len(b.labels))
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    overall = counts.sum(axis=0) / counts.sum()
    weight = counts.sum(axis=1, keepdims=True)
    column = int(np.argmax(np.sum(weight * (shares - overall) ** 2, axis=0)))
    if len(b.labels) == 2:
        column = 1
    enough = np.flatnonzero(weight[:, 0] >= 10)
    high = int(enough[np.argmax(shares[enough, column])])
    low = int(enough[np.argmin(shares[enough, column])])
    told = Telling()
    top = told.percent("highest_share_percent", float(shares[high, column]))
    bottom = told.percent("lowest_share_percent", float(shares[low, column]))
    statement = (
        f"{name(b.name)} is {name(b.labels[column])} in {top} of the rows where {name(a.name)} is "
        f"{name(a.labels[high])}, but in {bottom} where it is {name(a.labels[low])}."
    )
    picture, rows = heat("Share in each row", b.name, a.name, b.labels, a.labels, shares)
    return Draft(
        title=f"{name(b.name)} depends on {name(a.name)}",
        statement=statement,
        numbers=told.numbers,
        tests=(
            TestEvidence(
                name="Chi-squared test of independence",
                statistic=tested.statistic,
                p_value=p,
                effect_name="Cramér's V",
                effect=tested.effect,
                interval=v_interval(counts),
                n=tested.n,
            ),
        ),
        picture=picture,
        table=rows,
        advice="Compare the groups before you compare anything else: they are mixed differently.",
        actions=(draw_it(table.dataset_id), test_it(table.dataset_id)),
    )


SPEC = Detector(
    key="category_association",
    label="Categories that go together",
    family="pattern",
    looks_for="Two columns of categories of which one is mixed differently within the other.",
    surprise=0.66,
    look=look,
    group="association",
)
