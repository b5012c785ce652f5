"""Single values far from all others."""

from collections.abc import Iterator
from functools import partial

import numpy as np

from core.insights.detector import Detector, Draft, Hypothesis
from core.insights.measures import FarOut, far_out
from core.insights.pictures import marked_points
from core.insights.spec import TestEvidence
from core.insights.table import InsightColumn, InsightTable
from core.insights.words import Telling, mend, name, see_column

FEWEST_ROWS = 50
LEAST = 4.0
"""Robust deviations."""
APART = 1.3
"""Distance of the nearest one that stands out, by that of the farthest one that does not."""


def look(table: InsightTable) -> Iterator[Hypothesis]:
    """One hypothesis for each quantity; values that are marks for "unknown" are left to their own detector."""
    for column in table.quantities:
        if column.codes is not None or column.known.size < FEWEST_ROWS:
            continue
        known = column.known
        found = far_out(known)
        if found is None:
            continue
        middle = float(np.median(known))
        scale = 1.4826 * float(np.median(np.abs(known - middle))) or float(known.std()) or 1.0
        size = abs(found.nearest - middle) / scale
        yield Hypothesis(
            subject=(column.name,),
            p_value=found.p_value,
            strength=min(1.0, 0.4 + size / 60),
            is_large=size >= LEAST and found.ratio >= APART,
            tell=partial(_tell, table, column, found, size),
        )


def _tell(table: InsightTable, column: InsightColumn, found: FarOut, size: float) -> Draft:
    assert column.values is not None
    told = Telling()
    with np.errstate(invalid="ignore"):
        is_it = column.values >= found.nearest if found.is_high else column.values <= found.nearest
    far = column.values[is_it]
    n = int(is_it.sum())
    border = told.number("border", found.border)
    farthest = told.number("farthest", float(far.max() if found.is_high else far.min()))
    side, other = ("above", "highest") if found.is_high else ("below", "lowest")
    if n == 1:
        statement = (
            f"One value of {name(column.name)}, {farthest}, lies far {side} all others: the next one is {border}."
        )
    elif found.nearest == (far.max() if found.is_high else far.min()):
        statement = (
            f"{told.count('values', n, 'value')} of {name(column.name)} are {farthest}, far {side} all others: the "
            f"next one is {border}."
        )
    else:
        nearest = told.number("nearest", found.nearest)
        statement = (
            f"{told.count('values', n, 'value')} of {name(column.name)} lie far {side} all others, from {nearest} to "
            f"{farthest}; the {other} of the rest is {border}."
        )
    known = np.flatnonzero(column.finite)
    picture, rows = marked_points(
        "What stands out", "Row", column.name, [int(row) + 1 for row in known], column.values[known], is_it[known]
    )
    # Clipping uses the border as a limit on the far side only.
    limits = {"low": None, "high": found.border} if found.is_high else {"low": found.border, "high": None}
    clip = {"columns": [column.name], "by": "values", **limits, "beyond": "missing"}
    return Draft(
        title=f"{name(column.name)} has values far {side} all others",
        statement=statement,
        numbers=told.numbers,
        tests=(
            TestEvidence(
                name="Gap behind the farthest values, in a tail of any weight",
                p_value=found.p_value,
                effect_name="Distance of the nearest one, in robust deviations",
                effect=size,
                n=int(column.known.size),
            ),
        ),
        picture=picture,
        table=rows,
        advice="Look at these rows first: errors of typing or of a unit, or the most interesting cases.",
        actions=(
            see_column(table.dataset_id, column.name),
            mend(table.dataset_id, "Make them missing", ("clip", clip)),
        ),
    )


SPEC = Detector(
    key="outliers",
    label="Values far from all others",
    family="anomaly",
    looks_for="A few values of a quantity that stand apart from all others by more than its tail explains.",
    surprise=0.78,
    look=look,
    group="outlying",
)
