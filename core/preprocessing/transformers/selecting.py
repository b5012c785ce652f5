"""Features that are worth keeping, by what the training rows say of them."""

from typing import Any, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator
from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor
from sklearn.feature_selection import SelectorMixin, mutual_info_classif, mutual_info_regression

JUDGED_ROWS = 10_000
"""Most training rows by which features are judged, taken at random: more would hardly change the order."""
N_TREES = 100


class FeatureSelection(SelectorMixin, BaseEstimator):  # type: ignore[misc]  # the library has no types
    """Keeps the features that ``support_`` marks."""

    def fit(self, X: npt.NDArray[np.float64], y: Any = None) -> Self:
        """Choose among the columns of ``X``; at least one stays."""
        self.n_features_in_ = X.shape[1]
        self.support_ = self._choose(X, y)
        if not self.support_.any():
            self.support_[0] = True
        return self

    def transform(self, X: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """The kept columns."""
        found: npt.NDArray[np.float64] = X[:, self.support_]
        return found

    def _get_support_mask(self) -> npt.NDArray[np.bool_]:
        return self.support_

    def _choose(self, X: npt.NDArray[np.float64], y: Any) -> npt.NDArray[np.bool_]:
        raise NotImplementedError


class VaryingFeatures(FeatureSelection):
    """Features of which no value fills more than ``most_equal`` of the training rows."""

    def __init__(self, most_equal: float = 0.995) -> None:
        self.most_equal = most_equal

    def _choose(self, X: npt.NDArray[np.float64], y: Any) -> npt.NDArray[np.bool_]:
        del y
        most = [np.unique(column, return_counts=True)[1].max() for column in X.T]
        return np.asarray(most) <= self.most_equal * len(X)


class DistinctFeatures(FeatureSelection):
    """Of features that correlate by more than ``most_correlated``, the first."""

    def __init__(self, most_correlated: float = 0.95) -> None:
        self.most_correlated = most_correlated

    def _choose(self, X: npt.NDArray[np.float64], y: Any) -> npt.NDArray[np.bool_]:
        del y
        centred = _filled(X)
        centred -= centred.mean(axis=0)
        lengths = np.sqrt((centred**2).sum(axis=0))
        centred /= np.where(lengths > 0, lengths, 1.0)
        correlations = np.abs(centred.T @ centred)
        keep = np.ones(X.shape[1], dtype=bool)
        for each in range(1, X.shape[1]):
            keep[each] = not (correlations[each, :each][keep[:each]] > self.most_correlated).any()
        return keep


class InformativeFeatures(FeatureSelection):
    """The ``n_features`` that tell most about the target by mutual information, each judged alone."""

    def __init__(self, n_features: int = 20, is_classification: bool = True, seed: int = 0) -> None:
        self.n_features = n_features
        self.is_classification = is_classification
        self.seed = seed

    def _choose(self, X: npt.NDArray[np.float64], y: Any) -> npt.NDArray[np.bool_]:
        if X.shape[1] <= self.n_features:
            return np.ones(X.shape[1], dtype=bool)
        rows = _judged_rows(len(X), self.seed)
        judged = _filled(X[rows])
        information = mutual_info_classif if self.is_classification else mutual_info_regression
        is_discrete = np.asarray([np.isin(column, (0.0, 1.0)).all() for column in judged.T])
        scores = information(judged, y[rows], discrete_features=is_discrete, random_state=self.seed)
        return _best(scores, self.n_features)


class UsefulFeatures(FeatureSelection):
    """The ``n_features`` that a forest of random trees uses most, judged together."""

    def __init__(self, n_features: int = 20, is_classification: bool = True, seed: int = 0) -> None:
        self.n_features = n_features
        self.is_classification = is_classification
        self.seed = seed

    def _choose(self, X: npt.NDArray[np.float64], y: Any) -> npt.NDArray[np.bool_]:
        if X.shape[1] <= self.n_features:
            return np.ones(X.shape[1], dtype=bool)
        rows = _judged_rows(len(X), self.seed)
        forest = ExtraTreesClassifier if self.is_classification else ExtraTreesRegressor
        judge = forest(N_TREES, min_samples_leaf=3, max_features="sqrt", random_state=self.seed)
        return _best(judge.fit(X[rows], y[rows]).feature_importances_, self.n_features)


def _judged_rows(n_rows: int, seed: int) -> npt.NDArray[np.int64]:
    if n_rows <= JUDGED_ROWS:
        return np.arange(n_rows)
    return np.sort(np.random.default_rng(seed).choice(n_rows, JUDGED_ROWS, replace=False))


def _best(scores: npt.NDArray[np.float64], n_features: int) -> npt.NDArray[np.bool_]:
    """The ``n_features`` with the highest scores; of equal ones the first."""
    keep = np.zeros(len(scores), dtype=bool)
    keep[np.argsort(-scores, kind="stable")[:n_features]] = True
    return keep


def _filled(X: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """A copy without gaps, each filled with the mean of its column."""
    gaps = np.isnan(X)
    if not gaps.any():
        return X.copy()
    counts = np.maximum((~gaps).sum(axis=0), 1)
    return np.where(gaps, np.nansum(X, axis=0) / counts, X)
