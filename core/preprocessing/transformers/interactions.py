"""Products of numbers."""

from typing import Any, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.preprocessing import PolynomialFeatures
from sklearn.utils.validation import validate_data

LARGEST_PRODUCT = 1e37
"""Larger products are cut off there: models that compute with 32 bits end at 3.4e38."""


class Products(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # the library has no types
    """Numbers and the products of up to ``degree`` of them; with ``powers``, of one with itself too."""

    def __init__(self, degree: int = 2, powers: bool = False) -> None:
        self.degree = degree
        self.powers = powers

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn how many numbers there are."""
        del y
        X = validate_data(self, X, dtype=np.float64)
        self.products_ = PolynomialFeatures(self.degree, interaction_only=not self.powers, include_bias=False).fit(X)
        return self

    def transform(self, X: Any) -> npt.NDArray[np.float64]:
        """The products as an array of shape (n_samples, n_products)."""
        X = validate_data(self, X, dtype=np.float64, reset=False)
        found: npt.NDArray[np.float64] = np.clip(self.products_.transform(X), -LARGEST_PRODUCT, LARGEST_PRODUCT)
        return found

    def get_feature_names_out(self, input_features: Any = None) -> npt.NDArray[np.object_]:
        """``a``, ``b``, ``a × b``, ``a^2``."""
        names = input_features if input_features is not None else [f"x{each}" for each in range(self.n_features_in_)]
        found = []
        for powers in self.products_.powers_:
            factors = [
                f"{names[each]}^{power}" if power > 1 else str(names[each])
                for each, power in enumerate(powers)
                if power
            ]
            found.append(" × ".join(factors))
        return np.asarray(found, dtype=object)
