"""Penalised regressions, watched along the path of their penalty."""

import copy
import warnings
from typing import Any

import numpy as np
import numpy.typing as npt

from core.types import Split
from models.live._estimators import predict_outputs, rows
from models.live._needs import failures_in_words, refuse_extremes
from models.live._target import Target
from models.training import FloatArray, Outputs, Trainer, TrainingData

N_POINTS = 16
BAND_BYTES = 16_000_000
"""Rows are centred a band at a time, so that no copy of all of them is needed."""


class PathTrainer(Trainer):
    """Loosens the penalty of a lasso or an elastic net, from one that silences every column down to the one asked for.

    Coordinate descent itself settles in a few sweeps; what is worth seeing is which columns may speak at which
    penalty. Each point starts from the last one's coefficients and works on the matrix of the columns' products, so
    that it costs about nothing; the last point is a plain fit. A state in between is a complete model with a larger
    penalty.

    Source: Friedman, Hastie and Tibshirani 2010, Regularization paths for generalized linear models via coordinate
    descent, J. Stat. Softw. 33(1), doi:10.18637/jss.v033.i01, sections 2.1 and 2.5.
    """

    step_name = "penalty steps"
    volatile = frozenset({"data", "_y", "_centred"})

    def __init__(self, estimator: Any, data: TrainingData) -> None:
        """Take an unfitted ``Lasso`` or ``ElasticNet``, possibly inside a scaling of the target."""
        self._target = Target(estimator)
        self._plain = self._target.inner
        self.total = N_POINTS
        self._now: Any = None
        self._best: Any = None
        self._coef: FloatArray | None = None
        self.attach(data)

    def attach(self, data: TrainingData) -> None:
        """Take the rows and what the path needs to know of them."""
        super().attach(data)
        refuse_extremes(data.X_train)
        self._y = self._target.attach(data)
        with failures_in_words():
            self._centred = _Centred(data.X_train, self._y, fit_intercept=self._plain.fit_intercept)
            self._penalties = self._penalty_path()

    def advance(self) -> None:
        """Solve for the next smaller penalty; the last one by a plain fit.

        Raises:
            UnsuitableData: The columns hold numbers that cannot be computed with.
        """
        from sklearn.base import clone

        self.step += 1
        with failures_in_words():
            if self.is_done:
                self._now = clone(self._plain).fit(self.data.X_train, self._y)
            else:
                self._now = self._solved(self._penalties[self.step - 1])

    def outputs(self, split: Split) -> Outputs:
        """Values by the present coefficients."""
        X, y_true = rows(self.data, split)
        with failures_in_words():
            return predict_outputs(self.estimator(), X, y_true, task=self.data.task, n_classes=0)

    def mark_best(self) -> None:
        """Remember the present coefficients and their penalty; each point has its own."""
        self._best = self._now

    def best_estimator(self) -> Any:
        """The estimator of the best penalty."""
        return self._target.wrap(self._best)

    def estimator(self) -> Any:
        """The estimator of the present penalty."""
        return self._target.wrap(self._now)

    def _penalty_path(self) -> FloatArray:
        """Penalties from the least that silences every column down to the one asked for."""
        alpha, l1_ratio = float(self._plain.alpha), float(self._plain.l1_ratio)
        silencing = float(np.abs(self._centred.Xy).max(initial=0.0)) / (len(self._y) * l1_ratio)
        if not alpha < silencing < np.inf:
            silencing = 10 * alpha  # the one asked for already silences all: every point says so
        path: FloatArray = np.geomspace(silencing, alpha, self.total)
        return path

    def _solved(self, alpha: float) -> Any:
        from sklearn.linear_model import enet_path

        centred = self._centred
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the last penalty, the plain fit warns
            _, coefs, gaps, n_iters = enet_path(
                centred.X,
                centred.y,
                l1_ratio=self._plain.l1_ratio,
                alphas=[alpha],
                precompute=centred.gram,
                Xy=centred.Xy,
                coef_init=self._coef,
                check_input=False,
                return_n_iter=True,
                max_iter=self._plain.max_iter,
                tol=self._plain.tol,
                positive=self._plain.positive,
            )
        self._coef = np.ascontiguousarray(coefs[:, 0])
        return self._fitted(alpha, self._coef.copy(), gap=float(gaps[0]), n_iter=int(n_iters[0]))

    def _fitted(self, alpha: float, coef: FloatArray, *, gap: float, n_iter: int) -> Any:
        estimator = copy.copy(self._plain).set_params(alpha=float(alpha))
        estimator.coef_, estimator.n_features_in_ = coef, len(coef)
        estimator.intercept_ = float(self._centred.y_mean - self._centred.x_mean @ coef)
        estimator.dual_gap_, estimator.n_iter_ = gap, n_iter
        return estimator


class _Centred:
    """Products of centred columns and target: all that coordinate descent asks of many rows."""

    def __init__(self, X: FloatArray, y: npt.NDArray[Any], *, fit_intercept: bool) -> None:
        """Sum up the products; with more columns than rows, keep centred columns instead."""
        n_rows, n_columns = X.shape
        self.x_mean = X.mean(axis=0) if fit_intercept else np.zeros(n_columns)
        self.y_mean = float(np.mean(y)) if fit_intercept else 0.0
        self.y = y - self.y_mean
        self.X = X
        self.gram: Any = False
        self.Xy = np.zeros(n_columns)
        if n_rows <= n_columns:
            self.X = np.asfortranarray(X - self.x_mean)
            self.Xy = self.X.T @ self.y
            return
        self.gram = np.zeros((n_columns, n_columns))
        band = max(1, BAND_BYTES // (8 * n_columns))
        for start in range(0, n_rows, band):
            part = X[start : start + band] - self.x_mean
            self.gram += part.T @ part
            self.Xy += part.T @ self.y[start : start + band]
