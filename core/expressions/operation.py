"""What an operation of formulas declares, and the checks that several share."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.expressions.tokens import refuse
from core.expressions.tree import Node, type_word
from core.types import ColumnType

Check = Callable[[int, Sequence[Node]], Node]
"""``(position, parts)`` to a typed node; refuses parts that do not fit."""
Write = Callable[[Node, Sequence[str]], str]
"""``(node, parts as source)`` to source: SQL, or Python for pandas."""


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One operator or function, in both languages."""

    key: str
    sign: str
    """As it is written."""
    check: Check
    sql: Write
    python: Write
    is_function: bool = False
    takes_missing: bool = False
    """Whether the word ``missing`` may be a part of it."""
    may_overflow: bool = False
    """Whether finite parts can give a result that is no finite number, which counts as missing in the end."""
    takes_scalars: bool = False
    """Whether pandas copes with a plain value beside a column."""
    usage: str = ""
    """How a function is called: ``round(number, digits)``."""
    meaning: str = ""


def operation_node(key: str, type: ColumnType, position: int, parts: Sequence[Node]) -> Node:
    """A node of the operation ``key``."""
    return Node(kind="operation", type=type, name=key, position=position, parts=tuple(parts))


def as_number(node: Node) -> Node:
    """``node`` with floating-point values."""
    return _converted(node, ColumnType.NUMBER)


def unified(sign: str, parts: Sequence[Node]) -> tuple[list[Node], ColumnType]:
    """``parts`` brought to one type: whole numbers give way to numbers, ``missing`` to anything."""
    known = [part for part in parts if part.type is not None]
    if not known:
        refuse(parts[0].position, f"{sign} gets nothing but missing.")
    types = [part.type for part in known if part.type is not None]
    type_ = types[0]
    for part in known[1:]:
        if part.type is type_:
            continue
        if not (type_.is_numeric and part.type is not None and part.type.is_numeric):
            what = f"{sign} gets {type_word(known[0])} and {type_word(part)}, which do not go together."
            refuse(part.position, what, "Give it values of one kind.")
        type_ = ColumnType.NUMBER
    return [_converted(part, type_) for part in parts], type_


def _converted(node: Node, type: ColumnType) -> Node:
    if node.type is type:
        return node
    if node.kind == "value":
        value = float(node.value) if isinstance(node.value, int) and not isinstance(node.value, bool) else node.value
        return Node(kind="value", type=type, value=value, position=node.position)
    return operation_node("to_number", type, node.position, [node])


def need_count(usage: str, position: int, parts: Sequence[Node], low: int, high: int) -> None:
    """Refuse a call with too few or too many parts."""
    if not low <= len(parts) <= high:
        refuse(position, f"{len(parts)} values are given.", f"It is written {usage}.")


def need_type(sign: str, node: Node, *types: ColumnType) -> None:
    """Refuse a part of another type."""
    if node.type not in types:
        wanted = {"a number" if type_.is_numeric else _WANTED[type_] for type_ in types}
        what = f"{sign} needs {' or '.join(sorted(wanted))}, and this is {type_word(node)}."
        refuse(node.position, what, _CURES.get(types[0], ""))


_WANTED = {ColumnType.BOOLEAN: "a condition", ColumnType.DATETIME: "a date", ColumnType.STRING: "text"}
_CURES = {
    ColumnType.INTEGER: "Change the column's type to number in a step before.",
    ColumnType.DATETIME: "Read the column as dates in a step before.",
    ColumnType.BOOLEAN: "A condition is, for example, price > 100.",
}
NUMERIC = (ColumnType.INTEGER, ColumnType.NUMBER)


def need_text_value(usage: str, node: Node) -> str:
    """The text that ``node`` is; refuses columns and the empty text."""
    if node.kind != "value" or not isinstance(node.value, str) or node.type is not ColumnType.STRING:
        refuse(node.position, "a text between quotes is needed here.", f"It is written {usage}.")
    return node.value


def as_date(node: Node) -> Node:
    """A text value such as '2025-01-31' as a date; anything else as it is.

    Raises:
        UserInputError: The text is no date.
    """
    if node.kind != "value" or node.type is not ColumnType.STRING:
        return node
    try:
        moment = datetime.fromisoformat(str(node.value))
    except ValueError:
        refuse(
            node.position, f"{str(node.value)[:40]!r} is no date.", "Write it as '2025-01-31' or '2025-01-31 14:30'."
        )
    if moment.tzinfo is not None:
        refuse(node.position, "a date in a formula has no time zone.", "Times are in UTC; leave the offset out.")
    return Node(kind="value", type=ColumnType.DATETIME, value=moment, position=node.position)
