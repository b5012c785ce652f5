"""What all rows say: one pass of bounded memory over a stored table, then a short one for small sets of values."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from core.tables.engine import Engine, EngineError, OnFraction, name_sql, text_sql
from core.tables.pieces import WIDE_COLUMNS, split_columns
from core.tables.statistics import COLUMN_TYPES
from core.types import ColumnType

BATCH_COLUMNS = 50
COUNTED_DISTINCT = 5_000
"""Up to so many estimated distinct values they are counted one by one."""
SAFE_MAGNITUDE = 1e150
"""Squares of larger numbers overflow, so mean and deviation are left out."""


class TableEngine(Engine):
    """A session that tells its failures apart."""

    @staticmethod
    def is_out_of_memory(error: EngineError) -> bool:
        """Whether a statement failed for want of memory."""
        return isinstance(error, duckdb.OutOfMemoryException)


@dataclass
class ScannedColumn:
    """What all rows of one column say."""

    name: str
    type: ColumnType
    n: int = 0
    n_distinct: int = 0
    is_distinct_exact: bool = False
    low: Any = None
    high: Any = None
    mean: float | None = None
    std: float | None = None
    n_zeros: int = 0
    n_negatives: int = 0
    n_infinite: int = 0
    min_length: int = 0
    max_length: int = 0
    mean_length: float = 0.0
    n_bytes: int = 0
    """Of its texts."""

    @property
    def sql(self) -> str:
        """Its quoted name."""
        return name_sql(self.name)


def scan_sql(path: Path, *options: str) -> str:
    """The table at ``path`` as an SQL source."""
    return f"read_parquet({', '.join((text_sql(str(path)), 'hive_partitioning = false', *options))})"


def column_type(arrow_type: pa.DataType) -> ColumnType:
    """The type of a stored column; the normal form has five, and their large and dictionary kin are read as well."""
    name = str(arrow_type)
    if known := COLUMN_TYPES.get(name):
        return known
    if pa.types.is_integer(arrow_type):
        return ColumnType.INTEGER
    if pa.types.is_floating(arrow_type):
        return ColumnType.NUMBER
    return ColumnType.DATETIME if pa.types.is_temporal(arrow_type) else ColumnType.STRING


def scan_columns(
    engine: TableEngine, path: Path, folder: Path, *, count_distinct: bool, on_fraction: OnFraction
) -> list[ScannedColumn]:
    """The columns of the table at ``path``, in order.

    Args:
        engine: May read ``path`` and ``folder``.
        path: Parquet in the normal form.
        folder: Where pieces of very wide tables are written.
        count_distinct: Whether distinct values are counted one by one, however many they are.
        on_fraction: Told of the done part.

    Raises:
        EngineError: The file cannot be read.
    """
    schema = pq.read_schema(path)
    columns = [
        ScannedColumn(name=name, type=column_type(type_))
        for name, type_ in zip(schema.names, schema.types, strict=True)
    ]
    starts = range(0, len(columns), BATCH_COLUMNS)
    # Every statement reads the file's description, so one of thousands of columns is split first.
    is_wide = len(columns) > WIDE_COLUMNS
    pieces = split_columns(path, folder, BATCH_COLUMNS) if is_wide else [path] * len(starts)
    for start, piece in zip(starts, pieces, strict=True):
        batch = columns[start : start + BATCH_COLUMNS]

        def on_step(fraction: float, start: int = start, size: int = len(batch)) -> None:
            on_fraction((start + fraction * size) / len(columns))

        _scan_batch(engine, piece, batch, on_step)
        _count_distinct(engine, piece, batch, everything=count_distinct)
    return columns


def _scan_batch(engine: TableEngine, path: Path, batch: Sequence[ScannedColumn], on_fraction: OnFraction) -> None:
    parts = [part for column in batch for part in _aggregates(column)]
    values = iter(engine.rows(f"SELECT {', '.join(parts)} FROM {scan_sql(path)}", on_fraction)[0])
    for column in batch:
        column.n, column.n_distinct, column.low, column.high = (next(values) for _ in range(4))
        column.n_distinct = min(column.n_distinct, column.n)
        if column.type.is_numeric:
            column.mean, column.std, column.n_zeros, column.n_negatives = (next(values) for _ in range(4))
            column.n_infinite = next(values)
            _drop_broken_moments(column)
        elif column.type is ColumnType.BOOLEAN:
            column.mean = next(values)
        elif column.type is ColumnType.STRING:
            column.min_length, column.max_length, column.mean_length, column.n_bytes = (
                value or 0 for value in (next(values) for _ in range(4))
            )


def _aggregates(column: ScannedColumn) -> list[str]:
    """What is asked of one column, in the order in which ``_scan_batch`` takes it."""
    cell = column.sql
    parts = [f"count({cell})", f"approx_count_distinct({cell})", f"min({cell})", f"max({cell})"]
    if column.type.is_numeric:
        # Squares of what is too large would end the statement, so such a column's moments are those of its small values
        # and are left out afterwards.
        small = f"CASE WHEN abs({cell}::DOUBLE) < {SAFE_MAGNITUDE!r} THEN {cell} END"
        safe = small if column.type is ColumnType.NUMBER else cell
        is_infinite = f"count_if(isinf({cell}))" if column.type is ColumnType.NUMBER else "0"
        parts += [f"avg({safe})", f"stddev_samp({safe})"]
        parts += [f"count_if({cell} = 0)", f"count_if({cell} < 0)", is_infinite]
    elif column.type is ColumnType.BOOLEAN:
        parts.append(f"avg({cell}::INT)")
    elif column.type is ColumnType.STRING:
        parts += [f"{f}(length({cell}))" for f in ("min", "max", "avg")] + [f"sum(strlen({cell}))"]
    return parts


def _drop_broken_moments(column: ScannedColumn) -> None:
    largest = max(abs(float(column.low)), abs(float(column.high))) if column.n else 0.0
    if not largest < SAFE_MAGNITUDE:
        column.mean = column.std = None
    for name in ("mean", "std"):
        value = getattr(column, name)
        setattr(column, name, value if value is not None and math.isfinite(value) else None)


def _count_distinct(engine: TableEngine, path: Path, batch: Sequence[ScannedColumn], *, everything: bool) -> None:
    small = [column for column in batch if column.n_distinct <= COUNTED_DISTINCT]
    if small:
        parts = ", ".join(f"count(DISTINCT {column.sql})" for column in small)
        counts = engine.rows(f"SELECT {parts} FROM {scan_sql(path)}")[0]
        for column, count in zip(small, counts, strict=True):
            column.n_distinct, column.is_distinct_exact = count, True
    if everything:
        for column in batch:  # one by one: each holds all its values in memory or on disk
            if not column.is_distinct_exact:
                column.n_distinct = engine.rows(f"SELECT count(DISTINCT {column.sql}) FROM {scan_sql(path)}")[0][0]
                column.is_distinct_exact = True
