"""The parts of a formula, each with the type of its values."""

from dataclasses import dataclass
from typing import Literal

from core.expressions.quoting import Scalar
from core.types import ColumnType


@dataclass(frozen=True, kw_only=True)
class Node:
    """One part of a formula: a value, a column, or an operation on other parts."""

    kind: Literal["value", "column", "operation"]
    type: ColumnType | None
    """None for the word ``missing``, which fits every type."""
    position: int
    """Where it starts in the formula, from 1."""
    value: Scalar | None = None
    """Of a value."""
    name: str = ""
    """Of a column, or the key of an operation."""
    parts: tuple["Node", ...] = ()

    @property
    def is_constant(self) -> bool:
        """Whether no column decides its value."""
        return self.kind == "value" or (self.kind == "operation" and all(part.is_constant for part in self.parts))

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns it uses, each once, in order of appearance."""
        if self.kind == "column":
            return (self.name,)
        return tuple(dict.fromkeys(name for part in self.parts for name in part.columns))

    @property
    def size(self) -> int:
        """How many parts there are in all."""
        return 1 + sum(part.size for part in self.parts)


TYPE_WORDS = {
    ColumnType.INTEGER: "a whole number",
    ColumnType.NUMBER: "a number",
    ColumnType.BOOLEAN: "yes or no",
    ColumnType.DATETIME: "a date",
    ColumnType.STRING: "text",
}


def type_word(node: Node) -> str:
    """What a node's values are, for a sentence."""
    return "missing" if node.type is None else TYPE_WORDS[node.type]
