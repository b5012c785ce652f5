"""The answer of the engine as Parquet and as cells for a page."""

import math
import threading
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from core.errors import UserInputError
from core.sql.types import ResultColumn
from core.tables.names import name_columns
from core.tables.preview import MAX_SAFE_INTEGER, MAX_TEXT, JsonCell
from core.types import Notice, Severity

if TYPE_CHECKING:
    import duckdb

BATCH_ROWS = 10_000
MAX_COLUMNS = 2_000
MAX_CELLS = 200_000
"""Of those that go to the page: rows times columns."""
MAX_KEPT_BYTES = 500_000_000
"""Of all kept rows in memory form."""


@dataclass(frozen=True, kw_only=True)
class Rows:
    """What was kept of an answer."""

    columns: tuple[ResultColumn, ...]
    shown: tuple[tuple[JsonCell, ...], ...]
    n_rows: int
    is_cut: bool
    n_lost: dict[str, int] = field(default_factory=dict)
    """By column: values that have no equal here, kept as missing."""


class _TooLargeForInteger(Exception):
    """Whole numbers of a column do not fit into 64 bits."""

    def __init__(self, position: int) -> None:
        super().__init__(position)
        self.position = position


class RowKeeper:
    """Writes batches of one answer to a Parquet file, and remembers the first rows for a page.

    It keeps ``max_rows`` rows, or ``max_bytes`` in memory form, whichever is less.
    """

    def __init__(
        self,
        path: Path,
        *,
        names: Sequence[str],
        types: Sequence[str],
        schema: "pa.Schema",
        n_shown: int,
        max_rows: int,
        max_bytes: int,
        as_float: Container[int] = (),
    ) -> None:
        """Begin the file.

        Args:
            path: Where to write.
            names: Names of the columns, unique.
            types: The engine's names of their types.
            schema: Their types as they will arrive.
            n_shown: How many rows to remember.
            max_rows: Most rows.
            max_bytes: Most bytes.
            as_float: Positions of columns whose whole numbers may not fit into 64 bits.
        """
        if len(names) > MAX_COLUMNS:
            message = f"The answer has {len(names):,} columns; {MAX_COLUMNS:,} are possible."
            raise UserInputError(message, hint="Name the columns that you need.", field="sql")
        kinds = [_kept_type(field.type, at in as_float) for at, field in enumerate(schema)]
        self._schema = pa.schema(list(zip(names, kinds, strict=True)))
        self._types = types
        self._writer = pq.ParquetWriter(path, self._schema, compression="zstd")
        self._n_shown = max(1, min(n_shown, MAX_CELLS // max(1, len(names))))
        self._max_rows, self._max_bytes = max_rows, max_bytes
        self._shown: list[tuple[JsonCell, ...]] = []
        self._n_rows = self._n_bytes = 0
        self._n_lost: dict[str, int] = {}
        self.is_cut = False
        """Whether there were more rows than are kept."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._writer.close()

    def add(self, batch: "pa.RecordBatch") -> None:
        """Keep what fits of ``batch``."""
        kept = batch.slice(0, max(0, self._max_rows - self._n_rows))
        pairs = enumerate(zip(kept.columns, self._schema, strict=True))
        table = pa.Table.from_arrays(
            [_convert(column, field.type, at) for at, (column, field) in pairs], schema=self._schema
        )
        table = self._without_lost(table)
        if table.num_rows:
            self._writer.write_table(table)
            self._shown += _cells(table.slice(0, self._n_shown - len(self._shown)))
        self._n_rows += table.num_rows
        self._n_bytes += table.nbytes
        self.is_cut = self.is_cut or kept.num_rows < batch.num_rows or self._n_bytes > self._max_bytes

    def rows(self) -> Rows:
        """What was kept."""
        columns = tuple(
            ResultColumn(
                name=each.name,
                type=type_[:100],
                is_numeric=pa.types.is_integer(each.type) or pa.types.is_floating(each.type),
                is_time=_is_time(each.type),
            )
            for type_, each in zip(self._types, self._schema, strict=True)
        )
        return Rows(
            columns=columns,
            shown=tuple(self._shown),
            n_rows=self._n_rows,
            is_cut=self.is_cut,
            n_lost=dict(self._n_lost),
        )

    def _without_lost(self, table: "pa.Table") -> "pa.Table":
        """``table`` with moments that no calendar here reaches (infinity, the year 12000) as missing, and counted."""
        for at, each in enumerate(self._schema):
            if not _is_time(each.type):
                continue
            first, last = (pa.scalar(moment, each.type) for moment in _ends(each.type))
            column = table.column(at)
            is_lost = pc.or_(pc.less(column, first), pc.greater(column, last))
            n_lost = pc.sum(is_lost).as_py() or 0
            if n_lost:
                self._n_lost[each.name] = self._n_lost.get(each.name, 0) + n_lost
                table = table.set_column(at, each, pc.if_else(is_lost, pa.scalar(None, each.type), column))
        return table


def keep_rows(
    connection: "duckdb.DuckDBPyConnection",
    sql: str,
    path: Path,
    *,
    n_shown: int,
    max_rows: int,
    max_bytes: int,
    stop: threading.Event,
) -> Rows:
    """Run ``sql`` and write its first rows to ``path``: ``max_rows`` of them, or ``max_bytes`` in memory form.

    Whole numbers of more than 64 bits become floating point ones, lists and structures become texts.

    Raises:
        duckdb.Error: The statement failed.
        UserInputError: The answer has too many columns, or no columns at all.
    """
    as_float: set[int] = set()
    while True:
        relation = connection.sql(sql)
        if relation is None:
            raise UserInputError("The statement gives no rows.", hint="A query starts with SELECT.", field="sql")
        reader = relation.to_arrow_reader(BATCH_ROWS)
        keeper = RowKeeper(
            path,
            names=name_columns(relation.columns).names,
            types=[str(one) for one in relation.types],
            schema=reader.schema,
            n_shown=n_shown,
            max_rows=max_rows,
            max_bytes=max_bytes,
            as_float=as_float,
        )
        try:
            with keeper:
                for batch in reader:
                    keeper.add(batch)
                    if keeper.is_cut or stop.is_set():
                        break
            reader.close()
            return keeper.rows()
        except _TooLargeForInteger as error:
            reader.close()
            as_float.add(error.position)


def lost_notices(n_lost: Mapping[str, int]) -> tuple[Notice, ...]:
    """What is missing because it has no equal here, by column."""
    return tuple(
        Notice(
            severity=Severity.WARNING,
            code="lost_values",
            text=f"{count:,} values have no equal here (such as infinite dates) and are missing.",
            column=column,
        )
        for column, count in n_lost.items()
    )


def _is_time(kind: "pa.DataType") -> bool:
    return bool(pa.types.is_timestamp(kind) or pa.types.is_date(kind))


def _ends(kind: "pa.DataType") -> tuple[date, date]:
    """The first and the last moment that Python's calendar knows."""
    if pa.types.is_date(kind):
        return date.min, date.max
    zone = UTC if kind.tz else None
    return datetime.min.replace(tzinfo=zone), datetime.max.replace(tzinfo=zone)


def _kept_type(kind: "pa.DataType", as_float: bool) -> "pa.DataType":
    if pa.types.is_decimal(kind):
        return pa.int64() if kind.scale == 0 and not as_float else pa.float64()
    if pa.types.is_uint64(kind):
        return pa.float64() if as_float else pa.int64()
    if pa.types.is_timestamp(kind):
        return pa.timestamp("us", tz=kind.tz and "UTC")
    plain = (pa.types.is_integer, pa.types.is_floating, pa.types.is_boolean, pa.types.is_date)
    return kind if any(is_plain(kind) for is_plain in plain) else pa.string()


def _convert(column: "pa.Array", kind: "pa.DataType", position: int) -> "pa.Array":
    if column.type == kind:
        return column
    if pa.types.is_dictionary(column.type):
        return column.dictionary_decode().cast(pa.string())
    if kind == pa.int64():
        try:
            return pc.cast(column, kind)
        except pa.ArrowInvalid as error:
            raise _TooLargeForInteger(position) from error
    if kind != pa.string():
        return pc.cast(column, kind, safe=False)
    return pa.array([None if one is None else _text(one) for one in column.to_pylist()], pa.string())


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="backslashreplace")
    if isinstance(value, tuple) and hasattr(value, "months"):
        return _interval(value)
    return str(value)


def _interval(value: Any) -> str:
    parts = [f"{value.months} months"] * bool(value.months) + [f"{value.days} days"] * bool(value.days)
    clock = timedelta(microseconds=value.nanoseconds / 1_000)
    return " ".join([*parts, str(clock)] if clock or not parts else parts)


def _cells(table: "pa.Table") -> list[tuple[JsonCell, ...]]:
    columns = [[_cell(value) for value in column.to_pylist()] for column in table.columns]
    return list(zip(*columns, strict=True))


def _cell(value: Any) -> JsonCell:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) <= MAX_SAFE_INTEGER else str(value)
    if isinstance(value, float | Decimal):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, datetime | date | clock_time):
        return value.isoformat()
    text = str(value)
    return text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 1] + "…"
