"""Logistic regression, watched through the iterations of its solver."""

import copy
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np

from core.types import Split
from models.live._estimators import predict_outputs, rows
from models.live._stepped import SteppedCall
from models.training import FloatArray, Outputs, Trainer, TrainingData

Iterate = tuple[FloatArray, FloatArray]
"""Coefficients, shape (1 or n_classes, n_features), and intercepts, shape (1 or n_classes,)."""


class SolverTrainer(Trainer):
    """Lets one uninterrupted ``fit`` stand still after each iteration of L-BFGS, by scikit-learn's own callbacks.

    The solver's memory of past gradients cannot be stored, so a continued checkpoint repeats the iterations
    without scoring them; they come out the same. How many there are is known when the solver has converged:
    until then ``total`` is the most that it may take.
    """

    step_name = "iterations"
    volatile = frozenset({"data", "_call", "_iterates", "_fitted", "_is_over"})

    def __init__(self, estimator: Any, data: TrainingData) -> None:
        """Take an unfitted estimator that solves by L-BFGS."""
        self._plain = estimator
        self.total = int(estimator.max_iter)
        self._now: Any = None
        self._best: Any = None
        self.attach(data)

    def attach(self, data: TrainingData) -> None:
        """Take the rows; the solver starts with the next ``advance``."""
        super().attach(data)
        self._fitted = copy.copy(self._plain)
        self._iterates: list[Iterate] = []
        self._is_over = False
        self._call = SteppedCall(_fit(self._fitted, data, self._iterates))
        weakref.finalize(self, self._call.cancel)

    def advance(self) -> None:
        """Solve one iteration further; behind a checkpoint, repeat up to there first."""
        self.step += 1
        # One iteration ahead, since only the end of the fit tells which iterate was the last.
        while not self._is_over and len(self._iterates) <= self.step:
            self._is_over = not self._call.proceed()
        if self._is_over:
            self.total = max(len(self._iterates), 1)
        self._now = self._fitted if self.is_done else self._partly_fitted(*self._iterates[self.step - 1])

    def outputs(self, split: Split) -> Outputs:
        """Probabilities by the present coefficients."""
        X, y_true = rows(self.data, split)
        return predict_outputs(self._now, X, y_true, task=self.data.task, n_classes=self.data.n_classes)

    def mark_best(self) -> None:
        """Remember the present coefficients; each point has its own, so nothing is copied."""
        self._best = self._now

    def best_estimator(self) -> Any:
        """The estimator of the best iteration."""
        return self._best

    def estimator(self) -> Any:
        """The estimator of the present iteration."""
        return self._now

    def _partly_fitted(self, coef: FloatArray, intercept: FloatArray) -> Any:
        estimator = copy.copy(self._plain)
        estimator.classes_ = np.unique(self.data.y_train)
        estimator.n_features_in_ = self.data.X_train.shape[1]
        estimator.coef_, estimator.intercept_ = coef, intercept
        estimator.n_iter_ = np.array([self.step], dtype=np.int32)
        return estimator


class _Watcher:
    """Collects the iterates in the solver's thread, and stands still after each."""

    def __init__(self, stepped: SteppedCall, iterates: list[Iterate]) -> None:
        self._stepped = stepped
        self._iterates = iterates

    def setup(self, estimator: Any, context: Any) -> None:
        """Part of the callback protocol; nothing to prepare."""

    def teardown(self, estimator: Any, context: Any) -> None:
        """Part of the callback protocol; nothing to clear away."""

    def on_fit_task_begin(self, estimator: Any, context: Any) -> None:
        """Part of the callback protocol; an iteration is interesting when it is over."""

    def on_fit_task_end(self, estimator: Any, context: Any, *, fitted_estimator: Any = None) -> None:
        """Take the coefficients of one iteration; other tasks of the fit bring none."""
        del estimator
        if fitted_estimator is not None and context.task_name == "lbfgs-iter":
            self._iterates.append((fitted_estimator.coef_.copy(), fitted_estimator.intercept_.copy()))
            self._stepped.pause()


def _fit(estimator: Any, data: TrainingData, iterates: list[Iterate]) -> Callable[[SteppedCall], None]:
    def call(stepped: SteppedCall) -> None:
        estimator.set_callbacks(_Watcher(stepped, iterates))
        try:
            estimator.fit(data.X_train, data.y_train)
        finally:
            estimator.set_callbacks()

    return call
