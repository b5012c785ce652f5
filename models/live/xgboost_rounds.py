"""XGBoost, a few iterations of its own loop at a time."""

import copy
from typing import Any

import numpy as np

from core.types import LearningTask, Split
from models.devices import xgboost_device
from models.live._estimators import rows, single_precision, spread_classes
from models.live._pace import Pace
from models.native import with_categories
from models.training import Outputs, Trainer, TrainingData


class XGBoostTrainer(Trainer):
    """Runs XGBoost's training loop a few iterations at a time; the library keeps the sums for rows that it knows.

    A checkpoint holds the trees. The library cannot store the state of its random draws: where rows or columns are
    drawn, a continued training repeats the iterations without scoring them. On a GPU worker the trees grow on the GPU;
    the finished model predicts on any machine.
    """

    step_name = "iterations"
    volatile = frozenset({"data", "_pace", "_matrix", "_repeats"})

    def __init__(self, estimator: Any, data: TrainingData) -> None:
        """Take an unfitted ``XGBClassifier`` or ``XGBRegressor``."""
        self._plain = with_categories(estimator, data.categorical, data.X_train.shape[1])
        self.total = int(estimator.n_estimators)
        self._best_step = 0
        self._booster: Any = None
        self.attach(data)

    def attach(self, data: TrainingData) -> None:
        """Take the rows, binned once; a continued checkpoint's trees are asked about them by the next scoring."""
        import xgboost

        super().attach(data)
        self._pace = Pace(self.total)
        self._classes = None if data.task is LearningTask.REGRESSION else np.unique(data.y_train)
        facts = {
            "nthread": self._plain.n_jobs,
            "max_bin": self._plain.max_bin,
            "feature_types": self._plain.feature_types,
            "enable_categorical": self._plain.enable_categorical,
        }
        labels = data.y_train if self._classes is None else np.searchsorted(self._classes, data.y_train)
        train = xgboost.QuantileDMatrix(single_precision(data.X_train), labels, **facts)
        self._matrix = {Split.TRAIN: train}
        if len(data.y_validation):
            self._matrix[Split.VALIDATION] = xgboost.QuantileDMatrix(
                single_precision(data.X_validation), ref=train, **facts
            )
        self._booster = xgboost.Booster(self._learning(), list(self._matrix.values()), model_file=self._booster)
        self._repeats = self.step > 0 and min(self._plain.subsample, self._plain.colsample_bytree) < 1

    def advance(self) -> None:
        """Boost up to the next point; behind a checkpoint, repeat up to there first where there are random draws."""
        if self._repeats:
            self._repeat()
        n_new = self._pace.begin(self.step)
        for iteration in range(self.step, self.step + n_new):
            self._booster.update(self._matrix[Split.TRAIN], iteration)
        self.step += n_new
        self._pace.end(n_new)

    def outputs(self, split: Split) -> Outputs:
        """The library's own running sums, through the loss's link."""
        said = self._booster.predict(self._matrix[split])
        y_true = rows(self.data, split)[1]
        if self._classes is None:
            return Outputs(y_true=y_true, y_out=said.astype(np.float64))
        # As its own predict_proba: in single precision, so that both say the same.
        y_prob = said if said.ndim == 2 else np.column_stack([1.0 - said, said])
        return Outputs(
            y_true=y_true, y_out=spread_classes(y_prob.astype(np.float64), self._classes, self.data.n_classes)
        )

    def mark_best(self) -> None:
        """Remember the number of iterations."""
        self._best_step = self.step

    def best_estimator(self) -> Any:
        """The ensemble of the first iterations up to the best point."""
        return self._slice(self._best_step)

    def estimator(self) -> Any:
        """The ensemble of all iterations so far."""
        return self._slice(self.step)

    def _repeat(self) -> None:
        import xgboost

        self._booster = xgboost.Booster(self._learning(), list(self._matrix.values()))
        for iteration in range(self.step):
            self._booster.update(self._matrix[Split.TRAIN], iteration)
        self._repeats = False

    def _slice(self, n_iterations: int) -> Any:
        estimator = copy.copy(self._plain).set_params(n_estimators=n_iterations)
        booster = self._booster[:n_iterations]
        booster.set_param({"device": "cpu"})
        estimator._Booster = booster
        if self._classes is None:
            return estimator
        estimator.n_classes_ = len(self._classes)
        estimator.objective = self._objective()["objective"]
        if np.array_equal(self._classes, np.arange(len(self._classes))):
            return estimator
        from models.coded import CodedClassifier

        # A class without a training row leaves a gap in the codes, which the library does not take.
        return CodedClassifier.around(estimator, self._classes)

    def _learning(self) -> dict[str, Any]:
        return {**self._plain.get_xgb_params(), **self._objective(), "device": xgboost_device()}

    def _objective(self) -> dict[str, Any]:
        if self._classes is None:
            return {}
        if len(self._classes) > 2:
            return {"objective": "multi:softprob", "num_class": len(self._classes)}
        return {"objective": "binary:logistic"}
