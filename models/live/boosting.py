"""Gradient boosting, scored on its own running sums."""

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from core.types import LearningTask, Split
from models.live._estimators import predict_outputs, rows, spread_classes
from models.live._pace import Pace
from models.native import with_categories
from models.training import FloatArray, Outputs, Trainer, TrainingData


class BoostingTrainer(Trainer):
    """Boosts a few iterations at a time by ``warm_start``, without its price.

    By itself each such call bins all rows and asks all trees again. Here both are kept from call to call, in place
    of three of the estimator's inner methods while it fits; the third one, meant to judge early stopping, is shown
    the running sums for train and validation rows and never asks to stop.
    """

    step_name = "iterations"
    volatile = frozenset({"data", "_pace", "_binned", "_bin_mapper", "_raw", "_y_ignored"})

    def __init__(self, estimator: Any, data: TrainingData) -> None:
        """Take an unfitted histogram gradient boosting estimator."""
        estimator = with_categories(copy.copy(estimator), data.categorical, data.X_train.shape[1])
        self._params = estimator.get_params()
        self._growing = copy.copy(estimator).set_params(early_stopping=True, warm_start=True, scoring="loss")
        self.total = int(estimator.max_iter)
        self._best_step = 0
        self.attach(data)

    def attach(self, data: TrainingData) -> None:
        """Take the rows; they are binned by the next ``advance``."""
        super().attach(data)
        self._pace = Pace(self.total)
        self._binned: dict[Split, Any] = {}
        self._bin_mapper: Any = None
        self._raw: dict[Split, FloatArray] = {}
        # The fit only carries the validation rows along; their truth is none of its business.
        self._y_ignored = np.full(len(data.y_validation), data.y_train[0])

    def advance(self) -> None:
        """Boost up to the next point."""
        n_new = self._pace.begin(self.step)
        self._growing.set_params(max_iter=self.step + n_new)
        with self._shortcuts():
            self._growing.fit(self.data.X_train, self.data.y_train, X_val=self.data.X_validation, y_val=self._y_ignored)
        self.step += n_new
        self._pace.end(n_new)

    def outputs(self, split: Split) -> Outputs:
        """The running sums through the loss's link: no tree is asked twice."""
        X, y_true = rows(self.data, split)
        if split not in self._raw:  # a continued checkpoint that has not trained on yet
            return predict_outputs(self._growing, X, y_true, task=self.data.task, n_classes=self.data.n_classes)
        raw = self._raw[split]
        if self.data.task is LearningTask.REGRESSION:
            y_out = raw[:, 0].copy()
        else:
            y_prob = np.asarray(self._growing._loss.predict_proba(raw))
            y_out = spread_classes(y_prob, self._growing.classes_, self.data.n_classes)
        return Outputs(y_true=y_true, y_out=y_out)

    def mark_best(self) -> None:
        """Remember the number of iterations."""
        self._best_step = self.step

    def best_estimator(self) -> Any:
        """The ensemble of the first iterations up to the best point."""
        return self._slice(self._best_step)

    def estimator(self) -> Any:
        """The ensemble of all iterations so far."""
        return self._slice(self.step)

    def _slice(self, n_iterations: int) -> Any:
        """An estimator as a plain fit of ``n_iterations`` leaves it."""
        estimator = copy.copy(self._growing)
        estimator._predictors = self._growing._predictors[:n_iterations]
        estimator.do_early_stopping_ = False
        return estimator.set_params(**{**self._params, "max_iter": n_iterations})

    @contextmanager
    def _shortcuts(self) -> Iterator[None]:
        """Stand in for the estimator's methods while it fits; removed afterwards, so that it can be stored."""
        shortcuts = {
            "_bin_data": self._bin_once,
            "_raw_predict": self._predict_once,
            "_check_early_stopping_loss": self._look,
        }
        vars(self._growing).update(shortcuts)
        try:
            yield
        finally:
            for name in shortcuts:
                del vars(self._growing)[name]

    def _bin_once(self, X: FloatArray, sample_weight: Any, is_training_data: bool) -> Any:
        growing = self._growing
        split = Split.TRAIN if is_training_data else Split.VALIDATION
        if split not in self._binned:
            self._binned[split] = type(growing)._bin_data(growing, X, sample_weight, is_training_data)
            self._bin_mapper = growing._bin_mapper
        growing._bin_mapper = self._bin_mapper  # each fit begins with a new one that knows no bins
        return self._binned[split]

    def _predict_once(self, X_binned: Any, n_threads: int | None = None) -> FloatArray:
        for split, raw in self._raw.items():
            if X_binned is self._binned[split]:
                return raw  # the fit adds its new trees in place
        asked: FloatArray = type(self._growing)._raw_predict(self._growing, X_binned, n_threads)
        return asked

    def _look(self, *, raw_predictions: FloatArray, raw_predictions_val: FloatArray, **_: Any) -> bool:
        self._raw = {Split.TRAIN: raw_predictions, Split.VALIDATION: raw_predictions_val}
        return False
