"""Columns of categories."""

from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.feature_extraction import FeatureHasher
from sklearn.model_selection import KFold, StratifiedKFold
from sklearn.preprocessing import TargetEncoder

from core.preprocessing.transformers.frames import MISSING, FrameTransformer, category_codes

TARGET_FOLDS = 5


class CategoryColumns(OneToOneFeatureMixin, FrameTransformer):  # type: ignore[misc]  # the library has no types
    """Categories as strings in an object array; missing values become a category of their own.

    With ``most_frequent``, they become the most frequent category of the training rows instead.
    """

    def __init__(self, most_frequent: bool = False) -> None:
        self.most_frequent = most_frequent

    def fit(self, X: pd.DataFrame, y: Any = None) -> Self:
        """Learn the column names, and what fills their gaps."""
        super().fit(X, y)
        self.fills_ = [MISSING] * X.shape[1]
        if self.most_frequent:
            self.fills_ = [_most_frequent(X.iloc[:, position]) for position in range(X.shape[1])]
        return self

    def transform(self, X: pd.DataFrame) -> npt.NDArray[np.object_]:
        """The columns as an array of shape (n_samples, n_columns)."""
        out = np.empty(X.shape, dtype=object)
        for position, fill in enumerate(self.fills_):
            codes, texts = category_codes(X.iloc[:, position])
            texts[-1] = fill
            out[:, position] = texts[codes]
        return out


def _most_frequent(column: "pd.Series[Any]") -> str:
    """The most frequent category, of several the first in the alphabet; ``MISSING`` where there is none."""
    codes, texts = category_codes(column)
    counts = np.bincount(codes, minlength=len(texts))[:-1]
    if not counts.size:
        return MISSING
    return str(min(texts[:-1][counts == counts.max()]))


class HashedColumns(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # the library has no types
    """Each column's categories thrown into a few features by a hash, so that none has to be remembered."""

    def __init__(self, n_features: int = 16) -> None:
        self.n_features = n_features

    def fit(self, X: npt.NDArray[np.object_], y: Any = None) -> Self:
        """Learn how many columns there are."""
        del y
        self.n_features_in_ = X.shape[1]
        return self

    def transform(self, X: npt.NDArray[np.object_]) -> npt.NDArray[np.float64]:
        """The features as an array of shape (n_samples, n_columns * n_features), each -1, 0 or 1."""
        hasher = FeatureHasher(self.n_features, input_type="string")
        out = np.empty((len(X), X.shape[1] * self.n_features))
        for position in range(X.shape[1]):
            codes, texts = pd.factorize(X[:, position])
            hashed = hasher.transform([[text] for text in texts]).toarray()
            out[:, position * self.n_features : (position + 1) * self.n_features] = hashed[codes]
        return out

    def get_feature_names_out(self, input_features: Any = None) -> npt.NDArray[np.object_]:
        """The column's name with ``_hash1`` and so on."""
        names = [f"{name}_hash{place + 1}" for name in input_features for place in range(self.n_features)]
        return np.asarray(names, dtype=object)


class TargetMeans(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # the library has no types
    """Categories as the mean of the target in them, drawn towards the mean of all the fewer rows they have.

    Training rows get the means of rows in other folds, so that none sees its own target.
    """

    def __init__(self, kind: str = "continuous", labels: tuple[str, ...] = (), seed: int = 0) -> None:
        self.kind = kind
        self.labels = labels
        self.seed = seed

    def fit(self, X: npt.NDArray[np.object_], y: Any = None) -> Self:
        """Learn the means of all rows."""
        self.fit_transform(X, y)
        return self

    def fit_transform(self, X: npt.NDArray[np.object_], y: Any = None, **_: Any) -> npt.NDArray[np.float64]:
        """The features of the training rows, each from the other folds."""
        self.n_features_in_ = X.shape[1]
        splitter = KFold if self.kind == "continuous" else StratifiedKFold
        folds = splitter(_n_folds(y, self.kind), shuffle=True, random_state=self.seed)
        self.encoder_ = TargetEncoder(target_type=self.kind, cv=folds)
        found: npt.NDArray[np.float64] = self.encoder_.fit_transform(X, y)
        return found

    def transform(self, X: npt.NDArray[np.object_]) -> npt.NDArray[np.float64]:
        """The features as an array of shape (n_samples, n_columns), or one for each column and class."""
        found: npt.NDArray[np.float64] = self.encoder_.transform(X)
        return found

    def get_feature_names_out(self, input_features: Any = None) -> npt.NDArray[np.object_]:
        """The column's name with ``_target``, or with each of several classes."""
        if self.kind != "multiclass":
            return np.asarray([f"{name}_target" for name in input_features], dtype=object)
        codes = [int(code) for code in self.encoder_.classes_]
        labels = [self.labels[code] if code < len(self.labels) else str(code) for code in codes]
        return np.asarray([f"{name}_{label}" for name in input_features for label in labels], dtype=object)


def _n_folds(y: Any, kind: str) -> int:
    """At most five, and no more than the rarest class has rows, so that each fold has some of it."""
    smallest = len(y) if kind == "continuous" else int(np.unique(y, return_counts=True)[1].min())
    return max(2, min(TARGET_FOLDS, smallest))
