"""Partial dependence: what a model says on average when one column takes a value in every row.

The lines of single rows (individual conditional expectation) show whether that average speaks for them.

Source:
    Friedman 2001, doi:10.1214/aos/1013203451; Goldstein et al. 2015, doi:10.1080/10618600.2014.907095.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from evaluation.explaining.answer import Cell, cell, words
from evaluation.explaining.columns import ColumnMap, is_ordered, with_values
from evaluation.explaining.subject import OnFraction, Subject, silent

FloatArray = npt.NDArray[np.float64]
MOST_ASKED = 4_000_000
"""Numbers in one question to the model: 32 MB."""
MOST_CATEGORIES = 20


@dataclass(frozen=True, kw_only=True)
class Grid:
    """Values that a column takes."""

    column: str
    is_ordered: bool
    values: tuple[Any, ...]
    """Ascending, or categories by frequency."""


def axis_labels(grid: Grid) -> list[Cell]:
    """The values as an axis takes them: numbers and times as such, names as words."""
    values = [cell(value) for value in grid.values]
    return values if grid.is_ordered else [words(value) for value in values]


def make_grid(subject: Subject, column: str, n_points: int) -> Grid:
    """Values of the training rows: quantiles from 1 % to 99 % of numbers and times, or the most frequent categories."""
    present = subject.background[column].dropna()
    if not is_ordered(present):
        return Grid(
            column=column, is_ordered=False, values=tuple(present.value_counts().index[:MOST_CATEGORIES].tolist())
        )
    distinct = present.drop_duplicates().sort_values()
    if len(distinct) > n_points:
        shares = np.linspace(0.01, 0.99, n_points)
        chosen = present.quantile(shares, interpolation="nearest").drop_duplicates()
        distinct = chosen.sort_values()
    return Grid(column=column, is_ordered=True, values=tuple(distinct.tolist()))


def even_grid(subject: Subject, column: str, n_points: int) -> Grid:
    """Values at equal distances over the range of the training rows, a little beyond their 1 % and 99 % quantiles."""
    present = subject.background[column].dropna()
    if not is_ordered(present) or present.dtype.kind == "M":
        return make_grid(subject, column, n_points)
    low, high = np.quantile(present.to_numpy(dtype=float), [0.01, 0.99])
    if low == high:
        return make_grid(subject, column, n_points)
    margin = 0.03 * (high - low)
    values = np.linspace(low - margin, high + margin, n_points)
    if present.dtype.kind in "iu":
        values = np.unique(values.round())
    return Grid(column=column, is_ordered=True, values=tuple(values.tolist()))


def conditional_expectations(
    subject: Subject,
    columns: ColumnMap,
    grids: Sequence[Grid],
    *,
    class_code: int,
    on_fraction: OnFraction = silent,
) -> FloatArray:
    """What is said of each row for each value (or pair of values), shape (n_rows, n_values_1[, n_values_2]).

    Args:
        subject: Its rows take the values; everything else about them stays.
        columns: Which features belong to which raw column.
        grids: One or two columns with their values.
        class_code: The class; 0 for a regression.
        on_fraction: Told how far it is.
    """
    shape = tuple(len(grid.values) for grid in grids)
    combinations = np.stack(np.meshgrid(*map(np.arange, shape), indexing="ij"), axis=-1).reshape(-1, len(grids))
    n_rows = len(subject.frame)
    said = np.empty((n_rows, len(combinations)))
    parts = [_features_at(subject, columns, grid) for grid in grids]
    is_quick = all(part is not None for part in parts)
    per_question = max(1, MOST_ASKED // max(1, n_rows * subject.X.shape[1]))
    for start in range(0, len(combinations), per_question):
        asked = combinations[start : start + per_question]
        if is_quick:
            X = np.tile(subject.X, (len(asked), 1)).reshape(len(asked), n_rows, -1)
            for number, combination in enumerate(asked):
                for part, place in zip(parts, combination, strict=True):
                    assert part is not None
                    X[number][:, part[0]] = part[1][place]
            rows = X.reshape(len(asked) * n_rows, -1)
        else:
            rows = np.vstack([_before(subject, grids, combination) for combination in asked])
        answers = subject.one_output(rows, class_code)
        said[:, start : start + len(asked)] = answers.reshape(len(asked), n_rows).T
        on_fraction((start + len(asked)) / len(combinations))
    return said.reshape(n_rows, *shape)


def _features_at(subject: Subject, columns: ColumnMap, grid: Grid) -> tuple[npt.NDArray[np.int64], FloatArray] | None:
    """The features of a column for each value of its grid; None when other columns have a say in them."""
    places = columns.features_of(grid.column)
    if (columns.depends[:, places].sum(axis=0) > 1).any():
        return None
    rows = subject.frame.iloc[np.zeros(len(grid.values), dtype=np.intp)].reset_index(drop=True)
    changed = subject.transform(with_values(rows, grid.column, grid.values, subject.background[grid.column]))
    return places, changed[:, places]


def _before(subject: Subject, grids: Sequence[Grid], combination: npt.NDArray[np.int64]) -> FloatArray:
    frame = subject.frame
    for grid, place in zip(grids, combination, strict=True):
        values = [grid.values[place]] * len(frame)
        frame = with_values(frame, grid.column, values, subject.background[grid.column])
    return subject.transform(frame)
