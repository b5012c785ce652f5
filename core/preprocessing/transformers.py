"""Small transformers between a raw table and scikit-learn's own.

They follow scikit-learn's conventions (clone, parameters, feature names) by its base classes, so this module
is imported only where a pipeline is built.
"""

from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin

from core.errors import UserInputError

MISSING = "(missing)"
NANOSECONDS_PER_DAY = 86_400 * 10**9
DATE_PARTS = {"year": "year", "month": "month", "day": "day", "weekday": "day_of_week", "hour": "hour"}
"""Names of features, and of the accessors behind them."""


class _FrameTransformer(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # the library has no types
    """Remembers the names of the columns that it was fitted on."""

    def fit(self, X: pd.DataFrame, y: Any = None) -> Self:
        """Learn the column names."""
        del y
        self.feature_names_in_ = np.asarray(X.columns, dtype=object)
        self.n_features_in_ = X.shape[1]
        return self


class NumberColumns(OneToOneFeatureMixin, _FrameTransformer):  # type: ignore[misc]
    """Numbers and booleans of any dtype as float64; missing and infinite values become NaN."""

    def transform(self, X: pd.DataFrame) -> npt.NDArray[np.float64]:
        """The columns as an array of shape (n_samples, n_columns).

        Raises:
            UserInputError: A value is not a number.
        """
        out = np.empty(X.shape)
        for position, name in enumerate(X.columns):
            out[:, position] = _to_numbers(X.iloc[:, position], str(name))
        out[~np.isfinite(out)] = np.nan
        return out


class CategoryColumns(OneToOneFeatureMixin, _FrameTransformer):  # type: ignore[misc]
    """Categories as strings in an object array; missing values become a category of their own."""

    def transform(self, X: pd.DataFrame) -> npt.NDArray[np.object_]:
        """The columns as an array of shape (n_samples, n_columns)."""
        out = np.empty(X.shape, dtype=object)
        for position in range(X.shape[1]):
            column = X.iloc[:, position]
            out[:, position] = np.where(column.isna(), MISSING, column.astype(object).map(str, na_action="ignore"))
        return out


class DateColumns(_FrameTransformer):
    """Times as days since 1970 and, on request, their parts; missing values become NaN.

    The hour is left out of columns that hold whole days only.
    """

    def __init__(self, parts: bool = True) -> None:
        self.parts = parts

    def fit(self, X: pd.DataFrame, y: Any = None) -> Self:
        """Learn the column names and which of them have a time of day."""
        super().fit(X, y)
        self.has_hours_ = [
            bool((times.dt.normalize() != times)[times.notna()].any())
            for times in (_to_times(X[name], str(name)) for name in X.columns)
        ]
        return self

    def transform(self, X: pd.DataFrame) -> npt.NDArray[np.float64]:
        """The features as an array of shape (n_samples, n_features)."""
        features = []
        for position, has_hours in enumerate(self.has_hours_):
            times = _to_times(X.iloc[:, position], str(X.columns[position]))
            days = times.astype("datetime64[ns]").astype("int64") / NANOSECONDS_PER_DAY
            features.append(days.where(times.notna()).to_numpy(dtype=np.float64))
            for part in self._parts(has_hours):
                features.append(getattr(times.dt, DATE_PARTS[part]).to_numpy(dtype=np.float64, na_value=np.nan))
        return np.column_stack(features)

    def get_feature_names_out(self, input_features: Any = None) -> npt.NDArray[np.object_]:
        """The column's name with ``_days``, ``_year`` and so on."""
        del input_features
        names = [
            f"{name}_{part}"
            for name, has_hours in zip(self.feature_names_in_, self.has_hours_, strict=True)
            for part in ("days", *self._parts(has_hours))
        ]
        return np.asarray(names, dtype=object)

    def _parts(self, has_hours: bool) -> tuple[str, ...]:
        if not self.parts:
            return ()
        return tuple(part for part in DATE_PARTS if has_hours or part != "hour")


def _to_numbers(column: "pd.Series[Any]", name: str) -> npt.NDArray[np.float64]:
    try:
        return pd.to_numeric(column).to_numpy(dtype=np.float64, na_value=np.nan)
    except (ValueError, TypeError) as error:
        numbers = pd.to_numeric(column, errors="coerce")
        wrong = column[numbers.isna() & column.notna()].iloc[0]
        raise UserInputError(
            f"Column {name!r} holds numbers, but one value is {wrong!r}.",
            hint="Give a number, or leave the value out.",
            field=name,
        ) from error


def _to_times(column: "pd.Series[Any]", name: str) -> "pd.Series[Any]":
    """Times without a zone: those with one are taken to UTC first."""
    try:
        times = pd.to_datetime(column, utc=True, format="ISO8601")
    except (ValueError, TypeError) as error:
        raise UserInputError(
            f"Column {name!r} holds dates, but a value cannot be read as one.",
            hint="Write dates as 2026-01-31 or 2026-01-31 14:30.",
            field=name,
        ) from error
    return times.dt.tz_localize(None)
