"""Quantities that rise or fall together, in a bent curve."""

from collections.abc import Iterator
from functools import partial

from core.insights.detector import Detector, Draft, Hypothesis
from core.insights.detectors.linear_association import CURVED, bend, honest_p, subject_of
from core.insights.measures import benefit, correlation_interval
from core.insights.pairs import Pair
from core.insights.pictures import scatter
from core.insights.spec import TestEvidence
from core.insights.table import InsightTable
from core.insights.words import Telling, draw_it, name, test_it

LEAST = 0.25


def look(table: InsightTable) -> Iterator[Hypothesis]:
    """One hypothesis for each two quantities."""
    for pair in table.pairs.pairs():
        p = honest_p(table, pair)
        yield Hypothesis(
            subject=subject_of(table, pair),
            p_value=p,
            strength=benefit(pair.r),
            is_large=abs(pair.r) >= LEAST and bend(table, pair) >= CURVED and not _turns(table, pair),
            tell=partial(_tell, table, pair, p),
        )


def _turns(table: InsightTable, pair: Pair) -> bool:
    """Whether a curve that turns explains much more."""
    shapes = [table.pairs.shapes.get(key) for key in ((pair.x.name, pair.y.name), (pair.y.name, pair.x.name))]
    return any(shape is not None and shape.explained - shape.monotone > 0.05 for shape in shapes)


def _tell(table: InsightTable, pair: Pair, p: float) -> Draft:
    x_name, y_name = subject_of(table, pair)
    x, y = table.column(x_name), table.column(y_name)
    told = Telling()
    way = "rises" if pair.r > 0 else "falls"
    r, plain = told.number("rank_correlation", pair.r), told.number("correlation", pair.r_plain)
    statement = (
        f"{name(y.name)} {way} with {name(x.name)}, but not in a straight line: by ranks they correlate with {r}, by "
        f"their values with {plain}."
    )
    assert x.values is not None
    assert y.values is not None
    picture, rows = scatter("A bent curve", x.name, y.name, x.values, y.values)
    return Draft(
        title=f"{name(y.name)} follows {name(x.name)} in a curve",
        statement=statement,
        numbers=told.numbers,
        tests=(
            TestEvidence(
                name="Rank correlation of normal scores",
                statistic=pair.r,
                p_value=p,
                effect_name="Rank correlation",
                effect=pair.r,
                interval=correlation_interval(pair.r, pair.n),
                n=pair.n,
            ),
        ),
        picture=picture,
        table=rows,
        advice="A linear model misses part of it: try a logarithm of one of them, or a model of trees.",
        actions=(draw_it(table.dataset_id), test_it(table.dataset_id)),
    )


SPEC = Detector(
    key="monotone_association",
    label="Bent relations",
    family="pattern",
    looks_for="Two quantities that rise or fall together in a bent curve, which a plain correlation underrates.",
    surprise=0.74,
    look=look,
    group="association",
)
