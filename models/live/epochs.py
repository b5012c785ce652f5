"""Epochs: every training row once more, in the order a plain ``fit`` would take."""

from collections.abc import Callable
from typing import Any, ClassVar, Protocol

import numpy as np
import numpy.typing as npt

from core.errors import TrainingDiverged
from core.types import LearningTask, Split
from models.live._estimators import predict_outputs, rows
from models.live._network import NetworkLearner
from models.live._pace import Pace
from models.live._target import Target
from models.training import FloatArray, Outputs, Trainer, TrainingData

FEWEST_POINTS = 12
"""Of cheap epochs, which cost less than looking at them."""


class Learner(Protocol):
    """An estimator that learns an epoch at a time; pickles without its rows."""

    is_cheap: ClassVar[bool]
    """Whether an epoch is so short that scoring each of them would cost more than learning."""

    def attach(self, X: FloatArray, y: npt.NDArray[Any]) -> None:
        """Take the rows: once in the beginning and once after each load of a checkpoint."""

    def learn(self) -> None:
        """One epoch; ValueError when the weights are no numbers any more."""

    def weights(self) -> Any:
        """A copy of the present weights."""

    def is_finite(self) -> bool:
        """Whether all weights are numbers."""

    def fitted(self, weights: Any = None, n_epochs: int | None = None) -> Any:
        """An estimator with ``weights`` after ``n_epochs``; without them the present one, for a look."""


class EpochTrainer(Trainer):
    """Trains epoch by epoch and, if asked to, stops early.

    An estimator with ``early_stopping`` is judged by the loss on the validation rows of the run, which are not
    learned from, instead of a further part of the train rows; when that loss has not fallen for
    ``n_iter_no_change`` epochs, training ends and the best weights come back.
    """

    step_name = "epoch"
    volatile = frozenset({"data", "_pace"})

    def __init__(
        self, estimator: Any, data: TrainingData, *, learner: Callable[[Any], Learner] = NetworkLearner
    ) -> None:
        """Take an unfitted estimator, for a regression possibly inside a scaling of the target."""
        from sklearn.base import clone

        self._target = Target(estimator)
        inner = self._target.inner
        self._patience = int(inner.n_iter_no_change) if inner.early_stopping else None
        self._learner = learner(clone(inner).set_params(early_stopping=False))
        self.total = int(inner.max_iter)
        self._best: Any = None
        self._best_step = 0
        self._lowest: Any = None
        self._lowest_loss = np.inf
        self._lowest_step = 0
        self.attach(data)

    def attach(self, data: TrainingData) -> None:
        """Take the rows."""
        super().attach(data)
        self._pace = Pace(self.total, fewest_points=FEWEST_POINTS)
        self._learner.attach(data.X_train, self._target.attach(data))

    def advance(self) -> None:
        """Train one epoch, or a few cheap ones.

        Raises:
            TrainingDiverged: The weights are no finite numbers any more.
        """
        n_new = self._pace.begin(self.step) if self._learner.is_cheap else 1
        end = self.step + n_new
        while self.step < end and not self.is_done:
            self.step += 1
            self._learn()
            if self._patience is not None:
                self._judge(self._patience)
        self._pace.end(n_new)

    def outputs(self, split: Split) -> Outputs:
        """Answers by the present weights."""
        X, y_true = rows(self.data, split)
        estimator = self._target.wrap(self._learner.fitted())
        with np.errstate(over="ignore", invalid="ignore"):  # the loss tells
            return predict_outputs(estimator, X, y_true, task=self.data.task, n_classes=self.data.n_classes)

    def mark_best(self) -> None:
        """Copy the present weights."""
        self._best, self._best_step = self._learner.weights(), self.step

    def best_estimator(self) -> Any:
        """The estimator with the weights of the best epoch."""
        return self._target.wrap(self._learner.fitted(self._best, self._best_step))

    def estimator(self) -> Any:
        """The estimator with the present weights; after an early stop, those of the lowest validation loss."""
        if self._patience is not None and self.is_done:
            return self._target.wrap(self._learner.fitted(self._lowest, self._lowest_step))
        return self._target.wrap(self._learner.fitted(self._learner.weights(), self.step))

    def _learn(self) -> None:
        """One pass over the rows."""
        try:
            with np.errstate(over="ignore", invalid="ignore"):  # reported below, in words
                self._learner.learn()
        except ValueError as error:
            if self._learner.is_finite():
                raise
            raise TrainingDiverged(step_name=self.step_name, step=self.step) from error

    def _judge(self, patience: int) -> None:
        """Keep the weights of the lowest validation loss; end when it has not fallen for ``patience`` epochs."""
        loss = _loss(self.outputs(Split.VALIDATION), self.data.task)
        if loss < self._lowest_loss:
            self._lowest_loss, self._lowest_step = loss, self.step
            self._lowest = self._learner.weights()
        elif self.step - self._lowest_step >= patience:
            self.total = self.step


def _loss(outputs: Outputs, task: LearningTask) -> float:
    """Mean cross-entropy or mean squared error."""
    if task is LearningTask.REGRESSION:
        return float(np.mean((outputs.y_out - outputs.y_true) ** 2))
    y_prob = outputs.y_out[np.arange(len(outputs.y_true)), outputs.y_true]
    return float(-np.mean(np.log(np.maximum(y_prob, np.finfo(np.float64).eps))))
