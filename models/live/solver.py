"""Solvers that walk downhill, watched step by step."""

import copy
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from core.types import Split
from models.live._estimators import predict_outputs, rows
from models.live._needs import NOTHING, Needs, failures_in_words
from models.live._stepped import SteppedCall
from models.live._target import Target, classes_of
from models.live._watching import Iterate, Watch, by_callbacks
from models.training import FloatArray, Outputs, Trainer, TrainingData

NOTHING_KEPT: Iterate = {}
"""In place of an iterate that has been shown: a thousand of many classes and words would fill the memory."""


class SolverTrainer(Trainer):
    """Lets one uninterrupted ``fit`` stand still after each iteration of L-BFGS.

    The solver's memory of past gradients cannot be stored, so a continued checkpoint repeats the iterations
    without scoring them; they come out the same. How many there are is known when the solver has converged:
    until then ``total`` is the most that it may take.
    """

    step_name = "iterations"
    volatile = frozenset({"data", "_call", "_iterates", "_fitted", "_is_over"})

    def __init__(
        self, estimator: Any, data: TrainingData, *, watch: Watch = by_callbacks, needs: Needs = NOTHING
    ) -> None:
        """Take an unfitted linear estimator that solves by L-BFGS, and the way to look into it."""
        self._target = Target(estimator)
        self._watch = watch
        self._needs = needs
        self.total = int(self._target.inner.max_iter)
        self._now: Any = None
        self._best: Any = None
        self.attach(data)

    def attach(self, data: TrainingData) -> None:
        """Take the rows; the solver starts with the next ``advance``."""
        super().attach(data)
        self._needs.check(data)
        y = self._target.attach(data)
        self._fitted = copy.copy(self._target.inner)
        self._iterates: list[Iterate] = []
        self._is_over = False
        self._call = SteppedCall(_fit(self._watch, self._fitted, data.X_train, y, self._iterates))
        weakref.finalize(self, self._call.cancel)

    def advance(self) -> None:
        """Solve one iteration further; behind a checkpoint, repeat up to there first.

        Raises:
            UnsuitableData: The solver cannot compute with these numbers.
        """
        self.step += 1
        # One iteration ahead, since only the end of the fit tells which iterate was the last.
        while not self._is_over and len(self._iterates) <= self.step:
            self._is_over = not self._call.proceed()
        if self._is_over:
            self.total = max(len(self._iterates), 1)
        self._now = self._fitted if self.is_done else self._partly_fitted(self._iterates[self.step - 1])
        self._iterates[: self.step] = [NOTHING_KEPT] * min(self.step, len(self._iterates))

    def outputs(self, split: Split) -> Outputs:
        """Answers by the present coefficients."""
        X, y_true = rows(self.data, split)
        with failures_in_words():
            return predict_outputs(self.estimator(), X, y_true, task=self.data.task, n_classes=self.data.n_classes)

    def mark_best(self) -> None:
        """Remember the present coefficients; each point has its own, so nothing is copied."""
        self._best = self._now

    def best_estimator(self) -> Any:
        """The estimator of the best iteration."""
        return self._target.wrap(self._best)

    def estimator(self) -> Any:
        """The estimator of the present iteration."""
        return self._target.wrap(self._now)

    def _partly_fitted(self, iterate: Iterate) -> Any:
        estimator = copy.copy(self._target.inner)
        if (classes := classes_of(self.data)) is not None:
            estimator.classes_ = classes
        estimator.n_features_in_ = self.data.X_train.shape[1]
        estimator.n_iter_ = np.array([self.step], dtype=np.int32) if classes is not None else self.step
        for name, value in iterate.items():
            setattr(estimator, name, value)
        return estimator


def _fit(
    watch: Watch, estimator: Any, X: FloatArray, y: npt.NDArray[Any], iterates: list[Iterate]
) -> Callable[[SteppedCall], None]:
    def call(stepped: SteppedCall) -> None:
        def seen(iterate: Iterate) -> None:
            iterates.append(iterate)
            stepped.pause()

        with failures_in_words():
            watch(estimator, X, y, seen)

    return call
