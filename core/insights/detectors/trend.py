"""Quantities that rise or fall over time."""

from collections.abc import Iterator
from functools import partial

import numpy as np

from core.insights.detector import Detector, Draft, Hypothesis
from core.insights.measures import WANDERING, benefit, correlation_interval, deflated_r_p, lag_correlation
from core.insights.pictures import lines
from core.insights.series import FloatArray, Series, thinned
from core.insights.spec import TestEvidence
from core.insights.table import InsightTable
from core.insights.words import Telling, draw_it, name

LEAST = 0.35
"""Change from begin to end, in deviations of single rows."""
LEAST_R = 0.15
YEAR = 31_556_952.0


def look(table: InsightTable) -> Iterator[Hypothesis]:
    """One hypothesis for each quantity over each time."""
    for series in table.series:
        r, slope, p, residual = line(series)
        change = slope * len(series.values) / series.deviation
        is_large = abs(change) >= LEAST and abs(r) >= LEAST_R and not steps_better(series, residual)
        yield Hypothesis(
            subject=series.subject,
            p_value=p,
            strength=benefit(change / 3),
            is_large=is_large,
            tell=partial(_tell, table, series, r, slope, p),
        )


def line(series: Series) -> tuple[float, float, float, FloatArray]:
    """Correlation with time, slope a step, its p-value for neighbours that are alike, and what the line leaves."""
    at, values = series.known.astype(np.float64), series.values[series.known]
    x, y = at - at.mean(), values - values.mean()
    slope = float(x @ y) / float(x @ x)
    residual = y - slope * x
    scale = np.sqrt(float(x @ x) * float(y @ y))
    if scale <= 0:
        return 0.0, 0.0, 1.0, residual
    r = float(x @ y) / scale
    memory = max(0.0, min(0.999, lag_correlation(residual)))
    p = deflated_r_p(r, len(at), (1 + memory) / (1 - memory))
    if memory > WANDERING:
        p = max(p, drift_p(values))
    return r, slope, p, residual


def drift_p(values: FloatArray) -> float:
    """The p-value of a walk's mean step."""
    from scipy import stats

    steps = np.diff(values)
    error = float(steps.std(ddof=1)) / np.sqrt(len(steps))
    return float(2 * stats.t.sf(abs(float(steps.mean())) / error, len(steps) - 1)) if error > 0 else 1.0


def steps_better(series: Series, residual: FloatArray) -> bool:
    """Whether one step fits the series better than a line."""
    return best_step(series.values[series.known])[1] < 0.98 * float(residual @ residual)


def best_step(values: FloatArray) -> tuple[int, float]:
    """Where the mean changes most, as the first place after it, and the squares that two means leave."""
    n = len(values)
    if n < 10:
        return 0, float("inf")
    sums = np.cumsum(values)
    at = np.arange(1, n)
    left, right = sums[:-1] / at, (sums[-1] - sums[:-1]) / (n - at)
    between = at * (n - at) / n * (left - right) ** 2
    edge = max(3, n // 20)
    between[: edge - 1] = between[n - edge :] = 0
    place = int(np.argmax(between))
    return place + 1, max(0.0, float(((values - values.mean()) ** 2).sum()) - float(between[place]))


def what(series: Series) -> str:
    """The series in a sentence."""
    if series.quantity is None:
        return f"The number of rows a {series.clock.step}"
    return f"The mean of {name(series.quantity.name)}"


def short_what(series: Series) -> str:
    """The series in a title or on an axis."""
    return f"Rows a {series.clock.step}" if series.quantity is None else series.quantity.name


def _tell(table: InsightTable, series: Series, r: float, slope: float, p: float) -> Draft:
    told = Telling()
    told.numbers["part"] = 0.1
    values = series.values[series.known]
    tenth = max(3, len(values) // 10)
    first, last = float(values[:tenth].mean()), float(values[-tenth:].mean())
    begin, end = told.number("at_first", first), told.number("at_last", last)
    way = "rises" if slope > 0 else "falls"
    when = name(series.clock.column.name)
    statement = (
        f"{what(series)} {way} over {when}: from about {begin} in the first tenth of the time to about {end} in the "
        "last."
    )
    at, shown = thinned(series.clock.texts, series.values)
    trend = np.polyval(np.polyfit(series.known, values, 1), np.linspace(0, len(series.values) - 1, len(at)))
    label = short_what(series)
    drawn = {label: shown, "Trend": np.asarray(trend, dtype=np.float64)}
    picture, rows = lines("Over time", series.clock.column.name, label, at, drawn)
    return Draft(
        title=f"{name(label) if series.quantity else label} {way} over time",
        statement=statement,
        numbers=told.numbers,
        tests=(
            TestEvidence(
                name="Slope over time, for neighbours that are alike",
                statistic=r,
                p_value=p,
                effect_name="Correlation with time",
                effect=r,
                interval=correlation_interval(r, len(values)),
                n=len(values),
            ),
        ),
        picture=picture,
        table=rows,
        advice="Split by time when you train on it: rows of the future are not like rows of the past.",
        actions=(draw_it(table.dataset_id),),
    )


SPEC = Detector(
    key="trend",
    label="Trends over time",
    family="pattern",
    looks_for="A quantity, or the number of rows, that rises or falls over time.",
    surprise=0.72,
    look=look,
    group="over_time",
)
