"""A multi-layer perceptron, an epoch at a time."""

import copy
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from models.training import FloatArray

Weights = tuple[list[FloatArray], list[FloatArray]]
"""Weight matrix and offsets of each layer."""


class NetworkLearner:
    """Runs the epochs of a perceptron by ``partial_fit``, in the order in which ``fit`` would.

    ``fit`` shuffles the order of the previous epoch again in each epoch, with one generator that has drawn the first
    weights before. ``partial_fit`` would forget both, so the order is kept here and handed over row by row.
    """

    is_cheap: ClassVar[bool] = False

    def __init__(self, estimator: Any) -> None:
        """Take an unfitted perceptron."""
        from sklearn.base import clone

        self._network = clone(estimator).set_params(shuffle=False)
        self._n_epochs = 0
        self._order: npt.NDArray[np.intp] | None = None

    def __getstate__(self) -> dict[str, Any]:
        """All but the rows."""
        return {name: value for name, value in vars(self).items() if name not in {"_X", "_y"}}

    def attach(self, X: FloatArray, y: npt.NDArray[Any]) -> None:
        """Take the rows."""
        self._X, self._y = np.ascontiguousarray(X), y
        if self._order is None:
            if self._network.batch_size != "auto":
                self._network.set_params(batch_size=min(self._network.batch_size, len(y)))
            self._order = np.arange(len(y))
            self._shuffler = self._after_first_weights()

    def learn(self) -> None:
        """One epoch.

        Raises:
            ValueError: A weight is not finite any more.
        """
        from sklearn.utils import shuffle

        self._order = order = shuffle(self._order, random_state=self._shuffler)
        self._network.partial_fit(self._X[order], self._y[order], **self._classes())
        self._n_epochs += 1

    def weights(self) -> Weights:
        """A copy of the present weights."""
        network = self._network
        return [coef.copy() for coef in network.coefs_], [intercept.copy() for intercept in network.intercepts_]

    def is_finite(self) -> bool:
        """Whether all weights are numbers."""
        return all(np.isfinite(weights).all() for weights in (*self._network.coefs_, *self._network.intercepts_))

    def fitted(self, weights: Weights | None = None, n_epochs: int | None = None) -> Any:
        """A network with ``weights``; without them the present one, for a look."""
        if weights is None:
            return self._network
        network = copy.copy(self._network).set_params(shuffle=True, max_iter=n_epochs)
        network.coefs_, network.intercepts_ = weights
        network.n_iter_ = n_epochs
        network.__dict__.pop("_optimizer", None)  # as large as two more networks, and of no use for predictions
        return network

    def _classes(self) -> dict[str, Any]:
        """What ``partial_fit`` of a classifier wants to know beforehand."""
        from sklearn.base import is_classifier

        return {"classes": np.unique(self._y)} if is_classifier(self._network) else {}

    def _after_first_weights(self) -> Any:
        """A generator that stands where ``fit``'s stands when it shuffles for the first time."""
        from sklearn.base import clone
        from sklearn.utils import check_random_state

        generator = check_random_state(self._network.random_state)
        probe = clone(self._network).set_params(random_state=generator, batch_size="auto")
        probe.partial_fit(np.zeros_like(self._X[:1]), self._y[:1], **self._classes())
        return generator
