"""Growing ensembles of independent trees: a few more at a time, each asked once about each row."""

import copy
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import numpy.typing as npt

from core.types import LearningTask, Split
from models.live._estimators import rows, single_precision, spread_classes
from models.live._pace import Pace
from models.training import FloatArray, Outputs, Trainer, TrainingData

SPLITS = (Split.TRAIN, Split.VALIDATION)
FEWEST_POINTS = 12
"""Fewer than for other methods: at the end of each chunk all cores wait for the tree that takes longest."""


class GrowingTrainer(Trainer):
    """Grows forests and bagged trees by ``warm_start`` and keeps a running sum of what the trees say.

    Asking only the new trees makes the live curve about as dear as one plain scoring. The sum runs in tree
    order, so it is the same to the last bit however the trees were grouped into points. States are told apart by their
    number of trees, and share them: 500 deep trees lie in memory once.
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
        self._X = {split: single_precision(rows(data, split)[0]) for split in SPLITS}
        self._sums = {split: self._zeros(len(self._X[split])) for split in SPLITS}
        if self.step:
            self._ask(first=0)

    def advance(self) -> None:
        """Grow the next trees."""
        from joblib import parallel_config

        n_new = self._pace.begin(self.step)
        self._forest.set_params(n_estimators=self.step + n_new)
        # Trees of all kinds grow without the interpreter's lock; processes would each need their own copy of the rows.
        with parallel_config(backend="threading"):
            self._forest.fit(self._X[Split.TRAIN], self.data.y_train)
        self._ask(first=self.step)
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
        if self._draws_columns:
            # Its predictions would copy rows and trees into other processes, for longer than they take.
            forest.set_params(n_jobs=1)
            forest.estimators_features_ = self._forest.estimators_features_[:n_trees]
        return forest

    @property
    def _draws_columns(self) -> bool:
        """Whether it is bagging, whose trees may each know their own columns."""
        return hasattr(self._forest, "estimators_features_")

    def _zeros(self, n_samples: int) -> npt.NDArray[np.float64]:
        if self.data.task is LearningTask.REGRESSION:
            return np.zeros(n_samples)
        return np.zeros((n_samples, len(np.unique(self.data.y_train))))

    def _ask(self, *, first: int) -> None:
        """Add what the trees from number ``first`` on say to the sums, a band of rows to each thread."""
        asked = self._forest.estimators_[first:]
        method = "predict" if self.data.task is LearningTask.REGRESSION else "predict_proba"
        columns = self._forest.estimators_features_[first:] if self._draws_columns else [None] * len(asked)

        def add(band: tuple[FloatArray, FloatArray]) -> None:
            X, total = band
            for tree, known in zip(asked, columns, strict=True):
                total += getattr(tree, method)(X if _is_all(known, X) else X[:, known], check_input=False)

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


def _is_all(known: npt.NDArray[np.intp] | None, X: FloatArray) -> bool:
    return known is None or len(known) == X.shape[1]
