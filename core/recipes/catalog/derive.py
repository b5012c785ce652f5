"""A column by a formula."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from core.expressions.parser import parse
from core.expressions.quoting import column_python
from core.expressions.translate import to_python, to_sql
from core.expressions.tree import Node
from core.params import Params
from core.recipes.changes import Change, TableColumn, fresh, projection, remade
from core.recipes.choosing import new_name, widget_field
from core.recipes.spec import StepSpec, learns_nothing


class DeriveParams(Params):
    """A name and a formula."""

    name: Annotated[
        str,
        Field(
            title="Name of the column",
            description="A new name adds a column; the name of a column puts the result in its place.",
            min_length=1,
            max_length=400,
        ),
    ]
    expression: Annotated[
        str,
        widget_field(
            "Formula",
            "formula",
            "For example: price * 1.2, or 'high' if score > 10 else 'low'. Names with spaces go between backticks.",
            min_length=1,
            max_length=2_000,
        ),
    ]


def tree(params: DeriveParams, columns: Sequence[TableColumn]) -> Node:
    """The formula over the columns."""
    return parse(params.expression, {column.name: column.type for column in columns})


def change(params: DeriveParams, _learned: Params, columns: Sequence[TableColumn]) -> Change:
    """A column more, or another in an old one's place."""
    formula = tree(params, columns)
    assert formula.type is not None
    sql = to_sql(formula)
    for column in columns:
        if column.name == params.name:
            return projection(columns, {column.name: remade(column, sql, formula.type)})
    return projection(columns, {}, [fresh(new_name(params.name, columns), formula.type, sql)])


def pandas(params: DeriveParams, _learned: Params, columns: Sequence[TableColumn]) -> list[str]:
    """One assignment."""
    names = [column.name for column in columns]
    name = params.name if params.name in names else new_name(params.name, columns)
    return [f"{column_python(name)} = {to_python(tree(params, columns))}"]


SPEC = StepSpec(
    key="derive",
    label="Calculate a column",
    icon="function",
    group="Columns",
    summary="Adds a column that a formula makes from others.",
    params=DeriveParams,
    fit=learns_nothing,
    change=change,
    pandas=pandas,
    title=lambda params: f"{params.name} = {' '.join(params.expression.split())[:80]}",
)
