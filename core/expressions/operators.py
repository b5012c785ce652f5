"""Arithmetic, comparisons, logic and choice."""

from collections.abc import Sequence

from core.expressions.operation import (
    NUMERIC,
    Operation,
    as_date,
    as_number,
    need_count,
    need_type,
    operation_node,
    unified,
)
from core.expressions.quoting import DTYPES, SQL_TYPES
from core.expressions.tokens import refuse
from core.expressions.tree import Node, type_word
from core.types import ColumnType

LARGEST_DIVISOR = 10**9


def _arithmetic(key: str, sign: str, position: int, parts: Sequence[Node]) -> Node:
    if key == "add" and parts[0].type is ColumnType.STRING:
        need_type(sign, parts[1], ColumnType.STRING)
        return operation_node("join_texts", ColumnType.STRING, position, parts)
    for part in parts:
        need_type(sign, part, *NUMERIC)
    is_whole = key not in ("divide", "power") and all(part.type is ColumnType.INTEGER for part in parts)
    if is_whole:
        return operation_node(key, ColumnType.INTEGER, position, parts)
    return operation_node(key, ColumnType.NUMBER, position, [as_number(part) for part in parts])


def _remainder(position: int, parts: Sequence[Node]) -> Node:
    value, divisor = parts
    need_type("%", value, ColumnType.INTEGER)
    is_plain = divisor.kind == "value" and divisor.type is ColumnType.INTEGER and isinstance(divisor.value, int)
    if not is_plain or not 1 <= abs(int(str(divisor.value))) <= LARGEST_DIVISOR:
        refuse(divisor.position, "% needs a whole number other than 0 on its right.", "For example: id % 2.")
    return operation_node("remainder", ColumnType.INTEGER, position, parts)


def _negative(position: int, parts: Sequence[Node]) -> Node:
    need_type("-", parts[0], *NUMERIC)
    assert parts[0].type is not None
    return operation_node("negative", parts[0].type, position, parts)


def _comparison(key: str, sign: str, position: int, parts: Sequence[Node]) -> Node:
    left, right = parts
    if ColumnType.DATETIME in (left.type, right.type):
        left, right = as_date(left), as_date(right)
    if not ({left.type, right.type} <= set(NUMERIC) or left.type is right.type):
        hint = "Put a text between quotes and a number without, or change the column's type in a step before."
        refuse(position, f"{sign} compares {type_word(left)} with {type_word(right)}.", hint)
    if left.type is ColumnType.BOOLEAN and key not in ("equal", "different"):
        refuse(position, f"{sign} cannot order yes and no.", "Ask with == or !=.")
    return operation_node(key, ColumnType.BOOLEAN, position, (left, right))


def _logic(key: str, position: int, parts: Sequence[Node]) -> Node:
    for part in parts:
        need_type(key, part, ColumnType.BOOLEAN)
    return operation_node(key, ColumnType.BOOLEAN, position, parts)


def _choice(position: int, parts: Sequence[Node]) -> Node:
    need_type("if", parts[0], ColumnType.BOOLEAN)
    branches, type_ = unified("if ... else", parts[1:])
    return operation_node("if", type_, position, (parts[0], *branches))


def _membership(position: int, parts: Sequence[Node]) -> Node:
    need_count("column in ('a', 'b')", position, parts, 2, 201)
    values = parts[1:]
    if parts[0].type is ColumnType.DATETIME:
        values = [as_date(value) for value in values]
    for value in values:
        if value.kind != "value":
            refuse(value.position, "in needs plain values in its list.", "For example: city in ('Rome', 'Oslo').")
    all_parts, _ = unified("in", [parts[0], *values])
    return operation_node("in", ColumnType.BOOLEAN, position, all_parts)


def _compare_python(sign: str, node: Node, parts: Sequence[str]) -> str:
    text = f"({parts[0]} {sign} {parts[1]})"
    if node.parts[0].type is ColumnType.DATETIME:
        return f"known({text}, {parts[0]}, {parts[1]})"
    return f"{text}.astype('boolean')"


def _known_in(parts: Sequence[str]) -> str:
    return f"known({parts[0]}.isin([{', '.join(parts[1:])}]), {parts[0]})"


def _binary(key: str, sign: str, *, may_overflow: bool = True) -> Operation:
    return Operation(
        key=key,
        sign=sign,
        check=lambda position, parts: _arithmetic(key, sign, position, parts),
        sql=lambda _, parts: f"({parts[0]} {sign} {parts[1]})",
        python=lambda _, parts: f"({parts[0]} {sign} {parts[1]})",
        may_overflow=may_overflow,
        takes_scalars=True,
    )


def _compare(key: str, sign: str, sql_sign: str) -> Operation:
    return Operation(
        key=key,
        sign=sign,
        check=lambda position, parts: _comparison(key, sign, position, parts),
        sql=lambda _, parts: f"({parts[0]} {sql_sign} {parts[1]})",
        python=lambda node, parts: _compare_python(sign, node, parts),
        takes_scalars=True,
    )


def _logical(key: str, python_sign: str) -> Operation:
    return Operation(
        key=key,
        sign=key,
        check=lambda position, parts: _logic(key, position, parts),
        sql=lambda _, parts: f"({parts[0]} {key.upper()} {parts[1]})",
        python=lambda _, parts: f"({parts[0]} {python_sign} {parts[1]})",
    )


def _inner(key: str, sql: str, python: str) -> Operation:
    """An operation that only checks make, never people."""
    return Operation(
        key=key,
        sign=key,
        check=lambda position, parts: operation_node(key, ColumnType.NUMBER, position, parts),
        sql=lambda _, parts: sql.format(*parts),
        python=lambda _, parts: python.format(*parts),
        takes_scalars=key == "join_texts",
    )


OPERATORS = (
    _binary("add", "+"),
    _binary("subtract", "-"),
    _binary("multiply", "*"),
    _binary("divide", "/"),
    Operation(
        key="power",
        sign="**",
        check=lambda position, parts: _arithmetic("power", "**", position, parts),
        sql=lambda _, parts: f"pow({parts[0]}, {parts[1]})",
        python=lambda _, parts: f"({parts[0]} ** {parts[1]})",
        may_overflow=True,
        takes_scalars=True,
    ),
    Operation(
        key="remainder",
        sign="%",
        check=_remainder,
        sql=lambda _, parts: f"((({parts[0]} % {parts[1]}) + {parts[1]}) % {parts[1]})",
        python=lambda _, parts: f"({parts[0]} % {parts[1]})",
        takes_scalars=True,
    ),
    Operation(
        key="negative",
        sign="-",
        check=_negative,
        sql=lambda _, parts: f"(- {parts[0]})",
        python=lambda _, parts: f"(-{parts[0]})",
        may_overflow=True,
    ),
    _compare("equal", "==", "="),
    _compare("different", "!=", "<>"),
    _compare("less", "<", "<"),
    _compare("at_most", "<=", "<="),
    _compare("more", ">", ">"),
    _compare("at_least", ">=", ">="),
    _logical("and", "&"),
    _logical("or", "|"),
    Operation(
        key="not",
        sign="not",
        check=lambda position, parts: _logic("not", position, parts),
        sql=lambda _, parts: f"(NOT {parts[0]})",
        python=lambda _, parts: f"(~{parts[0]})",
    ),
    Operation(
        key="if",
        sign="if",
        check=_choice,
        sql=lambda _, parts: f"CASE WHEN {parts[0]} THEN {parts[1]} ELSE {parts[2]} END",
        python=lambda _, parts: f"choose({parts[0]}, {parts[1]}, {parts[2]})",
        takes_missing=True,
    ),
    Operation(
        key="in",
        sign="in",
        check=_membership,
        sql=lambda _, parts: f"({parts[0]} IN ({', '.join(parts[1:])}))",
        python=lambda _, parts: _known_in(parts),
        takes_scalars=True,
    ),
    _inner(
        "to_number", f"CAST({{0}} AS {SQL_TYPES[ColumnType.NUMBER]})", f"{{0}}.astype({DTYPES[ColumnType.NUMBER]!r})"
    ),
    _inner("join_texts", "({0} || {1})", "({0} + {1})"),
)
