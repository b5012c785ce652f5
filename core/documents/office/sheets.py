"""Workbooks: each sheet a page, with its name as heading and its rows as a table below the names of the columns."""

import re
from collections.abc import Iterator
from pathlib import Path

import fastexcel
import pyarrow as pa
import pyarrow.compute as pc

from core.documents.building import MAX_CHARACTERS, DocumentBuilder, too_long
from core.documents.errors import DamagedDocument, EncryptedDocument, UnreadableDocument, UnsafeDocument
from core.documents.spec import ParseContext, ParsedDocument
from core.errors import UnreadableFile
from core.tables.workbooks.opening import attempt, opened

_WHAT = "workbook"
MAX_UNPACKED_BYTES = 400_000_000
"""Largest part of a workbook, unpacked: its marks are many times the text."""
_MIDNIGHT = re.compile(r"^(\d{4}-\d\d-\d\d) 00:00:00$")
_ROUNDED = re.compile(r"^(-?\d+)\.(\d{9})$")
"""How the reader writes a number with decimals among texts."""
ROWS_AT_ONCE = 5_000


def parse_sheets(path: Path, context: ParseContext) -> ParsedDocument:
    """The document in a workbook, a sheet a page.

    Raises:
        UnreadableDocument: It is damaged, encrypted, too large, or holds nothing.
    """
    context.report(0.0, "Opening the workbook")
    builder = DocumentBuilder(_WHAT)
    try:
        with opened(path, unpacked_bytes=MAX_UNPACKED_BYTES) as reader:
            names = reader.sheet_names
            for number, name in enumerate(names, start=1):
                context.report(number / (len(names) + 1), f"Reading sheet {number:,} of {len(names):,}")
                builder.page = number
                rows = _rows(reader, name)
                if rows is not None:
                    _write(builder, name, rows)
    except UnreadableFile as error:
        raise _refusal(error) from error
    return builder.build(n_pages=len(names), page_name="sheet", nothing="its sheets are empty, or charts alone")


def _write(builder: DocumentBuilder, name: str, rows: pa.Table) -> None:
    """A sheet: titles above the table as paragraphs, then the table."""
    builder.heading(name)
    body = _texts(rows)
    for row in body:
        cells = [cell for cell in row if cell]
        if len(cells) == 1 and rows.num_columns > 1:
            builder.paragraph(cells[0])
        elif cells:
            builder.table(_chained(row, body))


def _chained(first: list[str], rest: Iterator[list[str]]) -> Iterator[list[str]]:
    yield first
    yield from rest


def _rows(reader: fastexcel.ExcelReader, name: str) -> pa.Table | None:
    """The cells of a sheet as texts, empty columns left out; None for an empty sheet, or one that is a chart."""
    try:
        batch = attempt(lambda: reader.load_sheet(name, header_row=None, skip_rows=0, dtypes="string").to_arrow())
    except UnreadableFile:
        return None
    if not batch.num_rows or not batch.num_columns:
        return None
    table = pa.table(
        [pc.cast(column, pa.string()) for column in batch.columns], names=[f"c{i}" for i in range(batch.num_columns)]
    )
    kept = [column for column in table.column_names if table[column].null_count < table.num_rows]
    table = table.select(kept)
    if table.nbytes > 4 * MAX_CHARACTERS:
        raise too_long(_WHAT)
    return table if kept else None


def _texts(table: pa.Table) -> Iterator[list[str]]:
    for batch in table.to_batches(max_chunksize=ROWS_AT_ONCE):
        for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            yield [_plain(cell) if cell is not None else "" for cell in row]


def _plain(cell: str) -> str:
    """A cell without what the reader adds: midnights and zeros."""
    if found := _MIDNIGHT.match(cell):
        return found[1]
    if found := _ROUNDED.match(cell):
        decimals = found[2].rstrip("0")
        return f"{found[1]}.{decimals}" if decimals else found[1]
    return cell


def _refusal(error: UnreadableFile) -> UnreadableDocument:
    """The refusal of a workbook in the words of documents."""
    text = error.message.lower()
    if "password" in text or "encrypt" in text:
        return EncryptedDocument(_WHAT)
    if "times its size" in text or "unpacks to more" in text:
        return UnsafeDocument(_WHAT, "it unpacks to far more than its size, as files do that are made to fill a disk")
    return DamagedDocument(_WHAT, "not all of it can be read")
