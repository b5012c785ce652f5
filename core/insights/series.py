"""What happens over time: rows put into equal steps of time, each quantity and the number of rows in each step."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from core.insights.table import InsightColumn, InsightTable
from core.insights.words import moment_text

FloatArray = npt.NDArray[np.float64]
CodeArray = npt.NDArray[np.int64]

STEPS = (("second", 1.0), ("minute", 60.0), ("10 minutes", 600.0), ("hour", 3_600.0), ("day", 86_400.0))
LONG_STEPS = (("week", 604_800.0), ("month", 2_629_746.0), ("year", 31_556_952.0))
MOST_STEPS, FEWEST_STEPS = 12_000, 24
COVERED = 0.6
"""Share of the steps between first and last that must have rows."""
MOST_TIMES = 2
WEEK = 604_800.0
MONDAY = 4 * 86_400.0
"""1970-01-05, the first Monday."""


@dataclass(frozen=True, eq=False)
class Clock:
    """How one column of moments divides the rows into steps."""

    column: InsightColumn
    step: str
    seconds: float
    """Length of a step; of a month its mean."""
    codes: CodeArray
    """The step of each row, from 0; -1 where missing."""
    n_steps: int
    first: int
    """Number of the first step since 1970."""

    @cached_property
    def counts(self) -> FloatArray:
        """Rows in each step."""
        return np.asarray(np.bincount(self.codes[self.codes >= 0], minlength=self.n_steps), dtype=np.float64)

    @cached_property
    def starts(self) -> FloatArray:
        """When each step begins, in epoch seconds."""
        numbers = np.arange(self.first, self.first + self.n_steps, dtype=np.int64)
        if self.step == "month":
            return (numbers - 1970 * 12).astype("datetime64[M]").astype("datetime64[s]").astype(np.float64)
        if self.step == "year":
            return (numbers - 1970).astype("datetime64[Y]").astype("datetime64[s]").astype(np.float64)
        return np.asarray(numbers * self.seconds + (MONDAY if self.step == "week" else 0.0), dtype=np.float64)

    @cached_property
    def texts(self) -> list[str]:
        """The begin of each step, for an axis."""
        return [moment_text(float(at), with_time=self.seconds < 86_400) for at in self.starts]


@dataclass(frozen=True, eq=False)
class Series:
    """One quantity, or the number of rows, step by step."""

    clock: Clock
    quantity: InsightColumn | None
    """None: the number of rows."""
    values: FloatArray
    """Mean of the rows of each step, ends pulled in; NaN without rows."""
    deviation: float
    """Of single rows; of the number of rows, what chance gives."""

    @property
    def subject(self) -> tuple[str, ...]:
        """The columns it is about."""
        names = () if self.quantity is None else (self.quantity.name,)
        return (self.clock.column.name, *names)

    @cached_property
    def known(self) -> CodeArray:
        """Numbers of the steps that have a value."""
        return np.flatnonzero(np.isfinite(self.values))

    @cached_property
    def filled(self) -> FloatArray:
        """The values with gaps bridged by straight lines."""
        return np.interp(np.arange(len(self.values)), self.known, self.values[self.known])


def all_series(table: InsightTable) -> list[Series]:
    """Every quantity, and the number of rows, by the first columns of moments that make a clock."""
    found: list[Series] = []
    for clock in clocks(table):
        if clock.counts.mean() >= 3 and np.ptp(clock.counts) > 0:
            counts = clock.counts.copy()
            counts[[0, -1]] = np.nan  # the first and the last step are rarely whole
            found.append(Series(clock, None, counts, float(np.sqrt(np.nanmean(counts)))))
        for quantity in table.quantities:
            if quantity.codes is None:
                found.append(make_series(clock, quantity))
    return [one for one in found if len(one.known) >= FEWEST_STEPS and one.deviation > 0]


def clocks(table: InsightTable) -> list[Clock]:
    """Steps of time in which most have rows, as fine as possible."""
    found = [make_clock(column) for column in table.moments[:MOST_TIMES]]
    return [clock for clock in found if clock is not None]


def make_clock(column: InsightColumn) -> Clock | None:
    """The finest steps of which most have rows; None where there are none."""
    for step, seconds in (*STEPS, *LONG_STEPS):
        numbers = step_numbers(column, step, seconds)
        known = numbers[column.finite]
        if not known.size:
            return None
        n_steps = int(known.max() - known.min()) + 1
        if not FEWEST_STEPS <= n_steps <= MOST_STEPS:
            continue
        if len(np.unique(known)) >= COVERED * n_steps:
            first = int(known.min())
            codes = np.where(column.finite, numbers - first, -1)
            return Clock(column, step, seconds, codes, n_steps, first)
    return None


def step_numbers(column: InsightColumn, step: str, seconds: float) -> CodeArray:
    """The step of each moment since 1970; 0 where missing."""
    assert column.values is not None
    moments = np.nan_to_num(column.values)
    if step in ("month", "year"):
        whole = moments.astype(np.int64).astype("datetime64[s]")
        unit, offset = ("M", 1970 * 12) if step == "month" else ("Y", 1970)
        return whole.astype(f"datetime64[{unit}]").astype(np.int64) + offset
    shift = MONDAY if step == "week" else 0.0
    return np.floor((moments - shift) / seconds).astype(np.int64)


def make_series(clock: Clock, quantity: InsightColumn) -> Series:
    """The mean of a quantity in each step."""
    from core.insights.pairs import clipped

    values = clipped(quantity)
    rows = (clock.codes >= 0) & np.isfinite(values)
    counts = np.bincount(clock.codes[rows], minlength=clock.n_steps)
    sums = np.bincount(clock.codes[rows], weights=values[rows], minlength=clock.n_steps)
    means = np.divide(sums, counts, out=np.full(clock.n_steps, np.nan), where=counts > 0)
    return Series(clock, quantity, means, float(np.nanstd(values)))


def moving_mean(values: FloatArray, width: int) -> FloatArray:
    """The mean of ``width`` neighbours around each value; fewer at the ends."""
    kernel = np.concatenate([[0.5], np.ones(width - 1), [0.5]]) if width % 2 == 0 else np.ones(width)
    return np.asarray(np.convolve(values, kernel, "same") / np.convolve(np.ones_like(values), kernel, "same"))


def moving_median(values: FloatArray, width: int) -> FloatArray:
    """The median of ``width`` (odd) neighbours around each value; mirrored at the ends."""
    half = width // 2
    padded = np.pad(values, half, mode="reflect" if len(values) > half else "edge")
    return np.asarray(np.median(np.lib.stride_tricks.sliding_window_view(padded, width), axis=1))


def thinned(at: Sequence[str], values: FloatArray, most: int = 250) -> tuple[list[str], FloatArray]:
    """At most so many points for a picture: means of neighbouring steps."""
    size = -(-len(values) // most)
    if size <= 1:
        return list(at), values
    parts = np.array_split(values, -(-len(values) // size))
    starts = np.cumsum([0, *(len(part) for part in parts[:-1])])
    with np.errstate(invalid="ignore"):
        means = np.array([np.nanmean(part) if np.isfinite(part).any() else np.nan for part in parts])
    return [at[int(start)] for start in starts], means
