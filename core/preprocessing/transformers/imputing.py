"""Missing numbers from similar rows."""

from typing import Any, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.impute import KNNImputer
from sklearn.utils.validation import validate_data

NEIGHBOUR_ROWS = 2_000
"""Most training rows that are kept to find neighbours among: the time grows with rows times kept rows."""


class NeighbourImputer(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):  # type: ignore[misc]  # no types
    """Fills a gap with the mean of the rows nearest by the other columns, each column counted in its deviations.

    Neighbours come from at most ``NEIGHBOUR_ROWS`` training rows, taken at random.
    """

    def __init__(self, n_neighbors: int = 5, seed: int = 0) -> None:
        self.n_neighbors = n_neighbors
        self.seed = seed

    def fit(self, X: Any, y: Any = None) -> Self:
        """Keep rows to compare with."""
        del y
        X = validate_data(self, X, dtype=np.float64, ensure_all_finite="allow-nan")
        if len(X) > NEIGHBOUR_ROWS:
            rows = np.random.default_rng(self.seed).choice(len(X), NEIGHBOUR_ROWS, replace=False)
            X = X[np.sort(rows)]
        counts = np.maximum((~np.isnan(X)).sum(axis=0), 1)
        self.means_ = np.nansum(X, axis=0) / counts
        self.deviations_ = np.sqrt(np.nansum((X - self.means_) ** 2, axis=0) / counts)
        self.deviations_[self.deviations_ == 0] = 1.0
        self.imputer_ = KNNImputer(n_neighbors=self.n_neighbors, keep_empty_features=True)
        self.imputer_.fit((X - self.means_) / self.deviations_)
        return self

    def transform(self, X: Any) -> npt.NDArray[np.float64]:
        """The columns without gaps, in their own units; known values stay as they are."""
        X = validate_data(self, X, dtype=np.float64, ensure_all_finite="allow-nan", reset=False)
        gaps = np.isnan(X)
        rows = gaps.any(axis=1)
        found: npt.NDArray[np.float64] = X.copy()
        if rows.any():
            filled = self.imputer_.transform((X[rows] - self.means_) / self.deviations_)
            found[rows] = np.where(gaps[rows], filled * self.deviations_ + self.means_, X[rows])
        return found

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags
