"""Growing forests: a few more trees at a time, each asked once about each row."""

import copy
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import numpy.typing as npt

from core.types import LearningTask, Split
from models.live._estimators import rows, spread_classes
from models.live._pace import Pace
from models.training import FloatArray, Outputs, Trainer, TrainingData

SPLITS = (Split.TRAIN, Split.VALIDATION)
FEWEST_POINTS = 12
"""Fewer than for other methods: at the end of each chunk all cores wait for the tree that takes longest."""


class GrowingTrainer(Trainer):
    """Grows a forest by ``warm_start`` and keeps a running sum of what its trees say.

    Asking only the new trees makes the live curve about as dear as one plain scoring. The sum runs in tree
    order, so it is the same to the last bit however the trees were grouped into points.
    """

    step_name = "trees"
    volatile = frozenset({"data", "_X", "_sums", "_pace"})

    def __init__(self, estimator: Any, data: TrainingData) -> None:
        """Take an unfitted forest; ``warm_start`` is switched on for the time of the training."""
        self._forest = copy.copy(estimator).set_params(warm_start=True)
        self.total = int(estimator.n_estimators)
        self._best_step = 0
        self.attach(data)

    def attach(self, data: TrainingData) -> None:
        """Take the rows; the trees of a continued checkpoint are asked about them again, in their order."""
        from joblib import effective_n_jobs

        super().attach(data)
        self._n_threads = effective_n_jobs(self._forest.n_jobs)
        self._pace = Pace(self.total, multiple=min(self._n_threads, self.total), fewest_points=FEWEST_POINTS)
        # Trees work on float32; converting once saves each tree a copy.
        self._X = {split: np.ascontiguousarray(rows(data, split)[0], dtype=np.float32) for split in SPLITS}
        self._sums = {split: self._zeros(len(self._X[split])) for split in SPLITS}
        if self.step:
            self._ask(self._forest.estimators_)

    def advance(self) -> None:
        """Grow the next trees."""
        n_new = self._pace.begin(self.step)
        self._forest.set_params(n_estimators=self.step + n_new)
        self._forest.fit(self._X[Split.TRAIN], self.data.y_train)
        self._ask(self._forest.estimators_[self.step :])
        self.step += n_new
        self._pace.end(n_new)

    def outputs(self, split: Split) -> Outputs:
        """The mean over all trees so far."""
        y_out: FloatArray = self._sums[split] / self.step
        if self.data.task is LearningTask.CLASSIFICATION:
            y_out = spread_classes(y_out, self._forest.classes_, self.data.n_classes)
        return Outputs(y_true=rows(self.data, split)[1], y_out=y_out)

    def mark_best(self) -> None:
        """Remember the number of trees."""
        self._best_step = self.step

    def best_estimator(self) -> Any:
        """The forest of the first trees up to the best point."""
        return self._slice(self._best_step)

    def estimator(self) -> Any:
        """The forest of all trees so far."""
        return self._slice(self.step)

    def _slice(self, n_trees: int) -> Any:
        forest = copy.copy(self._forest).set_params(n_estimators=n_trees, warm_start=False)
        forest.estimators_ = self._forest.estimators_[:n_trees]
        return forest

    def _zeros(self, n_samples: int) -> npt.NDArray[np.float64]:
        if self.data.task is LearningTask.REGRESSION:
            return np.zeros(n_samples)
        return np.zeros((n_samples, len(np.unique(self.data.y_train))))

    def _ask(self, trees: list[Any]) -> None:
        """Add what ``trees`` say to the sums, a band of rows to each thread."""
        method = "predict" if self.data.task is LearningTask.REGRESSION else "predict_proba"

        def add(band: tuple[FloatArray, FloatArray]) -> None:
            X, total = band
            for tree in trees:
                total += getattr(tree, method)(X, check_input=False)

        bands = [
            (X, total)
            for split in SPLITS
            for X, total in zip(
                np.array_split(self._X[split], self._n_threads),
                np.array_split(self._sums[split], self._n_threads),
                strict=True,
            )
            if len(X)
        ]
        with ThreadPoolExecutor(self._n_threads) as pool:
            list(pool.map(add, bands))
