"""Where on a sheet the table stands: titles above it, its header, from the texts of the first rows."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from core.errors import UnreadableFile

HEAD_ROWS = 200
MOSTLY = 0.7
"""Share of values in a column from which a text at its top is its name."""
_NUMBER = re.compile(r"\s*[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?\s*%?")
_DATE = re.compile(r"\s*\d{4}-\d{2}-\d{2}([ T].*)?|\s*\d{1,2}[./]\d{1,2}[./]\d{4}.*")
_BOOLEAN = re.compile(r"\s*(true|false)\s*", re.IGNORECASE)
_YEARS = range(1800, 2101)

Row = Sequence[str | None]


@dataclass(frozen=True, kw_only=True)
class Layout:
    """The place of a table; rows are counted from 0."""

    names: tuple[str, ...]
    """Header cells, empty ones included; ``column_1`` and so on without a header."""
    first_data_row: int
    has_header: bool
    n_above: int
    """Rows with something in them that stand above the table and are left out."""
    first_row: int
    """Where the table starts, its header included."""


def lay_out(rows: Sequence[Row], *, first_row: int | None, has_header: bool | None) -> Layout:
    """Find the table in the first rows of a sheet.

    Args:
        rows: The first rows from the top of the sheet as texts, blank ones included; blank cells are None.
        first_row: Where the table starts, counted from 1, if a person said it.
        has_header: Whether it starts with names, if a person said it.

    Raises:
        UnreadableFile: There is nothing in these rows.
    """
    if first_row is not None and first_row > len(rows):
        raise UnreadableFile(
            f"The sheet has no row {first_row:,} among its first {len(rows):,} rows.",
            hint="Let the table start further up.",
            field="options.first_row",
        )
    widths = [sum(cell is not None for cell in row) for row in rows]
    start = first_row - 1 if first_row is not None else _first_of_table(widths)
    if start is None or not any(widths[start:]):
        raise no_rows(has_header=False)
    while not widths[start]:
        start += 1
    header = rows[start]
    with_header = has_header if has_header is not None else _is_header(header, rows[start + 1 :])
    names = tuple(_name(cell) for cell in header)
    if not with_header:
        names = tuple(f"column_{position}" for position in range(1, len(header) + 1))
    return Layout(
        names=names,
        first_data_row=start + with_header,
        has_header=with_header,
        n_above=sum(width > 0 for width in widths[:start]),
        first_row=start,
    )


def no_rows(*, has_header: bool) -> UnreadableFile:
    """The refusal of a sheet without data."""
    what = "a header but no rows" if has_header else "no rows"
    return UnreadableFile(f"The sheet holds {what}.", hint="Choose a sheet with a table of at least one row of data.")


def _first_of_table(widths: Sequence[int]) -> int | None:
    """The first row that fills more than half of the table's width: titles and notes fill a cell or two."""
    filled = sorted(width for width in widths if width)
    if not filled:
        return None
    usual = filled[len(filled) * 3 // 4]
    return next(row for row, width in enumerate(widths) if width * 2 > usual)


def _is_header(first: Row, body: Sequence[Row]) -> bool:
    """Whether the first row names the columns: texts alone, a text above values, or years in order."""
    cells = [cell for cell in first if cell is not None]
    if not body:
        return not any(_is_value(cell) for cell in cells)
    texts = [cell for cell in cells if not _is_value(cell)]
    if len(texts) == len(cells) or any(_stands_above_values(index, first, body) for index in range(len(first))):
        return True
    years = [int(cell) for cell in cells if cell.strip().isdigit() and int(cell) in _YEARS]
    return len(years) > 1 and len(years) + len(texts) == len(cells) and years == sorted(set(years))


def _stands_above_values(index: int, first: Row, body: Sequence[Row]) -> bool:
    head = first[index]
    below = [cell for row in body if (cell := row[index]) is not None]
    return head is not None and not _is_value(head) and sum(map(_is_value, below)) > MOSTLY * len(below)


def _is_value(cell: str) -> bool:
    return bool(_NUMBER.fullmatch(cell) or _DATE.fullmatch(cell) or _BOOLEAN.fullmatch(cell))


def _name(cell: str | None) -> str:
    """A header cell as text; whole days lose the midnight that the reader adds."""
    return "" if cell is None else cell.removesuffix(" 00:00:00")
