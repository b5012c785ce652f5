"""Learning curves of methods that learn from rows alone, in one stroke."""

from abc import abstractmethod
from typing import Any

import numpy as np
import numpy.typing as npt

from core.errors import UnsuitableData
from core.types import Split
from models.anomalies import anomaly_outputs, made_up_rows
from models.clusters import cluster_outputs
from models.live._estimators import rows
from models.training import FloatArray, Outputs, Trainer, TrainingData

N_SMALLER = 12
FEWEST_ROWS = 10
SHRINK = 0.6
"""Each part has 0.6 times the rows of the next one."""
LARGEST_PART = 0.2
"""Of all rows: with it all smaller parts together have half of them, and cost less than that."""
CHEAP_ROWS = 3_000
"""Up to here a fit takes little time, and parts go all the way up."""


class RowsTrainer(Trainer):
    """Fits anew on growing, nested parts of the training rows; the last part is all of them, as they come.

    Rows join in an order drawn at random that only their number decides. A checkpoint holds the row count: the fit at
    that count is repeated.
    """

    step_name = "rows"
    volatile = frozenset({"data", "_order", "_sizes", "_fitted", "_best"})

    def __init__(self, estimator: Any, data: TrainingData) -> None:
        """Take an unfitted estimator; it is cloned for each part."""
        self._plain = estimator
        self._best_step = 0
        self.total = len(data.X_train)
        self.attach(data)

    def attach(self, data: TrainingData) -> None:
        """Take the rows; the fits of a continued checkpoint are repeated.

        Raises:
            UnsuitableData: There are no more rows than neighbours to ask.
        """
        super().attach(data)
        n_rows, needed = len(data.X_train), getattr(self._plain, "n_neighbors", 0)
        if n_rows <= needed:
            raise UnsuitableData(
                f"There are {n_rows:,} training rows, too few for each to have {needed} neighbours.",
                hint="Ask fewer neighbours, or bring more rows.",
                field="params.n_neighbors",
            )
        self._order = np.random.default_rng(n_rows).permutation(n_rows)
        self._sizes = _sizes(n_rows)
        self._fitted = self._fit(self.step) if self.step else None
        self._best = self._fit(self._best_step) if self._best_step not in {0, self.step} else self._fitted

    def advance(self) -> None:
        """Fit on the next larger part."""
        self.step = next(size for size in self._sizes if size > self.step)
        self._fitted = self._fit(self.step)

    def outputs(self, split: Split) -> Outputs:
        """What is said of the rows learned from, or of all validation rows."""
        X, y_true = rows(self.data, split)
        if split is Split.TRAIN:
            part = self._part(self.step)
            X, y_true = X[part], y_true[part]
        return Outputs(y_true=y_true, y_out=self._look_at(X, split), X=X)

    def mark_best(self) -> None:
        """Keep a reference: each part has an estimator of its own."""
        self._best, self._best_step = self._fitted, self.step

    def best_estimator(self) -> Any:
        """The estimator of the best part."""
        return self._best

    def estimator(self) -> Any:
        """The estimator of the present part."""
        return self._fitted

    @abstractmethod
    def _look_at(self, X: FloatArray, split: Split) -> FloatArray:
        """The outputs of the present estimator for ``X``, which are rows of ``split``."""

    def _part(self, n_rows: int) -> npt.NDArray[np.intp] | slice:
        return slice(None) if n_rows == self.total else np.sort(self._order[:n_rows])

    def _fit(self, n_rows: int) -> Any:
        from sklearn.base import clone

        estimator = clone(self._plain)
        if hasattr(estimator, "n_neighbors"):  # a row is no neighbour of its own
            estimator.set_params(n_neighbors=min(estimator.n_neighbors, n_rows - 1))
        return estimator.fit(self.data.X_train[self._part(n_rows)])


class ClusterCurveTrainer(RowsTrainer):
    """Groups more and more of the training rows."""

    volatile = RowsTrainer.volatile | {"_middle"}

    def attach(self, data: TrainingData) -> None:
        """See ``RowsTrainer.attach``."""
        self._middle = data.X_train.mean(axis=0)
        super().attach(data)

    def _look_at(self, X: FloatArray, split: Split) -> FloatArray:
        del split
        return cluster_outputs(self._fitted, X, self._middle)


class AnomalyCurveTrainer(RowsTrainer):
    """Learns from more and more of the training rows what is normal."""

    volatile = RowsTrainer.volatile | {"_made_up"}

    def attach(self, data: TrainingData) -> None:
        """See ``RowsTrainer.attach``; rows are made up for both parts."""
        parts = (Split.TRAIN, Split.VALIDATION)
        self._made_up = {split: made_up_rows(rows(data, split)[0], data.X_train) for split in parts}
        super().attach(data)

    def _look_at(self, X: FloatArray, split: Split) -> FloatArray:
        return anomaly_outputs(self._fitted, X, self._made_up[split])


def _sizes(n_rows: int) -> list[int]:
    """Ascending row counts, the last one ``n_rows``."""
    if n_rows <= CHEAP_ROWS:
        smaller = np.geomspace(min(FEWEST_ROWS, n_rows), n_rows, N_SMALLER).round().astype(int).tolist()
    else:
        smaller = [int(n_rows * LARGEST_PART * SHRINK**power) for power in range(N_SMALLER)]
    return [*sorted({size for size in smaller if FEWEST_ROWS <= size < n_rows}), n_rows]
