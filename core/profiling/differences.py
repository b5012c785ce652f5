"""What a comparison of two tables says, as values that are stored as JSON and shown alike everywhere."""

from typing import Literal

from core.types import ColumnType, TopValue, Value


class TableSide(Value):
    """One of the two tables."""

    dataset_id: str
    name: str
    version: int
    n_rows: int
    n_columns: int
    n_looked: int
    """Rows that the shapes come from."""


class Retyped(Value):
    """A column whose values are of another type now."""

    column: str
    before: ColumnType
    after: ColumnType


class ShiftPicture(Value):
    """The same bars for both tables: shares of the values, in [0, 1]."""

    labels: tuple[str, ...]
    before: tuple[float, ...]
    after: tuple[float, ...]


class ColumnShift(Value):
    """How one column that both tables have differs."""

    column: str
    type: ColumnType
    change: Literal["none", "some", "large"]
    score: float
    """0 to 100, for the order: the largest of Jensen-Shannon distance, Kolmogorov-Smirnov statistic and difference of
    the missing shares."""
    sentence: str
    missing_before: float
    """Share of all rows."""
    missing_after: float
    mean_before: float | None = None
    """Of all rows; for numbers."""
    mean_after: float | None = None
    std_before: float | None = None
    std_after: float | None = None
    psi: float | None = None
    """Population stability index over tenths of the first table (numbers) or over the categories."""
    jensen_shannon: float | None = None
    """Distance over the same bins, base 2, in [0, 1]."""
    kolmogorov_smirnov: float | None = None
    """Statistic of the two-sample test, in [0, 1]; for numbers and moments."""
    new_values: tuple[TopValue, ...] = ()
    """Categories that only the second table has, among the looked-at rows, by frequency."""
    n_new_values: int = 0
    gone_values: tuple[TopValue, ...] = ()
    n_gone_values: int = 0
    picture: ShiftPicture | None = None


class TableDifference(Value):
    """What is different between a first and a second table."""

    before: TableSide
    after: TableSide
    is_same_content: bool
    added: tuple[str, ...]
    removed: tuple[str, ...]
    retyped: tuple[Retyped, ...]
    sentences: tuple[str, ...]
    """What matters most, in a few sentences."""
    shifts: tuple[ColumnShift, ...]
    """Columns of both, the one that changed most first."""
    is_reordered: bool = False
    """Whether the columns of both stand in another order."""
