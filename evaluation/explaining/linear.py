"""Models whose output is a weighted sum of features, and what their weights mean in raw units."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class LinearParts:
    """Weights of a linear model."""

    coefficients: FloatArray
    """Shape (n_outputs, n_features): one output for two classes and for a regression."""
    intercepts: FloatArray
    """Shape (n_outputs,)."""
    codes: tuple[int, ...]
    """Class codes; empty for a regression."""
    unit: str
    """Of the sum: "value", "log of the value", "log-odds" or "score"."""

    def of_class(self, class_code: int) -> tuple[FloatArray, float]:
        """Weights and intercept for one class, or for the value."""
        if not self.codes:
            return self.coefficients[0], float(self.intercepts[0])
        if len(self.coefficients) == 1:
            sign = 1.0 if class_code == self.codes[1] else -1.0
            return sign * self.coefficients[0], sign * float(self.intercepts[0])
        place = self.codes.index(class_code) if class_code in self.codes else 0
        return self.coefficients[place], float(self.intercepts[place])


LOG_ODDS = frozenset({"LogisticRegression", "LogisticRegressionCV", "LinearDiscriminantAnalysis"})
LOG_LINK = frozenset({"PoissonRegressor", "GammaRegressor", "TweedieRegressor"})


def linear_parts(estimator: Any) -> LinearParts | None:
    """The weights of ``estimator``, or None when it is not linear in its features."""
    if hasattr(estimator, "regressor_"):
        return _unscaled(estimator)
    coefficients = _dense(getattr(estimator, "coef_", None))
    if coefficients is None or getattr(estimator, "kernel", "linear") != "linear":
        return None
    if coefficients.shape[-1] != getattr(estimator, "n_features_in_", coefficients.shape[-1]):
        return None
    coefficients = np.atleast_2d(coefficients)
    intercepts = np.atleast_1d(np.asarray(getattr(estimator, "intercept_", 0.0), dtype=np.float64)).reshape(-1)
    if len(intercepts) != len(coefficients):
        intercepts = np.repeat(intercepts[:1], len(coefficients))
    codes = tuple(int(code) for code in getattr(estimator, "classes_", ()))
    if codes and len(coefficients) not in {1, len(codes)}:
        return None  # an output for each pair of classes says nothing of one class
    return LinearParts(
        coefficients=coefficients, intercepts=intercepts, codes=codes, unit=_unit(estimator, is_classifier=bool(codes))
    )


def _unscaled(estimator: Any) -> LinearParts | None:
    """The weights of a regression that learned a shifted and scaled target, in units of the target itself."""
    inner, scaler = linear_parts(estimator.regressor_), estimator.transformer_
    if inner is None or inner.codes or inner.unit != "value" or type(scaler).__name__ != "StandardScaler":
        return None
    scale = float(scaler.scale_[0]) if scaler.scale_ is not None else 1.0
    shift = float(scaler.mean_[0]) if scaler.mean_ is not None else 0.0
    return LinearParts(
        coefficients=inner.coefficients * scale, intercepts=inner.intercepts * scale + shift, codes=(), unit="value"
    )


def _dense(values: Any) -> FloatArray | None:
    try:
        found = values.toarray() if hasattr(values, "toarray") else values
    except AttributeError:
        return None
    return None if found is None else np.asarray(found, dtype=np.float64)


def _unit(estimator: Any, *, is_classifier: bool) -> str:
    names = {kind.__name__ for kind in type(estimator).__mro__}
    if is_classifier:
        is_log = bool(names & LOG_ODDS) or ("SGDClassifier" in names and getattr(estimator, "loss", "") == "log_loss")
        return "log-odds" if is_log else "score"
    return "log of the value" if names & LOG_LINK else "value"
