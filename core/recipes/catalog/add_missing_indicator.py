"""Remember where values were missing."""

from collections.abc import Sequence
from typing import Annotated

from core.expressions.quoting import column_python
from core.params import Params
from core.recipes.changes import Change, TableColumn, fresh, projection
from core.recipes.choosing import chosen, columns_field, free_name, names_title
from core.recipes.spec import StepSpec, learns_nothing
from core.types import ColumnType


class AddMissingIndicatorParams(Params):
    """For which columns."""

    columns: Annotated[tuple[str, ...], columns_field("Columns")]


def indicators(params: AddMissingIndicatorParams, columns: Sequence[TableColumn]) -> dict[str, str]:
    """The new column for each chosen one."""
    taken = [column.name for column in columns]
    names: dict[str, str] = {}
    for column in chosen(params.columns, columns):
        names[column.name] = free_name(f"{column.name}_is_missing", taken)
        taken.append(names[column.name])
    return names


def change(params: AddMissingIndicatorParams, _learned: Params, columns: Sequence[TableColumn]) -> Change:
    """A column of yes and no for each."""
    names = indicators(params, columns)
    added = [
        fresh(names[column.name], ColumnType.BOOLEAN, f"({column.sql} IS NULL)")
        for column in chosen(params.columns, columns)
    ]
    return projection(columns, {}, added)


def pandas(params: AddMissingIndicatorParams, _learned: Params, columns: Sequence[TableColumn]) -> list[str]:
    """``isna``."""
    return [
        f"{column_python(new)} = {column_python(old)}.isna().astype('boolean')"
        for old, new in indicators(params, columns).items()
    ]


SPEC = StepSpec(
    key="add_missing_indicator",
    label="Mark missing values",
    icon="flag",
    group="Missing values",
    summary="Adds a yes or no column that says where a value was missing, before you fill it.",
    params=AddMissingIndicatorParams,
    fit=learns_nothing,
    change=change,
    pandas=pandas,
    title=lambda params: f"Mark where {names_title(params.columns)} is missing",
)
