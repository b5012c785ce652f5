"""Columns of dates."""

from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.errors import UserInputError
from core.preprocessing.transformers.frames import FrameTransformer

MICROSECONDS_PER_DAY = 86_400 * 10**6
DATE_PARTS = {"year": "year", "month": "month", "day": "day", "weekday": "day_of_week", "hour": "hour"}
"""Names of features, and of the accessors behind them."""
DATE_CYCLES = {"month": 12, "day": 31, "weekday": 7, "hour": 24}
"""Parts after whose last value the first one comes again, and how many values they have."""
DATE_FORMATS = (
    "ISO8601",
    "%d.%m.%Y",
    "%d.%m.%Y %H:%M",
    "%d.%m.%Y %H:%M:%S",
    "%d/%m/%Y",
    "%d/%m/%Y %H:%M",
    "%d/%m/%Y %H:%M:%S",
    "%m/%d/%Y",
    "%m/%d/%Y %H:%M",
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%y",
    "%d-%m-%Y",
    "%Y/%m/%d",
    "%Y/%m/%d %H:%M",
    "%d %b %Y",
    "%d %B %Y",
    "%b %d, %Y",
    "%B %d, %Y",
)
"""Ways to write a date that are tried in this order; the first that reads every training row is kept."""


class DateColumns(FrameTransformer):
    """Times as days since 1970 and, on request, their parts; missing values become NaN.

    The hour is left out of columns that hold whole days only. With ``cycles``, parts that begin again become a sine and
    a cosine, so that December is beside January.
    """

    def __init__(self, parts: bool = True, cycles: bool = False) -> None:
        self.parts = parts
        self.cycles = cycles

    def fit(self, X: pd.DataFrame, y: Any = None) -> Self:
        """Learn the column names, how dates are written, and which columns have a time of day."""
        super().fit(X, y)
        self.formats_ = [_format_of(X.iloc[:, position], str(X.columns[position])) for position in range(X.shape[1])]
        self.has_hours_ = [
            bool((times.dt.normalize() != times)[times.notna()].any())
            for times in (self._times(X, position) for position in range(X.shape[1]))
        ]
        return self

    def transform(self, X: pd.DataFrame) -> npt.NDArray[np.float64]:
        """The features as an array of shape (n_samples, n_features)."""
        features = []
        for position, has_hours in enumerate(self.has_hours_):
            times = self._times(X, position)
            days = times.astype("datetime64[us]").astype("int64") / MICROSECONDS_PER_DAY
            features.append(days.where(times.notna()).to_numpy(dtype=np.float64))
            for part in self._parts(has_hours):
                values = getattr(times.dt, DATE_PARTS[part]).to_numpy(dtype=np.float64, na_value=np.nan)
                features.extend(self._turned(part, values))
        return np.column_stack(features)

    def get_feature_names_out(self, input_features: Any = None) -> npt.NDArray[np.object_]:
        """The column's name with ``_days``, ``_year``, ``_month_sin`` and so on."""
        del input_features
        names = []
        for name, has_hours in zip(self.feature_names_in_, self.has_hours_, strict=True):
            names.append(f"{name}_days")
            for part in self._parts(has_hours):
                turns = ("_sin", "_cos") if self._is_cycle(part) else ("",)
                names.extend(f"{name}_{part}{turn}" for turn in turns)
        return np.asarray(names, dtype=object)

    def _parts(self, has_hours: bool) -> tuple[str, ...]:
        if not self.parts:
            return ()
        return tuple(part for part in DATE_PARTS if has_hours or part != "hour")

    def _is_cycle(self, part: str) -> bool:
        return self.cycles and part in DATE_CYCLES

    def _turned(self, part: str, values: npt.NDArray[np.float64]) -> list[npt.NDArray[np.float64]]:
        if not self._is_cycle(part):
            return [values]
        angles = 2 * np.pi * values / DATE_CYCLES[part]
        return [np.sin(angles), np.cos(angles)]

    def _times(self, X: pd.DataFrame, position: int) -> "pd.Series[Any]":
        """Times without a zone: those with one are taken to UTC first."""
        name = str(X.columns[position])
        times = _read_times(X.iloc[:, position], self.formats_[position])
        if times is None:  # rows from elsewhere may write dates in another way than the training rows
            times = _read_times(X.iloc[:, position], _format_of(X.iloc[:, position], name))
        assert times is not None, "the format was found by reading these rows"
        return times


def _format_of(column: "pd.Series[Any]", name: str) -> str:
    """The first known format that reads every value of ``column``.

    Raises:
        UserInputError: There is none.
    """
    known = column[column.notna()]
    if not len(known) or known.dtype.kind == "M" or isinstance(known.dtype, pd.DatetimeTZDtype):
        return DATE_FORMATS[0]
    values = pd.Series(known.unique())
    found = next((each for each in DATE_FORMATS if _read_times(values, each) is not None), None)
    if found is None:
        raise UserInputError(
            f"Column {name!r} holds dates, but a value cannot be read as one: {_first_wrong(values)!r}.",
            hint="Write dates as 2026-01-31 or 2026-01-31 14:30.",
            field=name,
        )
    return found


def _first_wrong(values: "pd.Series[Any]") -> Any:
    """The first value that no known format reads, or the first that differs from the others' format."""
    for value in values:
        if all(_read_times(pd.Series([value]), each) is None for each in DATE_FORMATS):
            return value
    return values.iloc[-1]


def _read_times(column: "pd.Series[Any]", written: str) -> "pd.Series[Any] | None":
    if column.dtype.kind in "biuf" and column.notna().any():
        return None  # a number is no date: the library would take it for nanoseconds
    try:
        return pd.to_datetime(column, utc=True, format=written).dt.tz_localize(None)
    except (ValueError, TypeError):
        return None
