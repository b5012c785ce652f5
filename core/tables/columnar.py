"""Parquet files of any origin rewritten in the normal form."""

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from core.errors import Unavailable, UnreadableFile, WorkbenchError
from core.tables.delimited.dialect import refuse_columns
from core.tables.engine import Engine, EngineError, OnFraction, name_sql, text_sql
from core.tables.names import listed, name_columns
from core.tables.pieces import column_pieces, merge_pieces
from core.tables.progress import window
from core.tables.spec import ImportOptions, Ingested, Limits, Progress
from core.types import Notice, Severity

MAGIC = b"PAR1"
SHORT_ROWS = 500
WHOLE = frozenset({"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER"})
LARGE = frozenset({"UBIGINT", "HUGEINT", "UHUGEINT"})
FLOATING = frozenset({"FLOAT", "DOUBLE"})
BROKEN_HINT = "It may have been cut off on its way: write or download it again, then upload that."


@dataclass(frozen=True, kw_only=True)
class _Stored:
    """One column as DuckDB reads it."""

    sql: str
    """Its quoted name in the scan."""
    type: str
    name: str
    """Its name in the normal form."""

    @property
    def is_moment(self) -> bool:
        return self.type == "DATE" or self.type.startswith("TIMESTAMP")

    @property
    def is_nested(self) -> bool:
        return self.type.startswith(("STRUCT", "MAP", "UNION", "VARIANT")) or self.type.endswith("]")


def ingest_parquet(
    source: Path, destination: Path, options: ImportOptions, limits: Limits, on_progress: Progress
) -> Ingested:
    """Write the Parquet file ``source`` to ``destination`` in the normal form.

    Every value is read, so a file with a sound end and a broken middle is refused as well. Nested values become JSON
    text, decimals and large integers floating-point numbers, categories text, timestamps UTC.

    Raises:
        UnreadableFile: The file is broken, cut off, empty or too wide.
    """
    names = _stored_names(source, limits)
    naming = name_columns(names)
    with Engine(destination.parent, readable=[source], memory_bytes=limits.memory_bytes) as engine:
        scan = f"read_parquet({text_sql(str(source))}, hive_partitioning = false, binary_as_string = false)"
        try:
            described = engine.rows(f"DESCRIBE FROM {scan}")
            columns = [
                _Stored(sql=name_sql(row[0]), type=str(row[1]), name=name)
                for row, name in zip(described, naming.names, strict=True)
            ]
            n_rows = _write(engine, columns, scan, destination, on_progress)
            lost = _lost_counts(engine, columns, scan, window(on_progress, 0.6, 0.7, "Reading"))
        except EngineError as error:
            raise _broken_or(engine, error) from error
    if not n_rows:
        raise UnreadableFile("The file holds columns but no rows.", hint="Choose a file with at least one row.")
    notices = (*naming.notices, *_conversion_notices(columns), *lost)
    return Ingested(n_rows=n_rows, notices=notices, options_used=options)


def shorten_parquet(source: Path, destination: Path) -> bool:
    """Write the first rows of ``source`` to ``destination``; whether these are all.

    Raises:
        UnreadableFile: The beginning cannot be read.
    """
    _stored_names(source)
    try:
        with pq.ParquetFile(source) as file:
            first = next(file.iter_batches(batch_size=SHORT_ROWS), None)
            table = pa.Table.from_batches([] if first is None else [first], schema=file.schema_arrow)
            pq.write_table(table, destination)
            return bool(table.num_rows == file.metadata.num_rows)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise UnreadableFile(
            "The Parquet file is damaged: its first values cannot be read.", hint=BROKEN_HINT
        ) from error


def _write(engine: Engine, columns: list[_Stored], scan: str, destination: Path, on_progress: Progress) -> int:
    """Rows written; wide tables go in pieces."""
    pieces = column_pieces(len(columns))
    paths = [destination.with_name(f"piece-{number}.parquet") for number in range(len(pieces))]
    n_rows = 0
    for number, (piece, path) in enumerate(zip(pieces, paths, strict=True)):
        select = ", ".join(f"{_normal_sql(columns[i])} AS {name_sql(columns[i].name)}" for i in piece)
        start, end = (0.55 * step / len(pieces) for step in (number, number + 1))
        on_fraction = window(on_progress, start, end, "Writing Parquet")
        n_rows = engine.write_parquet(
            f"SELECT {select} FROM {scan}", path, n_columns=len(piece), on_fraction=on_fraction
        )
    if len(paths) == 1:
        paths[0].replace(destination)
    else:
        merge_pieces(paths, destination, window(on_progress, 0.55, 0.6, "Writing Parquet"))
    return n_rows


def _stored_names(source: Path, limits: Limits | None = None) -> list[str]:
    """Top-level column names from the footer, duplicates included."""
    with source.open("rb") as file:
        starts = file.read(4) == MAGIC
        file.seek(max(0, source.stat().st_size - 4))
        ends = file.read(4) == MAGIC
    if not starts:
        raise UnreadableFile(
            "The file is named as Parquet, but does not start as one.",
            hint="If it is text, give it the ending .csv and upload it again.",
        )
    if not ends:
        raise UnreadableFile("The Parquet file has no end: its last part is missing.", hint=BROKEN_HINT)
    try:
        with pq.ParquetFile(source) as file_:
            names: list[str] = file_.schema_arrow.names
            n_columns = max(len(names), len(file_.schema.names))
    except (pa.ArrowException, OSError, ValueError) as error:
        raise UnreadableFile("The description at the end of the Parquet file is damaged.", hint=BROKEN_HINT) from error
    if not names:
        raise UnreadableFile("The file holds no columns.", hint="Choose a file with at least one column and one row.")
    if limits is not None:
        refuse_columns(n_columns, limits)
    return names


def _normal_sql(column: _Stored) -> str:
    """SQL for the column in one of the five types of the normal form."""
    cell = column.sql
    if column.type in WHOLE:
        return f"CAST({cell} AS BIGINT)"
    if column.type in LARGE or column.type.startswith("DECIMAL"):
        return f"CAST({cell} AS DOUBLE)"
    if column.type in FLOATING:
        return f"CASE WHEN isfinite({cell}) THEN CAST({cell} AS DOUBLE) END"
    if column.type == "BOOLEAN":
        return cell
    if column.is_moment:
        moment = _moment_sql(column)
        return f"CASE WHEN {_is_written_sql(moment)} THEN {moment} END"
    if column.is_nested:
        return f"CAST(to_json({cell}) AS VARCHAR)"
    return f"CAST({cell} AS VARCHAR)"


def _moment_sql(column: _Stored) -> str:
    is_zoned = "TZ" in column.type or "ZONE" in column.type
    cell = f"TRY_CAST({column.sql} AS TIMESTAMPTZ)" if is_zoned else column.sql
    return f"TRY_CAST({cell} AS TIMESTAMP)"


def _is_written_sql(moment: str) -> str:
    """Whether a moment lies in the years that ISO 8601, Python and pandas can write."""
    return f"{moment} BETWEEN TIMESTAMP '0001-01-01' AND TIMESTAMP '9999-12-31 23:59:59.999999'"


def _lost_counts(engine: Engine, columns: list[_Stored], scan: str, on_fraction: OnFraction) -> tuple[Notice, ...]:
    suspects = [column for column in columns if column.type in FLOATING or column.is_moment]
    if not suspects:
        return ()
    sql = ", ".join(f"count_if({_is_lost_sql(column)})" for column in suspects)
    counts = engine.rows(f"SELECT {sql} FROM {scan}", on_fraction)[0]
    return tuple(_lost_notice(column, count) for column, count in zip(suspects, counts, strict=True) if count)


def _is_lost_sql(column: _Stored) -> str:
    if not column.is_moment:
        return f"isinf({column.sql})"
    return f"{column.sql} IS NOT NULL AND coalesce(NOT {_is_written_sql(_moment_sql(column))}, true)"


def _lost_notice(column: _Stored, count: int) -> Notice:
    code, one, many = "infinite_as_missing", "infinite value", "infinite values"
    if column.is_moment:
        code, one, many = (
            "far_dates_as_missing",
            "date outside the years 1 to 9999",
            "dates outside the years 1 to 9999",
        )
    what = f"1 {one} in {column.name!r} is" if count == 1 else f"{count:,} {many} in {column.name!r} are"
    text = f"{what} counted as missing."
    return Notice(severity=Severity.WARNING, code=code, text=text, column=column.name)


def _conversion_notices(columns: list[_Stored]) -> list[Notice]:
    nested = [column.name for column in columns if column.is_nested]
    binary = [column.name for column in columns if column.type == "BLOB"]
    large = [column.name for column in columns if column.type in LARGE]
    told = (
        ("nested_as_json", nested, "Nested values became JSON text"),
        ("binary_as_text", binary, "Binary values became escaped text"),
        ("large_integers", large, "Integers beyond 64 bits, signed, became floating-point numbers"),
    )
    return [
        Notice(severity=Severity.WARNING, code=code, text=f"{what}: {listed(names)}.")
        for code, names, what in told
        if names
    ]


def _broken_or(engine: Engine, error: EngineError) -> WorkbenchError:
    refusal = engine.refusal(error)
    if isinstance(refusal, Unavailable) or "memory" in refusal.message:
        return refusal
    return UnreadableFile("The Parquet file is damaged: not all of its values can be read.", hint=BROKEN_HINT)
