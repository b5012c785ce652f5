"""Workbooks, row by row, with what Excel cannot hold refused."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter
from xlsxwriter.exceptions import XlsxWriterException
from xlsxwriter.worksheet import Worksheet

from core.errors import Unavailable, UserInputError
from core.exporting.spec import ExportOptions, OnFraction
from core.tables.detection import shorten

MAX_ROWS = 1_048_576
MAX_COLUMNS = 16_384
MAX_CHARACTERS = 32_767
LARGEST_EXACT = 10**15
"""Excel keeps fifteen digits; longer whole numbers are written as text."""
FIRST_MOMENT = dt.datetime(1900, 3, 1)
"""Before it Excel's calendar has a day that never was."""
ROWS_AT_ONCE = 2_000
DATE_FORMAT = "yyyy-mm-dd"
MOMENT_FORMAT = "yyyy-mm-dd hh:mm:ss"
_AS_TEXT = "Export as CSV or Parquet instead, which have no such limit."


def write_workbook(
    table: Path, destination: Path, options: ExportOptions, memory_bytes: int, on_fraction: OnFraction
) -> None:
    """One sheet with a header row; texts are always texts, never formulas, links or numbers.

    Whole numbers of more than fifteen digits and moments that Excel's calendar does not have are written as text.

    Raises:
        UserInputError: More rows, columns or characters in a cell than Excel can hold; which and how many.
        Unavailable: The disk is full.
    """
    del options, memory_bytes
    with pq.ParquetFile(table) as file:
        n_rows = file.metadata.num_rows
        fields = list(file.schema_arrow)
        _refuse_size(n_rows, len(fields))
        settings = {
            "constant_memory": True, "tmpdir": str(destination.parent), "strings_to_formulas": False,
            "strings_to_urls": False, "strings_to_numbers": False, "default_date_format": MOMENT_FORMAT,
        }  # fmt: skip
        workbook = xlsxwriter.Workbook(str(destination), settings)
        sheet = workbook.add_worksheet("Data")
        bold = workbook.add_format({"bold": True})
        formats = [workbook.add_format({"num_format": _moment_format(file, index)}) for index in range(len(fields))]
        sheet.freeze_panes(1, 0)
        for index, field in enumerate(fields):
            sheet.write_string(0, index, field.name, bold)
        writers = [_Cells(sheet, field.name, formats[i]).writer(field.type) for i, field in enumerate(fields)]
        try:
            _write_rows(file, writers, on_fraction)
        except BaseException:
            sheet.row_data_fh.close()  # the library would leave the rows that wait on the disk open
            raise
    try:
        workbook.close()
    except (OSError, XlsxWriterException) as error:
        raise Unavailable("The workbook could not be written.", hint="Free some space on the disk.") from error
    on_fraction(1.0)


def _write_rows(
    file: pq.ParquetFile, writers: Sequence[Callable[[int, int, Any], None]], on_fraction: OnFraction
) -> None:
    """Write cells row by row: in constant memory a row is on the disk as soon as the next one begins."""
    row = 0
    for batch in file.iter_batches(batch_size=ROWS_AT_ONCE):
        for cells in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            row += 1
            for index, cell in enumerate(cells):
                if cell is not None:
                    writers[index](row, index, cell)
        on_fraction(0.9 * row / max(1, file.metadata.num_rows))


def _refuse_size(n_rows: int, n_columns: int) -> None:
    if n_rows + 1 > MAX_ROWS:
        raise UserInputError(
            f"The table has {n_rows:,} rows; a sheet of Excel holds {MAX_ROWS - 1:,} below its header.", hint=_AS_TEXT
        )
    if n_columns > MAX_COLUMNS:
        raise UserInputError(
            f"The table has {n_columns:,} columns; a sheet of Excel holds {MAX_COLUMNS:,}.", hint=_AS_TEXT
        )


def _moment_format(file: pq.ParquetFile, index: int) -> str:
    """How a column of moments is shown: days alone where the smallest and the largest are at midnight."""
    ends: list[Any] = []
    for group in range(file.metadata.num_row_groups):
        statistics = file.metadata.row_group(group).column(index).statistics
        if statistics is not None and statistics.has_min_max:
            ends += [statistics.min, statistics.max]
    is_day = bool(ends) and all(isinstance(end, dt.datetime) and end.time() == dt.time() for end in ends)
    return DATE_FORMAT if is_day else MOMENT_FORMAT


@dataclass(frozen=True)
class _Cells:
    """Writes the cells of one column."""

    sheet: Worksheet
    name: str
    moment_format: Any

    def writer(self, kind: pa.DataType) -> Callable[[int, int, Any], None]:
        """What writes a cell of this kind."""
        kinds: tuple[tuple[Callable[[pa.DataType], bool], Callable[[int, int, Any], None]], ...] = (
            (pa.types.is_boolean, self.sheet.write_boolean),
            (pa.types.is_integer, self._write_integer),
            (pa.types.is_floating, self.sheet.write_number),
            (pa.types.is_timestamp, self._write_moment),
        )
        return next((write for is_kind, write in kinds if is_kind(kind)), self._write_text)

    def _write_text(self, row: int, column: int, text: str) -> None:
        if len(text) > MAX_CHARACTERS:
            raise UserInputError(
                f"{shorten(self.name)} holds {len(text):,} characters in row {row:,}; a cell of Excel holds "
                f"{MAX_CHARACTERS:,}.",
                hint=_AS_TEXT,
            )
        self.sheet.write_string(row, column, text)

    def _write_integer(self, row: int, column: int, number: int) -> None:
        if abs(number) < LARGEST_EXACT:
            self.sheet.write_number(row, column, number)
        else:
            self.sheet.write_string(row, column, str(number))

    def _write_moment(self, row: int, column: int, value: dt.datetime) -> None:
        if value < FIRST_MOMENT:
            self.sheet.write_string(row, column, value.isoformat(sep=" "))
        else:
            self.sheet.write_datetime(row, column, value, self.moment_format)
