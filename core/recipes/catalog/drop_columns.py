"""Take columns out."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from core.errors import UserInputError
from core.params import Params
from core.recipes.changes import Change, Made, Projection, TableColumn
from core.recipes.choosing import chosen, columns_field, names_title
from core.recipes.spec import StepSpec, learns_nothing


class DropColumnsParams(Params):
    """Which columns."""

    columns: Annotated[tuple[str, ...], columns_field("Columns")]
    keep: Annotated[
        bool, Field(title="Keep these, remove the others", description="Off: the chosen columns are removed.")
    ] = False


def kept(params: DropColumnsParams, columns: Sequence[TableColumn]) -> list[TableColumn]:
    """The columns that stay, in their order; at least one."""
    named = {column.name for column in chosen(params.columns, columns)}
    stay = [column for column in columns if (column.name in named) == params.keep]
    if not stay:
        raise UserInputError("no column would be left.", hint="Leave at least one.")
    return stay


def change(params: DropColumnsParams, _learned: Params, columns: Sequence[TableColumn]) -> Change:
    """Fewer columns."""
    made = [Made(column=column, sql=column.sql, before=column.name) for column in kept(params, columns)]
    return Projection(made=tuple(made))


def pandas(params: DropColumnsParams, _learned: Params, columns: Sequence[TableColumn]) -> list[str]:
    """``drop``, or a choice of columns."""
    if params.keep:
        return [f"table = table[{[column.name for column in kept(params, columns)]!r}]"]
    return [f"table = table.drop(columns={list(dict.fromkeys(params.columns))!r})"]


SPEC = StepSpec(
    key="drop_columns",
    label="Remove columns",
    icon="view_column",
    group="Columns",
    summary="Takes columns out of the table, or keeps only those that you choose.",
    params=DropColumnsParams,
    fit=learns_nothing,
    change=change,
    pandas=pandas,
    title=lambda params: f"{'Keep only' if params.keep else 'Remove'} {names_title(params.columns)}",
)
