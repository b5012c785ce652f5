"""What the values of every column are, over all rows, in two passes of bounded memory and a look at a sample."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from core.tables.engine import Engine, OnFraction, name_sql, text_sql
from core.tables.pieces import WIDE_COLUMNS, split_columns
from core.types import Column, ColumnType, HistogramBin, TopValue

EXACT_ROWS = 10_000
"""Up to so many rows distinct values are counted one by one."""
SAMPLE_ROWS = 100_000
"""Medians and candidates for the most frequent values come from so many rows at most."""
SAMPLE_CELLS = 10_000_000
BATCH_COLUMNS = 50
N_BINS = 20
N_TOP = 5
N_TRACKED = 200
"""Values that the search for the most frequent ones follows; up to so many distinct ones it is exact."""
RARE = 10_000
"""A value that fewer than one row in so many has is not called frequent: a sample may miss others like it."""
VALUE_LENGTH = 200
"""Longest shown text of a value, in characters."""
IDENTIFIER_ROWS = 50
IDENTIFIER_SHARE = 0.98
_NEARLY_DISTINCT = 0.9
"""HyperLogLog may err by so much that beyond this share the distinct values are counted exactly."""
_SAFE_MAGNITUDE = 1e150
"""Squares of larger numbers overflow, so mean and deviation are left out."""
_IDENTIFIER_ENDINGS = ("id", "number", "index")

COLUMN_TYPES = {
    "int64": ColumnType.INTEGER,
    "double": ColumnType.NUMBER,
    "bool": ColumnType.BOOLEAN,
    "timestamp[us]": ColumnType.DATETIME,
    "string": ColumnType.STRING,
}


@dataclass
class _Facts:
    """What is gathered of one column, pass by pass."""

    name: str
    type: ColumnType
    sql: str
    n: int = 0
    n_distinct: int = 0
    low: Any = None
    high: Any = None
    mean: float | None = None
    std: float | None = None
    median: float | None = None
    spaced_share: float = 0.0
    grows: bool = False
    candidates: list[Any] = field(default_factory=list)
    top_values: list[TopValue] = field(default_factory=list)
    histogram: list[HistogramBin] = field(default_factory=list)

    @property
    def numeric_sql(self) -> str:
        """The values as floats; datetimes as epoch seconds."""
        return f"epoch({self.sql})" if self.type is ColumnType.DATETIME else f"CAST({self.sql} AS DOUBLE)"

    @property
    def is_scaled(self) -> bool:
        return self.type.is_numeric or self.type is ColumnType.DATETIME

    @property
    def has_moments(self) -> bool:
        return self.type.is_numeric and self.n > 0 and max(abs(self.low), abs(self.high)) < _SAFE_MAGNITUDE

    @property
    def bounds(self) -> tuple[float, float] | None:
        """Lowest and highest value as floats; None when a histogram would have no width."""
        if not self.is_scaled or not self.n or self.low == self.high:
            return None
        low, high = (_epoch(value) if isinstance(value, datetime) else float(value) for value in (self.low, self.high))
        return (low, high) if low + (high - low) / N_BINS > low and math.isfinite(high - low) else None


def column_statistics(engine: Engine, path: Path, n_rows: int, on_fraction: OnFraction) -> tuple[Column, ...]:
    """A ``Column`` for each column of the normal-form Parquet file at ``path``.

    Counts, bounds, means, deviations, counts of top values and histograms come from all rows; distinct values are
    exact up to 10,000 rows and for nearly distinct columns, else estimated; medians and the choice of
    the most frequent values come from a fixed pseudo-random sample above 100,000 rows.

    Raises:
        EngineError: The file cannot be read.
    """
    schema = pq.read_schema(path)
    facts = [
        _Facts(name=name, type=COLUMN_TYPES[str(type_)], sql=name_sql(name))
        for name, type_ in zip(schema.names, schema.types, strict=True)
    ]
    starts = range(0, len(facts), BATCH_COLUMNS)
    # Every statement reads the file's description, so one of thousands of columns is split first.
    is_wide = len(facts) > WIDE_COLUMNS
    pieces = split_columns(path, path.parent, BATCH_COLUMNS) if is_wide else [path] * len(starts)
    for start, piece in zip(starts, pieces, strict=True):
        batch = facts[start : start + BATCH_COLUMNS]

        def on_step(fraction: float, start: int = start, size: int = len(batch)) -> None:
            on_fraction((start + fraction * size) / len(facts))

        _count(engine, piece, batch, n_rows, on_step)
        _look_at_sample(engine, piece, batch, n_rows)
        _distribute(engine, piece, batch, on_step)
    return tuple(_column(column, n_rows) for column in facts)


def _count(engine: Engine, path: Path, batch: Sequence[_Facts], n_rows: int, on_fraction: OnFraction) -> None:
    scan = _scan(path)
    # Lists are exact like DISTINCT, and at this size several times cheaper.
    distinct = "list_unique(list({0}))" if n_rows <= EXACT_ROWS else "approx_count_distinct({0})"
    sql = ", ".join(f"count({c.sql}), {distinct.format(c.sql)}, min({c.sql}), max({c.sql})" for c in batch)
    row = engine.rows(f"SELECT {sql} FROM {scan}", lambda fraction: on_fraction(fraction * 0.4))[0]
    for index, column in enumerate(batch):
        column.n, column.n_distinct, column.low, column.high = row[4 * index : 4 * index + 4]
    unsure = [
        column
        for column in batch
        if n_rows > EXACT_ROWS
        and column.type in (ColumnType.INTEGER, ColumnType.STRING)
        and column.n_distinct > _NEARLY_DISTINCT * n_rows
    ]
    for column in unsure:  # one by one: each holds all its values in memory or on disk
        column.n_distinct = engine.rows(f"SELECT count(DISTINCT {column.sql}) FROM {scan}")[0][0]
    for column in batch:
        column.n_distinct = min(column.n_distinct, column.n)


def _look_at_sample(engine: Engine, path: Path, batch: Sequence[_Facts], n_rows: int) -> None:
    size = min(SAMPLE_ROWS, max(1_000, SAMPLE_CELLS // len(batch)))
    names = ", ".join(column.sql for column in batch)
    scan = _scan(path, "file_row_number = true")
    where = "" if n_rows <= size else f"WHERE hash(file_row_number) % {math.ceil(n_rows / size)} = 0"
    engine.rows(f"CREATE OR REPLACE TEMP TABLE sample AS SELECT {names} FROM {scan} {where}")
    parts = []
    for column in batch:
        parts.append(f"median({column.sql})" if column.type.is_numeric else "NULL")
        parts.append(
            f"approx_top_k({column.sql}, {N_TRACKED})[:{2 * N_TOP}]" if column.n_distinct < column.n else "NULL"
        )
        parts.append(f"avg(contains({column.sql}, ' ')::INT)" if column.type is ColumnType.STRING else "NULL")
    row = engine.rows(f"SELECT {', '.join(parts)} FROM sample")[0]
    for index, column in enumerate(batch):
        median, top, spaced = row[3 * index : 3 * index + 3]
        column.median = None if median is None else float(median)
        column.candidates = [value for value in top or [] if value is not None]
        column.spaced_share = spaced or 0.0
        if column.type is ColumnType.INTEGER and column.n_distinct == n_rows >= IDENTIFIER_ROWS:
            falls = f"SELECT {column.sql} <= lag({column.sql}) OVER () AS falls FROM sample"
            column.grows = engine.rows(f"SELECT count(*) FROM ({falls}) WHERE falls")[0][0] == 0
    engine.rows("DROP TABLE sample")


def _distribute(engine: Engine, path: Path, batch: Sequence[_Facts], on_fraction: OnFraction) -> None:
    parts = []
    for column in batch:
        if column.has_moments:
            parts += [f"avg({column.sql})", f"stddev_samp({column.sql})"]
        parts += [f"count_if({column.sql} = {_literal(value)})" for value in column.candidates]
        if column.bounds:
            low, high = column.bounds
            place = f"floor(({column.numeric_sql} - {low!r}::DOUBLE) / {(high - low) / N_BINS!r}::DOUBLE)"
            # Without the CASE, greatest() would pass over NULL and count missing cells in the first bin.
            bin_sql = f"CASE WHEN {column.sql} IS NOT NULL THEN least({N_BINS - 1}, greatest(0, {place})) END"
            parts.append(f"histogram(CAST({bin_sql} AS TINYINT))")
    if not parts:
        return
    values = iter(
        engine.rows(f"SELECT {', '.join(parts)} FROM {_scan(path)}", lambda part: on_fraction(0.5 + part / 2))[0]
    )
    for column in batch:
        if column.has_moments:
            column.mean, column.std = next(values), next(values)
        top = [TopValue(value=_text(value), count=next(values)) for value in column.candidates]
        least = max(2, column.n // RARE)
        frequent = sorted((value for value in top if value.count >= least), key=lambda v: (-v.count, v.value))
        column.top_values = frequent[:N_TOP]
        if column.bounds:
            low, high = column.bounds
            counts, step = next(values), (high - low) / N_BINS
            column.histogram = [
                HistogramBin(
                    low=low + i * step, high=high if i == N_BINS - 1 else low + (i + 1) * step, count=counts.get(i, 0)
                )
                for i in range(N_BINS)
            ]


def _scan(path: Path, *options: str) -> str:
    return f"read_parquet({', '.join((text_sql(str(path)), 'hive_partitioning = false', *options))})"


def _column(facts: _Facts, n_rows: int) -> Column:
    return Column(
        name=facts.name,
        type=facts.type,
        n_missing=n_rows - facts.n,
        n_distinct=facts.n_distinct,
        is_constant=facts.n_distinct <= 1,
        is_identifier=_is_identifier(facts, n_rows),
        minimum=None if facts.low is None else _text(facts.low),
        maximum=None if facts.high is None else _text(facts.high),
        mean=facts.mean,
        std=facts.std,
        median=facts.median,
        top_values=tuple(facts.top_values),
        histogram=tuple(facts.histogram),
    )


def _is_identifier(facts: _Facts, n_rows: int) -> bool:
    """Nearly every row has its own value, and it names the row rather than measuring anything."""
    if n_rows < IDENTIFIER_ROWS or facts.n_distinct <= IDENTIFIER_SHARE * n_rows:
        return False
    if facts.type is ColumnType.STRING:
        return facts.spaced_share < 0.5
    if facts.type is ColumnType.INTEGER and facts.n_distinct == n_rows:
        return facts.grows or facts.name.casefold().rstrip("#_ ").endswith(_IDENTIFIER_ENDINGS)
    return False


def _epoch(value: datetime) -> float:
    return (value - datetime(1970, 1, 1)).total_seconds()


def _literal(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return f"{value}::BIGINT"
    if isinstance(value, float):
        return f"{value!r}::DOUBLE"
    if isinstance(value, datetime):
        return f"TIMESTAMP {text_sql(value.isoformat(sep=' '))}"
    return text_sql(str(value))


def _text(value: Any) -> str:
    """A value as people read it, shortened."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat(sep=" ")
    return str(value)[:VALUE_LENGTH]
