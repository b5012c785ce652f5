"""Groups with different levels of a quantity."""

from collections.abc import Iterator
from functools import partial

import numpy as np

from core.insights.detector import Detector, Draft, Hypothesis
from core.insights.measures import Tested, benefit, deflated_f_p, mean_difference, one_way
from core.insights.pictures import bars
from core.insights.spec import TestEvidence
from core.insights.table import FloatArray, InsightColumn, InsightTable
from core.insights.words import Telling, draw_it, name, test_it

LEAST = 0.02
"""Share of the variance of the ranks between the groups."""
SUSPICIOUS = 1e-3


def look(table: InsightTable) -> Iterator[Hypothesis]:
    """One hypothesis for each column of groups and each quantity."""
    for group in table.groups:
        for quantity in table.quantities:
            if group.name == quantity.name:
                continue
            assert group.codes is not None
            rows = (group.codes >= 0) & quantity.finite
            tested = one_way(group.codes[rows], quantity.scores[rows], len(group.labels))
            p = honest_p(table, group, quantity.scores, tested)
            yield Hypothesis(
                subject=(group.name, quantity.name),
                p_value=p,
                strength=benefit(np.sqrt(tested.effect)),
                is_large=tested.effect >= LEAST,
                tell=partial(_tell, table, group, quantity, tested, p),
            )


def honest_p(table: InsightTable, group: InsightColumn, values: FloatArray, tested: Tested) -> float:
    """The p-value of a one-way comparison; larger where neighbouring rows repeat each other."""
    if tested.p_value > SUSPICIOUS:
        return tested.p_value
    assert group.codes is not None
    rows = (group.codes >= 0) & np.isfinite(values)
    fitted = np.where(rows, tested.extra[group.codes], np.nan)
    factor = table.deflation(fitted, np.where(rows, values - fitted, np.nan))
    if factor == 1.0:
        return tested.p_value
    return deflated_f_p(tested.statistic, max(1, len(group.labels) - 1), tested.n, factor)


def _tell(table: InsightTable, group: InsightColumn, quantity: InsightColumn, tested: Tested, p: float) -> Draft:
    assert group.codes is not None
    assert quantity.values is not None
    parts = [quantity.values[(group.codes == place) & quantity.finite] for place in range(len(group.labels))]
    places = [place for place, part in enumerate(parts) if len(part) >= 5]
    is_skewed = abs(float(np.mean(quantity.known) - np.median(quantity.known))) > 0.25 * float(np.std(quantity.known))
    middle = np.median if is_skewed else np.mean
    level = {place: float(middle(parts[place])) for place in places}
    if len(set(level.values())) < 2:
        level, is_skewed = {place: float(np.mean(parts[place])) for place in places}, False
    high, low = max(level, key=level.__getitem__), min(level, key=level.__getitem__)
    word = "median" if is_skewed else "mean"
    told = Telling()
    top, bottom = told.number("highest", level[high]), told.number("lowest", level[low])
    statement = (
        f"The {word} of {name(quantity.name)} is {top} where {name(group.name)} is {name(group.labels[high])} and "
        f"{bottom} where it is {name(group.labels[low])}."
    )
    difference = mean_difference(parts[high], parts[low])
    labels = [group.labels[place] for place in places]
    picture, rows = bars(
        f"{word.capitalize()} by group", group.name, f"{word.capitalize()} of {quantity.name}", labels,
        [level[place] for place in places], marked=(places.index(high), places.index(low)),
    )  # fmt: skip
    return Draft(
        title=f"{name(quantity.name)} differs by {name(group.name)}",
        statement=statement,
        numbers=told.numbers,
        tests=(
            TestEvidence(
                name="One-way analysis of variance of normal scores",
                statistic=tested.statistic,
                p_value=p,
                effect_name="Share of the variance of ranks",
                effect=tested.effect,
                n=tested.n,
            ),
            TestEvidence(
                name="Difference of the means, highest and lowest group",
                effect_name="Difference of means",
                effect=difference.effect,
                interval=difference.extra,
                n=difference.n,
            ),
        ),
        picture=picture,
        table=rows,
        advice="Ask what else differs between these groups before you explain it by them.",
        actions=(draw_it(table.dataset_id), test_it(table.dataset_id)),
    )


SPEC = Detector(
    key="group_means",
    label="Groups with different levels",
    family="pattern",
    looks_for="A quantity that is higher in some groups than in others.",
    surprise=0.64,
    look=look,
    group="association",
)
