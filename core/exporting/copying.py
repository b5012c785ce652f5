"""Text files written by the engine's COPY, in one streaming pass."""

import shutil
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from core.errors import Unavailable
from core.exporting.cells import harmless, harmless_sql
from core.exporting.spec import ExportOptions, OnFraction
from core.tables.engine import Engine, EngineError, name_sql, text_sql

BYTE_ORDER_MARK = "\ufeff".encode()


def write_csv(
    table: Path, destination: Path, options: ExportOptions, memory_bytes: int, on_fraction: OnFraction
) -> None:
    """Comma-separated UTF-8 with a header; missing cells are empty, empty texts are ``""``.

    Raises:
        Unavailable: The disk is full.
    """
    escapes = options.escape_formulas
    fields = list(pq.read_schema(table))
    days = _day_columns(table, fields, destination.parent, memory_bytes)
    columns = [
        f"{_csv_cell(field, is_day=field.name in days, escapes=escapes)} AS "
        f"{name_sql(harmless(field.name) if escapes else field.name)}"
        for field in fields
    ]
    written = destination.with_name("rows.csv") if options.byte_order_mark else destination
    _copy(table, columns, written, "FORMAT CSV, HEADER true", memory_bytes, on_fraction)
    if options.byte_order_mark:
        with written.open("rb") as rows, destination.open("wb") as out:
            out.write(BYTE_ORDER_MARK)
            shutil.copyfileobj(rows, out, 4 * 1024 * 1024)
        written.unlink()


def write_json(table: Path, destination: Path, memory_bytes: int, on_fraction: OnFraction, *, as_list: bool) -> None:
    """Objects by column name, as one list or one on each line; missing cells are null, datetimes ISO 8601 texts.

    Raises:
        Unavailable: The disk is full.
    """
    columns = [f"{_plain(field)} AS {name_sql(field.name)}" for field in pq.read_schema(table)]
    _copy(table, columns, destination, f"FORMAT JSON, ARRAY {str(as_list).lower()}", memory_bytes, on_fraction)


def _csv_cell(field: pa.Field, *, is_day: bool, escapes: bool) -> str:
    """SQL for a column as CSV shows it; a blank between day and time, since spreadsheets know no T."""
    is_text = pa.types.is_string(field.type) or pa.types.is_large_string(field.type)
    if is_text and escapes:
        return harmless_sql(field.name)
    return f"strftime({name_sql(field.name)}, '%Y-%m-%d')" if is_day else _plain(field, between=" ")


def _day_columns(table: Path, fields: Sequence[pa.Field], folder: Path, memory_bytes: int) -> frozenset[str]:
    """Columns of moments that are all at midnight: days."""
    names = [field.name for field in fields if pa.types.is_timestamp(field.type)]
    if not names:
        return frozenset()
    tests = ", ".join(f"coalesce(bool_and(epoch_us({name_sql(name)}) % 86400000000 = 0), false)" for name in names)
    with Engine(folder, readable=[table], memory_bytes=memory_bytes) as engine:
        row = engine.rows(f"SELECT {tests} FROM read_parquet({text_sql(str(table))}, hive_partitioning = false)")[0]
    return frozenset(name for name, is_day in zip(names, row, strict=True) if is_day)


def _plain(field: pa.Field, *, between: str = "T") -> str:
    """SQL for a column as it is; datetimes as ISO 8601 texts, with decimals of a second where there are any."""
    cell = name_sql(field.name)
    if not pa.types.is_timestamp(field.type):
        return cell
    return (
        f"CASE WHEN epoch_us({cell}) % 1000000 = 0 THEN strftime({cell}, '%Y-%m-%d{between}%H:%M:%S') "
        f"ELSE strftime({cell}, '%Y-%m-%d{between}%H:%M:%S.%f') END"
    )


def _copy(
    table: Path, columns: list[str], destination: Path, how: str, memory_bytes: int, on_fraction: OnFraction
) -> None:
    scan = f"read_parquet({text_sql(str(table))}, hive_partitioning = false)"
    with Engine(destination.parent, readable=[table], memory_bytes=memory_bytes) as engine:
        try:
            engine.rows(
                f"COPY (SELECT {', '.join(columns)} FROM {scan}) TO {text_sql(str(destination))} ({how})", on_fraction
            )
        except EngineError as error:
            refusal = engine.refusal(error)
            if isinstance(refusal, Unavailable):
                raise Unavailable("The disk is full; the file was not written.", hint="Free some space.") from error
            raise
