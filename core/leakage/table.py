"""The rows that leaks are looked for in: which part each belongs to, and what single columns tell of the target."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.splits import RowSplit
from core.types import Column, ColumnType, LearningTask, SplitParams

TRAIN, VALIDATION, TEST, UNUSED = 0, 1, 2, 3
MOST_SCORED = 20_000
"""Training rows that single columns are tried on."""
MOST_CELLS, FEWEST_OF_MANY = 1_200_000, 2_000
"""Of wide tables fewer rows are tried, down to so many."""
MOST_PAIRS = 40_000_000
"""Pairs of a test and a training row whose distance is measured: half a second."""
FEWEST_SCORED = 40
"""With fewer training rows, a perfect score of one column is no evidence."""


@dataclass(frozen=True, kw_only=True)
class LeakTable:
    """Rows with a target, raw as they were read, and how they are divided.

    Whatever looks at targets looks at training rows alone, so that a column left out for it is not chosen by the test.
    """

    frame: pd.DataFrame
    """All raw columns but the target, those that training leaves out among them. Shape (n_rows, n_columns)."""
    y: npt.NDArray[Any]
    """Class codes, or floats."""
    part: npt.NDArray[np.int8]
    """TRAIN, VALIDATION, TEST or UNUSED of each row."""
    columns: Mapping[str, Column]
    """What the ingest saw, by name, of all columns of ``frame``."""
    used: tuple[str, ...]
    """The columns to be learned from."""
    target: str
    task: LearningTask
    labels: tuple[str, ...] = ()
    split: SplitParams = field(default_factory=SplitParams)
    most_scored: int = MOST_SCORED
    most_pairs: int = MOST_PAIRS

    @property
    def is_class(self) -> bool:
        """Whether the target is a class."""
        return self.task is LearningTask.CLASSIFICATION

    @cached_property
    def scored_rows(self) -> npt.NDArray[np.int64]:
        """Numbers of the training rows that columns are tried on: all, or a fixed part, ascending."""
        rows = np.flatnonzero(self.part == TRAIN)
        most = max(FEWEST_OF_MANY, min(self.most_scored, MOST_CELLS // max(1, len(self.used))))
        if len(rows) > most:
            rows = np.sort(np.random.default_rng(len(rows)).choice(rows, most, replace=False))
        return rows

    @cached_property
    def scored(self) -> pd.DataFrame:
        """The raw columns of the rows that columns are tried on."""
        return self.frame.iloc[self.scored_rows]

    @cached_property
    def scored_y(self) -> npt.NDArray[Any]:
        """Their targets."""
        return np.asarray(self.y[self.scored_rows])

    @cached_property
    def scores(self) -> dict[str, float]:
        """How well each used column alone predicts the target: 0 as a dummy, 1 without error. See ``scoring``."""
        from core.leakage.scoring import single_score

        if len(self.scored_y) < FEWEST_SCORED:
            return {}
        return {name: single_score(self.values(name), self.scored_y, self.task) for name in self.used}

    def values(self, name: str) -> npt.NDArray[Any]:
        """A column of the scored rows: floats with NaN for numbers and dates, else codes from 0 with -1 for missing."""
        return plain_values(self.scored[name], self.columns[name].type)

    def of_type(self, *types: ColumnType, used: bool = True) -> tuple[str, ...]:
        """Names of columns of some types, in table order."""
        names: Sequence[str] = self.used if used else tuple(self.frame.columns)
        return tuple(name for name in names if self.columns[name].type in types)

    @property
    def numeric(self) -> tuple[str, ...]:
        """Used columns that hold numbers."""
        return self.of_type(ColumnType.INTEGER, ColumnType.NUMBER)


def plain_values(cells: "pd.Series[Any]", kind: ColumnType) -> npt.NDArray[Any]:
    """Cells as floats (numbers, days; NaN where missing or infinite), or as codes from 0 (-1 where missing)."""
    if kind is ColumnType.STRING or kind is ColumnType.BOOLEAN:
        return np.asarray(cells.factorize()[0], dtype=np.int64)
    from core.splits import time_numbers

    return time_numbers(cells)


def parts_of(split: RowSplit, n_rows: int) -> npt.NDArray[np.int8]:
    """The part of each row."""
    part = np.full(n_rows, UNUSED, dtype=np.int8)
    for code, rows in ((TRAIN, split.train), (VALIDATION, split.validation), (TEST, split.test)):
        part[rows] = code
    return part
