"""How the cells of a column can be read, as SQL: forms of numbers and dates, and two ways to convert."""

from collections.abc import Iterable
from enum import StrEnum

from core.tables.engine import text_sql
from core.types import ColumnType

INTEGER = "[+-]?[0-9]+"
LEADING_ZERO = "[+-]?0[0-9]+"
_TIME = "[ T][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,9})?)?"
NAIVE = f"[0-9]{{4}}-[0-9]{{1,2}}-[0-9]{{1,2}}({_TIME})?"
ZONED = f"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}{_TIME} ?(Z|UTC|[+-][0-9]{{2}}(:?[0-9]{{2}})?)"
_MARKS = {",": ",", ".": ".", " ": " \u00a0\u202f", "'": "'\u2019"}
"""The signs that one thousands mark stands for."""
_SIGNS = ("/", ".", "-")
WRITTEN = "([0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{4}|[0-9]{4}/[0-9]{1,2}/[0-9]{1,2})( [0-9]{1,2}:[0-9]{2}(:[0-9]{2})?)?"
_CLOCKS = ("", " %H:%M", " %H:%M:%S")
_YEAR_FIRST = [f"%Y/%m/%d{clock}" for clock in _CLOCKS]
DAY_FIRST = [f"%d{sign}%m{sign}%Y{clock}" for sign in _SIGNS for clock in _CLOCKS] + _YEAR_FIRST
MONTH_FIRST = [f"%m{sign}%d{sign}%Y{clock}" for sign in _SIGNS for clock in _CLOCKS] + _YEAR_FIRST


class Reading(StrEnum):
    """How the cells of a column are converted."""

    EMPTY = "empty"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    NAIVE = "naive"
    """ISO 8601 without a zone."""
    ZONED = "zoned"
    """ISO 8601 with offsets; normalised to UTC."""
    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"
    TEXT = "text"


COLUMN_TYPES = {
    Reading.EMPTY: ColumnType.STRING,
    Reading.INTEGER: ColumnType.INTEGER,
    Reading.NUMBER: ColumnType.NUMBER,
    Reading.BOOLEAN: ColumnType.BOOLEAN,
    Reading.NAIVE: ColumnType.DATETIME,
    Reading.ZONED: ColumnType.DATETIME,
    Reading.DAY_FIRST: ColumnType.DATETIME,
    Reading.MONTH_FIRST: ColumnType.DATETIME,
    Reading.TEXT: ColumnType.STRING,
}


def number_form(decimal: str, thousands: str | None) -> str:
    """Regular expression of a number."""
    whole = f"([0-9]+|{_groups(thousands)})" if thousands else "[0-9]+"
    return f"[+-]?({whole}([{decimal}][0-9]*)?|[{decimal}][0-9]+)([eE][+-]?[0-9]+)?"


def integer_form(thousands: str | None) -> str:
    """Regular expression of a whole number."""
    return f"[+-]?([0-9]+|{_groups(thousands)})" if thousands else INTEGER


def _groups(thousands: str) -> str:
    return f"[0-9]{{1,3}}([{_MARKS[thousands]}][0-9]{{3}})+"


def ungrouped_sql(cell: str, thousands: str | None) -> str:
    """SQL for ``cell`` without thousands marks."""
    return f"translate({cell}, {text_sql(_MARKS[thousands])}, '')" if thousands else cell


def strict_sql(reading: Reading, cell: str, *, decimal: str, thousands: str | None = None) -> str:
    """SQL that converts ``cell`` and stops the whole statement at the first cell that is not of this form.

    Cheap on purpose, so stricter than need be: what it stops at may still fit after all rows were counted.
    """
    stop = f"WHEN {cell} IS NULL THEN NULL ELSE error('unplanned {cell}')"
    bare = ungrouped_sql(cell, thousands)
    match reading:
        case Reading.TEXT:
            return cell
        case Reading.EMPTY:
            return f"CAST(CASE {stop} END AS VARCHAR)"
        case Reading.INTEGER:
            is_whole = (
                f"regexp_full_match({cell}, {text_sql(integer_form(thousands))}) AND NOT {_starts_with_zero(cell)}"
            )
            return f"CASE WHEN {is_whole} THEN CAST({bare} AS BIGINT) {stop} END"
        case Reading.NUMBER:
            is_number = f"regexp_full_match({cell}, {text_sql(number_form(decimal, thousands))})"
            value = f"CAST({_with_point(bare, decimal)} AS DOUBLE)"
            is_fit = f"{is_number} AND NOT {_starts_with_zero(cell)} AND isfinite({value})"
            return f"CASE WHEN {is_fit} THEN {value} {stop} END"
        case Reading.BOOLEAN:
            return (
                f"CASE WHEN {cell} = 'true' THEN true WHEN {cell} = 'false' THEN false "
                f"WHEN lower({cell}) = 'true' THEN true WHEN lower({cell}) = 'false' THEN false {stop} END"
            )
        case _:
            return f"CASE WHEN {_date_form(reading, cell)} THEN {_date_sql(reading, cell, strict=True)} {stop} END"


def _starts_with_zero(cell: str) -> str:
    return f"({cell} >= '00' AND {cell} < '0:')"


def exact_sql(reading: Reading, cell: str, *, decimal: str, thousands: str | None = None) -> str:
    """SQL that converts ``cell`` after every cell was counted: what does not fit is a placeholder and gets NULL."""
    trimmed = f"trim({cell}, ' \t')"
    bare = ungrouped_sql(trimmed, thousands)
    match reading:
        case Reading.TEXT | Reading.EMPTY:
            return cell
        case Reading.INTEGER:
            is_whole = f"regexp_full_match({trimmed}, {text_sql(integer_form(thousands))})"
            return f"CASE WHEN {is_whole} THEN TRY_CAST({bare} AS BIGINT) END"
        case Reading.NUMBER:
            value = double_sql(bare, decimal)
            return f"CASE WHEN isfinite({value}) THEN {value} END"
        case Reading.BOOLEAN:
            return f"CASE lower({trimmed}) WHEN 'true' THEN true WHEN 'false' THEN false END"
        case _:
            return f"CASE WHEN {_date_form(reading, trimmed)} THEN {_date_sql(reading, trimmed, strict=False)} END"


def _date_form(reading: Reading, cell: str) -> str:
    pattern = {Reading.NAIVE: NAIVE, Reading.ZONED: f"{ZONED}|{NAIVE}"}.get(reading, WRITTEN)
    return f"regexp_full_match({cell}, '{pattern}')"


def _date_sql(reading: Reading, cell: str, *, strict: bool) -> str:
    cast, parse = ("CAST", "strptime") if strict else ("TRY_CAST", "try_strptime")
    match reading:
        case Reading.NAIVE:
            return f"{cast}({cell} AS TIMESTAMP)"
        case Reading.ZONED:  # the session's zone is UTC
            return f"CAST({cast}({cell} AS TIMESTAMPTZ) AS TIMESTAMP)"
        case Reading.DAY_FIRST:
            return f"{parse}({cell}, {list_sql(DAY_FIRST)})"
        case _:
            return f"{parse}({cell}, {list_sql(MONTH_FIRST)})"


def double_sql(cell: str, decimal: str) -> str:
    """``cell`` as a float, NULL when it is none."""
    return f"TRY_CAST({_with_point(cell, decimal)} AS DOUBLE)"


def _with_point(cell: str, decimal: str) -> str:
    return f"replace({cell}, ',', '.')" if decimal == "," else cell


def list_sql(texts: Iterable[str]) -> str:
    """An SQL list of strings."""
    return "[" + ", ".join(text_sql(text) for text in texts) + "]"
