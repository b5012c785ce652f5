"""Moments at which a quantity leaves its course for a short time."""

from collections.abc import Iterator
from functools import partial

import numpy as np

from core.insights.detector import Detector, Draft, Hypothesis
from core.insights.detectors.trend import short_what, what
from core.insights.measures import FarOut, far_out
from core.insights.pictures import marked_points
from core.insights.series import FloatArray, Series, moving_median
from core.insights.spec import TestEvidence
from core.insights.table import InsightTable
from core.insights.words import Telling, draw_it, name

WIDTH = 25
LEAST = 5.0
"""Robust deviations of what is left after the moving median."""
APART = 1.25
"""Distance of the nearest one that stands out, by that of the farthest one that does not."""


def look(table: InsightTable) -> Iterator[Hypothesis]:
    """One hypothesis for each quantity over each time."""
    for series in table.series:
        raw = unclipped(series)
        known = np.flatnonzero(np.isfinite(raw))
        if len(known) < 2 * WIDTH:
            continue
        left = raw[known] - moving_median(raw[known], WIDTH)
        if series.quantity is not None:
            # A mean of few rows strays farther: each step in its own unit of error.
            left = left * np.sqrt(_rows(series)[known])
        found = far_out(left)
        if found is None:
            continue
        scale = 1.4826 * float(np.median(np.abs(left - np.median(left)))) or float(left.std())
        size = abs(found.nearest - float(np.median(left))) / max(scale, 1e-300)
        yield Hypothesis(
            subject=series.subject,
            p_value=found.p_value,
            strength=min(1.0, 0.4 + size / 50),
            is_large=size >= LEAST and found.ratio >= APART,
            tell=partial(_tell, table, series, raw, known, left, found),
            topic=frozenset({series.quantity.name}) if series.quantity else None,
        )


def unclipped(series: Series) -> FloatArray:
    """The series with its extreme values."""
    if series.quantity is None:
        return series.values
    clock, values = series.clock, series.quantity.values
    assert values is not None
    rows = (clock.codes >= 0) & series.quantity.finite
    sums = np.bincount(clock.codes[rows], weights=values[rows], minlength=clock.n_steps)
    counts = np.bincount(clock.codes[rows], minlength=clock.n_steps)
    return np.asarray(np.divide(sums, counts, out=np.full(clock.n_steps, np.nan), where=counts > 0))


def _rows(series: Series) -> FloatArray:
    assert series.quantity is not None
    rows = (series.clock.codes >= 0) & series.quantity.finite
    return np.asarray(np.bincount(series.clock.codes[rows], minlength=series.clock.n_steps), dtype=np.float64)


def _tell(
    table: InsightTable, series: Series, raw: FloatArray, known: np.ndarray, left: FloatArray, found: FarOut
) -> Draft:
    told = Telling()
    is_it = left >= found.nearest if found.is_high else left <= found.nearest
    places = known[is_it]
    worst = int(places[np.argmax(np.abs(left[is_it]))])
    usual = float(moving_median(raw[known], WIDTH)[np.flatnonzero(known == worst)[0]])
    when = told.moment("at", float(series.clock.starts[worst]), with_time=series.clock.seconds < 86_400)
    value, around = told.number("value", float(raw[worst])), told.number("usual", usual)
    statement = f"{what(series)} is {value} on {when}, where about {around} is usual at that time."
    if len(places) > 1:
        statement += f" It happens in {told.count('steps', len(places), series.clock.step)}."
    marked = np.zeros(len(raw), dtype=bool)
    marked[places] = True
    label = short_what(series)
    picture, rows = marked_points(
        "What stands out", series.clock.column.name, label, [series.clock.texts[place] for place in known],
        raw[known], marked[known],
    )  # fmt: skip
    return Draft(
        title=f"{name(label) if series.quantity else label} {'spikes' if found.is_high else 'drops'} for a moment",
        statement=statement,
        numbers=told.numbers,
        tests=(
            TestEvidence(
                name="Gap of the farthest distances from the moving median",
                p_value=found.p_value,
                effect_name="Distance from the usual value",
                effect=float(raw[worst] - usual),
                n=len(known),
            ),
        ),
        picture=picture,
        table=rows,
        advice="Look at the rows of that time: an event, or an error of measurement.",
        actions=(draw_it(table.dataset_id),),
    )


SPEC = Detector(
    key="time_spike",
    label="Anomalies in time",
    family="anomaly",
    looks_for="Single moments at which a quantity, or the number of rows, is far from what is usual around them.",
    surprise=0.84,
    look=look,
    group="outlying",
)
