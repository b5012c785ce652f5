"""A second, slower reading of texts that are irregular: rows made equally wide, or the fault named by its line."""

import csv
from collections.abc import Callable, Iterator
from io import TextIOWrapper
from typing import BinaryIO, TextIO, cast

from core.errors import UnreadableFile
from core.tables.delimited.dialect import MAX_LINE_BYTES, Dialect, Row, is_blank
from core.types import Notice, Severity

REPORT_EVERY = 1_000


class RegularRows(Iterator[Row]):
    """The rows of a text, each with as many cells as there are columns, without header and blank lines.

    Short rows are filled with missing cells, empty cells beyond the last column are dropped. After the last row
    ``n_rows`` and ``notices`` hold what was met.
    """

    def __init__(
        self,
        text: TextIOWrapper,
        *,
        dialect: Dialect,
        n_columns: int,
        has_header: bool,
        size: int,
        on_fraction: Callable[[float], None],
    ) -> None:
        """Read from ``text``, a file of ``size`` bytes that was opened without translation of line breaks."""
        csv.field_size_limit(MAX_LINE_BYTES)
        self.n_rows = 0
        self._n_short = 0
        self._first_short = 0
        self._n_columns = n_columns
        self._rows = _rows(text, dialect)
        self._bytes, self._size, self._on_fraction = cast(BinaryIO, text.buffer), max(1, size), on_fraction
        if has_header:
            next(self._rows, None)

    def __next__(self) -> Row:
        """The next row.

        Raises:
            UnreadableFile: The row has more cells than columns, a quote is never closed, or a line is endless.
        """
        line, row = next(self._rows)
        if len(row) > self._n_columns:
            row = _without_empty_tail(row, self._n_columns, line)
        elif len(row) < self._n_columns:
            self._n_short += 1
            self._first_short = self._first_short or line
            row = row + [""] * (self._n_columns - len(row))
        self.n_rows += 1
        if self.n_rows % REPORT_EVERY == 0:
            self._on_fraction(min(1.0, self._bytes.tell() / self._size))
        return row

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What was mended so far."""
        if not self._n_short:
            return ()
        rows = "1 row is" if self._n_short == 1 else f"{self._n_short:,} rows are"
        text = f"{rows} shorter than the table (first in line {self._first_short:,}); the cells left out are missing."
        return (Notice(severity=Severity.WARNING, code="short_rows", text=text),)


def _rows(text: TextIO, dialect: Dialect) -> Iterator[tuple[int, Row]]:
    """Non-blank rows, each with the number of the line on which it starts, counted from 1."""
    for _ in range(dialect.n_preamble_lines):
        text.readline(MAX_LINE_BYTES)
    lines = _Lines(text)
    reader = csv.reader(lines, delimiter=dialect.delimiter, skipinitialspace=dialect.skips_spaces)
    while True:
        line = reader.line_num + dialect.n_preamble_lines + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise _endless_cell(line) from error
        if lines.are_exhausted:  # the reader wanted more than there is: it stood inside quotes
            raise _endless_cell(line)
        if not is_blank(row):
            yield line, row


class _Lines(Iterator[str]):
    """Lines of bounded length, whatever ends them."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self._number = 0
        self.are_exhausted = False

    def __next__(self) -> str:
        line = self._text.readline(MAX_LINE_BYTES)
        if not line:
            self.are_exhausted = True
            raise StopIteration
        self._number += 1
        if len(line) == MAX_LINE_BYTES and not line.endswith(("\n", "\r")):
            raise UnreadableFile(
                f"Line {self._number:,} is longer than {MAX_LINE_BYTES // 2**20} MiB.",
                hint="Choose a file with one row on each line.",
            )
        return line


def _endless_cell(line: int) -> UnreadableFile:
    return UnreadableFile(
        f"In the row that starts in line {line:,} a quoted cell never ends.",
        hint="Look there for a double quote that is opened and never closed.",
    )


def _without_empty_tail(row: Row, n_columns: int, line: int) -> Row:
    if any(cell.strip() for cell in row[n_columns:]):
        cells = "cell" if n_columns == 1 else "cells"
        raise UnreadableFile(
            f"Line {line:,} has {len(row):,} cells, but the table has {n_columns:,} {cells} a row.",
            hint="Put texts that hold the delimiter in double quotes, name every column, or choose another delimiter.",
        )
    return row[:n_columns]
