"""Quantities with a long tail, of which logarithms are easier to work with."""

from collections.abc import Iterator
from functools import partial

import numpy as np

from core.insights.detector import Detector, Draft, Hypothesis
from core.insights.pictures import histogram
from core.insights.spec import TestEvidence
from core.insights.table import FloatArray, InsightColumn, InsightTable
from core.insights.words import Telling, mend, name, see_column

FEWEST_ROWS = 50
LEAST_SKEW, MOST_AFTER = 2.5, 0.4
"""Skewness of the values, and the share of it that logarithms may leave."""
LEAST_RATIO = 12.0
"""99th percentile by the median."""


def look(table: InsightTable) -> Iterator[Hypothesis]:
    """One hypothesis for each quantity without negative values."""
    from scipy import stats

    for column in table.quantities:
        if column.codes is not None or column.known.size < FEWEST_ROWS or column.ordered[0] < 0:
            continue
        values = column.known
        logs = logarithms(values)
        skew, after = skewness(values), skewness(logs)
        middle = float(np.median(values))
        ratio = float(np.quantile(values, 0.99)) / middle if middle > 0 else 0.0
        p = float(stats.skewtest(values / (float(np.abs(values).max()) or 1.0)).pvalue)
        yield Hypothesis(
            subject=(column.name,),
            p_value=p,
            strength=min(1.0, ratio / 120),
            is_large=skew >= LEAST_SKEW and abs(after) <= MOST_AFTER * skew and ratio >= LEAST_RATIO and skew > 0,
            tell=partial(_tell, table, column, skew, after, p),
        )


def logarithms(values: FloatArray) -> FloatArray:
    """log(value), or log(1 + value) where there are zeros."""
    return np.log1p(values) if (values <= 0).any() else np.log(values)


def skewness(values: FloatArray) -> float:
    """The third standardised moment; 0 of equal values."""
    centred = values - values.mean()
    deviation = float(centred.std())
    return float(((centred / deviation) ** 3).mean()) if deviation > 0 else 0.0


def _tell(table: InsightTable, column: InsightColumn, skew: float, after: float, p: float) -> Draft:
    told = Telling()
    told.numbers["part"] = 0.5
    middle, high = float(np.median(column.known)), float(np.quantile(column.known, 0.99))
    half, top = told.number("median", middle), told.number("percentile_99", high)
    before, then = told.number("skewness", skew), told.number("skewness_of_logarithm", after)
    statement = (
        f"{name(column.name)} has a long tail: half of its values are at most {half}, but one in "
        f"{told.count('one_in', 100)} is above {top}. A logarithm takes its skewness from {before} to {then}."
    )
    picture, rows = histogram("Logarithm", f"log {column.name}", logarithms(column.known))
    quoted = column.name.replace('"', '""')
    has_zero = column.ordered[0] <= 0
    expression = f'ln("{quoted}" + 1)' if has_zero else f'ln("{quoted}")'
    step = ("derive", {"name": f"log {column.name}"[:100], "expression": expression})
    return Draft(
        title=f"{name(column.name)} has a long tail",
        statement=statement,
        numbers=told.numbers,
        tests=(
            TestEvidence(
                name="D'Agostino's test of skewness", p_value=p, effect_name="Skewness", effect=skew,
                n=int(column.known.size),
            ),
        ),
        picture=picture,
        table=rows,
        advice="Use its logarithm in charts and linear models, and its median rather than its mean.",
        actions=(
            see_column(table.dataset_id, column.name),
            mend(table.dataset_id, "Add the logarithm", step),
        ),
    )  # fmt: skip


SPEC = Detector(
    key="heavy_tail",
    label="Long tails",
    family="problem",
    looks_for="Quantities of which a few values are many times larger than the rest, where a logarithm helps.",
    surprise=0.55,
    look=look,
    most=3,
)
