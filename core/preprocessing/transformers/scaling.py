"""Scales of numbers that scikit-learn does not have as they are needed here."""

from typing import Any, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.preprocessing import QuantileTransformer

MOST_QUANTILES = 1_000


class RankScaler(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):  # type: ignore[misc]  # no types
    """Each value as its rank among the training rows, shaped like a bell; missing ones stay missing."""

    def __init__(self, seed: int = 0) -> None:
        self.seed = seed

    def fit(self, X: npt.NDArray[np.float64], y: Any = None) -> Self:
        """Learn the quantiles, no more of them than there are rows."""
        del y
        self.n_features_in_ = X.shape[1]
        self.ranks_ = QuantileTransformer(
            n_quantiles=min(MOST_QUANTILES, len(X)), output_distribution="normal", random_state=self.seed
        ).fit(X)
        return self

    def transform(self, X: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """The ranks as quantiles of the normal distribution, in about -5.2 to 5.2."""
        found: npt.NDArray[np.float64] = self.ranks_.transform(X)
        return found
