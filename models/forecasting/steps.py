"""From moments to steps: how far apart the rows of a series are, and what the calendar says of each."""

from dataclasses import dataclass
from typing import Any, Literal, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin

FloatArray = npt.NDArray[np.float64]
SpacingKind = Literal["months", "seconds", "numbers", "rows"]

DAY_S = 86_400.0
YEAR_DAYS = 365.25
MONTH_GAPS = ((1, 27.0, 31.5), (3, 88.0, 93.0), (12, 360.0, 370.0))
"""Months in a step, and the fewest and most days between rows that speak for it."""
ON_GRID = 0.01
"""How far a row may be from its step, in steps."""
LEAST_ON_GRID = 0.95
MOST_MISSING = 0.2
"""Where more steps than this have no row, the rows themselves are counted: trading days, irregular visits."""
YEARLY_FROM_DAYS = 2 * YEAR_DAYS
"""The place in the year is shown once two years tell it apart from a trend."""


@dataclass(frozen=True, kw_only=True)
class Spacing:
    """The distance between rows of a series."""

    kind: SpacingKind
    start: float
    """The first moment, in the kind's unit: months since year 0, seconds since 1970, or the number itself."""
    step: float
    """Distance of one step in that unit; 1 where rows are counted."""

    @property
    def seasons(self) -> tuple[int, ...]:
        """Lengths after which such series usually repeat, in steps."""
        if self.kind == "months":
            return (round(12 / self.step),) if self.step < 12 else ()
        if self.kind != "seconds":
            return ()
        lengths = (DAY_S, 7 * DAY_S, YEAR_DAYS * DAY_S)
        return tuple(round(length / self.step) for length in lengths if length >= 2 * self.step)

    def numbers(self, at: FloatArray) -> FloatArray:
        """The number of the step nearest to each moment; the first one is 0."""
        values = months_of(at) if self.kind == "months" else at
        return np.round((values - self.start) / self.step)

    @property
    def words(self) -> str:
        """One step, for a person: "1 day", "3 months", "1 row"."""
        if self.kind == "months":
            return _amount(self.step, "month")
        if self.kind == "numbers":
            return f"{self.step:g}"
        if self.kind == "rows":
            return "1 row"
        for seconds, word in ((7 * DAY_S, "week"), (DAY_S, "day"), (3_600.0, "hour"), (60.0, "minute")):
            if self.step >= seconds and (self.step / seconds).is_integer():
                return _amount(self.step / seconds, word)
        return _amount(self.step, "second")


def _amount(count: float, word: str) -> str:
    return f"{count:g} {word}{'' if count == 1 else 's'}"


def moments(times: "pd.Series[Any]") -> FloatArray:
    """Seconds since 1970 of dates, or the numbers themselves; NaN where missing."""
    if pd.api.types.is_datetime64_any_dtype(times):
        utc = pd.to_datetime(times, utc=True).dt.tz_localize(None).astype("datetime64[us]")
        seconds: FloatArray = utc.astype("int64").to_numpy(dtype=np.float64) / 1e6
        seconds[times.isna().to_numpy()] = np.nan
        return seconds
    return pd.to_numeric(times).to_numpy(dtype=np.float64, na_value=np.nan)


def find_spacing(at: FloatArray, *, is_calendar: bool) -> Spacing:
    """The spacing of ascending, different moments.

    Args:
        at: At least two moments, see ``moments``.
        is_calendar: Whether they are seconds since 1970.
    """
    gaps = np.diff(at)
    if is_calendar and (monthly := _monthly(at, gaps)) is not None:
        return monthly
    values, counts = np.unique(gaps, return_counts=True)
    step = float(values[np.argmax(counts)])
    places = (at - at[0]) / step
    on_grid = np.abs(places - places.round()) <= ON_GRID
    steps = places.round()
    is_regular = on_grid.mean() >= LEAST_ON_GRID and len(np.unique(steps)) == len(at)
    if not is_regular or 1 - len(at) / (steps[-1] + 1) > MOST_MISSING:
        return Spacing(kind="rows", start=0.0, step=1.0)
    return Spacing(kind="seconds" if is_calendar else "numbers", start=float(at[0]), step=step)


def _monthly(at: FloatArray, gaps: FloatArray) -> Spacing | None:
    typical = float(np.median(gaps)) / DAY_S
    for months, least, most in MONTH_GAPS:
        if least <= typical <= most:
            places = (months_of(at) - months_of(at[:1])) / months
            is_whole = bool((places == places.round()).all())
            if is_whole and len(np.unique(places)) == len(at) and 1 - len(at) / (places[-1] + 1) <= MOST_MISSING:
                return Spacing(kind="months", start=float(months_of(at[:1])[0]), step=float(months))
    return None


def months_of(at: FloatArray) -> FloatArray:
    """Months since year 0 of seconds since 1970."""
    days = _calendar(at)
    return np.asarray(days.year * 12 + days.month - 1, dtype=np.float64)


def month_starts(months: FloatArray) -> FloatArray:
    """Seconds since 1970 of the first moment of each month, see ``months_of``."""
    since_1970 = (np.asarray(months) - 1970 * 12).astype("int64").view("datetime64[M]")
    seconds: FloatArray = since_1970.astype("datetime64[s]").astype("int64").astype(np.float64)
    return seconds


def _calendar(at: FloatArray) -> pd.DatetimeIndex:
    return pd.DatetimeIndex((np.asarray(at) * 1e6).round().astype("int64").view("datetime64[us]"))


class TimeSteps(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # the library has no types
    """The number of each step, and calendar parts that suit the spacing, from one column of times.

    Args:
        kind: See ``Spacing``.
        start: See ``Spacing``.
        step: See ``Spacing``.
        is_calendar: Whether the column holds dates.
        yearly: Whether the place in the year is among the parts.
    """

    def __init__(
        self,
        kind: SpacingKind = "rows",
        start: float = 0.0,
        step: float = 1.0,
        is_calendar: bool = False,
        yearly: bool = False,
    ) -> None:
        self.kind = kind
        self.start = start
        self.step = step
        self.is_calendar = is_calendar
        self.yearly = yearly

    def fit(self, X: pd.DataFrame, y: Any = None) -> Self:
        """Remember the moments: where rows are counted, later ones come after them."""
        del y
        self.feature_names_in_ = np.asarray(X.columns, dtype=object)
        self.n_features_in_ = 1
        self.moments_ = np.sort(moments(X.iloc[:, 0]))
        return self

    def transform(self, X: pd.DataFrame) -> FloatArray:
        """Shape (n_samples, 1 + n_parts); the first column is the step's number."""
        at = moments(X.iloc[:, 0])
        columns = [self.numbers(at), *(values for _, values in self._parts(at))]
        return np.column_stack(columns)

    def numbers(self, at: FloatArray) -> FloatArray:
        """The number of the step at each moment; the first moment of the fit is near 0."""
        if self.kind != "rows":
            return Spacing(kind=self.kind, start=self.start, step=self.step).numbers(at)
        later = at > self.moments_[-1]
        places = np.searchsorted(self.moments_, at).astype(np.float64)
        _, ranks = np.unique(at[later], return_inverse=True)
        places[later] = len(self.moments_) + ranks
        return places

    def get_feature_names_out(self, input_features: Any = None) -> npt.NDArray[np.object_]:
        """The column's name with ``_step`` and the parts."""
        del input_features
        name = str(self.feature_names_in_[0])
        parts = [part for part, _ in self._parts(self.moments_[:1])]
        return np.asarray([f"{name}_step", *(f"{name}_{part}" for part in parts)], dtype=object)

    def _parts(self, at: FloatArray) -> list[tuple[str, FloatArray]]:
        if not self.is_calendar:
            return []
        days = _calendar(at)
        parts: list[tuple[str, FloatArray]] = []
        if self.kind == "months":
            if self.step < 12:
                parts += _one_of("month", days.month, range(1, 13, round(self.step)), width=round(self.step))
            return parts
        is_within_day = self.kind == "seconds" and self.step < DAY_S
        if is_within_day:
            parts += _around("day", (days.hour + days.minute / 60) / 24)
        if is_within_day or self.kind == "rows" or self.step < 7 * DAY_S:
            parts += _one_of("weekday", days.day_of_week, range(7), width=1)
        if self.yearly:
            parts += _around("year", days.day_of_year / YEAR_DAYS)
        return parts


def _one_of(name: str, values: Any, starts: range, *, width: int) -> list[tuple[str, FloatArray]]:
    """A column of 0 and 1 for each part."""
    at = np.asarray(values)
    return [(f"{name}_{start}", ((at >= start) & (at < start + width)).astype(np.float64)) for start in starts]


def _around(name: str, turns: Any) -> list[tuple[str, FloatArray]]:
    """Sine and cosine of the place in a cycle and of twice as fast a one, so that its end meets its beginning."""
    angle = 2 * np.pi * np.asarray(turns, dtype=np.float64)
    return [
        (f"{name}_{wave}{speed}", function(speed * angle))
        for speed in (1, 2)
        for wave, function in (("sin", np.sin), ("cos", np.cos))
    ]
