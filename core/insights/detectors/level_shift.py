"""Days on which a quantity takes another level for good."""

from collections.abc import Iterator
from functools import partial

import numpy as np

from core.insights.detector import Detector, Draft, Hypothesis
from core.insights.detectors.trend import best_step, line, short_what, what
from core.insights.measures import WANDERING, Z95, benefit, lag_correlation
from core.insights.pictures import lines
from core.insights.series import Series, thinned
from core.insights.spec import TestEvidence
from core.insights.table import InsightTable
from core.insights.words import Telling, draw_it, name

LEAST = 0.4
"""Jump, in deviations of single rows."""
LEAST_OF_STEPS = 0.6
"""Jump, in deviations of the means of steps around their level."""


def look(table: InsightTable) -> Iterator[Hypothesis]:
    """One hypothesis for each quantity over each time."""
    for series in table.series:
        values = series.values[series.known]
        place, _ = best_step(values)
        if not place:
            continue
        p, jump, error = _tested(values, place)
        is_large = abs(jump) >= LEAST * series.deviation and _is_step(series, place)
        yield Hypothesis(
            subject=series.subject,
            p_value=p,
            strength=benefit(jump / series.deviation / 2),
            is_large=is_large,
            tell=partial(_tell, table, series, place, p, jump, error),
        )


def _tested(values: np.ndarray, place: int) -> tuple[float, float, float]:
    """The p-value of the largest cumulated deviation, the jump and its standard error.

    The largest of all places is compared with the largest of a Brownian bridge, so the choice of the place is paid for;
    neighbours that are alike are allowed for by the variance of their sums.

    Source:
        Ploberger and Krämer 1992, doi:10.2307/2951597.
    """
    from scipy import stats

    n = len(values)
    before, after = values[:place], values[place:]
    left = np.concatenate([before - before.mean(), after - after.mean()])
    memory = max(0.0, min(0.99, lag_correlation(left)))
    deviation = float(left.std()) * np.sqrt((1 + memory) / (1 - memory))
    jump = float(after.mean() - before.mean())
    if deviation <= 1e-12 * max(1.0, abs(jump)):
        return (0.0 if jump else 1.0), jump, 0.0
    largest = float(np.abs(np.cumsum(values - values.mean())).max()) / (deviation * np.sqrt(n))
    error = deviation * float(np.sqrt(1 / len(before) + 1 / len(after)))
    p = float(stats.kstwobign.sf(largest))
    if memory > WANDERING:
        # A walk is on another level all the time: then the step itself must stand out among all steps.
        steps = np.diff(values)
        step = abs(float(steps[place - 1])) / max(1.4826 * float(np.median(np.abs(steps))), 1e-300)
        p = max(p, min(1.0, 2 * n * float(stats.norm.sf(step))))
    return p, jump, error


def _is_step(series: Series, place: int) -> bool:
    """Whether one sudden step fits better than a line and than a smooth curve."""
    values = series.values[series.known]
    n = len(values)
    left = best_step(values)[1]
    _, _, _, residual = line(series)
    at = np.linspace(-1, 1, n)
    smooth = values - np.polyval(np.polyfit(at, values, 5), at)
    # Each parameter of a curve costs what Akaike's criterion says.
    if left >= min(0.98 * float(residual @ residual), float(smooth @ smooth) * np.exp(2 * 3 / n)):
        return False
    before, after = values[:place], values[place:]
    inner = float(np.sqrt(left / max(1, n - 2)))
    jump = abs(float(after.mean() - before.mean()))
    near = max(3, min(len(before), len(after)) // 6)
    # Close to it, the levels are those of the whole parts, as far as so few values can say.
    sudden = abs(float(after[:near].mean() - before[-near:].mean()))
    return jump >= LEAST_OF_STEPS * inner and sudden > 0.75 * jump - 1.5 * inner * np.sqrt(2 / near)


def _tell(table: InsightTable, series: Series, place: int, p: float, jump: float, error: float) -> Draft:
    told = Telling()
    values = series.values[series.known]
    at = float(series.clock.starts[series.known[place]])
    when = told.moment("since", at, with_time=series.clock.seconds < 86_400)
    before, after = values[:place].mean(), values[place:].mean()
    old, new = told.number("before", float(before)), told.number("after", float(after))
    statement = (
        f"{what(series)} changes its level around {when}: about {old} before, about {new} since then (by "
        f"{name(series.clock.column.name)})."
    )
    levels = np.where(np.arange(len(series.values)) < series.known[place], before, after)
    axis, shown = thinned(series.clock.texts, series.values)
    _, level = thinned(series.clock.texts, levels)
    label = short_what(series)
    picture, rows = lines("Before and after", series.clock.column.name, label, axis, {label: shown, "Level": level})
    return Draft(
        title=f"{name(label) if series.quantity else label} jumps {'up' if jump > 0 else 'down'} at one time",
        statement=statement,
        numbers=told.numbers,
        tests=(
            TestEvidence(
                name="Largest cumulated deviation against a Brownian bridge",
                p_value=p,
                effect_name="Jump",
                effect=jump,
                interval=(jump - Z95 * error, jump + Z95 * error),
                n=len(values),
            ),
        ),
        picture=picture,
        table=rows,
        advice="Ask what changed then: a new instrument, a new rule, another unit. Older rows may mislead a model.",
        actions=(draw_it(table.dataset_id),),
    )


SPEC = Detector(
    key="level_shift",
    label="Sudden changes of level",
    family="anomaly",
    looks_for="A moment from which on a quantity, or the number of rows, has another level.",
    surprise=0.86,
    look=look,
    group="over_time",
)
