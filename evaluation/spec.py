"""What a metric and a chart declare. One file under ``evaluation/metrics`` or ``evaluation/charts`` is one of them.

A metric is computed for many weightings of the same rows at once: all weights 1 give the plain value, resampling
counts give bootstrap replicates. So the interval comes from the very code that gives the value.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from core.types import Direction, LearningTask

FloatArray = npt.NDArray[np.float64]
Table = list[dict[str, Any]]
"""Rows of plain values by column name."""
Figure = dict[str, Any]
"""A Plotly figure as plain JSON: ``data`` and ``layout``. Colours are left to the page's theme."""


@dataclass(frozen=True, kw_only=True)
class Predictions:
    """Truth and what a model said of it, for one split."""

    task: LearningTask
    y_true: npt.NDArray[Any]
    """Shape (n_samples,): class codes 0..n_classes-1, or floats. A forecast has a row for each origin and a column for
    each step ahead, NaN where the truth is unknown."""
    y_out: npt.NDArray[np.floating[Any]]
    """Probabilities of shape (n_samples, n_classes), values of shape (n_samples,), or as ``core.outputs`` says."""
    n_classes: int = 0
    """Number of classes, or of different values of a reference that only judges; 0 where there is neither."""
    X: npt.NDArray[Any] | None = None
    """The rows themselves, where a score or a chart looks at them: features of shape (n_samples, n_features), or for a
    forecast the moment of each step, shape (n_origins, horizon)."""
    columns: tuple[str, ...] = ()
    """What the columns of ``X`` are; for a forecast one word, "datetime" or "number"."""

    @property
    def n_samples(self) -> int:
        """Number of rows."""
        return len(self.y_true)

    @cached_property
    def y_pred(self) -> npt.NDArray[Any]:
        """The likeliest class code of each row, the lower one in a tie; for a regression the values themselves."""
        if self.task is LearningTask.REGRESSION:
            return self.y_out
        if self.n_classes == 2:  # several times faster than argmax, and scored at every step
            return (self.y_out[:, 1] > self.y_out[:, 0]).astype(np.intp)
        y_pred: npt.NDArray[np.intp] = np.argmax(self.y_out, axis=1)
        return y_pred


def always(predictions: Predictions) -> bool:
    """That a metric is defined for any predictions of its task."""
    del predictions
    return True


@dataclass(frozen=True, kw_only=True)
class MetricSpec:
    """Facts about a metric and its one function."""

    key: str
    label: str
    tasks: frozenset[LearningTask]
    direction: Direction
    score: Callable[[Predictions, FloatArray], FloatArray]
    """``(predictions, weights of shape (n_weightings, n_samples))`` to values of shape (n_weightings,)."""
    explanation: str
    """One plain sentence: what the number says, and what a good one is."""
    unit: str = ""
    """"target" when the value is in the target's own unit, "target squared" in its square, else empty."""
    decimals: int = 3
    source: str = ""
    is_live: bool = True
    """Whether it is scored at every point of a live curve. What sorts, bins or repeats another metric is scored at the
    end only."""
    is_mean: bool = False
    """Whether it is a plain mean of one value a row, so that it means the same for any few rows."""
    takes_each_class: bool = False
    """Whether its time grows with the number of classes."""
    leans_high: bool = False
    """Whether chance makes it larger than it is, the more so the fewer rows there are; it is nowhere below 0."""
    is_defined: Callable[[Predictions], bool] = always
    """Whether the predictions have this score at all: an area under the ROC curve needs two classes among the rows."""


@dataclass(frozen=True, kw_only=True)
class ChartSpec:
    """Facts about a chart and its functions; a table stands behind each figure."""

    key: str
    label: str
    tasks: frozenset[LearningTask]
    data: Callable[[Predictions, Sequence[str]], Table]
    """``(predictions, class labels in code order)`` to the rows that the chart shows."""
    draw: Callable[[Table], Figure]
    alt: Callable[[Table], str]
    """What the chart shows, for a person who does not see it."""
    explanation: str
    """How to read it, in a sentence or two."""
    only_binary: bool = False
    """Whether it needs exactly two classes."""
    order: int = 50
    """Charts stand in ascending order, those of one order by key."""
