"""Straight lines between two quantities."""

from collections.abc import Iterator
from functools import partial

import numpy as np

from core.insights.detector import Detector, Draft, Hypothesis
from core.insights.measures import benefit, correlation_interval, correlation_p, deflated_r_p
from core.insights.pairs import Pair
from core.insights.pictures import scatter
from core.insights.spec import TestEvidence
from core.insights.table import InsightTable
from core.insights.words import Telling, draw_it, name, test_it

LEAST = 0.2
"""Correlation below which a line says little."""
CURVED = 0.07
"""Share of the variance that a bent curve adds to a line, from which it is no line."""
SUSPICIOUS = 1e-3


def look(table: InsightTable) -> Iterator[Hypothesis]:
    """One hypothesis for each two quantities."""
    for pair in table.pairs.pairs():
        p = honest_p(table, pair)
        yield Hypothesis(
            subject=subject_of(table, pair),
            p_value=p,
            strength=benefit(pair.r_plain),
            is_large=is_line(table, pair),
            tell=partial(tell, table, pair, p),
        )


def is_line(table: InsightTable, pair: Pair) -> bool:
    """Whether values, and not only ranks, go together, and no bent curve fits much better."""
    is_strong = min(abs(pair.r), abs(pair.r_plain)) >= LEAST and pair.r * pair.r_plain > 0
    return is_strong and bend(table, pair) < CURVED


def bend(table: InsightTable, pair: Pair) -> float:
    """Share of the variance of the values that curves over bins explain beyond a line; 0 where there are no bins."""
    from core.insights.measures import one_way
    from core.insights.pairs import pulled_in

    found = [0.0]
    for x, y in ((pair.x, pair.y), (pair.y, pair.x)):
        shape = table.pairs.shapes.get((x.name, y.name))
        if shape is not None:
            rows = shape.codes >= 0
            fit = one_way(shape.codes[rows], pulled_in(y)[rows], len(shape.means))
            found.append(fit.effect - pair.r_plain**2)
    return max(found)


def honest_p(table: InsightTable, pair: Pair) -> float:
    """The p-value of the rank correlation; larger where neighbouring rows repeat each other."""
    p = float(correlation_p(pair.r, pair.n))
    if p > SUSPICIOUS:
        return p
    both = pair.x.finite & pair.y.finite
    fitted = np.where(both, pair.r * pair.x.scores, np.nan)
    residual = np.where(both, pair.y.scores - pair.r * pair.x.scores, np.nan)
    if float(np.nanstd(residual)) < 1e-6:
        return p
    return deflated_r_p(pair.r, pair.n, table.deflation(fitted, residual))


def subject_of(table: InsightTable, pair: Pair) -> tuple[str, str]:
    """Both columns, the target last."""
    names = (pair.x.name, pair.y.name)
    return (names[1], names[0]) if names[0] == table.target else names


def tell(table: InsightTable, pair: Pair, p: float) -> Draft:
    """A line and how much it explains."""
    x_name, y_name = subject_of(table, pair)
    x, y = table.column(x_name), table.column(y_name)
    told = Telling()
    way = "higher" if pair.r_plain > 0 else "lower"
    slope = pair.r_plain * float(np.std(y.known)) / max(float(np.std(x.known)), 1e-300)
    share = told.percent("explained_percent", pair.r_plain**2)
    r = told.number("correlation", pair.r_plain)
    statement = (
        f"Rows with a higher {name(x.name)} tend to have a {way} {name(y.name)}: a straight line explains {share} of "
        f"the differences in {name(y.name)} (correlation {r})."
    )
    assert x.values is not None
    assert y.values is not None
    ends = np.quantile(x.known, [0.01, 0.99])
    line = np.mean(y.known) + slope * (ends - np.mean(x.known))
    picture, rows = scatter("A straight line", x.name, y.name, x.values, y.values, (ends, line))
    return Draft(
        title=f"{name(y.name)} goes with {name(x.name)}",
        statement=statement,
        numbers=told.numbers,
        tests=(
            TestEvidence(
                name="Rank correlation of normal scores",
                statistic=pair.r,
                p_value=p,
                effect_name="Correlation",
                effect=pair.r_plain,
                interval=correlation_interval(pair.r_plain, pair.n),
                n=pair.n,
            ),
        ),
        picture=picture,
        table=rows,
        advice="A relation is no cause: look what else changes along with both.",
        actions=(draw_it(table.dataset_id), test_it(table.dataset_id)),
    )


SPEC = Detector(
    key="linear_association",
    label="Straight relations",
    family="pattern",
    looks_for="Two quantities of which one rises or falls in a straight line with the other.",
    surprise=0.62,
    look=look,
    group="association",
)
