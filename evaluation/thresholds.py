"""What happens to the rows of a class as the threshold on its probability falls.

A row is called when its probability is above the threshold; a threshold of 0 calls every row. So 0.5 calls the rows
whose likeliest class of two is the second one.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evaluation.spec import FloatArray

USUAL = 0.5
"""The threshold of a model of two classes unless a person chooses another."""


@dataclass(frozen=True, kw_only=True)
class ThresholdCounts:
    """Rows called at each threshold that makes a difference, from 1, which calls none or few, down to 0.

    All arrays have the shape (n_cuts,).
    """

    thresholds: FloatArray
    """Falling. Between two probabilities that occur it is their middle."""
    found: FloatArray
    """Rows of the class among those called."""
    alarms: FloatArray
    """Other rows among those called."""

    @property
    def n_positive(self) -> float:
        """Rows of the class."""
        return float(self.found[-1])

    @property
    def n_negative(self) -> float:
        """Other rows."""
        return float(self.alarms[-1])

    @property
    def recall(self) -> FloatArray:
        """Share of the class that is called; 0 where it has no row."""
        return self.found / max(self.n_positive, 1)

    @property
    def false_alarm_rate(self) -> FloatArray:
        """Share of the other rows that is called; 0 where there is none."""
        return self.alarms / max(self.n_negative, 1)

    @property
    def precision(self) -> FloatArray:
        """Share of the class among those called; 1 where none is called, since none is wrong."""
        called = self.found + self.alarms
        return np.divide(self.found, called, out=np.ones(len(called)), where=called > 0)

    @property
    def called(self) -> FloatArray:
        """Share of all rows that is called."""
        return (self.found + self.alarms) / (self.n_positive + self.n_negative)

    def at(self, threshold: float) -> int:
        """The position whose rows are called at ``threshold``."""
        return int(self.positions(np.array([threshold]))[0])

    def positions(self, thresholds: FloatArray) -> npt.NDArray[np.intp]:
        """The positions whose rows are called at each of ``thresholds``."""
        found = np.searchsorted(-self._lowest_called, -thresholds, side="left")
        return np.where(thresholds <= 0, len(self.thresholds) - 1, found)

    _lowest_called: FloatArray
    """The distinct probabilities, falling: shape (n_cuts - 1,)."""


def is_called(y_prob: npt.NDArray[np.floating], threshold: float) -> npt.NDArray[np.bool_]:
    """Whether each row is called at ``threshold``."""
    called: npt.NDArray[np.bool_] = (y_prob > threshold) | (threshold <= 0)
    return called


def threshold_counts(y_prob: npt.NDArray[np.floating], is_positive: npt.NDArray[np.bool_]) -> ThresholdCounts:
    """The counts at every threshold that makes a difference.

    Args:
        y_prob: Probability of the class, shape (n_samples,), at least one row.
        is_positive: Whether a row is of the class, shape (n_samples,).
    """
    order = np.argsort(-y_prob, kind="stable")
    falling = y_prob[order].astype(np.float64)
    last = np.append(np.flatnonzero(np.diff(falling)), len(falling) - 1)  # rows of one probability pass together
    distinct = falling[last]
    positive = is_positive[order]
    return ThresholdCounts(
        thresholds=np.concatenate([[1.0], (distinct[:-1] + distinct[1:]) / 2, [0.0]]),
        found=np.append(0.0, np.cumsum(positive)[last]),
        alarms=np.append(0.0, np.cumsum(~positive)[last]),
        _lowest_called=distinct,
    )
