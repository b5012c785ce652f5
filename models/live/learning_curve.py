"""Learning curves: the same model on more and more rows, for methods that learn in one stroke."""

import warnings
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from core.errors import TooFewRows
from core.types import LearningTask, Split
from models.live._estimators import predict_outputs, rows
from models.live._needs import NOTHING, Needs, failures_in_words
from models.training import Outputs, Trainer, TrainingData

SHRINK = 0.6
"""Each part has 0.6 times the rows of the next one."""
LARGEST_PART = 0.5 * (1 - SHRINK)
"""With it, all smaller parts together have half of all rows, however many they are."""
N_SMALLER = 12
FEWEST_ROWS = 10
CHEAP_ROWS = 3_000
"""Up to here a fit takes milliseconds: the parts go all the way up instead of minding their sum."""


class LearningCurveTrainer(Trainer):
    """Fits anew on growing, nested parts of the training rows; the last part is all of them, as they come.

    On many rows the smaller parts sum up to half of them, so watching a fit of linear cost adds half of it, and less
    where the cost grows faster. Rows join in a fixed random order that starts with some of each class. A checkpoint
    holds the row count only: the fit at that count is repeated. What a library warns of on small parts is of no
    interest; its warnings about all rows pass.
    """

    step_name = "rows"
    volatile = frozenset({"data", "_order", "_sizes", "_fitted", "_best"})

    def __init__(
        self, estimator: Any, data: TrainingData, *, needs: Needs = NOTHING, largest_cheap_part: float = 1.0
    ) -> None:
        """Take an unfitted estimator, cloned for each part.

        Args:
            estimator: What to fit.
            data: The rows.
            needs: What the smallest part must hold.
            largest_cheap_part: Where rows are few, the smaller parts go up to this share of them; below 1 for methods
                that are slow on few rows already.
        """
        self._plain = estimator
        self._needs = needs
        self._largest_cheap_part = largest_cheap_part
        self._best_step = 0
        self.total = len(data.y_train)
        self.attach(data)

    def attach(self, data: TrainingData) -> None:
        """Take the rows; the fits of a continued checkpoint are repeated.

        Raises:
            TooFewRows: There are fewer rows than the method needs.
        """
        super().attach(data)
        needs = self._with_neighbours(data)
        needs.check(data)
        self._order = _row_order(data, of_each_class=needs.rows_per_class)
        fewest = max(FEWEST_ROWS, needs.smallest_part(data), 2 * data.n_classes)
        self._sizes = _sizes(len(data.y_train), fewest=fewest, largest_cheap_part=self._largest_cheap_part)
        self._fitted = self._fit(self.step) if self.step else None
        self._best = self._fit(self._best_step) if self._best_step not in {0, self.step} else self._fitted

    def advance(self) -> None:
        """Fit on the next larger part."""
        self.step = next(size for size in self._sizes if size > self.step)
        self._fitted = self._fit(self.step)

    def outputs(self, split: Split) -> Outputs:
        """Predictions for the rows learned from, or for all validation rows."""
        X, y_true = rows(self.data, split)
        if split is Split.TRAIN:
            part = self._part(self.step)
            X, y_true = X[part], y_true[part]
        with failures_in_words():
            return predict_outputs(self._fitted, X, y_true, task=self.data.task, n_classes=self.data.n_classes)

    def mark_best(self) -> None:
        """Keep a reference: each part has an estimator of its own."""
        self._best, self._best_step = self._fitted, self.step

    def best_estimator(self) -> Any:
        """The estimator of the best part."""
        return self._best

    def estimator(self) -> Any:
        """The estimator of the present part."""
        return self._fitted

    def _with_neighbours(self, data: TrainingData) -> Needs:
        """The needs, raised to the neighbours that the estimator asks."""
        n_neighbors = getattr(self._plain, "n_neighbors", 1)
        if len(data.y_train) < n_neighbors:
            raise TooFewRows(
                f"There are {len(data.y_train):,} training rows, fewer than the {n_neighbors} neighbours to ask.",
                hint="Ask fewer neighbours, or bring more rows.",
            )
        return replace(self._needs, rows=max(self._needs.rows, n_neighbors))

    def _part(self, n_rows: int) -> npt.NDArray[np.intp] | slice:
        return slice(None) if n_rows == self.total else np.sort(self._order[:n_rows])

    def _fit(self, n_rows: int) -> Any:
        from sklearn.base import clone

        part = self._part(n_rows)
        X, y = self.data.X_train[part], self.data.y_train[part]
        with warnings.catch_warnings(), failures_in_words():
            if n_rows < self.total:
                warnings.simplefilter("ignore")
            return clone(self._plain).fit(X, y)


def _sizes(n_rows: int, *, fewest: int, largest_cheap_part: float) -> list[int]:
    """Ascending row counts, the last one ``n_rows``."""
    if n_rows <= CHEAP_ROWS:
        largest = max(n_rows * largest_cheap_part, min(10 * fewest, n_rows))
        smaller = np.geomspace(min(fewest, n_rows), largest, N_SMALLER).round().astype(int).tolist()
    else:
        smaller = [int(n_rows * LARGEST_PART * SHRINK**power) for power in range(N_SMALLER)]
    return [*sorted({size for size in smaller if fewest <= size < n_rows}), n_rows]


def _row_order(data: TrainingData, *, of_each_class: int = 1) -> npt.NDArray[np.intp]:
    """All train row numbers in a random order that only their number and classes decide.

    The first ones are ``of_each_class`` rows of each class.
    """
    order = np.random.default_rng(len(data.y_train)).permutation(len(data.y_train))
    if data.task is LearningTask.REGRESSION:
        return order
    is_first = np.zeros(len(order), dtype=bool)
    codes = data.y_train[order]
    for code in np.unique(codes):
        is_first[np.flatnonzero(codes == code)[:of_each_class]] = True
    return np.concatenate([order[is_first], order[~is_first]])
