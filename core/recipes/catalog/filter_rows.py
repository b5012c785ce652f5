"""Keep or remove the rows that meet conditions."""

from collections.abc import Sequence
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import Field, model_validator

from core.conditions import TEXT_ONLY, Condition, Operator, condition_words, typed_values
from core.errors import UserInputError
from core.expressions.operations import OPERATIONS
from core.expressions.parser import parse
from core.expressions.quoting import Scalar
from core.expressions.translate import to_python, to_sql
from core.expressions.tree import Node
from core.params import Params
from core.recipes.changes import Change, Kept, TableColumn
from core.recipes.choosing import chosen, widget_field
from core.recipes.spec import StepSpec, learns_nothing
from core.types import ColumnType

_OPERATIONS: MappingProxyType[Operator, str] = MappingProxyType(
    {
        "is": "equal",
        "is_not": "different",
        "starts_with": "startswith",
        "ends_with": "endswith",
        "one_of": "in",
        "missing": "is_missing",
    }
)
"""Operations of formulas under another name than that of the operator."""
MAX_WORDS = 120
"""Characters of a condition in the line of the step."""


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
    cell = Node(kind="column", type=column.type, name=column.name, position=1)
    given = typed_values(condition, column)
    if condition.operator in TEXT_ONLY:
        cell = OPERATIONS["lower"].check(1, [cell])
        given = [str(value).lower() for value in given]
    values = [_value_node(value, column.type) for value in given]
    if condition.operator == "present":
        return OPERATIONS["not"].check(1, [OPERATIONS["is_missing"].check(1, [cell])])
    if condition.operator == "between":
        ends = [
            OPERATIONS[key].check(1, [cell, value]) for key, value in zip(("at_least", "at_most"), values, strict=True)
        ]
        return OPERATIONS["and"].check(1, ends)
    key = _OPERATIONS.get(condition.operator, condition.operator)
    return OPERATIONS[key].check(1, [cell, *values])


def _value_node(value: Scalar, type: ColumnType) -> Node:
    if type is ColumnType.INTEGER and isinstance(value, float):
        type = ColumnType.NUMBER  # a whole number is compared with 2.5 as a number
    return Node(kind="value", type=type, value=value, position=1)


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
    words = [_cut(condition_words(condition)) for condition in params.conditions[:3]]
    more = f" ({len(params.conditions) - 3} more)" if len(params.conditions) > 3 else ""
    return f"{verb} {joiner.join(words)}{more}"


def _cut(words: str) -> str:
    return words if len(words) <= MAX_WORDS else f"{words[: MAX_WORDS - 1]}…"


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
