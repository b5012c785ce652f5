"""Keep or remove the rows that meet conditions."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field, model_validator

from core.errors import UserInputError
from core.expressions.operations import OPERATIONS
from core.expressions.parser import parse
from core.expressions.translate import to_python, to_sql
from core.expressions.tree import Node
from core.params import Params
from core.recipes.changes import Change, Kept, TableColumn
from core.recipes.choosing import NUMERIC, TYPE_NAMES, chosen, typed, widget_field
from core.recipes.spec import StepSpec, learns_nothing
from core.types import ColumnType

Operator = Literal[
    "equals", "differs", "less", "at_most", "more", "at_least",
    "contains", "starts_with", "ends_with", "one_of", "is_missing", "is_present",
]  # fmt: skip
OPERATOR_WORDS: dict[str, str] = {
    "equals": "is",
    "differs": "is not",
    "less": "is less than",
    "at_most": "is at most",
    "more": "is more than",
    "at_least": "is at least",
    "contains": "contains",
    "starts_with": "begins with",
    "ends_with": "ends with",
    "one_of": "is one of",
    "is_missing": "is missing",
    "is_present": "is not missing",
}
_KEYS = {
    "equals": "equal",
    "differs": "different",
    "starts_with": "startswith",
    "ends_with": "endswith",
    "one_of": "in",
    "is_present": "is_missing",
}
_ORDERED = ("less", "at_most", "more", "at_least")
_TEXTUAL = ("contains", "starts_with", "ends_with")
_UNARY = ("is_missing", "is_present")

Cell = bool | int | float | str


def operators_for(type: ColumnType) -> list[str]:
    """The operators that make sense for a column of this type."""
    hidden: tuple[str, ...] = ()
    if type is not ColumnType.STRING:
        hidden = _TEXTUAL
    if type is ColumnType.BOOLEAN:
        hidden = (*_TEXTUAL, *_ORDERED, "one_of")
    return [operator for operator in OPERATOR_WORDS if operator not in hidden]


class Condition(Params):
    """One condition on one column. A missing value meets none but "is missing"."""

    column: Annotated[str, Field(title="Column", min_length=1, max_length=400)]
    operator: Annotated[Operator, Field(title="Operator")]
    value: Annotated[Cell | tuple[Cell, ...] | None, Field(title="Value")] = None


class FilterRowsParams(Params):
    """Conditions or a formula, and what happens to the rows that meet them."""

    conditions: Annotated[tuple[Condition, ...], widget_field("Conditions", "conditions", max_length=50)] = ()
    match: Annotated[
        Literal["all", "any"], Field(title="Conditions to meet", description="All of them, or any one of them.")
    ] = "all"
    expression: Annotated[
        str,
        widget_field("Or a formula", "formula", "For example: price > 100 and city != 'Rome'.", max_length=2_000),
    ] = ""
    action: Annotated[Literal["keep", "remove"], Field(title="These rows", description="Are kept or removed.")] = "keep"

    @model_validator(mode="after")
    def _has_one_of_both(self) -> "FilterRowsParams":
        if bool(self.conditions) == bool(self.expression.strip()):
            raise ValueError("give either conditions or a formula")
        return self


def condition_tree(condition: Condition, columns: Sequence[TableColumn]) -> Node:
    """A condition as a part of a formula."""
    column = chosen((condition.column,), columns)[0]
    if condition.operator not in operators_for(column.type):
        raise UserInputError(
            f"{column.name!r} holds {TYPE_NAMES[column.type]}, to which "
            f"{OPERATOR_WORDS[condition.operator]!r} does not apply.",
            hint="Choose another condition, or change the type in a step before.",
        )
    cell = Node(kind="column", type=column.type, name=column.name, position=1)
    parts = [cell, *(_value_node(value, column) for value in _values(condition))]
    tree = OPERATIONS[_KEYS.get(condition.operator, condition.operator)].check(1, parts)
    return OPERATIONS["not"].check(1, [tree]) if condition.operator == "is_present" else tree


def _values(condition: Condition) -> tuple[Cell, ...]:
    if condition.operator in _UNARY:
        return ()
    value = condition.value
    if condition.operator == "one_of":
        values = value if isinstance(value, tuple) else () if value is None else (value,)
        if not 1 <= len(values) <= 200:
            raise UserInputError(f"{condition.column!r} is compared with {len(values)} values.", hint="Give 1 to 200.")
        return values
    if value is None or isinstance(value, tuple):
        raise UserInputError(
            f"the condition on {condition.column!r} needs one value.", hint='To look for gaps, choose "is missing".'
        )
    return (value,)


def _value_node(value: Cell, column: TableColumn) -> Node:
    # A whole number is compared with 2.5 as a number, not refused.
    type_ = ColumnType.NUMBER if column.type in NUMERIC and _has_decimals(value) else column.type
    return Node(kind="value", type=type_, value=typed(value, type_), position=1)


def _has_decimals(value: Cell) -> bool:
    return isinstance(value, float) or (isinstance(value, str) and any(mark in value for mark in ".eE"))


def tree(params: FilterRowsParams, columns: Sequence[TableColumn]) -> Node:
    """All conditions, or the formula, as one condition."""
    if params.expression.strip():
        formula = parse(params.expression, {column.name: column.type for column in columns})
        if formula.type is not ColumnType.BOOLEAN:
            raise UserInputError(
                "the formula gives values, not a condition.", hint="Compare them, such as price > 100."
            )
        return formula
    trees = [condition_tree(condition, columns) for condition in params.conditions]
    result = trees[0]
    for one in trees[1:]:
        result = OPERATIONS["and" if params.match == "all" else "or"].check(1, [result, one])
    return result


def change(params: FilterRowsParams, _learned: Params, columns: Sequence[TableColumn]) -> Change:
    """Fewer rows."""
    condition = to_sql(tree(params, columns))
    return Kept(where=f"({condition}) IS{'' if params.action == 'keep' else ' NOT'} TRUE")


def pandas(params: FilterRowsParams, _learned: Params, columns: Sequence[TableColumn]) -> list[str]:
    """A mask, in which unknown counts as no."""
    sign = "" if params.action == "keep" else "~"
    return [
        f"meets = {to_python(tree(params, columns))}",
        "meets = meets.fillna(False).astype(bool)",
        f"table = table[{sign}meets].reset_index(drop=True)",
    ]


def _title(params: FilterRowsParams) -> str:
    verb = "Keep rows where" if params.action == "keep" else "Remove rows where"
    if params.expression.strip():
        return f"{verb} {' '.join(params.expression.split())[:80]}"
    joiner = " and " if params.match == "all" else " or "
    words = [_condition_words(condition) for condition in params.conditions[:3]]
    more = f" ({len(params.conditions) - 3} more)" if len(params.conditions) > 3 else ""
    return f"{verb} {joiner.join(words)}{more}"


def _condition_words(condition: Condition) -> str:
    words = f"{condition.column} {OPERATOR_WORDS[condition.operator]}"
    if condition.operator in _UNARY:
        return words
    value = condition.value
    shown = ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
    return f"{words} {shown[:40]}"


SPEC = StepSpec(
    key="filter_rows",
    label="Filter rows",
    icon="filter_alt",
    group="Rows",
    summary="Keeps or removes the rows that meet conditions.",
    params=FilterRowsParams,
    fit=learns_nothing,
    change=change,
    pandas=pandas,
    title=_title,
)
