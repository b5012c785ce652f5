"""The rows in which insights are looked for: read once, each column as numbers, as categories, or as both."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from core.insights.discovery import halves
from core.types import Column, ColumnType

if TYPE_CHECKING:
    from core.insights.pairs import PairScreen
    from core.insights.series import Series

FloatArray = npt.NDArray[np.float64]
CodeArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

Kind = Literal["quantity", "category", "moment", "identifier", "text", "constant", "empty"]

MOST_LEVELS = 20
"""Categories beyond the most frequent ones are left aside."""
MOST_GROUPS = 10
"""Whole numbers of so few values are groups as well as quantities."""
FEWEST_OF_LEVEL = 10
COVERED = 0.5
"""Share of the rows that the kept categories must hold."""
IDENTIFIER_SHARE = 0.9
"""Of different values among the known ones, from which texts are names of rows."""
FEWEST_MARKS = 3
PLACEHOLDER_MOMENTS = frozenset(
    datetime(year, month, day, tzinfo=UTC).timestamp()
    for year, month, day in (
        (1, 1, 1), (1753, 1, 1), (1899, 12, 30), (1899, 12, 31), (1900, 1, 1), (1970, 1, 1), (2099, 12, 31),
        (2100, 1, 1), (9999, 1, 1), (9999, 12, 31),
    )
)  # fmt: skip
"""Moments, in epoch seconds, that programs write when they know none."""
READ_SHARE, MOST_READ = 0.9, 300_000
MOST_NUMBER = 1e150
"""Squares of larger numbers overflow."""
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]*)?")
TEXT_SHARE, TEXT_LEVELS = 0.3, 1_000
MOST_NUMBERS, MOST_CATEGORIES = 120, 80
"""Columns that are compared with each other; of wider tables the first ones, and the target."""


@dataclass(frozen=True, eq=False)
class InsightColumn:
    """One column of the looked-at rows."""

    name: str
    type: ColumnType
    kind: Kind
    values: FloatArray | None
    """Numbers, flags as 0 and 1, moments in epoch seconds; NaN where missing or infinite. None for texts."""
    all_codes: CodeArray
    """Each different value as 0, 1, ... in no particular order; -1 where missing."""
    codes: CodeArray | None
    """The kept categories, the most frequent first, -1 for missing and rare ones. None where there are no groups."""
    labels: tuple[str, ...]
    """Of the kept categories."""
    n_distinct: int
    n_missing: int
    marks: tuple[tuple[float, int], ...] = ()
    """Values that stand for "unknown", such as -999 or 1900-01-01 (in epoch seconds), and how often they occur. They
    are missing in ``values``, so that no other detector takes them for measurements."""
    n_unread: int | None = None
    """Of a column of texts that are numbers: the cells that are none. None for all other columns."""

    @cached_property
    def is_known(self) -> BoolArray:
        """Which rows have a value that is no mark for "unknown"."""
        if self.values is not None and self.marks:
            return np.isfinite(self.values)
        return np.asarray(self.all_codes >= 0)

    @cached_property
    def finite(self) -> BoolArray:
        """Which rows have a finite number."""
        assert self.values is not None
        return np.isfinite(self.values)

    @cached_property
    def known(self) -> FloatArray:
        """The finite numbers, in the order of the table."""
        assert self.values is not None
        return np.asarray(self.values[self.finite])

    @cached_property
    def ordered(self) -> FloatArray:
        """The finite numbers, rising."""
        return np.sort(self.known)

    @cached_property
    def scores(self) -> FloatArray:
        """Normal scores: ranks put on a standard normal distribution, NaN where missing. Free of any outlier."""
        from scipy.special import ndtri
        from scipy.stats import rankdata

        assert self.values is not None
        found = np.full(len(self.values), np.nan)
        if self.known.size:
            found[self.finite] = ndtri((rankdata(self.known) - 0.5) / self.known.size)
        return found

    @cached_property
    def is_whole(self) -> bool:
        """Whether every number is whole."""
        return bool(self.known.size) and bool(np.all(self.known == np.floor(self.known)))

    @cached_property
    def spread(self) -> float:
        """Interquartile range, or the standard deviation where half of the values are one and the same."""
        low, high = np.quantile(self.known, [0.25, 0.75]) if self.known.size else (0.0, 0.0)
        return float(high - low) or float(self.known.std() if self.known.size else 0.0)


@dataclass(frozen=True, kw_only=True, eq=False)
class InsightTable:
    """What detectors look at."""

    dataset_id: str
    columns: tuple[InsightColumn, ...]
    n_rows: int
    """Of the dataset."""
    n_looked: int
    target: str | None = None
    is_deep: bool = False
    left_out: tuple[str, ...] = ()
    """Columns that are not compared with others, because there are too many."""

    def column(self, name: str) -> InsightColumn:
        """The column of that name. Raises KeyError."""
        return self._by_name[name]

    @cached_property
    def _by_name(self) -> dict[str, InsightColumn]:
        return {column.name: column for column in self.columns}

    @cached_property
    def quantities(self) -> tuple[InsightColumn, ...]:
        """Numbers that vary."""
        return tuple(column for column in self.columns if column.kind == "quantity")[:MOST_NUMBERS]

    @cached_property
    def groups(self) -> tuple[InsightColumn, ...]:
        """Columns that divide the rows: categories, flags, whole numbers of few values."""
        return tuple(column for column in self.columns if column.codes is not None)[:MOST_CATEGORIES]

    @cached_property
    def moments(self) -> tuple[InsightColumn, ...]:
        """Columns of dates and times that vary."""
        return tuple(column for column in self.columns if column.kind == "moment")

    @cached_property
    def outcomes(self) -> tuple[InsightColumn, ...]:
        """What may depend on other columns, as numbers: quantities and columns of two values. The target first."""
        plenty = [column for column in self.quantities if column.codes is None or column.name == self.target]
        found = [*plenty, *(column for column in self.groups if is_binary(column))]
        return tuple(sorted(found, key=lambda column: column.name != self.target))

    @cached_property
    def pairs(self) -> "PairScreen":
        """Every two quantities compared."""
        from core.insights.pairs import PairScreen

        return PairScreen(self.quantities)

    @cached_property
    def series(self) -> "list[Series]":
        """Each quantity, and the number of rows, over time."""
        from core.insights.series import all_series

        return all_series(self)

    @cached_property
    def time_order(self) -> CodeArray | None:
        """Row numbers by the first column of moments; None without one, and where the rows are in that order."""
        if not self.moments:
            return None
        order = np.argsort(np.asarray(self.moments[0].values), kind="stable")
        return None if np.all(np.diff(order) > 0) else order

    def deflation(self, fitted: FloatArray, residual: FloatArray) -> float:
        """By how much neighbours in the table, or in time, make a test look surer than it is."""
        from core.insights.measures import deflation

        factor = deflation(fitted, residual)
        if self.time_order is not None:
            factor = max(factor, deflation(fitted[self.time_order], residual[self.time_order]))
        return factor

    @cached_property
    def is_first_half(self) -> BoolArray:
        """The rows that patterns are chosen in; the others confirm them."""
        return halves(self.n_looked)


def is_binary(column: InsightColumn) -> bool:
    """Whether the column has exactly two values, each of some rows."""
    return column.codes is not None and len(column.labels) == 2 and column.n_distinct == 2


def as_outcome(column: InsightColumn) -> FloatArray:
    """Numbers as they are, of two values the second one as 1; NaN where missing."""
    if column.kind == "quantity":
        assert column.values is not None
        return column.values
    assert column.codes is not None
    return np.where(column.codes >= 0, column.codes.astype(np.float64), np.nan)


def make_table(
    frame: Any, columns: Sequence[Column], *, dataset_id: str, n_rows: int, target: str | None, is_deep: bool = False
) -> InsightTable:
    """The table of some looked-at rows.

    Args:
        frame: A pyarrow table in the normal form, or one of its kin, shape (n_looked, n_columns).
        columns: What the reading of the file found, in the frame's order.
        dataset_id: For the buttons of cards.
        n_rows: Of the whole dataset.
        target: The column to be predicted, if any.
        is_deep: Whether time is no object.
    """
    found = []
    for place, column in enumerate(columns):
        cells = frame.column(place)
        found.append(make_column(column, cells.combine_chunks() if hasattr(cells, "combine_chunks") else cells))
    numbers = [column.name for column in found if column.kind == "quantity"][MOST_NUMBERS:]
    groups = [column.name for column in found if column.codes is not None][MOST_CATEGORIES:]
    found.sort(key=lambda column: column.name != target)
    return InsightTable(
        dataset_id=dataset_id,
        columns=tuple(found),
        n_rows=n_rows,
        n_looked=frame.num_rows,
        target=target,
        is_deep=is_deep,
        left_out=tuple(dict.fromkeys([*numbers, *groups])),
    )


def make_column(column: Column, cells: Any) -> InsightColumn:
    """One column from its Arrow cells."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_null(cells.type):
        cells = cells.cast(pa.string())
    if pa.types.is_dictionary(cells.type):
        cells = cells.dictionary_decode()
    encoded = cells.dictionary_encode()
    all_codes = np.asarray(pc.fill_null(encoded.indices.cast(pa.int64()), -1), dtype=np.int64)
    if column.type is ColumnType.STRING:
        values = read_numbers(encoded.dictionary, all_codes)
    else:
        values = _numbers(cells, column.type)
    is_text = column.type is ColumnType.STRING and values is not None
    all_codes_as_given = all_codes
    if values is not None:
        all_codes = np.where(np.isnan(values), -1, all_codes)
    marks: tuple[tuple[float, int], ...] = ()
    if values is not None and column.type is not ColumnType.BOOLEAN:
        marks = find_marks(values, column.type)
        values = np.where(np.isin(values, [mark for mark, _ in marks]), np.nan, values) if marks else values
    counts = np.bincount(all_codes[all_codes >= 0], minlength=len(encoded.dictionary))
    n_unread = int((all_codes_as_given >= 0).sum() - np.isfinite(values).sum()) if is_text and values is not None else 0
    n_known, n_distinct = int(counts.sum()), int((counts > 0).sum())
    kind = _kind(column, values, n_known, n_distinct)
    codes: CodeArray | None = None
    labels: tuple[str, ...] = ()
    if kind == "category" or (kind == "quantity" and column.type is ColumnType.INTEGER and n_distinct <= MOST_GROUPS):
        codes, labels = _levels(all_codes, counts, encoded.dictionary, n_known, is_ordered=values is not None)
        if codes is None and kind == "category":
            kind = "text"
    return InsightColumn(
        name=column.name,
        type=column.type,
        kind=kind,
        values=values,
        all_codes=all_codes,
        codes=codes,
        labels=labels,
        n_distinct=n_distinct,
        n_missing=len(all_codes) - n_known,
        marks=marks,
        n_unread=n_unread if is_text else None,
    )


def read_numbers(dictionary: Any, all_codes: CodeArray) -> FloatArray | None:
    """Texts as the numbers they are, if nearly all are different numbers; None for names, codes and categories."""
    if not MOST_GROUPS < len(dictionary) <= MOST_READ:
        return None
    texts = [str(cell).strip() for cell in dictionary.to_pylist()]
    if len({len(text) for text in texts}) == 1 or sum(text.startswith("0") and text[1:2].isdecimal() for text in texts):
        return None  # of one length, or with zeros in front: postal codes, article numbers
    numbers = np.array([_number(text) for text in texts])
    values = np.append(numbers, np.nan)[all_codes]
    n_known = int((all_codes >= 0).sum())
    return values if n_known and np.isfinite(values).sum() >= READ_SHARE * n_known else None


def _number(text: str) -> float:
    if not text or not (text[0].isdecimal() or text[0] in "+-."):
        return float("nan")
    try:
        value = float(text.replace(",", "") if _GROUPED.fullmatch(text) else text)
    except ValueError:
        return float("nan")
    return value if abs(value) < MOST_NUMBER else float("nan")


def find_marks(values: FloatArray, type_: ColumnType) -> tuple[tuple[float, int], ...]:
    """Repeated values at an end that stand apart from all others, and how often they occur."""
    from core.profiling.numbers import sentinels

    ordered = np.sort(values[np.isfinite(values)])
    if type_ is not ColumnType.DATETIME:
        return tuple((float(mark.value), mark.count) for mark in sentinels(ordered))
    found = []
    for place in (0, -1):
        if not ordered.size:
            break
        value = float(ordered[place])
        rest = ordered[ordered != value]
        n = int(ordered.size - rest.size)
        if n >= FEWEST_MARKS and len(np.unique(rest)) >= FEWEST_OF_LEVEL:
            gap, length = abs(float(rest[place]) - value), float(rest[-1] - rest[0])
            if gap > length or (value in PLACEHOLDER_MOMENTS and gap > 0.02 * length):
                found.append((value, n))
                ordered = rest
    return tuple(found)


def _numbers(cells: Any, type_: ColumnType) -> FloatArray:
    from core.profiling.looking import as_numbers

    values = as_numbers(cells, type_)
    return np.where(np.isfinite(values) & (np.abs(values) < MOST_NUMBER), values, np.nan)


def _kind(column: Column, values: FloatArray | None, n_known: int, n_distinct: int) -> Kind:
    if not n_known:
        return "empty"
    if n_distinct < 2:
        return "constant"
    if values is None:
        if n_known >= FEWEST_OF_LEVEL and n_distinct >= IDENTIFIER_SHARE * n_known:
            return "identifier"
        return "text" if n_distinct > min(TEXT_LEVELS, max(2.0, TEXT_SHARE * n_known)) else "category"
    if column.type is ColumnType.DATETIME:
        return "moment"
    if n_distinct == 2:
        return "category"
    if column.type is ColumnType.INTEGER and (column.is_identifier or _is_numbering(values, n_known, n_distinct)):
        return "identifier"
    return "quantity"


def _is_numbering(values: FloatArray, n_known: int, n_distinct: int) -> bool:
    """Whether whole numbers only count the rows: all different, in order, without large gaps."""
    known = values[np.isfinite(values)]
    if n_distinct < n_known or n_known < FEWEST_OF_LEVEL:
        return False
    steps = np.diff(known)
    return bool(np.all(steps > 0) or np.all(steps < 0)) and float(np.ptp(known)) < 20 * n_known


def _levels(
    all_codes: CodeArray, counts: Any, dictionary: Any, n_known: int, *, is_ordered: bool
) -> tuple[CodeArray | None, tuple[str, ...]]:
    """The frequent categories: by frequency, numbers and flags by size."""
    order = [int(code) for code in np.argsort(-counts, kind="stable")[:MOST_LEVELS] if counts[code] >= FEWEST_OF_LEVEL]
    if len(order) < 2 or counts[order].sum() < COVERED * n_known:
        return None, ()
    cells = [dictionary[code].as_py() for code in order]
    if is_ordered:
        order = [code for _, code in sorted(zip(cells, order, strict=True))]
        cells = sorted(cells)
    new = np.full(len(counts) + 1, -1, dtype=np.int64)
    for place, code in enumerate(order):
        new[code] = place
    return new[all_codes], tuple(_label(cell) for cell in cells)


def _label(cell: Any) -> str:
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return f"{cell:g}" if isinstance(cell, float) else str(cell)
