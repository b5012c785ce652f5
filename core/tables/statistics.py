"""What the values of every column are.

A table that fits into memory is described exactly. Of a larger one the bounds and missing cells stand in the file,
one scan of bounded memory gives means, deviations and estimates of distinct values, and a sample the rest.
"""

import math
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from core.tables.engine import Engine, OnFraction, name_sql, text_sql
from core.tables.pieces import WIDE_COLUMNS, split_columns
from core.tables.values import N_BINS, Values, as_text, describe, has_moments
from core.types import Column, ColumnType

__all__ = ["BATCH_COLUMNS", "COLUMN_TYPES", "N_BINS", "column_statistics"]

WHOLE_ROWS = 300_000
"""Tables up to this size, and up to WHOLE_BYTES, are described from all their values."""
WHOLE_BYTES = 128_000_000
SAMPLE_ROWS = 50_000
SAMPLE_BYTES = 64_000_000
RUN_ROWS = 256
"""The sample is made of runs of so many neighbouring rows, spread evenly: several times cheaper than single rows."""
BATCH_COLUMNS = 50
CLASS_ROWS = 50_000
"""Rows of the class of equal values in which repetitions of nearly distinct columns are counted."""
N_THREADS = 2
IDENTIFIER_ROWS = 50
IDENTIFIER_SHARE = 0.98
_NEARLY_DISTINCT = 0.85
"""HyperLogLog may err by so much that beyond this share another estimate is made."""
_SATURATED = 5
"""When each value of the sample occurs so often in it, hardly any other values are left."""
_IDENTIFIER_ENDINGS = ("id", "number", "index")

COLUMN_TYPES = {
    "int64": ColumnType.INTEGER,
    "double": ColumnType.NUMBER,
    "bool": ColumnType.BOOLEAN,
    "timestamp[us]": ColumnType.DATETIME,
    "string": ColumnType.STRING,
}


@dataclass
class _Totals:
    """What is known of a column over all rows."""

    n: int
    n_distinct: int
    low: Any
    high: Any
    mean: float | None
    std: float | None


@dataclass(frozen=True, kw_only=True)
class _Stored:
    """What the file says of one column."""

    n_missing: int | None
    low: Any
    high: Any
    n_distinct: int
    """At least so many, where the file says it."""


def column_statistics(engine: Engine, path: Path, n_rows: int, on_fraction: OnFraction) -> tuple[Column, ...]:
    """A ``Column`` for each column of the normal-form Parquet file at ``path``.

    Missing cells, bounds, means and deviations come from all rows. In tables above 300,000 rows or 128 MB the distinct
    values are estimated, and medians, frequent values and histograms come from about 50,000 rows.

    Raises:
        EngineError: The file cannot be read.
    """
    with pq.ParquetFile(path) as file:
        schema: pa.Schema = file.schema_arrow
        metadata: pq.FileMetaData = file.metadata
        size = sum(metadata.row_group(group).total_byte_size for group in range(metadata.num_row_groups))
        if n_rows <= WHOLE_ROWS and size <= WHOLE_BYTES:
            return _describe_whole(file.read(), n_rows, on_fraction)
    kinds = [COLUMN_TYPES[str(kind)] for kind in schema.types]
    stored = [_stored(metadata, index) for index in range(len(kinds))]
    # Every statement reads the file's description, so one of thousands of columns is split first.
    is_wide = len(kinds) > WIDE_COLUMNS
    starts = range(0, len(kinds), BATCH_COLUMNS)
    pieces = split_columns(path, path.parent, BATCH_COLUMNS) if is_wide else [path] * len(starts)
    columns: list[Column] = []
    for start, piece in zip(starts, pieces, strict=True):
        part = slice(start, start + BATCH_COLUMNS)
        batch = _Batch(engine, piece, schema.names[part], kinds[part], stored[part], n_rows, size)
        columns += batch.columns()
        on_fraction(len(columns) / len(kinds))
    return tuple(columns)


def _describe_whole(table: pa.Table, n_rows: int, on_fraction: OnFraction) -> tuple[Column, ...]:
    columns = []
    for index, (name, data) in enumerate(zip(table.column_names, table.columns, strict=True)):
        if index % BATCH_COLUMNS == 0:
            on_fraction(index / table.num_columns)
        kind = COLUMN_TYPES[str(data.type)]
        values = describe(data, kind)
        totals = _Totals(values.n, values.n_distinct, values.low, values.high, values.mean, values.std)
        columns.append(_column(name, kind, totals, values, n_rows))
    return tuple(columns)


class _Batch:
    """A few columns of a large table."""

    def __init__(
        self,
        engine: Engine,
        path: Path,
        names: Sequence[str],
        kinds: Sequence[ColumnType],
        stored: Sequence[_Stored],
        n_rows: int,
        size: int,
    ) -> None:
        self._engine = engine
        self._scan = f"read_parquet({text_sql(str(path))}, hive_partitioning = false, file_row_number = true)"
        self._names, self._kinds, self._stored, self._n_rows = names, kinds, stored, n_rows
        self._sql = [name_sql(name) for name in names]
        wanted = min(SAMPLE_ROWS, max(RUN_ROWS, SAMPLE_BYTES * n_rows // max(1, size)))
        self._period = max(1, n_rows // wanted) * RUN_ROWS

    def columns(self) -> Iterator[Column]:
        """All facts."""
        where = f"file_row_number % {self._period} < {RUN_ROWS}"
        sample = self._engine.arrow(f"SELECT {', '.join(self._sql)} FROM {self._scan} WHERE {where}")
        with ThreadPoolExecutor(max_workers=N_THREADS) as pool:  # Arrow and NumPy hold no lock of Python's for long
            described = list(pool.map(describe, sample.columns, self._kinds))
        totals = self._totals(described)
        for name, kind, total, values in zip(self._names, self._kinds, totals, described, strict=True):
            yield _column(name, kind, total, values, self._n_rows, sample_size=sample.num_rows)

    def _totals(self, described: Sequence[Values]) -> list[_Totals]:
        parts: list[str] = []
        for sql, kind, stored, values in zip(self._sql, self._kinds, self._stored, described, strict=True):
            shifted = f"(CAST({sql} AS DOUBLE) - {values.mean or 0.0!r}::DOUBLE)"
            moments = [f"avg({shifted})", f"avg({shifted} * {shifted})"]
            parts += [
                f"count({sql})" if stored.n_missing is None else "NULL",
                *([f"min({sql})", f"max({sql})"] if stored.low is None else ["NULL", "NULL"]),
                *(moments if kind.is_numeric and has_moments(stored.low, stored.high) else ["NULL", "NULL"]),
                "NULL"
                if _is_saturated(values) or _is_nearly_distinct(values, kind)
                else f"approx_count_distinct({sql})",
            ]
        row = self._engine.rows(f"SELECT {', '.join(parts)} FROM {self._scan}")[0]
        return [self._total(index, values, row[6 * index : 6 * index + 6]) for index, values in enumerate(described)]

    def _total(self, index: int, values: Values, found: Sequence[Any]) -> _Totals:
        stored = self._stored[index]
        counted, low, high, shift, square, estimate = found
        n = int(counted) if stored.n_missing is None else self._n_rows - stored.n_missing
        n_distinct = max(values.n_distinct, stored.n_distinct, min(n, estimate or 0))
        kind = self._kinds[index]
        is_close = n_distinct > _NEARLY_DISTINCT * n and kind in (ColumnType.INTEGER, ColumnType.STRING)
        if is_close or _is_nearly_distinct(values, kind):
            n_distinct = self._distinct_in_class(self._sql[index], n)
        mean = std = None
        if shift is not None:
            mean = (values.mean or 0.0) + shift
            std = math.sqrt(max(0.0, square - shift * shift) * n / (n - 1)) if n > 1 else None
        low, high = (low, high) if stored.low is None else (stored.low, stored.high)
        return _Totals(n, n_distinct, low, high, mean, std)

    def _distinct_in_class(self, sql: str, n: int) -> int:
        """Distinct values, from those rows whose value falls into one of many classes: all that are equal do."""
        where = f"hash({sql}) % {max(1, n // CLASS_ROWS)} = 0"
        counted, distinct = self._engine.rows(
            f"SELECT count({sql}), count(DISTINCT {sql}) FROM {self._scan} WHERE {where}"
        )[0]
        return n if counted == distinct else max(1, round(n * distinct / counted))


def _is_saturated(values: Values) -> bool:
    return values.n > 0 and values.rarest >= _SATURATED


def _is_nearly_distinct(values: Values, kind: ColumnType) -> bool:
    return kind in (ColumnType.INTEGER, ColumnType.STRING) and values.n_distinct > IDENTIFIER_SHARE * values.n > 0


def _stored(metadata: pq.FileMetaData, index: int) -> _Stored:
    """What the row groups say together; None for what one of them leaves out."""
    n_missing: int | None = 0
    lows, highs, distinct = [], [], [0]
    is_complete = True
    for group in range(metadata.num_row_groups):
        statistics = metadata.row_group(group).column(index).statistics
        if statistics is None or not statistics.has_null_count:
            return _Stored(n_missing=None, low=None, high=None, n_distinct=0)
        n_missing = (n_missing or 0) + statistics.null_count
        if statistics.has_min_max:
            lows.append(_naive(statistics.min))
            highs.append(_naive(statistics.max))
        elif statistics.num_values:
            is_complete = False
        if statistics.has_distinct_count:
            distinct.append(statistics.distinct_count)
    low, high = (min(lows), max(highs)) if is_complete and lows else (None, None)
    return _Stored(n_missing=n_missing, low=low, high=high, n_distinct=max(distinct))


def _naive(value: Any) -> Any:
    return value.replace(tzinfo=None) if isinstance(value, datetime) else value


def _column(
    name: str, kind: ColumnType, totals: _Totals, values: Values, n_rows: int, *, sample_size: int | None = None
) -> Column:
    scale = totals.n / values.n if sample_size is not None and values.n else 1.0
    return Column(
        name=name,
        type=kind,
        n_missing=n_rows - totals.n,
        n_distinct=totals.n_distinct,
        is_constant=totals.n_distinct <= 1,
        is_identifier=_is_identifier(name, kind, totals.n_distinct, values, n_rows),
        minimum=None if totals.low is None else as_text(totals.low),
        maximum=None if totals.high is None else as_text(totals.high),
        mean=totals.mean,
        std=totals.std,
        median=values.median,
        top_values=values.top_values(scale),
        histogram=values.histogram(totals.low, totals.high, scale),
        sample_size=sample_size,
    )


def _is_identifier(name: str, kind: ColumnType, n_distinct: int, values: Values, n_rows: int) -> bool:
    """Nearly every row has its own value, and it names the row rather than measuring anything."""
    if n_rows < IDENTIFIER_ROWS or n_distinct <= IDENTIFIER_SHARE * n_rows:
        return False
    if kind is ColumnType.STRING:
        return values.spaced_share < 0.5
    if kind is ColumnType.INTEGER and n_distinct == n_rows:
        return values.grows or name.casefold().rstrip("#_ ").endswith(_IDENTIFIER_ENDINGS)
    return False
