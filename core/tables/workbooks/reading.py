"""One sheet of a workbook to Parquet.

The reader gives each column one type over all rows: numbers, booleans, moments, durations; what is mixed comes as
text and is then read as texts of CSV files are. Formulas count for the values that the workbook keeps of them, error
cells are missing.
"""

import re
from pathlib import Path

import fastexcel
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from core.tables.delimited.dialect import refuse_columns
from core.tables.engine import Engine, EngineError
from core.tables.names import listed, name_columns
from core.tables.progress import window
from core.tables.settling import Texts, settle
from core.tables.spec import ImportOptions, Ingested, Limits, Progress
from core.tables.workbooks.layout import HEAD_ROWS, Layout, lay_out, no_rows
from core.tables.workbooks.opening import attempt, chosen_sheet, opened
from core.types import Notice, Severity

ROWS_AT_ONCE = 50_000
_ROUNDED = r"^-?\d+\.\d{9}$"
"""How the reader writes a number with more decimals among texts."""


def ingest_workbook(
    source: Path, destination: Path, options: ImportOptions, limits: Limits, on_progress: Progress
) -> Ingested:
    """Write the table on one sheet of ``source`` to ``destination`` in the normal form.

    Raises:
        UnreadableFile: The workbook is damaged, protected, too large, or holds no table.
    """
    on_progress(0.0, "Opening the workbook")
    rough = destination.with_name("rough.parquet")
    with opened(source, unpacked_bytes=limits.unpacked_bytes) as reader:
        on_progress(0.1, "Reading the sheet")
        name = chosen_sheet(reader, options) or _first_with_cells(reader)
        rows = _texts(reader, name)
        layout = lay_out(rows, first_row=options.first_row, has_header=options.has_header)
        refuse_columns(len(layout.names), limits)
        table = _without_blanks(_with_all_digits(_cells(reader, name, layout), reader, name, layout), layout)
        kept = [int(column[1:]) for column in table.column_names]
        naming = name_columns([layout.names[index] if index < len(layout.names) else "" for index in kept])
        table = table.rename_columns([f"c{position}" for position in range(len(kept))])
        if not table.num_rows or not kept:
            raise no_rows(has_header=layout.has_header)
        pq.write_table(table, rough, row_group_size=ROWS_AT_ONCE, compression="zstd")
        n_rows = table.num_rows
        sheets = tuple(reader.sheet_names)
        del table
    with Engine(destination.parent, readable=[rough], memory_bytes=limits.memory_bytes) as engine:
        try:
            settled = settle(
                engine,
                rough,
                destination,
                naming.names,
                texts=Texts.ANYTHING,
                day_first=options.day_first,
                on_fraction=window(on_progress, 0.5, 0.7, "Writing Parquet"),
            )
        except EngineError as error:
            raise engine.refusal(error) from error
    rough.unlink()
    used = {"sheet": name, "first_row": layout.first_row + 1, "has_header": layout.has_header}
    notices = (*_layout_notices(layout, options, name, sheets), *naming.notices, *settled.notices)
    return Ingested(n_rows=n_rows, notices=notices, options_used=options.model_copy(update=used))


def _first_with_cells(reader: fastexcel.ExcelReader) -> str:
    """The first sheet that holds anything."""
    for name in reader.sheet_names:
        if _texts(reader, name, n_rows=1):
            return name
    raise no_rows(has_header=False)


def _texts(reader: fastexcel.ExcelReader, name: str, *, n_rows: int = HEAD_ROWS) -> list[list[str | None]]:
    """The first rows of a sheet as texts, from its top."""
    batch = attempt(
        lambda: reader.load_sheet(name, header_row=None, skip_rows=0, n_rows=n_rows, dtypes="string").to_arrow()
    )
    columns = [_plain(column).to_pylist() for column in batch.columns]
    return [list(row) for row in zip(*columns, strict=True)]


def _cells(reader: fastexcel.ExcelReader, name: str, layout: Layout) -> pa.Table:
    """The rows of the table with columns c0, c1, ..., each of one type over all rows."""
    batch = attempt(lambda: _load(reader, name, layout))
    return pa.table([_plain(column) for column in batch.columns], names=[f"c{i}" for i in range(batch.num_columns)])


def _load(reader: fastexcel.ExcelReader, name: str, layout: Layout) -> pa.RecordBatch:
    """The sheet with guessed types; columns that mix what does not mix, such as dates and durations, as texts."""
    as_text: dict[str | int, fastexcel.DType] = {}
    while True:
        try:
            return reader.load_sheet(
                name, header_row=None, skip_rows=layout.first_data_row, schema_sample_rows=None, dtypes=as_text or None
            ).to_arrow()
        except fastexcel.UnsupportedColumnTypeCombinationError as error:
            found = re.search(r"__UNNAMED__(\d+)", str(error))
            if found is None or int(found[1]) in as_text:
                raise
            as_text[int(found[1])] = "string"


def _with_all_digits(table: pa.Table, reader: fastexcel.ExcelReader, name: str, layout: Layout) -> pa.Table:
    """The table with the numbers in columns of texts in full; the reader rounds those to nine decimals."""
    rounded = [
        index
        for index, column in enumerate(table.columns)
        if pa.types.is_string(column.type) and pc.any(pc.match_substring_regex(column, _ROUNDED)).as_py()
    ]
    if not rounded:
        return table
    numbers = attempt(
        lambda: reader.load_sheet(
            name, header_row=None, skip_rows=layout.first_data_row, use_columns=rounded, dtypes="float"
        ).to_arrow()
    )
    for index, exact in zip(rounded, numbers.columns, strict=True):
        texts = table.column(index).combine_chunks()
        is_rounded = pc.and_(pc.match_substring_regex(texts, _ROUNDED), pc.is_valid(exact))
        mended = pc.if_else(is_rounded, pc.cast(exact, pa.string()), texts)
        table = table.set_column(index, table.column_names[index], mended)
    return table


def _plain(column: pa.Array) -> pa.Array:
    """A column in one of the types that ``settle`` takes."""
    if pa.types.is_duration(column.type):
        return pc.divide(pc.cast(pc.cast(column, pa.duration("ms")), pa.int64()).cast(pa.float64()), 1000.0)
    if pa.types.is_timestamp(column.type) or pa.types.is_date(column.type):
        return pc.cast(column, pa.timestamp("us"))
    if pa.types.is_floating(column.type):
        return pc.cast(column, pa.float64())
    if pa.types.is_integer(column.type):
        return pc.cast(column, pa.int64())
    if pa.types.is_boolean(column.type):
        return column
    texts = pc.cast(column, pa.string())
    is_blank = pc.equal(pc.utf8_trim_whitespace(texts), "")
    return pc.if_else(is_blank, pa.scalar(None, pa.string()), texts)


def _without_blanks(table: pa.Table, layout: Layout) -> pa.Table:
    """The table without columns that hold neither name nor value, and without rows that hold nothing."""
    if not table.num_rows:
        return table
    blank = [
        name
        for index, name in enumerate(table.column_names)
        if table[name].null_count == table.num_rows
        and (not layout.has_header or index >= len(layout.names) or not layout.names[index].strip())
    ]
    table = table.drop_columns(blank)
    if not table.num_columns:
        return table.slice(0, 0)
    is_filled = pc.is_valid(table.column(0))
    for column in table.columns[1:]:
        is_filled = pc.or_(is_filled, pc.is_valid(column))
    return table.filter(is_filled)


def _layout_notices(layout: Layout, options: ImportOptions, name: str, sheets: tuple[str, ...]) -> list[Notice]:
    told = []
    if len(sheets) > 1 and options.sheet is None:
        others = [sheet for sheet in sheets if sheet != name]
        text = f"The workbook has {len(sheets):,} sheets; {name!r} was read. The others are {listed(others)}."
        told.append(("other_sheets", text))
    if layout.n_above and options.first_row is None:
        rows = "1 row above the table was" if layout.n_above == 1 else f"{layout.n_above:,} rows above the table were"
        told.append(("rows_above", f"{rows} left out; the table starts in row {layout.first_row + 1:,}."))
    if not layout.has_header and options.has_header is None:
        text = "The first row looks like data, so the columns are numbered. The import options can say otherwise."
        told.append(("no_header", text))
    return [Notice(severity=Severity.INFO, code=code, text=text) for code, text in told]
