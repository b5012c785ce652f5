"""Which signs stand inside numbers: before the decimals, and between groups of three digits."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Literal

from core.errors import UserInputError
from core.tables.delimited.dialect import Row
from core.tables.delimited.typing import MISSING_TEXTS
from core.tables.spec import ImportOptions

SNIFFED_ROWS = 500
_DECIMAL_COMMA = re.compile(r"\s*[+-]?\d*,\d+\s*")
_DECIMAL_POINT = re.compile(r"\s*[+-]?\d*\.\d+\s*")
_Mark = Literal[",", ".", " ", "'"]
_GROUPED: dict[_Mark, re.Pattern[str]] = {
    ",": re.compile(r"\s*[+-]?\d{1,3}(,\d{3})+(\.\d+)?\s*"),
    ".": re.compile(r"\s*[+-]?\d{1,3}(\.\d{3})+(,\d+)?\s*"),
    " ": re.compile(r"\s*[+-]?\d{1,3}([ \u00a0\u202f]\d{3})+([.,]\d+)?\s*"),
    "'": re.compile(r"\s*[+-]?\d{1,3}(['\u2019]\d{3})+([.,]\d+)?\s*"),
}
_PLAIN = re.compile(r"\s*[+-]?\d{1,3}([.,]\d+)?\s*")
_DIGITS = re.compile(r"\d+")


def sniff_marks(rows: Sequence[Row], delimiter: str, options: ImportOptions) -> tuple[str, str | None]:
    """The decimal mark and the thousands mark, None where numbers are not grouped.

    A point or comma before three digits may be either mark, so it takes a number with both marks or with two groups
    to decide for groups. Blanks and apostrophes need a whole column of numbers, some of them without a group.

    Raises:
        UserInputError: Both marks are given, and they are the same.
    """
    if options.thousands is not None and options.thousands == options.decimal:
        raise UserInputError(
            f"The decimal mark and the thousands mark cannot both be {options.decimal!r}.",
            hint="Choose another sign for one of them.",
            field="options.thousands",
        )
    thousands = options.thousands
    rows = rows[:SNIFFED_ROWS]
    if thousands is None:
        candidates = [mark for mark in _GROUPED if mark != options.decimal]
        thousands = next((mark for mark in candidates if _groups(rows, mark, delimiter)), None)
    if options.decimal is not None:
        return options.decimal, thousands
    if thousands in (",", "."):
        return {",": ".", ".": ","}[thousands], thousands
    return _sniff_decimal(rows, delimiter, thousands), thousands


def _sniff_decimal(rows: Sequence[Row], delimiter: str, thousands: _Mark | None) -> str:
    """``","`` when numbers are written so in the sample and none is written with a point."""
    cells = [_without_groups(cell, thousands) for row in rows for cell in row]
    if delimiter == "," and thousands is None:
        return "."
    has_comma = any(_DECIMAL_COMMA.fullmatch(cell) for cell in cells)
    return "," if has_comma and not any(_DECIMAL_POINT.fullmatch(cell) for cell in cells) else "."


def _without_groups(cell: str, thousands: _Mark | None) -> str:
    is_grouped = thousands is not None and _GROUPED[thousands].fullmatch(cell)
    return re.sub("[ \u00a0\u202f'\u2019]", "", cell) if is_grouped else cell


def _groups(rows: Sequence[Row], mark: _Mark, delimiter: str) -> bool:
    """Whether a column holds numbers whose digits are grouped by ``mark``, and nothing that contradicts it."""
    is_like = _is_sure if mark in (",", ".") and mark != delimiter else _is_likely
    signs = "\u00a0\u202f " if mark == " " else "'\u2019" if mark == "'" else mark
    if not any(sign in cell for row in rows for cell in row for sign in signs):
        return False
    return any(is_like(column, _GROUPED[mark], mark) for column in _columns(rows))


def _columns(rows: Sequence[Row]) -> Iterator[list[str]]:
    """The present cells of each column below the first row, which may be a header."""
    for index in range(max(map(len, rows), default=0)):
        yield [row[index] for row in rows[1:] if index < len(row) and row[index].strip() not in MISSING_TEXTS]


def _is_sure(cells: Sequence[str], grouped: re.Pattern[str], mark: str) -> bool:
    found = [cell for cell in cells if grouped.fullmatch(cell)]
    other = {",": ".", ".": ","}[mark]
    return _all_numbers(cells, grouped) and any(other in cell or cell.count(mark) > 1 for cell in found)


def _is_likely(cells: Sequence[str], grouped: re.Pattern[str], mark: str) -> bool:
    """Codes in groups, such as "123 456", all look alike; amounts do not."""
    found = [cell for cell in cells if grouped.fullmatch(cell)]
    shapes = {len(_DIGITS.findall(cell)) for cell in cells}
    return bool(found) and _all_numbers(cells, grouped) and (mark == "," or len(shapes) > 1)


def _all_numbers(cells: Sequence[str], grouped: re.Pattern[str]) -> bool:
    is_number: Callable[[str], object] = lambda cell: grouped.fullmatch(cell) or _PLAIN.fullmatch(cell)  # noqa: E731
    return bool(cells) and all(map(is_number, cells))
