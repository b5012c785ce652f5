"""k-means, centre by centre and then round by round."""

import copy
from typing import Any

import numpy as np

from core.types import Split
from models.clusters import check_enough_rows, cluster_outputs
from models.live._estimators import rows
from models.training import FloatArray, Outputs, Trainer, TrainingData


class LloydTrainer(Trainer):
    """Places the first centres one after the other, then takes one round of Lloyd's algorithm a step.

    The placing is that of k-means++, whose centres do not depend on those that come later, so the curve shows what
    each further cluster brings: an elbow. Each round is a fit of one iteration that starts at the centres of the
    last one; rounds end when no row changes its cluster, or the centres move less than the tolerance, as in ``fit``.
    """

    step_name = "rounds"
    volatile = frozenset({"data", "_middle"})

    def __init__(self, estimator: Any, data: TrainingData) -> None:
        """Take an unfitted k-means with one start."""
        self._plain = estimator
        self._n_seeds = int(estimator.n_clusters)
        self.total = self._n_seeds + int(estimator.max_iter)
        self._labels: Any = None
        self._now: Any = None
        self._best: Any = None
        self.attach(data)
        self._seeds = self._place()

    def attach(self, data: TrainingData) -> None:
        """Take the rows.

        Raises:
            UnsuitableData: There are fewer different rows than clusters.
        """
        super().attach(data)
        self._middle = data.X_train.mean(axis=0)
        if not self.step:
            check_enough_rows(data.X_train, self._n_seeds)

    def advance(self) -> None:
        """Place the next centre, or take the next round."""
        self.step += 1
        if self.step < self._n_seeds:
            self._now = self._with_centres(self._seeds[: self.step])
            return
        if self.step == self._n_seeds:
            self._now = self._with_centres(self._seeds)
            return
        self._take_round()

    def outputs(self, split: Split) -> Outputs:
        """The cluster of each row by the present centres."""
        X, y_true = rows(self.data, split)
        return Outputs(y_true=y_true, y_out=cluster_outputs(self._now, X, self._middle), X=X)

    def mark_best(self) -> None:
        """Keep a reference: each step has an estimator of its own."""
        self._best = self._now

    def best_estimator(self) -> Any:
        """The estimator of the best step."""
        return self._best

    def estimator(self) -> Any:
        """The estimator of the present step."""
        return self._now

    def _place(self) -> FloatArray:
        """The first centres, drawn as ``fit`` draws them: from centred rows."""
        from sklearn.cluster import kmeans_plusplus

        centred = self.data.X_train - self._middle
        centres, _ = kmeans_plusplus(centred, self._n_seeds, random_state=self._plain.random_state)
        return np.asarray(centres + self._middle)

    def _with_centres(self, centres: FloatArray) -> Any:
        """A k-means that has just been given its centres."""
        estimator = copy.copy(self._plain).set_params(n_clusters=len(centres))
        estimator.cluster_centers_ = np.ascontiguousarray(centres)
        estimator._n_threads, estimator.n_iter_ = 1, 0
        estimator.n_features_in_ = self.data.X_train.shape[1]
        estimator.labels_ = estimator.predict(self.data.X_train)
        return estimator

    def _take_round(self) -> None:
        before = self._now
        fitted = copy.copy(self._plain).set_params(init=before.cluster_centers_, max_iter=1).fit(self.data.X_train)
        fitted.set_params(**self._plain.get_params())
        fitted.n_iter_ = self.step - self._n_seeds
        # The round grouped the rows by the centres before; when the round before did so too, nothing moves any more.
        is_settled = self._labels is not None and np.array_equal(self._labels, before.labels_)
        moved = float(((fitted.cluster_centers_ - before.cluster_centers_) ** 2).sum())
        self._labels = before.labels_
        self._now = fitted
        if is_settled or moved <= self._plain.tol * float(self.data.X_train.var(axis=0).mean()):
            self.total = self.step
