"""Change the type of columns."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field

from core.errors import UserInputError
from core.expressions.functions import BLANKS
from core.expressions.quoting import column_python, text_sql
from core.params import Params
from core.recipes.changes import Change, TableColumn, projection, remade
from core.recipes.choosing import TYPE_NAMES, chosen, columns_field, names_title
from core.recipes.spec import StepSpec, learns_nothing
from core.types import ColumnType

YES, NO = ("true", "yes", "y", "t", "on", "1"), ("false", "no", "n", "f", "off", "0")
_MOMENT = "%Y-%m-%d %H:%M:%S"
WHOLE_LIMIT = "9e18"
"""Numbers beyond it fit no 64-bit integer."""


class CastParams(Params):
    """Which columns, and what they become."""

    columns: Annotated[tuple[str, ...], columns_field("Columns")]
    to: Annotated[
        Literal["integer", "number", "boolean", "string"],
        Field(
            title="New type",
            description="Integer: whole numbers. Number: with decimals. Boolean: yes or no. String: text. "
            "What does not fit becomes missing.",
        ),
    ]
    written: Annotated[
        Literal["1234.5", "1,234.5", "1.234,5"],
        Field(
            title="Numbers in the text look like",
            description="How decimals and thousands are marked.",
            json_schema_extra={"shown_if": {"to": ["integer", "number"]}},
        ),
    ] = "1234.5"


_NUMBERS = {
    "1234.5": r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?",
    "1,234.5": r"[+-]?([0-9]{1,3}(,[0-9]{3})+|[0-9]+)(\.[0-9]*)?",
    "1.234,5": r"[+-]?([0-9]{1,3}([. ][0-9]{3})+|[0-9]+)(,[0-9]*)?",
}
_WHOLES = {
    "1234.5": r"[+-]?[0-9]{1,18}(\.0*)?",
    "1,234.5": r"[+-]?([0-9]{1,3}(,[0-9]{3}){1,5}|[0-9]{1,18})(\.0*)?",
    "1.234,5": r"[+-]?([0-9]{1,3}([. ][0-9]{3}){1,5}|[0-9]{1,18})(,0*)?",
}
_CUT = {"1234.5": (), "1,234.5": ((",", ""),), "1.234,5": ((".", ""), (" ", ""), (",", "."))}
"""What is replaced once the pattern fits, so that a plain number remains."""


def _text_sql(cell: str, to: ColumnType, written: str) -> str:
    trimmed = f"trim({cell}, {text_sql(BLANKS)})"
    if to is ColumnType.BOOLEAN:
        word = f"lower({trimmed})"
        yes, no = (", ".join(map(text_sql, words)) for words in (YES, NO))
        return f"CASE WHEN {word} IN ({yes}) THEN true WHEN {word} IN ({no}) THEN false END"
    pattern = (_WHOLES if to is ColumnType.INTEGER else _NUMBERS)[written]
    plain = trimmed
    for old, new in _CUT[written]:
        plain = f"replace({plain}, {text_sql(old)}, {text_sql(new)})"
    if to is ColumnType.INTEGER:
        value = f"TRY_CAST(split_part({plain}, '.', 1) AS BIGINT)"
    else:
        value = f"nullif(nullif(TRY_CAST({plain} AS DOUBLE), 'inf'), '-inf')"
    return f"CASE WHEN regexp_full_match({trimmed}, {text_sql(pattern)}) THEN {value} END"


def _to_text_sql(cell: str, type: ColumnType) -> str:
    if type is ColumnType.DATETIME:
        return f"strftime({cell}, {text_sql(_MOMENT)})"
    return f"CAST({cell} AS VARCHAR)"


def cell_sql(column: TableColumn, to: ColumnType, written: str) -> str:
    """A cell of ``column`` in the type ``to``; NULL where it does not fit."""
    cell, kind = column.sql, column.type
    if kind is to:
        return cell
    if to is ColumnType.STRING:
        return _to_text_sql(cell, kind)
    if kind is ColumnType.STRING:
        return _text_sql(cell, to, written)
    if to is ColumnType.BOOLEAN:
        return f"CASE WHEN {cell} = 0 THEN false WHEN {cell} = 1 THEN true END"
    if kind is ColumnType.NUMBER:
        half = f"CASE WHEN abs({cell}) < 4503599627370496 THEN CASE WHEN {cell} < 0 THEN -0.5 ELSE 0.5 END ELSE 0 END"
        rounded = f"TRY_CAST(trunc({cell} + CAST({half} AS DOUBLE)) AS BIGINT)"
        return f"CASE WHEN abs({cell}) < {WHOLE_LIMIT} THEN {rounded} END"
    return f"CAST({cell} AS {'BIGINT' if to is ColumnType.INTEGER else 'DOUBLE'})"


def cell_python(column: TableColumn, to: ColumnType, written: str) -> str:
    """The same for pandas."""
    cell, kind = column_python(column.name), column.type
    if to is ColumnType.STRING:
        return _to_text_python(cell, kind)
    if kind is ColumnType.STRING:
        return _text_python(cell, to, written)
    if to is ColumnType.BOOLEAN:
        return f"{cell}.map({{0: False, 1: True}}).astype('boolean')"
    if kind is ColumnType.NUMBER:
        return f"whole({cell})"
    return f"{cell}.astype({'Int64' if to is ColumnType.INTEGER else 'Float64'!r})"


def _to_text_python(cell: str, kind: ColumnType) -> str:
    if kind is ColumnType.DATETIME:
        return f"{cell}.dt.strftime({_MOMENT!r}).astype('string')"
    if kind is ColumnType.BOOLEAN:
        return f"{cell}.map({{True: 'true', False: 'false'}}).astype('string')"
    return f"{cell}.astype('string')"


def _text_python(cell: str, to: ColumnType, written: str) -> str:
    trimmed = f"{cell}.str.strip({BLANKS!r})"
    if to is ColumnType.BOOLEAN:
        words = {**dict.fromkeys(YES, True), **dict.fromkeys(NO, False)}
        return f"{trimmed}.str.lower().map({words!r}).astype('boolean')"
    name, patterns = ("to_whole", _WHOLES) if to is ColumnType.INTEGER else ("to_numbers", _NUMBERS)
    return f"{name}({trimmed}, {patterns[written]!r}, {dict(_CUT[written])!r})"


def _checked(params: CastParams, columns: Sequence[TableColumn]) -> tuple[TableColumn, ...]:
    to = ColumnType(params.to)
    found = chosen(params.columns, columns)
    for column in found:
        if column.type is ColumnType.DATETIME and to is not ColumnType.STRING:
            raise UserInputError(
                f"{column.name!r} holds dates, which are no {TYPE_NAMES[to]}.",
                hint=f"Calculate a column instead, such as year({column.name}).",
            )
    return found


def change(params: CastParams, _learned: Params, columns: Sequence[TableColumn]) -> Change:
    """The same columns in another type."""
    to = ColumnType(params.to)
    made = {
        column.name: remade(column, cell_sql(column, to, params.written), to) for column in _checked(params, columns)
    }
    return projection(columns, made)


def pandas(params: CastParams, _learned: Params, columns: Sequence[TableColumn]) -> list[str]:
    """One assignment for each column."""
    to = ColumnType(params.to)
    return [
        f"{column_python(column.name)} = {cell_python(column, to, params.written)}"
        for column in _checked(params, columns)
        if column.type is not to
    ]


SPEC = StepSpec(
    key="cast",
    label="Change the type",
    icon="swap_horiz",
    group="Values",
    summary="Reads text as numbers or yes and no, or turns values into text; what does not fit becomes missing.",
    params=CastParams,
    fit=learns_nothing,
    change=change,
    pandas=pandas,
    title=lambda params: f"Turn {names_title(params.columns)} into {TYPE_NAMES[ColumnType(params.to)]}",
)
