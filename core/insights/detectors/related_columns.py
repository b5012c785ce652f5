"""Columns that move together so closely that they are one thing."""

from collections.abc import Iterator
from functools import partial

import numpy as np

from core.insights.detector import Detector, Draft, Hypothesis
from core.insights.pairs import Pair
from core.insights.pictures import heat
from core.insights.spec import TestEvidence
from core.insights.table import FloatArray, InsightTable
from core.insights.words import Telling, draw_it, names

CLOSE, VERY_CLOSE = 0.9, 0.97
"""Rank correlations that tie three or more columns, or two."""


def look(table: InsightTable) -> Iterator[Hypothesis]:
    """One hypothesis for each bundle of columns; the weakest tie in it counts."""
    from core.insights.detectors.linear_association import honest_p

    close = [
        pair for pair in table.pairs.pairs() if abs(pair.r) >= CLOSE and table.target not in (pair.x.name, pair.y.name)
    ]
    for bundle in _bundles(close):
        inside = [pair for pair in close if pair.x.name in bundle and pair.y.name in bundle]
        if len(bundle) == 2 and abs(inside[0].r) < VERY_CLOSE:
            continue
        p = max(honest_p(table, pair) for pair in inside)
        yield Hypothesis(
            subject=bundle,
            p_value=p,
            strength=min(1.0, 0.4 + 0.1 * len(bundle)),
            is_large=True,
            tell=partial(_tell, table, bundle, inside, p),
        )


def _bundles(close: list[Pair]) -> list[tuple[str, ...]]:
    """Columns of which each is close to every other of its bundle, the largest bundles first."""
    ties: dict[str, set[str]] = {}
    for pair in close:
        ties.setdefault(pair.x.name, set()).add(pair.y.name)
        ties.setdefault(pair.y.name, set()).add(pair.x.name)
    found, left = [], set(ties)
    while left:
        first = max(sorted(left), key=lambda name: len(ties[name] & left))
        bundle = [first]
        for name in sorted(ties[first] & left, key=lambda name: -len(ties[name] & left)):
            if all(name in ties[other] for other in bundle):
                bundle.append(name)
        left -= set(bundle)
        if len(bundle) > 1:
            found.append(tuple(sorted(bundle)))
    return found


def _tell(table: InsightTable, bundle: tuple[str, ...], inside: list[Pair], p: float) -> Draft:
    told = Telling()
    weakest = min(abs(pair.r) for pair in inside)
    n, least = told.count("columns", len(bundle), "column"), told.number("weakest_correlation", weakest)
    statement = (
        f"{n} move together: {names(bundle, 6)}. Any pair of them has a rank correlation of at least {least}, up to "
        "the sign, so they say nearly the same."
    )
    shown = bundle[:10]
    matrix: FloatArray = np.eye(len(shown))
    for pair in inside:
        if pair.x.name in shown and pair.y.name in shown:
            i, j = shown.index(pair.x.name), shown.index(pair.y.name)
            matrix[i, j] = matrix[j, i] = abs(pair.r)
    picture, rows = heat("Rank correlations", "Column", "With", shown, shown, matrix)
    return Draft(
        title=f"{names(bundle, 2)} move together",
        statement=statement,
        numbers=told.numbers,
        tests=(
            TestEvidence(
                name="Rank correlation of normal scores, the weakest one",
                statistic=weakest,
                p_value=p,
                effect_name="Rank correlation",
                effect=weakest,
                n=min(pair.n for pair in inside),
            ),
        ),
        picture=picture,
        table=rows,
        advice="One of them is enough for a chart or a linear model; other cards name one for all of them.",
        actions=(draw_it(table.dataset_id),),
    )


SPEC = Detector(
    key="related_columns",
    label="Columns that move together",
    family="pattern",
    looks_for="Bundles of quantities that rise and fall together so closely that one of them is enough.",
    surprise=0.7,
    look=look,
)
