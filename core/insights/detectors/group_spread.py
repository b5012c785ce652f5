"""Groups in which a quantity varies more than in others."""

from collections.abc import Iterator
from functools import partial

import numpy as np

from core.insights.detector import Detector, Draft, Hypothesis
from core.insights.detectors.group_means import honest_p
from core.insights.measures import Tested, benefit, one_way
from core.insights.pairs import clipped, pulled_in
from core.insights.pictures import bars
from core.insights.spec import TestEvidence
from core.insights.table import FloatArray, InsightColumn, InsightTable
from core.insights.words import Telling, draw_it, name, test_it

LEAST, LEAST_RATIO, LEAST_AFTER_LOG = 0.02, 1.5, 1.4
FEWEST_ROWS = 20


def look(table: InsightTable) -> Iterator[Hypothesis]:
    """One hypothesis for each column of groups and each quantity."""
    from scipy.special import ndtri
    from scipy.stats import rankdata

    for quantity in table.quantities:
        if quantity.codes is not None:
            continue  # counts of few values vary with their level
        values = pulled_in(quantity)
        for group in table.groups:
            if group.name == quantity.name:
                continue
            assert group.codes is not None
            rows = (group.codes >= 0) & quantity.finite
            if rows.sum() < FEWEST_ROWS:
                continue
            middle = _medians(group, values, rows)
            away = np.full(len(values), np.nan)
            distances = np.abs(values[rows] - middle[group.codes[rows]])
            away[rows] = ndtri((rankdata(distances) - 0.5) / len(distances))
            tested = one_way(group.codes[rows], away[rows], len(group.labels))
            p = honest_p(table, group, away, tested)
            is_large = tested.effect >= LEAST and _is_real(group, quantity)
            yield Hypothesis(
                subject=(group.name, quantity.name),
                p_value=p,
                strength=benefit(np.sqrt(tested.effect)),
                is_large=is_large,
                tell=partial(_tell, table, group, quantity, tested, p),
            )


def _medians(group: InsightColumn, values: FloatArray, rows: np.ndarray) -> FloatArray:
    assert group.codes is not None
    found = np.zeros(len(group.labels))
    for place in range(len(group.labels)):
        part = values[rows & (group.codes == place)]
        found[place] = np.median(part) if part.size else 0.0
    return found


def _spreads(group: InsightColumn, values: FloatArray) -> dict[int, float]:
    """The standard deviation of each group with enough rows."""
    assert group.codes is not None
    found = {}
    for place in range(len(group.labels)):
        part = values[(group.codes == place) & np.isfinite(values)]
        if part.size >= FEWEST_ROWS:
            found[place] = float(part.std(ddof=1))
    return found


def _ratio(spreads: dict[int, float]) -> float:
    ordered = sorted(spreads.values())
    if len(ordered) < 2:
        return 0.0
    # Of many groups some differ by chance: then not the very ends are compared.
    edge = len(ordered) // 7
    low, high = ordered[edge], ordered[-1 - edge]
    return high / low if low > 0 else 0.0


def _is_real(group: InsightColumn, quantity: InsightColumn) -> bool:
    """Whether the spreads differ enough, and not only as levels do: then logarithms would make them equal."""
    values = clipped(quantity)
    if _ratio(_spreads(group, values)) < LEAST_RATIO:
        return False
    if np.nanmin(values) <= 0:
        return True
    return _ratio(_spreads(group, np.log(values))) >= LEAST_AFTER_LOG


def _tell(table: InsightTable, group: InsightColumn, quantity: InsightColumn, tested: Tested, p: float) -> Draft:
    spreads = _spreads(group, clipped(quantity))
    high, low = max(spreads, key=spreads.__getitem__), min(spreads, key=spreads.__getitem__)
    told = Telling()
    top, bottom = told.number("largest_deviation", spreads[high]), told.number("smallest_deviation", spreads[low])
    statement = (
        f"{name(quantity.name)} varies most where {name(group.name)} is {name(group.labels[high])} (standard deviation "
        f"{top}) and least where it is {name(group.labels[low])} ({bottom})."
    )
    picture, rows = bars(
        "Spread by group",
        group.name,
        f"Deviation of {quantity.name}",
        [group.labels[place] for place in spreads],
        list(spreads.values()),
    )
    return Draft(
        title=f"{name(quantity.name)} varies more in some {name(group.name)}",
        statement=statement,
        numbers=told.numbers,
        tests=(
            TestEvidence(
                name="Brown–Forsythe test on normal scores",
                statistic=tested.statistic,
                p_value=p,
                effect_name="Ratio of the spreads",
                effect=_ratio(spreads),
                n=tested.n,
            ),
        ),
        picture=picture,
        table=rows,
        advice="Use tests and intervals that do not assume equal spreads, as Welch's; predictions are less sure there.",
        actions=(draw_it(table.dataset_id), test_it(table.dataset_id)),
    )


SPEC = Detector(
    key="group_spread",
    label="Groups with different spreads",
    family="pattern",
    looks_for="A quantity that varies more in some groups than in others.",
    surprise=0.75,
    look=look,
    group="spread",
    is_slow=True,
)
