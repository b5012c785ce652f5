"""Everything that formulas can do, by key."""

from core.expressions.functions import FUNCTIONS
from core.expressions.operation import Operation
from core.expressions.operators import OPERATORS

OPERATIONS: dict[str, Operation] = {one.key: one for one in (*OPERATORS, *FUNCTIONS)}


def function_help() -> tuple[tuple[str, str], ...]:
    """How each function is written, and what it gives."""
    return tuple((one.usage, one.meaning) for one in FUNCTIONS)
