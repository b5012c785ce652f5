"""What a method asks of its training rows, and what it says when they do not give it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from core.errors import NumericalFailure, TooFewRows, UnsuitableData
from core.types import LearningTask
from models.training import FloatArray, TrainingData

TOO_LARGE = 1e100
"""Squares and sums of such numbers leave the range of floating point (1e308)."""


@dataclass(frozen=True, kw_only=True)
class Needs:
    """The least that a method can learn from. Checked before the training, and by the smallest part of its curve."""

    rows: int = 1
    rows_per_class: int = 1
    rows_beyond_classes: int = 0
    """Rows that must be there beside one of each class."""
    counts: bool = False
    """Whether the target must be counts or amounts: nowhere below zero, and not zero everywhere."""
    reason: str = ""
    """Why, as a sentence."""

    def check(self, data: TrainingData) -> None:
        """Refuse rows that are not enough.

        Raises:
            TooFewRows: With the number that is missing and the reason.
            UnsuitableData: The target is not what the method is made for.
        """
        refuse_extremes(data.X_train)
        if self.counts:
            self._check_counts(data)
        n_rows = len(data.y_train)
        if n_rows < self.rows:
            raise TooFewRows(
                f"There are {n_rows:,} training rows, and at least {self.rows} are needed. {self.reason}".strip(),
                hint="Bring more rows, or choose another model.",
            )
        if data.task is LearningTask.CLASSIFICATION:
            self._check_classes(data)

    def smallest_part(self, data: TrainingData) -> int:
        """Rows with which a curve may begin, when they start with ``rows_per_class`` of each class."""
        if data.task is LearningTask.REGRESSION:
            return self.rows
        n_classes = len(np.unique(data.y_train))
        return max(self.rows, self.rows_per_class * n_classes, n_classes + self.rows_beyond_classes)

    def _check_counts(self, data: TrainingData) -> None:
        smallest = float(data.y_train.min())
        if smallest < 0:
            raise UnsuitableData(
                f"The target holds values below zero ({smallest:g}). {self.reason}".strip(),
                hint="Choose a target of counts or amounts, or another model such as ridge regression.",
                field="target",
            )
        if not data.y_train.any():
            raise UnsuitableData(
                f"The target is zero in all {len(data.y_train):,} training rows. {self.reason}".strip(),
                hint="Bring rows in which something was counted.",
                field="target",
            )

    def _check_classes(self, data: TrainingData) -> None:
        n_each = np.unique(data.y_train, return_counts=True)[1]
        if n_each.min() < self.rows_per_class:
            raise TooFewRows(
                f"The rarest class has {n_each.min()} of the training rows, and at least {self.rows_per_class} of each "
                f"class are needed. {self.reason}".strip(),
                hint="Merge or leave out rare classes, bring more rows of them, or choose another model.",
                field="target",
            )
        if len(data.y_train) < len(n_each) + self.rows_beyond_classes:
            raise TooFewRows(
                f"There are {len(data.y_train):,} training rows for {len(n_each)} classes. {self.reason}".strip(),
                hint="Bring more rows, or choose another model.",
            )


NOTHING = Needs()


def refuse_extremes(X: FloatArray) -> None:
    """Refuse numbers whose squares are infinite, or all zero, over which some solvers would brood for ever.

    Raises:
        UnsuitableData: With the largest number.
    """
    largest = max(float(X.max(initial=0.0)), -float(X.min(initial=0.0)))
    if largest > TOO_LARGE:
        raise UnsuitableData(
            f"The columns hold numbers as large as {largest:.1e}, whose squares cannot be computed.",
            hint="Scale the numeric columns, or mend the values in the data.",
        )
    if 0 < largest < 1 / TOO_LARGE:
        raise UnsuitableData(
            f"The largest number in the columns is {largest:.1e}; squares of such numbers are zero to a computer.",
            hint="Scale the numeric columns, or give them in a smaller unit.",
        )


@contextmanager
def failures_in_words() -> Iterator[None]:
    """Turn what a library raises over numbers that it cannot compute with into words for a person.

    Raises:
        NumericalFailure: A matrix could not be solved, or a solver gave up.
    """
    try:
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):  # the scores tell, in words
            yield
    except TypeError as error:
        if "'NoneType' object is not subscriptable" not in str(error):
            raise
        # The way in which QuantileRegressor meets a linear programme that HiGHS gives up.
        raise NumericalFailure("The solver found no solution for these numbers") from error
    except (ValueError, FloatingPointError) as error:  # LinAlgError is a ValueError
        if not _is_numeric_failure(error):
            raise
        raise NumericalFailure(str(error).strip().split("\n")[0]) from error


def _is_numeric_failure(error: Exception) -> bool:
    words = str(error).lower()
    return isinstance(error, (np.linalg.LinAlgError, FloatingPointError)) or any(
        mark in words for mark in ("converge", "overflow", "infinity", "contains nan", "full rank", "ill defined")
    )
