"""How far the cells of a sheet reach. The reader makes room for every cell up to the last one, filled or not."""

import re

from core.errors import UnreadableFile

MAX_CELLS = 150_000_000
"""Of the rectangle from A1 to the last filled cell: a full sheet of 143 columns, some 5 GB in the reader."""
SMALLEST_TEXT_BYTES = 5
"""``<si/>``: a shared text."""

# As spreadsheet programs write them, and no more than that: what comes by here is often hundreds of megabytes.
_FAR_COLUMN = re.compile(rb'<c r="([A-Z]{2,8})')
_CELL = re.compile(rb'<c r="([A-Z]{1,8})([0-9]{1,12})"[^>/]*>')
_ROW = re.compile(rb'<row r="([0-9]{1,12})')
_COUNT = re.compile(rb"""<(?:\w+:)?sst\b[^>]*?\buniqueCount=["']([0-9]{1,20})""")


class Extent:
    """Looks at the parts of one sheet as they pass by."""

    def __init__(self) -> None:
        self._last_row, self._last_column = 0, 26

    def add(self, chunk: bytes) -> None:
        """See the next part of the sheet.

        Raises:
            UnreadableFile: A filled cell lies so far out that the reader would need all memory.
        """
        last_row = max([self._last_row, *map(int, _ROW.findall(chunk))])
        last_column = max([self._last_column, *map(_number, set(_FAR_COLUMN.findall(chunk)))])
        if last_row * last_column > MAX_CELLS:
            self._look_closely(chunk)
        else:
            self._last_row, self._last_column = last_row, last_column

    def _look_closely(self, chunk: bytes) -> None:
        """Count filled cells alone: empty ones with a colour, say, may lie anywhere."""
        for column, row in _CELL.findall(chunk):
            self._last_row = max(self._last_row, int(row))
            self._last_column = max(self._last_column, _number(column))
            if self._last_row * self._last_column > MAX_CELLS:
                raise UnreadableFile(
                    f"A sheet of the workbook reaches as far as {column.decode()}{row.decode()}, too far to be read.",
                    hint="Delete what stands far outside of the table, or save the sheet as CSV and upload that.",
                )


def refuse_false_count(beginning: bytes, n_bytes: int) -> None:
    """Refuse shared texts that claim to be more than ``n_bytes`` can hold; the reader would make room for them.

    Raises:
        UnreadableFile: They do.
    """
    found = _COUNT.search(beginning)
    if found and int(found[1]) * SMALLEST_TEXT_BYTES > n_bytes:
        raise UnreadableFile(
            f"The workbook is damaged: its texts are said to be {int(found[1]):,}, and are fewer.",
            hint="Open it in the program that wrote it, save it again, and upload that.",
        )


def _number(column: bytes) -> int:
    """Which column: A is 1.

    Example:
        >>> _number(b"A"), _number(b"Z"), _number(b"XFD")
        (1, 26, 16384)
    """
    number = 0
    for letter in column:
        number = number * 26 + letter - 64
    return number
