"""Numbers whose last digit people prefer: rounded where others are not."""

from collections.abc import Iterator
from functools import partial

import numpy as np

from core.insights.detector import Detector, Draft, Hypothesis
from core.insights.pictures import bars
from core.insights.spec import TestEvidence
from core.insights.table import FloatArray, InsightColumn, InsightTable
from core.insights.words import Telling, name, see_column

FEWEST_ROWS = 100
MOST_PLACES = 4
LEAST_SPREAD = 25.0
"""Interquartile range in units of the last digit: below, the digits follow the values."""
LEAST = 0.1
"""Share of the rows that would have to move to another digit."""
OWN_SHARE = 0.1
"""Of the rows, from which a single value is left aside."""
MOST_ALONE = 0.97
"""Above, the digit is always the same: a unit, no preference."""


def look(table: InsightTable) -> Iterator[Hypothesis]:
    """One hypothesis for each quantity with a last digit."""
    from scipy import stats

    for column in table.quantities:
        digits = last_digits(column)
        if digits is None:
            continue
        counts = np.bincount(digits, minlength=10).astype(np.float64)
        n = counts.sum()
        statistic, p = stats.chisquare(counts)
        moved = float(np.maximum(counts / n - 0.1, 0).sum())
        # Half of all digits may be there for a reason (steps of 2, of 5): preference leaves every digit in use.
        in_use = int((counts >= 0.004 * n).sum())
        is_large = moved >= LEAST and counts.max() / n <= MOST_ALONE and in_use >= 7
        yield Hypothesis(
            subject=(column.name,),
            p_value=float(p),
            strength=min(1.0, 0.3 + moved),
            is_large=is_large and _is_preference(counts / n),
            tell=partial(_tell, table, column, counts, float(statistic), float(p)),
        )


def last_digits(column: InsightColumn) -> FloatArray | None:
    """The last digit of each value in its own unit (1, 0.1, 0.01...); None where there is no such unit."""
    if column.known.size < FEWEST_ROWS or column.codes is not None:
        return None
    distinct, counts = np.unique(column.known, return_counts=True)
    # A value that is itself frequent, as zero often is, says nothing of digits.
    values = column.known[~np.isin(column.known, distinct[counts > OWN_SHARE * column.known.size])]
    if values.size < max(FEWEST_ROWS, 0.5 * column.known.size):
        return None
    for places in range(MOST_PLACES + 1):
        units = np.abs(values) * 10.0**places
        if float(units.max()) > 1e12:
            return None
        whole = np.round(units)
        if np.all(np.abs(units - whole) < 1e-6 * np.maximum(1.0, units)):
            spread = float(np.subtract(*np.quantile(values, [0.75, 0.25])))
            if spread * 10.0**places < LEAST_SPREAD or np.unique(whole).size < 30:
                return None
            return np.asarray(whole % 10, dtype=np.int64)
    return None


def _is_preference(shares: FloatArray) -> bool:
    """Whether 0, 5 or 9 (as in prices) is what stands out."""
    return int(np.argmax(shares)) in (0, 5, 9)


def _tell(table: InsightTable, column: InsightColumn, counts: FloatArray, statistic: float, p: float) -> Draft:
    told = Telling()
    shares = counts / counts.sum()
    if shares[0] + shares[5] > 0.35 and shares[5] > 0.13:
        digits, share = (
            f"{told.count('first_digit', 0)} or {told.count('second_digit', 5)}",
            float(shares[0] + shares[5]),
        )
        usual = told.percent("expected_percent", 0.2)
    else:
        best = int(np.argmax(shares))
        digits, share, usual = told.count("digit", best), float(shares[best]), told.percent("expected_percent", 0.1)
    part = told.percent("percent", share)
    statement = (
        f"The last digit of {name(column.name)} is {digits} in {part} of the rows, where {usual} would be expected: "
        "many values are rounded or estimated."
    )
    picture, rows = bars("Last digit", "Digit", "Share of rows", [str(digit) for digit in range(10)], list(shares))
    return Draft(
        title=f"{name(column.name)} is often rounded",
        statement=statement,
        numbers=told.numbers,
        tests=(
            TestEvidence(
                name="Chi-squared test of equal last digits",
                statistic=statistic,
                p_value=p,
                effect_name="Share that is moved to preferred digits",
                effect=float(np.maximum(shares - 0.1, 0).sum()),
                n=int(counts.sum()),
            ),
        ),
        picture=picture,
        table=rows,
        advice="Do not read meaning into its last digit; use ranges wider than the rounding.",
        actions=(see_column(table.dataset_id, column.name),),
    )


SPEC = Detector(
    key="heaping",
    label="Preferred digits",
    family="problem",
    looks_for="Numbers of which many are rounded to 0 or 5, or end in 9, while others are exact.",
    surprise=0.7,
    look=look,
)
