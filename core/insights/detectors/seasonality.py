"""What repeats: by the hour, the day of the week, the month, or with any period."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from core.insights.detector import Detector, Draft, Hypothesis
from core.insights.detectors.trend import short_what, what
from core.insights.measures import benefit, deflated_f_p, lag_correlation, one_way
from core.insights.pictures import lines
from core.insights.series import Series, moving_mean
from core.insights.spec import TestEvidence
from core.insights.table import InsightTable
from core.insights.words import Telling, draw_it, name

LEAST_OF_ROWS, LEAST_OF_STEPS = 0.15, 0.3
"""Deviation of the season's means, in deviations of single rows and of the means of steps."""
FEWEST_CYCLES = 4
NEIGHBOURS = 30
"""Frequencies on each side that a peak is compared with."""

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
          "December")  # fmt: skip
HOUR, DAY, WEEK, YEAR = 3_600.0, 86_400.0, 604_800.0, 31_556_952.0


@dataclass(frozen=True, eq=False)
class Season:
    """One way of repeating."""

    series: Series
    label: str
    """"day of the week"; empty for a period that no calendar has."""
    codes: npt.NDArray[np.int64]
    """The place of each step in its cycle."""
    names: tuple[str, ...]
    steps: int
    """Length of a cycle."""
    p_value: float
    statistic: float
    means: npt.NDArray[np.float64]
    size: float
    """Deviation of the means, in deviations of single rows."""
    is_large: bool


def look(table: InsightTable) -> Iterator[Hypothesis]:
    """Calendar seasons that the steps allow, and one free period, for each quantity over each time."""
    for series in table.series:
        for season in [*_by_calendar(series), *_free(series)]:
            yield Hypothesis(
                subject=series.subject,
                p_value=season.p_value,
                strength=benefit(season.size) + (0.02 if season.label else 0.0),
                is_large=season.is_large,
                tell=partial(_tell, table, season),
            )


def _by_calendar(series: Series) -> Iterator[Season]:
    step, seconds = series.clock.seconds, series.clock.seconds * series.clock.n_steps
    starts = series.clock.starts
    if step <= HOUR and seconds >= FEWEST_CYCLES * DAY:
        hours = (np.floor(starts / HOUR) % 24).astype(np.int64)
        yield _judged(series, "hour of the day", hours, tuple(f"{hour}" for hour in range(24)), round(DAY / step))
    if step <= DAY and seconds >= FEWEST_CYCLES * WEEK:
        days = ((np.floor(starts / DAY) + 3) % 7).astype(np.int64)
        yield _judged(series, "day of the week", days, DAYS, round(WEEK / step))
    if step <= 2_700_000 and seconds >= 2.5 * YEAR:
        months = (starts.astype(np.int64).astype("datetime64[s]").astype("datetime64[M]").astype(np.int64)) % 12
        yield _judged(series, "month", months.astype(np.int64), MONTHS, round(YEAR / step))


def _free(series: Series) -> Iterator[Season]:
    """The strongest period of the series, tested against the frequencies around it."""
    values = series.filled
    n = len(values)
    if n < 48 or len(series.known) < 0.8 * n or np.ptp(values) == 0:
        return
    at = np.arange(n)
    left = values - np.polyval(np.polyfit(at, values, 2), at)
    memory = lag_correlation(left)
    # A series that remembers its past has slow swings of any length: those are taken out before the peaks are compared.
    white = left[1:] - memory * left[:-1] if memory > 0.2 else left
    power = np.abs(np.fft.rfft(white * np.hanning(len(white)), n)) ** 2
    low, high = FEWEST_CYCLES, len(power) - 1
    if high - low < 20:
        return
    ratios = _above_neighbours(power)
    ratios[:low] = ratios[high:] = 0
    best = int(np.argmax(ratios))
    m = 2 * NEIGHBOURS - 6
    # The median of m exponentials is about as sure as the mean of m / 2 of them; windows blur two neighbours into one.
    p = min(1.0, (high - low) * float((1 + ratios[best] / (m / 2)) ** -(m / 2)))
    period = max(2, round(n / best))
    sharper = _sharper(left, n / best)
    period = max(2, round(sharper))
    if abs(sharper - period) > 0.2 * period or period > n / FEWEST_CYCLES:
        period = max(2, round(n / best))
    codes = (at % period).astype(np.int64)
    season = _judged(series, "", codes, tuple(str(place + 1) for place in range(period)), period)
    size = season.size
    yield Season(
        series, "", codes, season.names, period, p, float(ratios[best]), season.means, size, season.is_large
    )  # fmt: skip


def _above_neighbours(power: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Each frequency's power by the mean of those around it, found by way of their median: other peaks hide nothing."""
    wide = np.pad(power[1:], NEIGHBOURS, mode="reflect" if len(power) > NEIGHBOURS + 1 else "edge")
    around = np.lib.stride_tricks.sliding_window_view(wide, 2 * NEIGHBOURS + 1)
    near = np.abs(np.arange(2 * NEIGHBOURS + 1) - NEIGHBOURS) <= 3
    usual = np.median(around[:, ~near], axis=1) / np.log(2)
    return np.concatenate([[0.0], power[1:] / np.maximum(usual, 1e-300)])


def _sharper(left: npt.NDArray[np.float64], period: float) -> float:
    """The whole or half period near a Fourier one that explains most."""
    candidates = np.unique(np.round(np.linspace(0.93 * period, 1.07 * period, 15)).astype(int))
    candidates = candidates[candidates >= 2]
    if not candidates.size:
        return period
    at = np.arange(len(left))
    scores = [one_way(at % each, left, int(each)).effect for each in candidates]
    return float(candidates[int(np.argmax(scores))])


def _judged(series: Series, label: str, codes: npt.NDArray[np.int64], names: tuple[str, ...], steps: int) -> Season:
    """The season of a cycle: how much its places differ once slow changes are taken out."""
    known = series.known
    left = series.filled - moving_mean(series.filled, max(3, steps))
    tested = one_way(codes[known], left[known], len(names))
    present = np.bincount(codes[known], minlength=len(names)) > 0
    residual = left[known] - tested.extra[codes[known]]
    memory = max(0.0, lag_correlation(residual)) * max(0.0, lag_correlation(tested.extra[codes[known]]))
    factor = (1 + memory) / (1 - memory) if memory < 0.999 else 1e6
    df = max(1, int(present.sum()) - 1)
    p = deflated_f_p(tested.statistic, df, tested.n, factor)
    deviation = float(np.std(tested.extra[codes[known]]))
    size = deviation / series.deviation
    own = float(np.std(left[known])) or 1.0
    is_large = size >= LEAST_OF_ROWS and deviation >= LEAST_OF_STEPS * own and tested.effect > 0.08
    return Season(series, label, codes, names, steps, p, tested.statistic, tested.extra, size, is_large)


def _tell(table: InsightTable, season: Season) -> Draft:
    series = season.series
    told = Telling()
    level = float(np.mean(series.filled))
    present = np.bincount(season.codes[series.known], minlength=len(season.names)) > 0
    means = np.where(present, season.means + level, np.nan)
    high, low = int(np.nanargmax(means)), int(np.nanargmin(means))
    top, bottom = told.number("highest", float(means[high])), told.number("lowest", float(means[low]))
    if season.label:
        title = f"{name(short_what(series)) if series.quantity else short_what(series)} follows the {season.label}"
        places = [season.names[high], season.names[low]]
        if season.label == "hour of the day":
            places = [f"hour {told.count('highest_hour', high)}", f"hour {told.count('lowest_hour', low)}"]
        statement = (
            f"{what(series)} repeats with the {season.label}: about {top} at its highest ({places[0]}) and {bottom} at "
            f"its lowest ({places[1]})."
        )
    else:
        length = told.count("period", season.steps, series.clock.step)
        title = f"{name(short_what(series)) if series.quantity else short_what(series)} repeats itself"
        statement = f"{what(series)} repeats about every {length}, between about {bottom} and {top}."
    label = short_what(series)
    picture, rows = lines(
        "Mean of one cycle",
        season.label or f"{series.clock.step} of the cycle",
        label,
        list(season.names),
        {label: means},
    )
    return Draft(
        title=title,
        statement=statement,
        numbers=told.numbers,
        tests=(
            TestEvidence(
                name="F-test of the places of a cycle, slow changes taken out"
                if season.label
                else "Peak of the spectrum",
                statistic=season.statistic,
                p_value=season.p_value,
                effect_name="Deviation of the cycle, by that of the rows",
                effect=season.size,
                n=len(series.known),
            ),
        ),
        picture=picture,
        table=rows,
        advice="Compare like with like in time, and give a forecast this season length.",
        actions=(draw_it(table.dataset_id),),
    )


SPEC = Detector(
    key="seasonality",
    label="Seasons",
    family="pattern",
    looks_for="A quantity, or the number of rows, that repeats by hour, day of the week, month or any other period.",
    surprise=0.8,
    look=look,
    group="season",
)
