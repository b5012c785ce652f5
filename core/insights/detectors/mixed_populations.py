"""Quantities with two humps: two kinds of rows in one column."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from core.insights.detector import Detector, Draft, Hypothesis
from core.insights.measures import thinned_by_memory
from core.insights.pictures import histogram
from core.insights.spec import TestEvidence
from core.insights.table import FloatArray, InsightColumn, InsightTable
from core.insights.words import Telling, name, see_column

FEWEST_ROWS, FEWEST_VALUES = 120, 40
MOST_DEPTH = 0.5
"""Rows in the valley by those in the lower hump, in equal widths."""
LEAST_SHARE = 0.08
"""Of the rows that are on the smaller side of the valley."""
GRID = 256


@dataclass(frozen=True)
class Valley:
    """Where two humps meet, as chosen in one half of the rows."""

    left: float
    valley: float
    right: float
    width: float


def look(table: InsightTable) -> Iterator[Hypothesis]:
    """One hypothesis for each quantity: its valley is chosen in one half of the rows and tested in the other."""
    for column in table.quantities:
        if column.codes is not None or column.known.size < FEWEST_ROWS or column.n_distinct < FEWEST_VALUES:
            continue
        assert column.values is not None
        half = table.is_first_half
        first, second = column.values[half & column.finite], column.values[~half & column.finite]
        valley = _valley(first)
        if valley is None or second.size < FEWEST_ROWS // 2:
            yield Hypothesis(subject=(column.name,), p_value=1.0)
            continue
        p, depth = _tested(second, valley, thinned_by_memory(column.known))
        share = float((column.known > valley.valley).mean())
        yield Hypothesis(
            subject=(column.name,),
            p_value=p,
            strength=float(np.clip(1 - depth, 0, 1)),
            is_large=depth <= MOST_DEPTH and min(share, 1 - share) >= LEAST_SHARE,
            tell=partial(_tell, table, column, valley, p, depth, share),
        )


def _valley(values: FloatArray) -> Valley | None:
    """The deepest valley between two humps of a smoothed density."""
    low, high = np.quantile(values, [0.002, 0.998])
    quarter = np.subtract(*np.quantile(values, [0.75, 0.25]))
    scale = min(float(values.std()), float(quarter) / 1.34) or float(values.std())
    if scale <= 0 or high <= low:
        return None
    width = 0.75 * scale * len(values) ** -0.2
    counts, edges = np.histogram(values, bins=GRID, range=(low - width, high + width))
    step = float(edges[1] - edges[0])
    at = np.arange(-GRID, GRID + 1) * step
    kernel = np.exp(-0.5 * (at / width) ** 2)
    density = np.convolve(counts, kernel, "same") if len(kernel) <= GRID else np.convolve(counts, kernel)[GRID:-GRID]
    middle = (edges[1:] + edges[:-1]) / 2
    best: tuple[float, Valley] | None = None
    for place in range(2, GRID - 2):
        left, right = int(np.argmax(density[:place])), place + int(np.argmax(density[place:]))
        lower = min(density[left], density[right])
        depth = density[place] / lower if lower > 0 else 1.0
        if left < place < right and (best is None or depth < best[0]) and lower > 0.05 * density.max():
            space = min(middle[right] - middle[left], 4 * width) / 4
            best = (depth, Valley(float(middle[left]), float(middle[place]), float(middle[right]), float(space)))
    return best[1] if best is not None and best[0] < 0.85 else None


def _tested(values: FloatArray, valley: Valley, counting: float) -> tuple[float, float]:
    """The p-value of fewer rows in the valley than around both humps, and how deep it is.

    Of a density with one hump, the middle one of three places is never lower than both others, so one of the two
    binomial tests holds: the larger p-value counts. Of rows like their neighbours, only a share counts.
    """
    from scipy import stats

    left, inside, right = (
        int((np.abs(values - at) <= valley.width).sum()) for at in (valley.left, valley.valley, valley.right)
    )
    if min(left, right) < 5:
        return 1.0, 1.0
    p = max(
        float(stats.binom.cdf(round(inside * counting), round((inside + hump) * counting), 0.5))
        for hump in (left, right)
    )
    return p, inside / min(left, right)


def _tell(table: InsightTable, column: InsightColumn, valley: Valley, p: float, depth: float, share: float) -> Draft:
    told = Telling()
    told.numbers["humps"] = 2.0
    low, high = told.number("lower", valley.left), told.number("upper", valley.right)
    above = told.percent("percent_above", share)
    border = told.number("border", valley.valley)
    statement = (
        f"{name(column.name)} has two humps, around {low} and around {high}, with few values near {border} between "
        f"them; {above} of the rows lie above. It looks like two kinds of rows."
    )
    picture, rows = histogram("Two humps", column.name, column.known)
    return Draft(
        title=f"{name(column.name)} mixes two kinds of rows",
        statement=statement,
        numbers=told.numbers,
        tests=(
            TestEvidence(
                name="Chosen in one half of the rows, tested in the other: rows in the valley against the humps",
                p_value=p,
                effect_name="Rows in the valley by those in the lower hump",
                effect=depth,
                n=int(column.known.size // 2),
            ),
        ),
        picture=picture,
        table=rows,
        advice="Find out what the two kinds are, and treat them apart: a mean of both describes neither.",
        actions=(see_column(table.dataset_id, column.name),),
    )


SPEC = Detector(
    key="mixed_populations",
    label="Two populations in one column",
    family="pattern",
    looks_for="Quantities whose values gather around two places with a valley between them.",
    surprise=0.8,
    look=look,
    most=2,
)
