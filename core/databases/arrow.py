"""Rows as drivers deliver them, made into Arrow batches of fixed types."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

import pyarrow as pa

from core.databases.spec import LOST, Kind, QueryColumn
from core.errors import UserInputError
from core.tables.detection import shorten

ARROW_TYPES: dict[Kind, pa.DataType] = {
    Kind.INTEGER: pa.int64(),
    Kind.NUMBER: pa.float64(),
    Kind.BOOLEAN: pa.bool_(),
    Kind.DATE: pa.date32(),
    Kind.DATETIME: pa.timestamp("us"),
    Kind.MOMENT: pa.timestamp("us", tz="UTC"),
    Kind.TEXT: pa.string(),
}


_TIMES = frozenset({Kind.DATE, Kind.DATETIME, Kind.MOMENT})


class BatchMaker:
    """Makes batches of one schema, and counts the values that it had to leave out."""

    def __init__(self, columns: Sequence[QueryColumn]) -> None:
        names = unique_names([column.name for column in columns])
        self.columns = tuple(columns)
        self.schema = pa.schema([(name, arrow_type(column)) for name, column in zip(names, columns, strict=True)])
        self.n_lost: dict[str, int] = {}
        """By column: values that have no equal here, kept as missing."""

    def make(self, rows: Sequence[tuple[Any, ...]]) -> pa.RecordBatch:
        """``rows`` as a batch; they may be none."""
        values = list(zip(*rows, strict=True)) if rows else [()] * len(self.columns)
        arrays = [
            self._array(field, column, cells)
            for field, column, cells in zip(self.schema, self.columns, values, strict=True)
        ]
        return pa.RecordBatch.from_arrays(arrays, schema=self.schema)

    def _array(self, field: pa.Field, column: QueryColumn, cells: Sequence[Any]) -> pa.Array:
        # Arrow would take bytes for UTF-8 text.
        if column.kind is not Kind.TEXT or not any(isinstance(cell, bytes | bytearray) for cell in cells):
            try:
                if column.kind in _TIMES and all(cell is None or isinstance(cell, str) for cell in cells):
                    return pa.array(cells, pa.string()).cast(field.type)  # many times faster than one by one
                return pa.array(cells, field.type)
            except (pa.ArrowException, TypeError, ValueError, OverflowError):
                pass  # some cell is of another type than its column says
        fitting = [_fitting(cell, column) for cell in cells]
        n_lost = sum(cell is LOST for cell in fitting)
        if n_lost:
            self.n_lost[field.name] = self.n_lost.get(field.name, 0) + n_lost
        return pa.array([None if cell is LOST else cell for cell in fitting], field.type)


def arrow_type(column: QueryColumn) -> pa.DataType:
    """The Arrow type of a column."""
    if column.kind is Kind.DECIMAL:
        return pa.decimal128(column.precision, column.scale)
    return ARROW_TYPES[column.kind]


def unique_names(names: Sequence[str]) -> list[str]:
    """``names`` with a number behind those that came before; empty ones are called by their position.

    Example:
        >>> unique_names(["id", "id", "", "id_2"])
        ['id', 'id_2', 'column_3', 'id_2_2']
    """
    taken: set[str] = set()
    unique = []
    for position, name in enumerate(names, start=1):
        base = candidate = name or f"column_{position}"
        number = 1
        while candidate in taken:
            number += 1
            candidate = f"{base}_{number}"
        taken.add(candidate)
        unique.append(candidate)
    return unique


def as_text(value: Any) -> str:
    r"""Any value of a database as text: bytes as hexadecimal digits, nested values as JSON, durations as h:mm:ss.

    Example:
        >>> as_text(b"\x01\xff"), as_text([1, {"a": None}]), as_text(timedelta(hours=30, seconds=5))
        ('01ff', '[1, {"a": null}]', '30:00:05')
    """
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()  # lone surrogates have no UTF-8
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict | list | tuple):
        return json.dumps(value, ensure_ascii=False, default=as_text)
    if isinstance(value, timedelta):
        return _duration(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, set | frozenset):
        return ",".join(sorted(map(str, value)))
    return str(value)


def _duration(value: timedelta) -> str:
    sign, value = ("-", -value) if value < timedelta() else ("", value)
    seconds, micro = value.days * 86_400 + value.seconds, value.microseconds
    fraction = f".{micro:06}" if micro else ""
    return f"{sign}{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{fraction}"


def _fitting(cell: Any, column: QueryColumn) -> Any:
    """``cell`` as its column's kind has it; LOST when it has no equal there."""
    if cell is None or cell is LOST:
        return cell
    try:
        return _CONVERTERS[column.kind](cell, column)
    except (TypeError, ValueError, OverflowError, InvalidOperation):
        return LOST


def _integer(cell: Any, column: QueryColumn) -> Any:
    number = int.from_bytes(cell) if isinstance(cell, bytes) else int(cell)
    if not -(2**63) <= number < 2**63:
        raise UserInputError(
            f"Column {shorten(column.name)} holds whole numbers beyond 9,223,372,036,854,775,807.",
            hint="Write a query that casts the column to text or to a decimal.",
            field="sql",
        )
    return number


def _decimal(cell: Any, column: QueryColumn) -> Any:
    number = Decimal(cell)
    if not number.is_finite() or number.adjusted() >= column.precision - column.scale:
        return LOST
    return number.quantize(Decimal(1).scaleb(-column.scale))


def _boolean(cell: Any, _: QueryColumn) -> Any:
    return bool(int.from_bytes(cell) if isinstance(cell, bytes) else cell)


def _date(cell: Any, _: QueryColumn) -> Any:
    return cell.date() if isinstance(cell, datetime) else cell if isinstance(cell, date) else date.fromisoformat(cell)


def _datetime(cell: Any, _: QueryColumn) -> Any:
    moment = _moment_of(cell)
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def _moment(cell: Any, _: QueryColumn) -> Any:
    moment = _moment_of(cell)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _moment_of(cell: Any) -> datetime:
    if isinstance(cell, datetime):
        return cell
    if isinstance(cell, date):
        return datetime(cell.year, cell.month, cell.day)
    return datetime.fromisoformat(cell)


_CONVERTERS: dict[Kind, Callable[[Any, QueryColumn], Any]] = {
    Kind.INTEGER: _integer,
    Kind.NUMBER: lambda cell, _: float(cell),
    Kind.DECIMAL: _decimal,
    Kind.BOOLEAN: _boolean,
    Kind.DATE: _date,
    Kind.DATETIME: _datetime,
    Kind.MOMENT: _moment,
    Kind.TEXT: lambda cell, _: as_text(cell),
}
