"""How the cells of a column can be read, as SQL: forms of numbers and dates, and two ways to convert."""

from collections.abc import Iterable
from enum import StrEnum

from core.tables.engine import text_sql
from core.types import ColumnType

INTEGER = "[+-]?[0-9]+"
LEADING_ZERO = "[+-]?0[0-9]+"
_TIME = "[ T][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,9})?)?"
NAIVE = f"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}({_TIME})?"
ZONED = f"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}{_TIME} ?(Z|UTC|[+-][0-9]{{2}}(:?[0-9]{{2}})?)"
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


def strict_sql(reading: Reading, cell: str, *, decimal: str) -> str:
    """SQL that converts ``cell`` and stops the whole statement at the first cell that is not of this form.

    Cheap on purpose, so stricter than need be: what it stops at may still fit after all rows were counted.
    """
    stop = f"WHEN {cell} IS NULL THEN NULL ELSE error('unplanned')"
    match reading:
        case Reading.TEXT:
            return cell
        case Reading.EMPTY:
            return f"CASE {stop} END"
        case Reading.INTEGER:  # the way back catches 1.5, 007, 1_000 and 0x1F, which the cast would take
            return f"CASE WHEN CAST(CAST({cell} AS BIGINT) AS VARCHAR) = {cell} THEN CAST({cell} AS BIGINT) {stop} END"
        case Reading.NUMBER:
            odd = f"({cell} >= '00' AND {cell} < '0:') OR contains({cell}, '_')"
            odd += f" OR contains({cell}, '.')" if decimal == "," else ""
            value = f"CAST({_with_point(cell, decimal)} AS DOUBLE)"
            return f"CASE WHEN isfinite({value}) AND NOT ({odd}) THEN {value} {stop} END"
        case Reading.BOOLEAN:
            return f"CASE WHEN lower({cell}) = 'true' THEN true WHEN lower({cell}) = 'false' THEN false {stop} END"
        case _:
            return f"CASE WHEN {_date_form(reading, cell)} THEN {_date_sql(reading, cell, strict=True)} {stop} END"


def exact_sql(reading: Reading, cell: str, *, decimal: str) -> str:
    """SQL that converts ``cell`` after every cell was counted: what does not fit is a placeholder and gets NULL."""
    trimmed = f"trim({cell}, ' \t')"
    match reading:
        case Reading.TEXT | Reading.EMPTY:
            return cell
        case Reading.INTEGER:
            return f"CASE WHEN regexp_full_match({trimmed}, '{INTEGER}') THEN TRY_CAST({trimmed} AS BIGINT) END"
        case Reading.NUMBER:
            value = double_sql(trimmed, decimal)
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
