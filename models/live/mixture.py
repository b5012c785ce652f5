"""A Gaussian mixture, round by round of its EM algorithm."""

import copy
import warnings
from typing import Any

from core.types import Split
from models.clusters import check_enough_rows, cluster_outputs
from models.live._estimators import rows
from models.training import Outputs, Trainer, TrainingData


class MixtureTrainer(Trainer):
    """Takes one expectation and one maximisation a step, by ``warm_start`` with one iteration a call."""

    step_name = "rounds"
    volatile = frozenset({"data", "_middle"})

    def __init__(self, estimator: Any, data: TrainingData) -> None:
        """Take an unfitted Gaussian mixture with one start."""
        self._plain = estimator
        self.total = int(estimator.max_iter)
        self._growing = copy.copy(estimator).set_params(warm_start=True, max_iter=1)
        self._now: Any = None
        self._best: Any = None
        self.attach(data)

    def attach(self, data: TrainingData) -> None:
        """Take the rows.

        Raises:
            UnsuitableData: There are fewer different rows than components.
        """
        super().attach(data)
        self._middle = data.X_train.mean(axis=0)
        if not self.step:
            check_enough_rows(data.X_train, int(self._plain.n_components))

    def advance(self) -> None:
        """Take one round; it is the last one when the likelihood hardly grows."""
        from sklearn.exceptions import ConvergenceWarning

        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # one round never converges by itself
            self._growing.fit(self.data.X_train)
        self.step += 1
        self._now = copy.copy(self._growing).set_params(warm_start=False, max_iter=self._plain.max_iter)
        self._now.n_iter_ = self.step
        if self._growing.converged_:
            self.total = self.step

    def outputs(self, split: Split) -> Outputs:
        """The likeliest component of each row."""
        X, y_true = rows(self.data, split)
        return Outputs(y_true=y_true, y_out=cluster_outputs(self._now, X, self._middle), X=X)

    def mark_best(self) -> None:
        """Keep a reference: a round puts new arrays in place of the old ones."""
        self._best = self._now

    def best_estimator(self) -> Any:
        """The mixture of the best round."""
        return self._best

    def estimator(self) -> Any:
        """The mixture of the present round."""
        return self._now
