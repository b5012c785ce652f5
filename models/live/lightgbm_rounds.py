"""LightGBM, watched from inside one ``fit`` by its callbacks."""

import copy
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np

from core.types import LearningTask, Split
from models.live._estimators import predict_outputs, rows, spread_classes
from models.live._pace import Pace
from models.live._stepped import SteppedCall
from models.native import with_categories
from models.training import FloatArray, Outputs, Trainer, TrainingData


class LightGBMTrainer(Trainer):
    """Lets one uninterrupted ``fit`` stand still between iterations, and reads the sums it keeps for its metrics.

    The library cannot store the state of its random draws, so a continued checkpoint repeats the iterations without
    scoring them; they come out the same.
    """

    step_name = "iterations"
    volatile = frozenset({"data", "_pace", "_call", "_fitted", "_booster", "_stop_at", "_sums"})

    def __init__(self, estimator: Any, data: TrainingData) -> None:
        """Take an unfitted ``LGBMClassifier`` or ``LGBMRegressor``."""
        self._plain = with_categories(estimator, data.categorical, data.X_train.shape[1])
        self.total = int(estimator.n_estimators)
        self._best_step = 0
        self._stored: Any = None
        self.attach(data)

    def __getstate__(self) -> dict[str, Any]:
        """Beside the usual the model so far, which is all that scoring it and keeping its best need."""
        return {**super().__getstate__(), "_stored": self._cut(self.step) if self.step else None}

    def attach(self, data: TrainingData) -> None:
        """Take the rows; the iterations start with the next ``advance``."""
        super().attach(data)
        self._pace = Pace(self.total)
        self._classes = np.unique(data.y_train) if data.task is LearningTask.CLASSIFICATION else np.empty(0)
        self._fitted = copy.copy(self._plain)
        self._booster: Any = None
        self._stop_at = 0
        self._sums: dict[Split, FloatArray] = {}
        self._call = SteppedCall(self._fit_of(weakref.ref(self)))
        weakref.finalize(self, self._call.cancel)

    def advance(self) -> None:
        """Boost up to the next point; behind a checkpoint, repeat up to there first."""
        n_new = self._pace.begin(self.step)
        self._stop_at = self.step + n_new
        is_over = not self._call.proceed()
        self.step = self._stop_at
        if self.is_done and not is_over:
            self._call.proceed()
        self._pace.end(n_new)

    def outputs(self, split: Split) -> Outputs:
        """The library's own running sums, through the loss's link."""
        X, y_true = rows(self.data, split)
        if split not in self._sums:  # a continued checkpoint that has not trained on yet
            return predict_outputs(self._stored, X, y_true, task=self.data.task, n_classes=self.data.n_classes)
        said = self._sums[split]
        if self.data.task is LearningTask.REGRESSION:
            return Outputs(y_true=y_true, y_out=said)
        y_prob = said if said.ndim == 2 else np.column_stack([1.0 - said, said])
        return Outputs(y_true=y_true, y_out=spread_classes(y_prob, self._classes, self.data.n_classes))

    def mark_best(self) -> None:
        """Remember the number of iterations."""
        self._best_step = self.step

    def best_estimator(self) -> Any:
        """The ensemble of the first iterations up to the best point."""
        return self._cut(self._best_step)

    def estimator(self) -> Any:
        """The ensemble of all iterations so far."""
        return self._cut(self.step)

    def _look(self, booster: Any, iteration: int) -> bool:
        """Called in the fit's thread after each iteration. Returns whether this one is a point."""
        self._booster = booster
        if iteration + 1 < self._stop_at:
            return False
        for split, ask in ((Split.TRAIN, booster.eval_train), (Split.VALIDATION, booster.eval_valid)):
            ask(lambda said, _, split=split: self._keep(split, said))
        return True

    def _keep(self, split: Split, said: FloatArray) -> tuple[str, float, bool]:
        self._sums[split] = said.copy()
        return "nothing", 0.0, False

    def _fit_of(self, trainer: "weakref.ref[LightGBMTrainer]") -> Callable[[SteppedCall], None]:
        """The fit as a call that does not keep its trainer alive while it stands still."""
        fitted, data = self._fitted, self.data
        # Their truth is none of the fit's business, and may hold a class that it does not know.
        ignored = np.full(len(data.y_validation), data.y_train[0])
        facts = {"eval_X": (data.X_validation,), "eval_y": (ignored,)} if len(ignored) else {}

        def call(stepped: SteppedCall) -> None:
            def look(env: Any) -> None:
                watching = trainer()
                is_point = watching is None or watching._look(env.model, env.iteration)
                del watching
                if is_point:
                    stepped.pause()

            fitted.fit(data.X_train, data.y_train, callbacks=[look], **facts)

        return call

    def _cut(self, n_iterations: int) -> Any:
        """An estimator as a plain fit of ``n_iterations`` leaves it."""
        import lightgbm

        if n_iterations == self.total and getattr(self._fitted, "fitted_", False):
            return copy.copy(self._fitted)
        whole = self._stored if self._booster is None else self._fitted
        booster = self._stored.booster_ if self._booster is None else self._booster
        estimator = copy.copy(whole)
        estimator._other_params = dict(whole._other_params)  # where set_params writes, in place
        estimator.set_params(n_estimators=n_iterations)
        estimator._Booster = lightgbm.Booster(model_str=booster.model_to_string(num_iteration=n_iterations))
        estimator._n_features = booster.num_feature()
        estimator._fitted_with_feature_names = False
        estimator._evals_result, estimator._best_iteration, estimator._best_score = {}, 0, {}
        estimator.fitted_ = True
        return estimator
