"""Complete rows, groups, pairs and counts out of a frame; what cannot be tested is refused with the test to take."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.errors import UnsuitableData
from core.statistics.frame import Frame
from core.statistics.params import PairParams
from core.statistics.wording import listed
from core.wording import short

FloatArray = npt.NDArray[np.float64]

MOST_GROUPS = 30
"""A category with more different values is hardly one, and no picture holds them."""
MOST_CELLS_A_SIDE = 50


@dataclass(frozen=True, kw_only=True)
class Sample:
    """The numbers of one column that are there."""

    name: str
    values: FloatArray
    n_missing: int


@dataclass(frozen=True, kw_only=True)
class Groups:
    """Numbers by group; rows with a gap in either column are left out."""

    measure: str
    group: str
    labels: tuple[str, ...]
    values: tuple[FloatArray, ...]
    n_missing: int

    @property
    def n(self) -> int:
        """Rows in all groups."""
        return sum(len(values) for values in self.values)


@dataclass(frozen=True, kw_only=True)
class Pairs:
    """Two numbers of each subject."""

    first: str
    second: str
    x: FloatArray
    y: FloatArray
    n_missing: int

    @property
    def differences(self) -> FloatArray:
        """Second minus first."""
        return self.y - self.x


@dataclass(frozen=True, kw_only=True)
class Counts:
    """How often each pair of categories occurs."""

    rows: str
    columns: str
    row_labels: tuple[str, ...]
    column_labels: tuple[str, ...]
    table: npt.NDArray[np.int64]
    n_missing: int

    @property
    def n(self) -> int:
        """Rows that are counted."""
        return int(self.table.sum())

    @property
    def expected(self) -> FloatArray:
        """The counts that chance alone would give."""
        expected: FloatArray = np.outer(self.table.sum(axis=1), self.table.sum(axis=0)) / self.n
        return expected


def different(*names: str) -> None:
    """Refuse a column that is named twice."""
    filled = [name for name in names if name]
    if len(set(filled)) < len(filled):
        twice = next(name for name in filled if filled.count(name) > 1)
        raise UnsuitableData(f"{twice!r} is named twice.", hint="Choose different columns for the different roles.")


def one_sample(frame: Frame, name: str, *, least: int, instead: str = "") -> Sample:
    """The numbers of one column.

    Raises:
        UnsuitableData: Fewer than ``least`` are there, one is infinite, or all are equal.
    """
    values = frame.data[name].to_numpy(dtype=np.float64)
    _finite(name, values)
    kept = values[~np.isnan(values)]
    _enough(name, len(kept), least)
    _varies(name, kept, instead)
    return Sample(name=name, values=kept, n_missing=len(values) - len(kept))


def two_groups(frame: Frame, measure: str, group: str, wanted: Sequence[str], *, least: int, instead: str) -> Groups:
    """The numbers of two groups, in the order of ``wanted`` or of the labels.

    Args:
        frame: Holds both columns.
        measure: Column of numbers.
        group: Column of categories.
        wanted: None, or the two groups to take.
        least: Smallest number of values in a group.
        instead: The test to name when there are more than two groups.
    """
    found = _groups(frame, measure, group)
    if wanted:
        found = _only(found, wanted)
    if len(found.labels) == 1:
        raise UnsuitableData(
            f"{group!r} has one group with values, {found.labels[0]!r}; this test compares two.",
            hint="Choose another groups column, or compare with a fixed value: One-sample t-test.",
        )
    if len(found.labels) > 2:
        raise UnsuitableData(
            f"{group!r} has {len(found.labels)} groups ({listed(list(found.labels))}); this test compares two.",
            hint=f"Name the two groups to compare, or compare all of them: {instead}.",
        )
    return _checked(found, least)


def many_groups(frame: Frame, measure: str, group: str, *, least: int, least_groups: int = 2) -> Groups:
    """The numbers of every group.

    Raises:
        UnsuitableData: Too few or too many groups, too few values in one, or nothing that varies.
    """
    found = _groups(frame, measure, group)
    if len(found.labels) < least_groups:
        raise UnsuitableData(
            f"{group!r} has one group with values, {found.labels[0]!r}; there is nothing to compare.",
            hint="Choose another groups column, or compare with a fixed value: One-sample t-test.",
        )
    if len(found.labels) > MOST_GROUPS:
        raise UnsuitableData(
            f"{group!r} has {len(found.labels):,} different values; up to {MOST_GROUPS} groups can be compared.",
            hint="Choose a column with fewer values, or ask for a relation between numbers: Spearman correlation.",
        )
    return _checked(found, least)


def two_numbers(frame: Frame, x: str, y: str, *, least: int) -> Pairs:
    """Two columns of numbers, rows complete.

    Raises:
        UnsuitableData: Too few rows, an infinite value, or a column that does not vary.
    """
    different(x, y)
    pairs = _complete_pairs(frame, x, y)
    _enough(f"{short(x)}' and '{short(y)}", len(pairs.x), least)
    hint = "A column that never changes is related to nothing; choose another one."
    for name, values in ((x, pairs.x), (y, pairs.y)):
        if np.ptp(values) == 0:
            raise UnsuitableData(f"{name!r} has the same value in all {len(values):,} complete rows.", hint=hint)
    return pairs


def paired(frame: Frame, params: PairParams, *, least: int, instead: str) -> Pairs:
    """Two numbers of each subject, from two columns or from two rows of a subject.

    Raises:
        UnsuitableData: The roles do not fit together, or there are too few pairs.
    """
    if params.second:
        different(params.first, params.second)
        pairs = _complete_pairs(frame, params.first, params.second)
    elif params.group and params.subject:
        pairs = _pairs_of_rows(frame, params, instead)
    else:
        raise UnsuitableData(
            "There is nothing to pair the values with.",
            hint="Name a second column of numbers, or the columns that hold occasion and subject. For rows that do not "
            "belong together in pairs: Welch t-test.",
        )
    _enough(f"{short(pairs.first)}' and '{short(pairs.second)}", len(pairs.x), least, what="complete pairs")
    return pairs


def repeated(frame: Frame, names: Sequence[str], *, least: int) -> tuple[FloatArray, int]:
    """Complete rows of several columns of numbers, shape (n_rows, n_columns), and how many were left out."""
    different(*names)
    values = frame.data[list(names)].to_numpy(dtype=np.float64)
    for index, name in enumerate(names):
        _finite(name, values[:, index])
    kept = values[~np.isnan(values).any(axis=1)]
    if len(kept) < least:
        raise UnsuitableData(
            f"{len(kept):,} rows have a value in all {len(names)} columns; this test needs {least}.",
            hint="Leave out the columns with the most gaps.",
        )
    return kept, len(values) - len(kept)


def pivoted(frame: Frame, measure: str, group: str, subject: str, *, least: int) -> tuple[FloatArray, list[str], int]:
    """One row a subject and one column an occasion, from a table with one row a measurement.

    Returns:
        Values of shape (n_subjects, n_occasions), the occasions, and the number of incomplete subjects.
    """
    different(measure, group, subject)
    data = frame.data.loc[frame.data[[measure, group, subject]].notna().all(axis=1), [measure, group, subject]]
    _finite(measure, data[measure].to_numpy())
    _enough(measure, len(data), least)
    repeated_rows = data.duplicated([group, subject])
    if repeated_rows.any():
        example = data.loc[repeated_rows].iloc[0]
        raise UnsuitableData(
            f"{subject!r} {str(example[subject])!r} has more than one row with {group!r} {str(example[group])!r}.",
            hint="Each subject needs exactly one value for each occasion; average repeated ones first.",
        )
    wide = data.pivot(index=subject, columns=group, values=measure)
    occasions = [str(name) for name in frame.data[group].cat.categories if name in wide.columns]
    if len(occasions) > MOST_GROUPS:
        raise UnsuitableData(
            f"{group!r} has {len(occasions):,} different values; up to {MOST_GROUPS} occasions can be compared.",
            hint="Choose the column that says which measurement a row is.",
        )
    values = wide[occasions].to_numpy(dtype=np.float64)
    kept = values[~np.isnan(values).any(axis=1)]
    return kept, occasions, len(values) - len(kept)


def counts(frame: Frame, rows: str, columns: str) -> Counts:
    """A contingency table without empty rows and columns.

    Raises:
        UnsuitableData: A side has one category or too many.
    """
    different(rows, columns)
    data = frame.data[[rows, columns]]
    is_complete = data.notna().all(axis=1)
    data = data[is_complete]
    _enough(f"{short(rows)}' and '{short(columns)}", len(data), 2)
    table = pd.crosstab(data[rows], data[columns], dropna=True)
    for name, labels in ((rows, table.index), (columns, table.columns)):
        if len(labels) < 2:
            raise UnsuitableData(
                f"{name!r} has one value in the complete rows, {str(labels[0])!r}.",
                hint="A column that never changes is related to nothing; to test its shares: Chi-square goodness of "
                "fit.",
            )
        if len(labels) > MOST_CELLS_A_SIDE:
            raise UnsuitableData(
                f"{name!r} has {len(labels):,} different values; up to {MOST_CELLS_A_SIDE} can be tabulated.",
                hint="Choose a column with fewer values, or group rare ones together first. If it holds quantities: "
                "Kruskal-Wallis test.",
            )
    return Counts(
        rows=rows,
        columns=columns,
        row_labels=tuple(map(str, table.index)),
        column_labels=tuple(map(str, table.columns)),
        table=table.to_numpy(dtype=np.int64),
        n_missing=int((~is_complete).sum()),
    )


def two_by_two(frame: Frame, rows: str, columns: str, *, instead: str) -> Counts:
    """A contingency table of two times two.

    Raises:
        UnsuitableData: A side has another number of categories; the message names ``instead``.
    """
    found = counts(frame, rows, columns)
    for name, labels in ((rows, found.row_labels), (columns, found.column_labels)):
        if len(labels) != 2:
            raise UnsuitableData(
                f"{name!r} has {len(labels)} different values ({listed(list(labels))}); this test takes two.",
                hint=f"Choose a column with two values, or take: {instead}.",
            )
    return found


def _groups(frame: Frame, measure: str, group: str) -> Groups:
    different(measure, group)
    values = frame.data[measure].to_numpy(dtype=np.float64)
    codes = np.asarray(frame.data[group].cat.codes)
    labels = [str(label) for label in frame.data[group].cat.categories]
    _finite(measure, values)
    is_there = ~np.isnan(values) & (codes >= 0)
    _enough(measure, int(is_there.sum()), 2)
    codes, kept = codes[is_there], values[is_there]
    order = np.argsort(codes, kind="stable")
    bounds = np.searchsorted(codes[order], np.arange(len(labels) + 1))
    ordered = kept[order]
    parts = [(labels[i], ordered[bounds[i] : bounds[i + 1]]) for i in range(len(labels))]
    parts = [(label, part) for label, part in parts if len(part)]
    return Groups(
        measure=measure,
        group=group,
        labels=tuple(label for label, _ in parts),
        values=tuple(part for _, part in parts),
        n_missing=len(values) - len(kept),
    )


def _only(found: Groups, wanted: Sequence[str]) -> Groups:
    if len(set(wanted)) != 2:
        raise UnsuitableData("Two different groups have to be named.", hint="Name two groups, or none to take both.")
    for label in wanted:
        if label not in found.labels:
            raise UnsuitableData(
                f"{found.group!r} has no group {label!r} with values.",
                hint=f"It has {listed(list(found.labels), 8)}.",
                field="params.groups",
            )
    places = [found.labels.index(label) for label in wanted]
    return Groups(
        measure=found.measure,
        group=found.group,
        labels=tuple(wanted),
        values=tuple(found.values[place] for place in places),
        n_missing=found.n_missing,
    )


def _checked(found: Groups, least: int) -> Groups:
    for label, values in zip(found.labels, found.values, strict=True):
        if len(values) < least:
            n = "1 value" if len(values) == 1 else f"{len(values)} values"
            raise UnsuitableData(
                f"The group {label!r} of {found.group!r} has {n}; this test needs {least} in each group.",
                hint="Leave that group out, or join it with another one. Ranks ask for less: Kruskal-Wallis test."
                if least > 1
                else "Leave that group out.",
            )
    everything = np.concatenate(found.values)
    if np.ptp(everything) == 0:
        raise UnsuitableData(
            f"{found.measure!r} has the same value in all {len(everything):,} rows.",
            hint="Where nothing varies there is nothing to test; choose another column.",
        )
    return found


def spreading(found: Groups, instead: str) -> Groups:
    """``found``, refused when no group varies within itself."""
    if all(np.ptp(values) == 0 for values in found.values):
        raise UnsuitableData(
            f"{found.measure!r} does not vary within any group of {found.group!r}.",
            hint=f"This test measures differences against the spread inside the groups; take: {instead}.",
        )
    return found


def _complete_pairs(frame: Frame, x: str, y: str) -> Pairs:
    first, second = (frame.data[name].to_numpy(dtype=np.float64) for name in (x, y))
    _finite(x, first)
    _finite(y, second)
    is_there = ~(np.isnan(first) | np.isnan(second))
    return Pairs(first=x, second=y, x=first[is_there], y=second[is_there], n_missing=len(first) - int(is_there.sum()))


def _pairs_of_rows(frame: Frame, params: PairParams, instead: str) -> Pairs:
    data = frame.data
    if params.groups:
        data = data[data[params.group].isin(params.groups)]
    part = Frame(data=data, n_rows=frame.n_rows)
    values, occasions, n_missing = pivoted(part, params.first, params.group, params.subject, least=2)
    if len(occasions) != 2:
        raise UnsuitableData(
            f"{params.group!r} has {len(occasions)} occasions ({listed(occasions)}); this test compares two.",
            hint=f"Name the two occasions to compare, or compare all of them: {instead}.",
        )
    order = list(params.groups) if params.groups else occasions
    x, y = (values[:, occasions.index(name)] for name in order)
    return Pairs(first=order[0], second=order[1], x=x, y=y, n_missing=n_missing)


def _finite(name: str, values: FloatArray) -> None:
    n_infinite = int(np.isinf(values).sum())
    if n_infinite:
        what = "an infinite value" if n_infinite == 1 else f"{n_infinite:,} infinite values"
        raise UnsuitableData(
            f"{name!r} holds {what}; means and ranks of it would mean nothing.",
            hint="Replace infinite values by gaps first, or leave those rows out.",
        )


def _enough(name: str, n: int, least: int, what: str = "values") -> None:
    if n == 0:
        raise UnsuitableData(
            f"'{short(name, 90)}' has no {what}: everything is missing.", hint="Choose another column."
        )
    if n < least:
        has = f"1 {what.removesuffix('s')}" if n == 1 else f"{n} {what}"
        raise UnsuitableData(
            f"'{short(name, 90)}' has {has}; this test needs at least {least}.",
            hint="It takes more rows to say anything.",
        )


def _varies(name: str, values: FloatArray, instead: str) -> None:
    if np.ptp(values) == 0:
        raise UnsuitableData(
            f"{name!r} has the same value in all {len(values):,} rows.",
            hint=f"Where nothing varies there is nothing to test; {instead or 'choose another column'}.",
        )
