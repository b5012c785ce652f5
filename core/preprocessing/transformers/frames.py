"""What transformers of whole tables have in common."""

from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin

MISSING = "(missing)"


class FrameTransformer(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # the library has no types
    """Remembers the names of the columns that it was fitted on."""

    def fit(self, X: pd.DataFrame, y: Any = None) -> Self:
        """Learn the column names."""
        del y
        self.feature_names_in_ = np.asarray(X.columns, dtype=object)
        self.n_features_in_ = X.shape[1]
        return self


def category_codes(column: "pd.Series[Any]") -> tuple[npt.NDArray[np.int64], npt.NDArray[np.object_]]:
    """The row's position among the distinct values as text; missing cells are one of them, the last.

    A whole number reads the same whatever its type, so that 3 and 3.0 are one category.
    """
    codes, values = pd.factorize(column)
    texts = np.empty(len(values) + 1, dtype=object)
    texts[:-1] = [_category_text(value) for value in values]
    texts[-1] = MISSING
    return np.where(codes < 0, len(values), codes), texts


def _category_text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
