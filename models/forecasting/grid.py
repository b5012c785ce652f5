"""From rows with a time and a value to one series of evenly spaced steps."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from models.forecasting.steps import Spacing, find_spacing, moments, month_starts

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Grid:
    """A series with a value, known or NaN, for each step, and what had to be done to get there."""

    at: FloatArray
    """The moment of each step, ascending: seconds since 1970, or numbers."""
    y: FloatArray
    """The value of each step; NaN where no row has one."""
    spacing: Spacing
    is_calendar: bool
    n_untimed: int
    """Rows without a time, which are left out."""
    n_averaged: int
    """Rows that shared their moment with others and were averaged."""
    n_added: int
    """Steps without any row."""

    def frame(self, name: str) -> pd.DataFrame:
        """The moments as one column, as a raw table holds them."""
        values: Any = self.at
        if self.is_calendar:
            values = pd.DatetimeIndex((self.at * 1e6).round().astype("int64").view("datetime64[us]"))
        return pd.DataFrame({name: values})


def build_grid(times: "pd.Series[Any]", values: "pd.Series[Any]") -> Grid:
    """The series of ``values`` in the order of ``times``; at least two different moments are needed.

    Rows of one moment are averaged. Steps without a row stay as unknown values where the rows are regular but for a
    few; otherwise each row counts as one step.

    Raises:
        ValueError: There are fewer than two different moments.
    """
    is_calendar = bool(pd.api.types.is_datetime64_any_dtype(times))
    at = moments(times)
    y = pd.to_numeric(values).to_numpy(dtype=np.float64, na_value=np.nan)
    has_time = ~np.isnan(at)
    at, places, counts = np.unique(at[has_time], return_inverse=True, return_counts=True)
    if len(at) < 2:
        raise ValueError("a series needs at least two different moments")
    y = _means(y[has_time], places, len(at))
    spacing = find_spacing(at, is_calendar=is_calendar)
    n_known = len(at)
    if spacing.kind != "rows":
        at, y = _evenly(at, y, spacing)
    return Grid(
        at=at,
        y=y,
        spacing=spacing,
        is_calendar=is_calendar,
        n_untimed=int((~has_time).sum()),
        n_averaged=int(counts[counts > 1].sum()),
        n_added=len(at) - n_known,
    )


def _evenly(at: FloatArray, y: FloatArray, spacing: Spacing) -> tuple[FloatArray, FloatArray]:
    """Moment and value of every step from the first to the last one; a step without a row has an unknown value."""
    steps = spacing.numbers(at).astype(np.intp)
    n = int(steps[-1]) + 1
    whole = np.full(n, np.nan)
    whole[steps] = y
    moments_of_steps: FloatArray = spacing.start + spacing.step * np.arange(n, dtype=np.float64)
    if spacing.kind == "months":
        moments_of_steps = month_starts(moments_of_steps)
    moments_of_steps[steps] = at
    return moments_of_steps, whole


def _means(y: FloatArray, places: npt.NDArray[np.intp], n: int) -> FloatArray:
    """The mean of the known values at each place, NaN where there is none."""
    known = ~np.isnan(y)
    sums = np.bincount(places[known], y[known], n)
    counts = np.bincount(places[known], minlength=n)
    means: FloatArray = np.divide(sums, counts, out=np.full(n, np.nan), where=counts > 0)
    return means
