"""Rows whose values are usual one by one, but not together."""

from collections.abc import Iterator
from functools import partial

import numpy as np

from core.insights.detector import Detector, Draft, Hypothesis
from core.insights.measures import FarOut, far_out
from core.insights.pairs import Pair
from core.insights.pictures import marked_points
from core.insights.spec import TestEvidence
from core.insights.table import FloatArray, InsightTable
from core.insights.words import Telling, draw_it, name

LEAST_R = 0.55
MOST_PAIRS = 60
LEAST = 4.5
FEWEST_ROWS = 60
CENTRAL = 3.2
"""Normal scores beyond which a row is told by a single column already."""
APART = 1.2
"""Distance of the nearest one that stands out, by that of the farthest one that does not."""


def look(table: InsightTable) -> Iterator[Hypothesis]:
    """One hypothesis for each two quantities that go together closely."""
    pairs = [pair for pair in table.pairs.pairs() if LEAST_R <= abs(pair.r) < 0.99999 and pair.n >= FEWEST_ROWS]
    told: set[int] = set()
    for pair in sorted(pairs, key=lambda pair: -abs(pair.r))[:MOST_PAIRS]:
        away = _away(pair)
        known = np.flatnonzero(np.isfinite(away))
        found = far_out(away[known])
        if found is None:
            continue
        scale = 1.4826 * float(np.median(np.abs(away[known]))) or float(away[known].std()) or 1.0
        size = abs(found.nearest) / scale
        is_it = _marked(away, found)
        rows = set(np.flatnonzero(is_it).tolist())
        is_new = len(rows - told) > 0.5 * len(rows)
        is_large = size >= LEAST and found.ratio >= APART and is_new and _is_joint(pair, is_it)
        if is_large and found.p_value < 1e-4:
            told |= rows
        yield Hypothesis(
            subject=(pair.x.name, pair.y.name),
            p_value=found.p_value,
            strength=min(1.0, 0.45 + size / 40),
            is_large=is_large,
            tell=partial(_tell, table, pair, away, found, size),
        )


def _away(pair: Pair) -> FloatArray:
    """How far each row is from the common course of both columns, on the scale of ranks."""
    sign = 1.0 if pair.r > 0 else -1.0
    return pair.y.scores - sign * pair.x.scores


def _marked(away: FloatArray, found: FarOut) -> np.ndarray:
    with np.errstate(invalid="ignore"):
        return away >= found.nearest if found.is_high else away <= found.nearest


def _is_joint(pair: Pair, is_it: np.ndarray) -> bool:
    """Whether most of the rows are within the usual range of both columns."""
    most = np.maximum(np.abs(pair.x.scores[is_it]), np.abs(pair.y.scores[is_it]))
    return float(np.mean(most < CENTRAL)) > 0.5


def _tell(table: InsightTable, pair: Pair, away: FloatArray, found: FarOut, size: float) -> Draft:
    told = Telling()
    is_it = _marked(away, found)
    worst = int(np.nanargmax(np.abs(np.where(is_it, away, 0.0))))
    x, y = pair.x, pair.y
    assert x.values is not None
    assert y.values is not None
    n = told.count("rows", int(is_it.sum()), "row")
    r = told.number("correlation", pair.r)
    a, b = told.number("example_first", float(x.values[worst])), told.number("example_second", float(y.values[worst]))
    breaks = "breaks" if is_it.sum() == 1 else "break"
    statement = (
        f"{name(x.name)} and {name(y.name)} go together closely (rank correlation {r}), but {n} {breaks} with that: "
        f"for example {a} with {b}. Each value by itself is usual."
    )
    both = np.flatnonzero(np.isfinite(away))
    picture, rows = marked_points(
        "Rows that break the rule",
        x.name,
        y.name,
        [float(f"{v:.6g}") for v in x.values[both]],
        y.values[both],
        is_it[both],
    )
    return Draft(
        title=f"Some rows do not fit {name(x.name)} and {name(y.name)}",
        statement=statement,
        numbers=told.numbers,
        tests=(
            TestEvidence(
                name="Gap behind the rows farthest from the common course",
                p_value=found.p_value,
                effect_name="Distance of the nearest one, in robust deviations",
                effect=size,
                n=pair.n,
            ),
        ),
        picture=picture,
        table=rows,
        advice="Look at these rows: swapped columns, mixed units, or cases of another kind.",
        actions=(draw_it(table.dataset_id),),
    )


SPEC = Detector(
    key="unusual_rows",
    label="Unusual combinations",
    family="anomaly",
    looks_for="Rows whose values are usual one by one, but break a close relation between two columns.",
    surprise=0.9,
    look=look,
    most=3,
)
