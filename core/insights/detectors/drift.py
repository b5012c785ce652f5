"""Rows of the end that are unlike those of the beginning."""

from collections.abc import Iterator
from functools import partial

import numpy as np

from core.insights.detector import Detector, Draft, Hypothesis
from core.insights.measures import benefit, crossed, independence, lag_correlation
from core.insights.pictures import bars
from core.insights.spec import TestEvidence
from core.insights.table import InsightColumn, InsightTable
from core.insights.words import Telling, name, see_column

LEAST_D, LEAST_V = 0.12, 0.12
FEWEST_ROWS = 90
WALKING = 0.9
"""Memory within the thirds from which a column wanders anyway."""
SORTED = 0.97
"""Correlation of ranks with the row number from which a table is sorted, which is no drift."""


def look(table: InsightTable) -> Iterator[Hypothesis]:
    """One hypothesis for each column: the first third of the rows against the last, in the order of the table."""
    n = table.n_looked
    if n < FEWEST_ROWS:
        return
    part = np.full(n, -1, dtype=np.int64)
    part[: n // 3], part[-(n // 3) :] = 0, 1
    for column in table.columns:
        if column.kind == "quantity":
            yield _by_numbers(table, column, part)
        elif column.kind == "category":
            yield _by_categories(table, column, part)


def _by_numbers(table: InsightTable, column: InsightColumn, part: np.ndarray) -> Hypothesis:
    from scipy import stats

    scores = column.scores
    first, last = scores[(part == 0) & column.finite], scores[(part == 1) & column.finite]
    if min(len(first), len(last)) < 30:
        return Hypothesis(subject=(column.name,), p_value=1.0)
    d = float(stats.ks_2samp(first, last, method="asymp").statistic)
    memory = _memory([scores[part == 0], scores[(part == -1)], scores[part == 1]])
    n = len(first) * len(last) / (len(first) + len(last)) * (1 - memory) / (1 + memory)
    p = float(stats.kstwobign.sf(d * np.sqrt(n))) if memory < WALKING else 1.0
    along = abs(float(np.corrcoef(np.flatnonzero(column.finite), scores[column.finite])[0, 1]))
    return Hypothesis(
        subject=(column.name,),
        p_value=p,
        strength=benefit(d),
        is_large=d >= LEAST_D and along < SORTED,
        tell=partial(_tell_numbers, table, column, part, d, p),
    )


def _memory(parts: list[np.ndarray]) -> float:
    """How alike neighbours are within the parts."""
    return max(0.0, min(0.999, max(lag_correlation(values) for values in parts)))


def _by_categories(table: InsightTable, column: InsightColumn, part: np.ndarray) -> Hypothesis:
    from scipy import stats

    assert column.codes is not None
    counts = crossed(part, column.codes, 2, len(column.labels))
    tested = independence(counts)
    flags = [np.where(column.codes >= 0, (column.codes == place).astype(float), np.nan) for place in (0, 1)]
    memory = max(_memory([flag[part == 0], flag[part == -1], flag[part == 1]]) for flag in flags)
    p = tested.p_value
    if memory >= WALKING:
        p = 1.0
    elif memory > 0.05:
        factor = (1 + memory) / (1 - memory)
        p = float(stats.chi2.sf(tested.statistic / factor, max(1, len(column.labels) - 1)))
    return Hypothesis(
        subject=(column.name,),
        p_value=p,
        strength=benefit(tested.effect),
        is_large=tested.effect >= LEAST_V,
        tell=partial(_tell_categories, table, column, counts, tested.statistic, tested.effect, p),
    )


def _tell_numbers(table: InsightTable, column: InsightColumn, part: np.ndarray, d: float, p: float) -> Draft:
    told = Telling()
    told.numbers["part"] = 1 / 3
    assert column.values is not None
    parts = [column.values[(part == code) & column.finite] for code in (0, 1)]
    levels = [float(np.median(values)) for values in parts]
    word = "median"
    if levels[0] == levels[1]:
        levels, word = [float(values.mean()) for values in parts], "mean"
    first, last = told.number("first", levels[0]), told.number("last", levels[1])
    statement = (
        f"In the first third of the rows the {word} of {name(column.name)} is {first}, in the last third {last}: the "
        "table changes along its order."
    )
    thirds = [column.values[rows & column.finite] for rows in (part == 0, part == -1, part == 1)]
    heights = [float(np.mean(values) if word == "mean" else np.median(values)) for values in thirds]
    return _draft(table, column, told, statement, ["First third", "Middle", "Last third"], heights, word, d, p)


def _tell_categories(
    table: InsightTable, column: InsightColumn, counts: np.ndarray, statistic: float, v: float, p: float
) -> Draft:
    told = Telling()
    told.numbers["part"] = 1 / 3
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    place = int(np.argmax(np.abs(shares[1] - shares[0])))
    first, last = (
        told.percent("first_percent", float(shares[0, place])),
        told.percent("last_percent", float(shares[1, place])),
    )
    statement = (
        f"{name(column.name)} is {name(column.labels[place])} in {first} of the first third of the rows and in {last} "
        "of the last: the table changes along its order."
    )
    heights = [float(value) for value in shares[:, place]]
    del statistic
    return _draft(
        table, column, told, statement, ["First third", "Last third"], heights, f"share of {column.labels[place]}", v, p
    )


def _draft(
    table: InsightTable, column: InsightColumn, told: Telling, statement: str, labels: list[str], heights: list[float],
    word: str, effect: float, p: float,
) -> Draft:  # fmt: skip
    picture, rows = bars("Along the rows", "Rows", f"{word.capitalize()}: {column.name}", labels, heights)
    is_number = column.kind == "quantity"
    return Draft(
        title=f"{name(column.name)} drifts along the table",
        statement=statement,
        numbers=told.numbers,
        tests=(
            TestEvidence(
                name="Kolmogorov–Smirnov test" if is_number else "Chi-squared test",
                p_value=p,
                effect_name="Largest difference of the distributions" if is_number else "Cramér's V",
                effect=effect,
                n=table.n_looked * 2 // 3,
            ),
        ),
        picture=picture,
        table=rows,
        advice="If the order is that of time, test models on the last rows; if not, ask how the table was made.",
        actions=(see_column(table.dataset_id, column.name),),
    )


SPEC = Detector(
    key="drift",
    label="Drift along the table",
    family="anomaly",
    looks_for="Columns whose values in the last third of the rows are unlike those in the first.",
    surprise=0.7,
    look=look,
    most=2,
)
