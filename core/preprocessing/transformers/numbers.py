"""Columns of numbers."""

from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.base import OneToOneFeatureMixin

from core.errors import UserInputError
from core.preprocessing.transformers.frames import MISSING, FrameTransformer

LARGEST = 1e37
"""Numbers beyond it count as infinite: models that compute with 32 bits end at 3.4e38."""


class NumberColumns(OneToOneFeatureMixin, FrameTransformer):  # type: ignore[misc]  # the library has no types
    """Numbers and booleans of any dtype as float64; missing and infinite values become NaN."""

    def transform(self, X: pd.DataFrame) -> npt.NDArray[np.float64]:
        """The columns as an array of shape (n_samples, n_columns).

        Raises:
            UserInputError: A value is not a number.
        """
        out = np.empty(X.shape)
        for position, name in enumerate(X.columns):
            out[:, position] = to_numbers(X.iloc[:, position], str(name))
        with np.errstate(invalid="ignore"):
            out[~(np.abs(out) <= LARGEST)] = np.nan
        return out


class MissingFlags(FrameTransformer):
    """1 where a number is missing, for each column in which one was missing among the training rows."""

    def fit(self, X: pd.DataFrame, y: Any = None) -> Self:
        """Learn which columns have gaps."""
        super().fit(X, y)
        self.positions_ = np.flatnonzero(np.isnan(NumberColumns().fit(X).transform(X)).any(axis=0))
        return self

    def transform(self, X: pd.DataFrame) -> npt.NDArray[np.float64]:
        """The flags as an array of shape (n_samples, n_columns_with_gaps)."""
        gaps = X.iloc[:, self.positions_]
        return np.isnan(NumberColumns().fit(gaps).transform(gaps)).astype(np.float64)

    def get_feature_names_out(self, input_features: Any = None) -> npt.NDArray[np.object_]:
        """The column's name with ``_(missing)``."""
        del input_features
        return np.asarray([f"{self.feature_names_in_[each]}_{MISSING}" for each in self.positions_], dtype=object)


def to_numbers(column: "pd.Series[Any]", name: str) -> npt.NDArray[np.float64]:
    """``column`` as float64. Raises UserInputError for the first value that is no number."""
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
