"""The rows that are looked at: all of a table, or a fixed pseudo-random part of it in the order of the table."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from core.profiling.facts import Level
from core.profiling.scan import ScannedColumn
from core.types import ColumnType

QUICK_ROWS = 100_000
QUICK_CELLS = 10_000_000
QUICK_BYTES = 150_000_000
FULL_ROWS = 5_000_000
"""A column of so many numbers takes 40 MB, and a few copies of it."""
FULL_BYTES = 120_000_000
"""Of the largest column of texts."""
FEWEST_ROWS = 1_000
SEED = 20_240_229

Positions = npt.NDArray[np.int64]


class LookedRows:
    """Columns of the looked-at rows. Quick ones are read once and kept, full ones read column by column."""

    def __init__(self, path: Path, *, n_rows: int, n_looked: int, is_kept: bool) -> None:
        self.n_rows = n_rows
        """Of the table."""
        self.n_looked = n_looked
        self.path = path
        self._positions = choose_positions(n_rows, n_looked)
        self._table = read_rows(path, self._positions) if is_kept else None

    @property
    def is_all(self) -> bool:
        """Whether every row of the table is looked at."""
        return self.n_looked == self.n_rows

    def column(self, name: str) -> pa.Array:
        """The cells of one column, in the order of the table; missing ones are null."""
        table = self._table if self._table is not None else read_rows(self.path, self._positions, [name])
        cells = table.column(table.schema.names.index(name))
        return cells.combine_chunks() if isinstance(cells, pa.ChunkedArray) else cells

    def n_bytes(self, columns: Sequence[ScannedColumn]) -> int:
        """What the whole table would take in memory."""
        cells = sum(_WIDTH[column.type] for column in columns) * self.n_rows
        return cells + sum(column.n_bytes for column in columns)


_WIDTH = {
    ColumnType.INTEGER: 8,
    ColumnType.NUMBER: 8,
    ColumnType.DATETIME: 8,
    ColumnType.STRING: 4,
    ColumnType.BOOLEAN: 1,
}


def look(path: Path, columns: Sequence[ScannedColumn], n_rows: int, level: Level) -> LookedRows:
    """The rows that a profile of this level looks at."""
    texts = [column.n_bytes / max(1, n_rows) for column in columns]
    if level == "full":
        most = min(FULL_ROWS, int(FULL_BYTES / max([1.0, *texts])))
    else:
        most = min(QUICK_ROWS, QUICK_CELLS // max(1, len(columns)), int(QUICK_BYTES / max(1.0, sum(texts))))
    n_looked = min(n_rows, max(FEWEST_ROWS, most))
    return LookedRows(path, n_rows=n_rows, n_looked=n_looked, is_kept=level == "quick")


def choose_positions(n_rows: int, n_wanted: int) -> Positions | None:
    """Row numbers of a fixed sample without replacement, rising; None for all rows."""
    if n_wanted >= n_rows:
        return None
    rng = np.random.default_rng(SEED)
    if n_rows < 50_000_000:
        return np.sort(rng.choice(n_rows, n_wanted, replace=False))
    # One from each of equal stretches: no permutation of a very long table is held.
    starts = np.linspace(0, n_rows, n_wanted, endpoint=False)
    return np.asarray(starts + rng.random(n_wanted) * (n_rows / n_wanted), dtype=np.int64)


def read_rows(path: Path, positions: Positions | None, names: Sequence[str] | None = None) -> pa.Table:
    """The rows at ``positions``, row group by row group; all of them for None."""
    chosen = None if names is None else list(names)
    with pq.ParquetFile(path) as file:
        if positions is None:
            return file.read(columns=chosen)
        parts, first = [], 0
        for group in range(file.num_row_groups):
            size = file.metadata.row_group(group).num_rows
            start, end = np.searchsorted(positions, [first, first + size])
            if end > start:
                parts.append(file.read_row_group(group, columns=chosen).take(positions[start:end] - first))
            first += size
        return pa.concat_tables(parts)


def as_numbers(cells: pa.Array, type_: ColumnType) -> npt.NDArray[np.float64]:
    """Cells as floats: flags 0 and 1, moments in epoch seconds, missing ones NaN."""
    if type_ is ColumnType.DATETIME:
        micros = cells.cast(pa.timestamp("us")).cast(pa.int64())
        return as_numbers(micros, ColumnType.INTEGER) / 1e6
    if type_ is ColumnType.BOOLEAN:
        cells = cells.cast(pa.int8())
    numbers = cells.to_numpy(zero_copy_only=False)
    return np.asarray(numbers, dtype=np.float64)
