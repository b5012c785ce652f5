"""Kinds of functions that differ in little more than their names."""

from collections.abc import Sequence

from core.expressions.operation import (
    NUMERIC,
    Check,
    Operation,
    Write,
    as_number,
    need_count,
    need_text_value,
    need_type,
    operation_node,
    unified,
)
from core.expressions.tree import Node
from core.types import ColumnType


def function(
    key: str,
    usage: str,
    meaning: str,
    check: Check,
    sql: str,
    python: str,
    *,
    may_overflow: bool = False,
    takes_scalars: bool = False,
) -> Operation:
    """A function whose source in both languages is a template: ``{0}``, ``{1}`` and so on, or ``{all}``."""
    return Operation(
        key=key,
        sign=key,
        check=check,
        sql=_filled(sql),
        python=_filled(python),
        is_function=True,
        may_overflow=may_overflow,
        takes_scalars=takes_scalars,
        usage=usage,
        meaning=meaning,
    )


def _filled(template: str) -> Write:
    """``template`` with its parts; ``{all}`` is all of them."""
    return lambda _, parts: template.format(*parts, all=", ".join(parts))


def of_number(key: str, usage: str, meaning: str, sql: str, python: str, *, may_overflow: bool = True) -> Operation:
    """A function of one number that gives a number."""

    def check(position: int, parts: Sequence[Node]) -> Node:
        need_count(usage, position, parts, 1, 1)
        need_type(key, parts[0], *NUMERIC)
        return operation_node(key, ColumnType.NUMBER, position, [as_number(parts[0])])

    return function(key, usage, meaning, check, sql, python, may_overflow=may_overflow)


def of_text(
    key: str, usage: str, meaning: str, sql: str, python: str, type: ColumnType = ColumnType.STRING
) -> Operation:
    """A function of one text."""

    def check(position: int, parts: Sequence[Node]) -> Node:
        need_count(usage, position, parts, 1, 1)
        need_type(key, parts[0], ColumnType.STRING)
        return operation_node(key, type, position, parts)

    return function(key, usage, meaning, check, sql, python)


def search(key: str, usage: str, meaning: str, sql: str, python: str) -> Operation:
    """A question whether a text holds another one."""

    def check(position: int, parts: Sequence[Node]) -> Node:
        need_count(usage, position, parts, 2, 2)
        need_type(key, parts[0], ColumnType.STRING)
        need_text_value(usage, parts[1])
        return operation_node(key, ColumnType.BOOLEAN, position, parts)

    return function(key, usage, meaning, check, sql, python, takes_scalars=True)


def date_part(key: str, meaning: str, sql: str, python: str) -> Operation:
    """A whole number taken from a date."""
    usage = f"{key}(date)"

    def check(position: int, parts: Sequence[Node]) -> Node:
        need_count(usage, position, parts, 1, 1)
        need_type(key, parts[0], ColumnType.DATETIME)
        return operation_node(key, ColumnType.INTEGER, position, parts)

    return function(key, usage, meaning, check, sql, python)


def extreme(key: str, usage: str, meaning: str, sql: str, python: str) -> Operation:
    """The smallest or largest of several values of a row; missing ones are passed over."""

    def check(position: int, parts: Sequence[Node]) -> Node:
        need_count(usage, position, parts, 2, 20)
        for part in parts:
            need_type(key, part, *NUMERIC, ColumnType.DATETIME)
        same, type_ = unified(key, parts)
        return operation_node(key, type_, position, same)

    return function(key, usage, meaning, check, sql, python)
