"""A typed formula as SQL, and as Python for pandas: the same values from both.

A number that is not finite (after a division by zero, say) counts as missing. It may pass through arithmetic, but never
meets a comparison, a choice or the end of the formula.
"""

from core.expressions.operations import OPERATIONS
from core.expressions.quoting import DTYPES, column_python, name_sql, value_python, value_sql
from core.expressions.tokens import refuse
from core.expressions.tree import Node
from core.types import ColumnType

MAX_SQL = 50_000
"""Longest statement part of one formula, in characters."""


def to_sql(tree: Node) -> str:
    """``tree`` as an SQL expression of exactly its type.

    Raises:
        UserInputError: It grows beyond what a statement should hold.
    """
    return _settled_sql(tree)


def _sql(node: Node) -> str:
    if node.kind == "column":
        return name_sql(node.name)
    if node.kind == "value":
        return "NULL" if node.type is None else value_sql(node.value, node.type)
    operation = OPERATIONS[node.name]
    write = _sql if operation.may_overflow else _settled_sql
    text = operation.sql(node, [write(part) for part in node.parts])
    if len(text) > MAX_SQL:
        refuse(node.position, "it grows too large.", "Split it into two steps.")
    return text


def _settled_sql(node: Node) -> str:
    text = _sql(node)
    return f"CASE WHEN isfinite({text}) THEN {text} END" if _may_be_infinite(node) else text


def _may_be_infinite(node: Node) -> bool:
    is_operation = node.kind == "operation" and node.type is ColumnType.NUMBER
    return is_operation and OPERATIONS[node.name].may_overflow


def to_python(tree: Node) -> str:
    """``tree`` as a Python expression over the frame ``table`` that gives a column of its type.

    It uses ``np``, ``pd`` and the functions of ``core.expressions.portable``.
    """
    return _settled_python(tree, as_column=True)


def _python(node: Node, *, as_column: bool) -> str:
    if node.kind == "column":
        return column_python(node.name)
    if node.kind == "value":
        assert node.type is not None
        value = value_python(node.value, node.type)
        return f"full(table, {value}, {DTYPES[node.type]!r})" if as_column else value
    operation = OPERATIONS[node.name]
    # One column among the parts is enough for pandas where plain values are fine; else all become columns.
    is_column = [not operation.takes_scalars or part.kind != "value" for part in node.parts]
    if not any(is_column):
        is_column[0] = True
    write = _python if operation.may_overflow else _settled_python
    parts = [write(part, as_column=column) for part, column in zip(node.parts, is_column, strict=True)]
    return operation.python(node, parts)


def _settled_python(node: Node, *, as_column: bool) -> str:
    text = _python(node, as_column=as_column)
    return f"finite({text})" if _may_be_infinite(node) else text
