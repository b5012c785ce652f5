"""The whole of preprocessing as one transformer: from a raw table to named features."""

from collections import Counter
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin, clone
from sklearn.utils.validation import check_is_fitted

from core.errors import UserInputError

RARE, LIBRARY_RARE = "(rare)", "infrequent_sklearn"
CODES = "codes"
"""How the names of parts begin whose features are codes of categories."""
MOST_NAMES = 5


class Features(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # the library has no types
    """Columns become numbers by ``columns``, a ``ColumnTransformer``; ``selection`` then keeps some of them.

    Features are float64. After ``set_output(transform="pandas")`` they come as a table with their names.
    """

    def __init__(self, columns: Any, selection: Any = None) -> None:
        self.columns = columns
        self.selection = selection

    def fit(self, X: pd.DataFrame, y: Any = None) -> Self:
        """Learn from training rows."""
        self._learn(X, y)
        return self

    def fit_transform(self, X: pd.DataFrame, y: Any = None, **_: Any) -> Any:
        """Learn from training rows and give their features, those of target means from other folds."""
        return self._learn(X, y)

    def _learn(self, X: pd.DataFrame, y: Any) -> npt.NDArray[np.float64]:
        self.feature_names_in_ = np.asarray(X.columns, dtype=object)
        self.n_features_in_ = X.shape[1]
        self.columns_ = clone(self.columns)
        features = _dense(self.columns_.fit_transform(X, y))
        if not features.shape[1]:
            raise UserInputError(
                "No feature is left: the chosen columns hold nothing to learn from.",
                hint="Take other columns in, or read texts in another way.",
            )
        self.selection_ = clone(self.selection) if self.selection is not None else None
        if self.selection_ is not None:
            features = self.selection_.fit(features, y).transform(features)
        return features

    def transform(self, X: pd.DataFrame) -> Any:
        """The features of any rows, shape (n_samples, n_features).

        Raises:
            UserInputError: A column is missing, or holds what it cannot.
        """
        check_is_fitted(self, "columns_")
        features = _dense(self.columns_.transform(self._known_columns(X)))
        return features if self.selection_ is None else self.selection_.transform(features)

    def get_feature_names_out(self, input_features: Any = None) -> npt.NDArray[np.object_]:
        """A name for each feature; no two are equal."""
        del input_features
        names = distinct_names([str(name) for name in self.columns_.get_feature_names_out()])
        found = np.asarray(names, dtype=object)
        return found if self.selection_ is None else found[self.selection_.get_support()]

    @property
    def categorical_(self) -> tuple[int, ...]:
        """Positions of the features that hold codes of categories, for models that split them as such."""
        names = [str(name) for name in self.columns_.get_feature_names_out()]
        mask = np.asarray([name.split("__", 1)[0].startswith(CODES) for name in names], dtype=bool)
        if self.selection_ is not None:
            mask = mask[self.selection_.get_support()]
        return tuple(int(each) for each in np.flatnonzero(mask))

    def _known_columns(self, X: pd.DataFrame) -> pd.DataFrame:
        missing = [str(name) for name in self.feature_names_in_ if name not in X.columns]
        if missing:
            raise UserInputError(
                f"{columns_are(missing)} missing from the rows to predict.",
                hint=f"The model was trained on: {', '.join(map(str, self.feature_names_in_))}.",
                field=missing[0],
            )
        if not X.columns.is_unique:
            twice = next(name for name in self.feature_names_in_ if list(X.columns).count(name) > 1)
            raise UserInputError(f"Column {twice!r} is there more than once.", hint="Give each column its own name.")
        return X[list(self.feature_names_in_)]


def distinct_names(long_names: list[str]) -> list[str]:
    """Names without the part of the pipeline they come from, unless two would be equal then.

    A number keeps its column's name, a category is ``column_category``, a date part ``column_part``; categories
    beyond the most frequent ones share ``column_(rare)``.
    """
    readable = [name.removesuffix(LIBRARY_RARE) + RARE if name.endswith(LIBRARY_RARE) else name for name in long_names]
    short_names = [name.split("__", 1)[1] for name in readable]
    counts = Counter(short_names)
    found: dict[str, None] = {}
    for short, long in zip(short_names, readable, strict=True):
        name = wanted = short if counts[short] == 1 else long
        number = 2
        while name in found:  # one-hot names of odd categories, or a column that is called like a part
            name, number = f"{wanted} ({number})", number + 1
        found[name] = None
    return list(found)


def columns_are(names: list[str]) -> str:
    """``Column 'a' is`` or ``Columns 'a' and 2 more are``, at most a handful by name."""
    listed = ", ".join(repr(name) for name in names[:MOST_NAMES])
    if len(names) > MOST_NAMES:
        listed += f" and {len(names) - MOST_NAMES} more"
    return f"Column {listed} is" if len(names) == 1 else f"Columns {listed} are"


def _dense(values: Any) -> npt.NDArray[np.float64]:
    return np.ascontiguousarray(np.asarray(values, dtype=np.float64))
