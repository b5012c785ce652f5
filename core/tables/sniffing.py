"""What a file would be read as, from its first rows: the real reading of a small file cut out of a large one."""

import tempfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from core.errors import UnreadableFile, WorkbenchError
from core.records import ErrorRecord
from core.tables.archives import inner_format
from core.tables.detection import detect_format
from core.tables.preview import read_preview
from core.tables.sniffed import SightedColumn, Sighting
from core.tables.spec import ImportOptions, Ingested, Limits, TableFormatSpec
from core.types import ColumnType

N_ROWS = 20
MAX_COLUMNS = 500
"""More columns are read, but not shown before the import."""


def look(path: Path, *, file_name: str, options: ImportOptions, limits: Limits, folder: Path) -> Sighting:
    """Read the beginning of ``path`` as an import with ``options`` would; about as quick for any size.

    Args:
        path: The staged bytes, under any name.
        file_name: What the person called the file: data.
        options: What the person knows; None fields are sniffed.
        limits: Bounds of the import.
        folder: Where temporary files may be; nothing is left there.

    Raises:
        UnreadableFile: The file is no table in any way that options could change.
    """
    with tempfile.TemporaryDirectory(prefix=".look-", dir=folder) as scratch_name:
        scratch = Path(scratch_name)
        outer = detect_format(path, file_name)
        if outer.unpack is None:
            return _sighting(outer, path, scratch, options, limits, facts={})
        parts = outer.parts(path)
        facts: dict[str, Any] = {"archive": outer.key, "parts": parts, "part_option": outer.part_option}
        try:
            unpacked = outer.unpack(path, scratch, file_name, options, limits, True)
            inner = inner_format(unpacked)
        except UnreadableFile as error:
            if not parts:
                raise
            return _problem(outer, error, options, facts)
        if unpacked.member is not None:
            options = options.model_copy(update={"member": unpacked.member})
        facts["heeds"] = (*outer.options, *inner.options)
        return _sighting(inner, unpacked.path, scratch, options, limits, facts=facts, is_all=unpacked.is_whole)


def _sighting(
    spec: TableFormatSpec,
    path: Path,
    scratch: Path,
    options: ImportOptions,
    limits: Limits,
    *,
    facts: dict[str, Any],
    is_all: bool = True,
) -> Sighting:
    """What ``spec`` makes of the first rows."""
    facts = {"heeds": spec.options, **facts}
    try:
        # The end of what an archive yielded may be in the middle of a row; cutting once more drops that.
        short = scratch / "short"
        is_whole = spec.shorten(path, short, options) and is_all
        if not facts.get("parts"):
            facts |= {"parts": spec.parts(short), "part_option": spec.part_option}
        table = scratch / "out" / "table.parquet"
        table.parent.mkdir()
        ingested = spec.ingest(short, table, options, limits, _silent)
    except WorkbenchError as error:
        return _problem(spec, error, options, facts)
    return _seen(spec, table, ingested, is_whole=is_whole, facts=facts)


def _seen(spec: TableFormatSpec, table: Path, ingested: Ingested, *, is_whole: bool, facts: dict[str, Any]) -> Sighting:
    schema = pq.read_schema(table)
    columns = tuple(SightedColumn(name=field.name, type=_column_type(field.type)) for field in schema)
    shown = [column.name for column in columns[:MAX_COLUMNS]]
    rows = read_preview(table, N_ROWS)
    return Sighting(
        format=spec.key,
        format_label=spec.label,
        options=ingested.options_used.model_dump(mode="json", exclude_none=True),
        columns=columns[:MAX_COLUMNS],
        n_columns=len(columns),
        rows=tuple({name: row[name] for name in shown} for row in rows),
        n_rows_read=ingested.n_rows,
        is_whole=is_whole,
        notices=ingested.notices,
        **facts,
    )


def _problem(spec: TableFormatSpec, error: WorkbenchError, options: ImportOptions, facts: dict[str, Any]) -> Sighting:
    return Sighting(
        format=spec.key,
        format_label=spec.label,
        options=options.model_dump(mode="json", exclude_none=True),
        problem=ErrorRecord(code=error.code, message=error.message, hint=error.hint, field=error.field),
        **{"heeds": spec.options, **facts},
    )


def _column_type(kind: pa.DataType) -> ColumnType:
    """The type of a column in the normal form."""
    if pa.types.is_boolean(kind):
        return ColumnType.BOOLEAN
    if pa.types.is_integer(kind):
        return ColumnType.INTEGER
    if pa.types.is_floating(kind):
        return ColumnType.NUMBER
    return ColumnType.DATETIME if pa.types.is_timestamp(kind) else ColumnType.STRING


def _silent(_fraction: float, _stage: str) -> None:
    """A look is over before anybody could read how far it is."""
