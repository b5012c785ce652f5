"""Epochs of a neural network: each row once per step, in the order a plain ``fit`` would take."""

import copy
from typing import Any

import numpy as np

from core.errors import TrainingDiverged
from core.types import LearningTask, Split
from models.live._estimators import predict_outputs, rows
from models.training import Outputs, Trainer, TrainingData

Weights = tuple[list[Any], list[Any]]


class EpochTrainer(Trainer):
    """Trains a multi-layer perceptron by ``partial_fit``, one epoch a step.

    ``fit`` shuffles the order of the previous epoch again in each epoch, with one generator that has drawn the
    first weights before. ``partial_fit`` would forget both, so the order is kept here and handed over row by
    row. An estimator with ``early_stopping`` is judged by the loss on the validation rows of the run, which are
    not learned from, instead of a further part of the train rows; when that loss has not fallen for
    ``n_iter_no_change`` epochs, training ends and the best weights come back.
    """

    step_name = "epoch"
    volatile = frozenset({"data", "_X", "_y"})

    def __init__(self, estimator: Any, data: TrainingData) -> None:
        """Take an unfitted perceptron, or for a regression one inside a ``TransformedTargetRegressor``."""
        from sklearn.base import clone

        self._shell = clone(estimator)
        network = getattr(estimator, "regressor", estimator)
        self._patience = int(network.n_iter_no_change) if network.early_stopping else None
        self._network = clone(network).set_params(early_stopping=False, shuffle=False)
        if network.batch_size != "auto":
            self._network.set_params(batch_size=min(network.batch_size, len(data.y_train)))
        self.total = int(network.max_iter)
        self._best: Weights = ([], [])
        self._best_step = 0
        self._lowest: Weights = ([], [])
        self._lowest_loss = np.inf
        self._lowest_step = 0
        self.attach(data)
        self._order = np.arange(len(data.y_train))
        self._shuffler = self._after_first_weights()

    def attach(self, data: TrainingData) -> None:
        """Take the rows; the target of a regression is brought to mean 0 and deviation 1."""
        super().attach(data)
        self._X = np.ascontiguousarray(data.X_train)
        self._y = data.y_train
        if data.task is LearningTask.REGRESSION:
            self._shell = _with_fitted_target(self._shell, data)
            self._y = self._shell.transformer_.transform(data.y_train.reshape(-1, 1))[:, 0]

    def advance(self) -> None:
        """Train one epoch.

        Raises:
            TrainingDiverged: The weights are no finite numbers any more.
        """
        from sklearn.utils import shuffle

        self._order = shuffle(self._order, random_state=self._shuffler)
        self.step += 1
        self._learn()
        if self._patience is not None:
            self._judge(self._patience)

    def outputs(self, split: Split) -> Outputs:
        """Predictions by the present weights."""
        X, y_true = rows(self.data, split)
        estimator = self._with(self._network)
        return predict_outputs(estimator, X, y_true, task=self.data.task, n_classes=self.data.n_classes)

    def mark_best(self) -> None:
        """Copy the present weights."""
        self._best, self._best_step = _weights(self._network), self.step

    def best_estimator(self) -> Any:
        """The network with the weights of the best epoch."""
        return self._finished(self._best, self._best_step)

    def estimator(self) -> Any:
        """The network with the present weights; after an early stop, those of the lowest validation loss."""
        if self._patience is not None and self.is_done:
            return self._finished(self._lowest, self._lowest_step)
        return self._finished(_weights(self._network), self.step)

    def _learn(self) -> None:
        """One pass over the rows in the present order."""
        network, order = self._network, self._order
        try:
            with np.errstate(over="ignore", invalid="ignore"):  # reported below, in words
                network.partial_fit(self._X[order], self._y[order], **self._classes())
        except ValueError as error:
            if all(np.isfinite(weights).all() for weights in (*network.coefs_, *network.intercepts_)):
                raise
            raise TrainingDiverged(step_name=self.step_name, step=self.step) from error

    def _classes(self) -> dict[str, Any]:
        """What ``partial_fit`` of a classifier wants to know beforehand."""
        return {} if self.data.task is LearningTask.REGRESSION else {"classes": np.unique(self.data.y_train)}

    def _after_first_weights(self) -> Any:
        """A generator that stands where ``fit``'s stands when it shuffles for the first time."""
        from sklearn.base import clone
        from sklearn.utils import check_random_state

        generator = check_random_state(self._network.random_state)
        probe = clone(self._network).set_params(random_state=generator, batch_size="auto")
        probe.partial_fit(np.zeros_like(self._X[:1]), self._y[:1], **self._classes())
        return generator

    def _judge(self, patience: int) -> None:
        """Keep the weights of the lowest validation loss; end when it has not fallen for ``patience`` epochs."""
        loss = _loss(self.outputs(Split.VALIDATION), self.data.task)
        if loss < self._lowest_loss:
            self._lowest_loss, self._lowest_step = loss, self.step
            self._lowest = _weights(self._network)
        elif self.step - self._lowest_step >= patience:
            self.total = self.step

    def _finished(self, weights: Weights, n_epochs: int) -> Any:
        network = copy.copy(self._network).set_params(shuffle=True, max_iter=n_epochs)
        network.coefs_, network.intercepts_ = weights
        network.n_iter_ = n_epochs
        network.__dict__.pop("_optimizer", None)  # as large as two more networks, and of no use for predictions
        return self._with(network)

    def _with(self, network: Any) -> Any:
        """``network`` as it is, or inside the scaling of a regression's target."""
        if self.data.task is LearningTask.CLASSIFICATION:
            return network
        estimator = copy.copy(self._shell)
        estimator.regressor = estimator.regressor_ = network
        return estimator


def _weights(network: Any) -> Weights:
    return [coef.copy() for coef in network.coefs_], [intercept.copy() for intercept in network.intercepts_]


def _with_fitted_target(shell: Any, data: TrainingData) -> Any:
    """``shell`` with the target's scaling learned and a place for the network."""
    from sklearn.base import clone
    from sklearn.dummy import DummyRegressor

    return clone(shell).set_params(regressor=DummyRegressor()).fit(data.X_train, data.y_train)


def _loss(outputs: Outputs, task: LearningTask) -> float:
    """Mean cross-entropy or mean squared error."""
    if task is LearningTask.REGRESSION:
        return float(np.mean((outputs.y_out - outputs.y_true) ** 2))
    y_prob = outputs.y_out[np.arange(len(outputs.y_true)), outputs.y_true]
    return float(-np.mean(np.log(np.maximum(y_prob, np.finfo(np.float64).eps))))
