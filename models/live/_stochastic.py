"""Stochastic gradient descent, an epoch at a time."""

import copy
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from models.training import FloatArray

Weights = tuple[FloatArray, FloatArray]
"""Coefficients, shape (n_problems, n_features), and intercepts, shape (n_problems,)."""


class StochasticLearner:
    """Runs the epochs of an ``SGDClassifier`` or ``SGDRegressor`` one by one, in the order in which ``fit`` would.

    ``fit`` keeps shuffling one order from epoch to epoch, another one for each class; ``partial_fit`` would begin
    with the first shuffle each time. So the inner loop of both is called here for one epoch at a time, on rows that
    stay in their present order in between. This is exact for an L2 penalty, constant steps or ones that shrink with
    the number of rows seen, and no stopping rule of the library's own.
    """

    is_cheap: ClassVar[bool] = True

    def __init__(self, estimator: Any) -> None:
        """Take an unfitted estimator without early stopping, averaging or tolerance."""
        self._plain = estimator
        self._n_epochs = 0
        self._weights: Weights | None = None

    def __getstate__(self) -> dict[str, Any]:
        """All but the rows."""
        return {name: value for name, value in vars(self).items() if name not in {"_problems", "_shell"}}

    def attach(self, X: FloatArray, y: npt.NDArray[Any]) -> None:
        """Take the rows; after a checkpoint they are shuffled up to where they stood."""
        self._shell, problems = _prepared(self._plain, X, y)
        self._problems = problems
        if self._weights is None:
            self._weights = np.zeros((len(problems), X.shape[1])), np.zeros(len(problems))
        for problem in problems:
            for _ in range(self._n_epochs):
                problem.dataset._shuffle_py(problem.seed)

    def learn(self) -> None:
        """One epoch.

        Raises:
            ValueError: A weight is not finite any more.
        """
        assert self._weights is not None
        coefs, intercepts = self._weights
        for number, problem in enumerate(self._problems):
            intercepts[number] = problem.learn(
                self._shell, coefs[number], float(intercepts[number]), n_epochs=self._n_epochs
            )
        self._n_epochs += 1

    def weights(self) -> Weights:
        """A copy of the present weights."""
        assert self._weights is not None
        return self._weights[0].copy(), self._weights[1].copy()

    def is_finite(self) -> bool:
        """Whether all weights are numbers."""
        assert self._weights is not None
        return all(bool(np.isfinite(part).all()) for part in self._weights)

    def fitted(self, weights: Weights | None = None, n_epochs: int | None = None) -> Any:
        """An estimator with ``weights``, or with the present ones."""
        coefs, intercepts = self.weights() if weights is None else weights
        n_epochs = self._n_epochs if n_epochs is None else n_epochs
        estimator = copy.copy(self._shell).set_params(max_iter=max(n_epochs, 1))
        is_regression = not hasattr(estimator, "classes_")
        estimator.coef_, estimator.intercept_ = (coefs[0] if is_regression else coefs), intercepts
        estimator.n_iter_ = n_epochs
        estimator.t_ = 1.0 + n_epochs * self._problems[0].n_rows
        return estimator


class _Problem:
    """One class against the rest, or one regression: rows in their present order and all that the loop asks for."""

    def __init__(self, shell: Any, X: FloatArray, y: FloatArray, *, seeds: tuple[int, int], weights: Any) -> None:
        from sklearn.utils._seq_dataset import ArrayDataset64

        self.n_rows = len(y)
        data_seed, self.seed = seeds
        self.dataset = ArrayDataset64(X, y, np.ones(self.n_rows), seed=data_seed)
        self._unused = np.zeros(self.n_rows, dtype=np.uint8)
        self._weight_pos, self._weight_neg = weights
        self._penalty = shell._get_penalty_type(shell.penalty)
        self._schedule = shell._get_learning_rate_type(shell.learning_rate)
        self._loss = shell._get_loss_function(shell.loss)

    def learn(self, shell: Any, coef: FloatArray, intercept: float, *, n_epochs: int) -> float:
        """Move ``coef`` in place by one epoch, after ``n_epochs`` others; the new intercept."""
        from sklearn.linear_model._sgd_fast import _plain_sgd64

        _, moved, *_ = _plain_sgd64(
            coef,
            intercept,
            None,
            0.0,
            self._loss,
            self._penalty,
            shell.alpha,
            0.0,
            self.dataset,
            self._unused,
            False,
            None,
            1,
            1,
            -np.inf,
            int(shell.fit_intercept),
            0,
            int(shell.shuffle),
            self.seed,
            self._weight_pos,
            self._weight_neg,
            self._schedule,
            shell.eta0,
            shell.power_t,
            0,
            1.0 + n_epochs * self.n_rows,
            1.0,
            0,
        )
        return float(moved)


def _prepared(plain: Any, X: FloatArray, y: npt.NDArray[Any]) -> tuple[Any, list[_Problem]]:
    """A fitted shell for the weights, and the problems to solve, with the seeds that a plain ``fit`` would draw."""
    from sklearn.base import is_classifier
    from sklearn.utils import check_random_state, compute_class_weight

    X = np.ascontiguousarray(X, dtype=np.float64)
    shell = copy.copy(plain)
    shell.n_features_in_ = X.shape[1]
    if not is_classifier(plain):
        shell._loss_function_ = shell._get_loss_function(shell.loss)
        generator = check_random_state(plain.random_state)
        seed = generator.randint(0, np.iinfo(np.int32).max)
        return shell, [_Problem(shell, X, y.astype(np.float64), seeds=(1, seed), weights=(1.0, 1.0))]
    shell.classes_ = np.unique(y)
    shell._loss_function_ = shell._get_loss_function(shell.loss)
    weights = compute_class_weight(plain.class_weight, classes=shell.classes_, y=y)
    negative = 0.0 if plain.loss == "log_loss" else -1.0
    problems = []
    for positive, random_state, pair in _one_against_rest(plain.random_state, weights):
        generator = check_random_state(random_state)
        seeds = (generator.randint(1, np.iinfo(np.int32).max), generator.randint(np.iinfo(np.int32).max))
        y_i = np.where(y == shell.classes_[positive], 1.0, negative)
        problems.append(_Problem(shell, X, y_i, seeds=seeds, weights=pair))
    return shell, problems


def _one_against_rest(random_state: int, weights: FloatArray) -> list[tuple[int, int, tuple[float, float]]]:
    """For each problem: the positive class, its seed, the weights of positive and negative rows."""
    from sklearn.utils import check_random_state

    if len(weights) == 2:
        return [(1, random_state, (float(weights[1]), float(weights[0])))]
    seeds = check_random_state(random_state).randint(np.iinfo(np.int32).max, size=len(weights))
    return [(i, seed, (float(weights[i]), 1.0)) for i, seed in enumerate(seeds)]
