"""An isolation forest, a few trees at a time, each asked once about each row."""

import copy
from typing import Any

import numpy as np

from core.types import Split
from models.anomalies import lay_out, made_up_rows
from models.live._estimators import rows
from models.live._pace import Pace
from models.training import FloatArray, Outputs, Trainer, TrainingData

SPLITS = (Split.TRAIN, Split.VALIDATION)
GROWN = ("estimators_", "estimators_features_", "_average_path_length_per_tree", "_decision_path_lengths")
"""What holds one entry a tree."""


class IsolatingTrainer(Trainer):
    """Grows the forest by ``warm_start`` and keeps a running sum of how deep each row lies.

    The threshold that a share of anomalies asks for is taken from these sums, which ``fit`` would take from asking all
    trees about all rows again.
    """

    step_name = "trees"
    volatile = frozenset({"data", "_pace", "_X", "_depths", "_made_up_depths", "_made_up"})

    def __init__(self, estimator: Any, data: TrainingData) -> None:
        """Take an unfitted isolation forest."""
        self._plain = estimator
        self._forest = copy.copy(estimator).set_params(warm_start=True, contamination="auto")
        self.total = int(estimator.n_estimators)
        self._best_step = 0
        self.attach(data)

    def attach(self, data: TrainingData) -> None:
        """Take the rows; the trees of a continued checkpoint are asked about them again."""
        super().attach(data)
        self._pace = Pace(self.total)
        self._X = {split: np.ascontiguousarray(rows(data, split)[0], dtype=np.float32) for split in SPLITS}
        self._made_up = {split: made_up_rows(rows(data, split)[0], data.X_train).astype(np.float32) for split in SPLITS}
        self._depths = {split: np.zeros(len(self._X[split])) for split in SPLITS}
        self._made_up_depths = {split: np.zeros(len(self._made_up[split])) for split in SPLITS}
        if isinstance(self._plain.max_samples, int):
            self._forest.set_params(max_samples=min(self._plain.max_samples, len(data.X_train)))
        if self.step:
            self._ask(0)

    def advance(self) -> None:
        """Grow the next trees."""
        n_new = self._pace.begin(self.step)
        self._forest.set_params(n_estimators=self.step + n_new)
        self._forest.fit(self.data.X_train)
        self._ask(self.step)
        self.step += n_new
        self._pace.end(n_new)

    def outputs(self, split: Split) -> Outputs:
        """Scores by all trees so far."""
        X, y_true = rows(self.data, split)
        scores = self._scores(self._depths[split], self.step)
        made_up = self._scores(self._made_up_depths[split], self.step)
        return Outputs(y_true=y_true, y_out=lay_out(scores, made_up, self._threshold()), X=X)

    def mark_best(self) -> None:
        """Remember the number of trees and the threshold they give."""
        self._best_step, self._best_threshold = self.step, self._threshold()

    def best_estimator(self) -> Any:
        """The forest of the first trees up to the best point."""
        return self._slice(self._best_step, self._best_threshold)

    def estimator(self) -> Any:
        """The forest of all trees so far."""
        return self._slice(self.step, self._threshold())

    def _slice(self, n_trees: int, threshold: float) -> Any:
        forest = copy.copy(self._forest).set_params(
            n_estimators=n_trees, warm_start=False, contamination=self._plain.contamination
        )
        for name in GROWN:
            setattr(forest, name, getattr(self._forest, name)[:n_trees])
        forest._seeds = self._forest._seeds[:n_trees]
        forest.offset_ = -threshold
        return forest

    def _threshold(self) -> float:
        share = self._plain.contamination
        if share == "auto":
            return 0.5  # the value at which a row is as deep as in a random tree
        return -float(np.percentile(-self._scores(self._depths[Split.TRAIN], self.step), 100 * share))

    def _scores(self, depths: FloatArray, n_trees: int) -> FloatArray:
        from sklearn.ensemble._iforest import _average_path_length

        usual = n_trees * float(_average_path_length([self._forest._max_samples])[0])
        scores: FloatArray = 2 ** -(depths / usual if usual else np.ones_like(depths))
        return scores

    def _ask(self, first: int) -> None:
        """Add how deep the rows lie in the trees from number ``first`` on."""
        forest = self._forest
        trees = zip(*(getattr(forest, name)[first:] for name in GROWN), strict=True)
        for tree, features, lengths, depths in trees:
            for split in SPLITS:
                for X, total in (
                    (self._X[split], self._depths[split]),
                    (self._made_up[split], self._made_up_depths[split]),
                ):
                    part = X if len(features) == X.shape[1] else np.ascontiguousarray(X[:, features])
                    leaves = tree.apply(part, check_input=False)
                    total += depths[leaves] + lengths[leaves] - 1.0
