"""Boosting by scikit-learn's two older methods, scored on running sums: no tree is asked twice about a row."""

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import numpy.typing as npt

from core.types import LearningTask, Split
from models.live._estimators import rows, single_precision, spread_classes
from models.live._pace import Pace
from models.training import FloatArray, Outputs, Trainer, TrainingData

SPLITS = (Split.TRAIN, Split.VALIDATION)
FEWEST_MEDIANS = 12
"""Points of a boosted regression: each sorts what all trees have said of each row."""
BAND_ROWS = 8_192
"""Rows whose answers are sorted at a time, so that memory does not grow with rows times trees."""


class GradientBoostingTrainer(Trainer):
    """Boosts a few iterations at a time by ``warm_start``.

    By itself each such call asks all earlier trees about the train rows again. The fit's own running sums, which
    its ``monitor`` callback sees, are handed to the next call instead; the validation rows have sums of their own.
    """

    step_name = "iterations"
    volatile = frozenset({"data", "_pace", "_X", "_raw"})

    def __init__(self, estimator: Any, data: TrainingData) -> None:
        """Take an unfitted ``GradientBoostingClassifier`` or ``GradientBoostingRegressor``."""
        self._growing = copy.copy(estimator).set_params(warm_start=True)
        self.total = int(estimator.n_estimators)
        self._best_step = 0
        self.attach(data)

    def attach(self, data: TrainingData) -> None:
        """Take the rows; the trees of a continued checkpoint are asked about them once."""
        super().attach(data)
        self._pace = Pace(self.total)
        # Trees work on float32; converting once saves each call a copy.
        self._X = {split: single_precision(rows(data, split)[0]) for split in SPLITS}
        self._raw: dict[Split, FloatArray] = {}
        if self.step:
            self._raw = {split: self._growing._raw_predict(X) for split, X in self._X.items() if len(X)}

    def advance(self) -> None:
        """Boost up to the next point."""
        n_new = self._pace.begin(self.step)
        self._growing.set_params(n_estimators=self.step + n_new)
        with self._kept_sums():
            self._growing.fit(self._X[Split.TRAIN], self.data.y_train, monitor=self._look)
        self._add_to_validation(first=self.step)
        self.step += n_new
        self._pace.end(n_new)

    def outputs(self, split: Split) -> Outputs:
        """The running sums through the loss's link."""
        raw, y_true = self._raw[split], rows(self.data, split)[1]
        if self.data.task is LearningTask.REGRESSION:
            return Outputs(y_true=y_true, y_out=raw[:, 0].copy())
        y_prob = np.asarray(self._growing._loss.predict_proba(raw))
        return Outputs(y_true=y_true, y_out=spread_classes(y_prob, self._growing.classes_, self.data.n_classes))

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
        estimator = copy.copy(self._growing).set_params(n_estimators=n_iterations, warm_start=False)
        estimator.estimators_ = self._growing.estimators_[:n_iterations]
        estimator.train_score_ = self._growing.train_score_[:n_iterations]
        estimator.n_estimators_ = n_iterations
        return estimator

    def _look(self, iteration: int, estimator: Any, variables: dict[str, Any]) -> bool:
        """The fit's ``monitor``: take hold of the sums, which it goes on to update in place; never stop."""
        del iteration, estimator
        self._raw[Split.TRAIN] = variables["raw_predictions"]
        return False

    @contextmanager
    def _kept_sums(self) -> Iterator[None]:
        """Answer the fit's question for the train rows' sums from memory; removed afterwards, to be stored."""
        if Split.TRAIN not in self._raw:
            yield
            return
        vars(self._growing)["_raw_predict"] = lambda _: self._raw[Split.TRAIN]
        try:
            yield
        finally:
            del vars(self._growing)["_raw_predict"]

    def _add_to_validation(self, *, first: int) -> None:
        growing, X = self._growing, self._X[Split.VALIDATION]
        if Split.VALIDATION not in self._raw:
            self._raw[Split.VALIDATION] = growing._raw_predict_init(X)
        raw = self._raw[Split.VALIDATION]
        for stage in growing.estimators_[first:]:
            for column, tree in enumerate(stage):
                raw[:, column] += growing.learning_rate * tree.tree_.predict(X)[:, 0]


class AdaBoostTrainer(Trainer):
    """Boosts one learner after the other, with the state between two of them in its own hands.

    The loop is that of the estimator's ``fit``, around the same inner step: row weights in, a fitted learner and new
    row weights out. A method that has found a perfect learner, or one worse than chance, ends early; ``total`` falls.
    """

    step_name = "learners"
    volatile = frozenset({"data", "_pace", "_X", "_sums", "_leaves"})

    def __init__(self, estimator: Any, data: TrainingData) -> None:
        """Take an unfitted ``AdaBoostClassifier`` or ``AdaBoostRegressor``."""
        self.total = int(estimator.n_estimators)
        self._best_step = 0
        self._growing = copy.copy(estimator)
        self._row_weights = np.full(len(data.y_train), 1 / len(data.y_train))
        self._generator = np.random.RandomState(estimator.random_state)
        self._begin()
        self.attach(data)

    def attach(self, data: TrainingData) -> None:
        """Take the rows; the learners of a continued checkpoint are asked about them once."""
        super().attach(data)
        is_regression = data.task is LearningTask.REGRESSION
        self._pace = Pace(self.total, **({"fewest_points": FEWEST_MEDIANS} if is_regression else {}))
        self._X = {split: single_precision(rows(data, split)[0]) for split in SPLITS}
        self._sums: dict[Split, FloatArray] = {}
        # Two bytes for each row and learner: the leaf that the row falls into; a boosted tree has far fewer.
        self._leaves: dict[Split, list[npt.NDArray[np.uint16]]] = {split: [] for split in SPLITS}
        for learner, weight in zip(self._growing.estimators_, self._growing.estimator_weights_, strict=False):
            self._ask(learner, float(weight))
        self._growing.n_features_in_ = data.X_train.shape[1]

    def advance(self) -> None:
        """Boost up to the next point."""
        # Close together at first: many a boosting ends long before its last learner.
        n_new = min(self._pace.begin(self.step), 1 + self.step // 6)
        for _ in range(n_new):
            self._boost()
            if self.is_done:
                break
        self._pace.end(n_new)

    def outputs(self, split: Split) -> Outputs:
        """The weighted vote so far, or the weighted median."""
        y_true = rows(self.data, split)[1]
        if self.data.task is LearningTask.REGRESSION:
            return Outputs(y_true=y_true, y_out=self._medians(split))
        decision = self._sums[split] / self._weights.sum()
        classes = self._growing.classes_
        if len(classes) == 2:
            decision = decision * [-1, 1]
            decision = decision.sum(axis=1)
        y_prob = type(self._growing)._compute_proba_from_decision(decision, len(classes))
        return Outputs(y_true=y_true, y_out=spread_classes(y_prob, classes, self.data.n_classes))

    def mark_best(self) -> None:
        """Remember the number of learners."""
        self._best_step = self.step

    def best_estimator(self) -> Any:
        """The ensemble of the first learners up to the best point."""
        return self._slice(self._best_step)

    def estimator(self) -> Any:
        """The ensemble of all learners so far."""
        if self.is_done:  # with the number that was asked for, even if it took fewer
            return copy.copy(self._growing)
        return self._slice(self.step)

    def _medians(self, split: Split) -> FloatArray:
        values = [learner.tree_.value[:, 0, 0] for learner in self._growing.estimators_]
        y_out = np.empty(len(self._X[split]))
        for first in range(0, len(y_out), BAND_ROWS):
            band = slice(first, first + BAND_ROWS)
            said = [value[leaf[band]] for value, leaf in zip(values, self._leaves[split], strict=True)]
            y_out[band] = _weighted_median(np.array(said).T, self._weights)
        return y_out

    @property
    def _weights(self) -> FloatArray:
        weights: FloatArray = self._growing.estimator_weights_[: self.step]
        return weights

    def _slice(self, n_learners: int) -> Any:
        estimator = copy.copy(self._growing).set_params(n_estimators=n_learners)
        estimator.estimators_ = self._growing.estimators_[:n_learners]
        estimator.estimator_weights_ = self._growing.estimator_weights_[:n_learners]
        estimator.estimator_errors_ = self._growing.estimator_errors_[:n_learners]
        return estimator

    def _begin(self) -> None:
        growing = self._growing
        growing._validate_estimator()
        growing.estimators_ = []
        growing.estimator_weights_ = np.zeros(self.total)
        growing.estimator_errors_ = np.ones(self.total)

    def _boost(self) -> None:
        """One turn of the loop in the library's ``fit``."""
        growing, at = self._growing, self.step
        given = np.clip(self._row_weights, np.finfo(np.float64).eps, None)
        weights, learner_weight, error = growing._boost(
            at, self._X[Split.TRAIN], self.data.y_train, given, self._generator
        )
        if weights is None:  # worse than chance: it has been taken out again
            if not at:  # but for a regression's only one, which answers alone
                self._ask(growing.estimators_[0], 0.0)
                self.step = 1
            self.total = self.step
            return
        growing.estimator_weights_[at], growing.estimator_errors_[at] = learner_weight, error
        self._ask(growing.estimators_[at], float(learner_weight))
        self.step += 1
        weight_sum = float(np.sum(weights))
        if error == 0 or not np.isfinite(weight_sum) or weight_sum <= 0:
            self.total = self.step
        else:
            self._row_weights = weights / weight_sum

    def _ask(self, learner: Any, weight: float) -> None:
        for split in SPLITS:
            X = self._X[split]
            if not len(X):
                continue
            if self.data.task is LearningTask.REGRESSION:
                self._leaves[split].append(learner.tree_.apply(X).astype(np.uint16))
                continue
            said = learner.predict(X)
            classes = self._growing.classes_
            against = -1 / (len(classes) - 1) * weight
            vote = np.where(said[:, np.newaxis] == classes, weight, against)
            self._sums[split] = self._sums[split] + vote if split in self._sums else vote


def _weighted_median(said: FloatArray, weights: FloatArray) -> FloatArray:
    """For each row the value below which half of the learners' weight lies.

    Args:
        said: Shape (n_samples, n_learners).
        weights: Shape (n_learners,).
    """
    order = np.argsort(said, axis=1)
    so_far = np.cumsum(weights[order], axis=1, dtype=np.float64)
    at = (so_far >= 0.5 * so_far[:, -1:]).argmax(axis=1)
    each = np.arange(len(said))
    median: FloatArray = said[each, order[each, at]]
    return median
