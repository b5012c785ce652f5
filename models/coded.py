"""A classifier for labels that a library does not take as they are."""

from typing import Any, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, ClassifierMixin, MetaEstimatorMixin, clone
from sklearn.utils import assert_all_finite, get_tags
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, column_or_1d


class CodedClassifier(ClassifierMixin, MetaEstimatorMixin, BaseEstimator):  # type: ignore[misc]  # no types
    """Shows an inner classifier the codes 0, 1, 2 and so on without gaps, and gives the labels back."""

    def __init__(self, estimator: Any = None) -> None:
        self.estimator = estimator

    @classmethod
    def around(cls, fitted: Any, classes: npt.NDArray[Any]) -> Self:
        """A fitted one around a classifier that was fitted on the codes of ``classes``, ascending."""
        coded = cls(estimator=fitted)
        coded.estimator_, coded.classes_, coded.n_features_in_ = fitted, classes, fitted.n_features_in_
        return coded

    def fit(self, X: Any, y: Any) -> Self:
        """Fit a clone of the inner classifier on the codes of ``y``."""
        y = column_or_1d(y, warn=True)
        assert_all_finite(y, input_name="y")
        check_classification_targets(y)
        self.classes_, codes = np.unique(y, return_inverse=True)
        self.estimator_ = clone(self.estimator).fit(X, codes)
        self.n_features_in_ = self.estimator_.n_features_in_
        return self

    def predict(self, X: Any) -> npt.NDArray[Any]:
        """Labels, shape (n_samples,)."""
        check_is_fitted(self)
        labels: npt.NDArray[Any] = self.classes_[self.estimator_.predict(X)]
        return labels

    def predict_proba(self, X: Any) -> npt.NDArray[np.floating[Any]]:
        """Shape (n_samples, n_classes), columns in the order of ``classes_``."""
        check_is_fitted(self)
        return np.asarray(self.estimator_.predict_proba(X))

    def __sklearn_tags__(self) -> Any:
        """What the library wants to know: rows of the kinds that the inner classifier takes."""
        tags = super().__sklearn_tags__()
        if self.estimator is not None:
            tags.input_tags.sparse = get_tags(self.estimator).input_tags.sparse
        return tags
