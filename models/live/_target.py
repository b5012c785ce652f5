"""Models that learn a target of mean 0 and deviation 1, so that penalties and steps mean the same for any unit."""

import copy
from typing import Any

import numpy as np
import numpy.typing as npt

from core.types import LearningTask
from models.training import TrainingData


class Target:
    """What the inner estimator of a ``TransformedTargetRegressor`` learns; of any other estimator, the target itself.

    Pickles without the rows; ``attach`` learns the scaling again, which gives the same numbers.
    """

    def __init__(self, estimator: Any) -> None:
        """Take an unfitted estimator, with or without a scaling around it."""
        self._shell = estimator if hasattr(estimator, "regressor") else None
        self.inner = estimator if self._shell is None else estimator.regressor
        """The unfitted estimator that does the learning."""

    def attach(self, data: TrainingData) -> npt.NDArray[Any]:
        """The target of the training rows as the inner estimator sees it, shape (n_train,)."""
        if self._shell is None:
            return data.y_train
        from sklearn.base import clone
        from sklearn.dummy import DummyRegressor

        # The shell brings its scaling into being only by a fit; the dummy makes that free.
        self._shell = clone(self._shell).set_params(regressor=DummyRegressor()).fit(data.X_train, data.y_train)
        scaled: npt.NDArray[Any] = self._shell.transformer_.transform(data.y_train.reshape(-1, 1))[:, 0]
        return scaled

    def wrap(self, fitted: Any) -> Any:
        """``fitted`` as a model that answers in the target's own unit."""
        if self._shell is None:
            return fitted
        estimator = copy.copy(self._shell)
        estimator.regressor = estimator.regressor_ = fitted
        return estimator


def classes_of(data: TrainingData) -> npt.NDArray[Any] | None:
    """The class codes with training rows, ascending; None for a regression."""
    return None if data.task is LearningTask.REGRESSION else np.unique(data.y_train)
