"""Give columns other names."""

from collections.abc import Sequence
from typing import Annotated

from core.params import Params
from core.recipes.changes import Change, Made, TableColumn, projection
from core.recipes.choosing import chosen, names_title, new_name, widget_field
from core.recipes.spec import StepSpec, learns_nothing


class RenameParams(Params):
    """Which columns, and how they are called from now on."""

    names: Annotated[dict[str, str], widget_field("New names", "names", min_length=1, max_length=2_000)]


def new_names(params: RenameParams, columns: Sequence[TableColumn]) -> dict[str, str]:
    """Old to new names, checked against each other."""
    chosen(tuple(params.names), columns)
    others = [column for column in columns if column.name not in params.names]
    names: dict[str, str] = {}
    for old, new in params.names.items():
        names[old] = new_name(new, others, taken=tuple(names.values()))
    return names


def change(params: RenameParams, _learned: Params, columns: Sequence[TableColumn]) -> Change:
    """The same cells under other names."""
    names = new_names(params, columns)
    made = {
        column.name: Made(
            column=column.model_copy(update={"name": names[column.name]}), sql=column.sql, before=column.name
        )
        for column in columns
        if column.name in names
    }
    return projection(columns, made)


def pandas(params: RenameParams, _learned: Params, columns: Sequence[TableColumn]) -> list[str]:
    """One call of ``rename``."""
    return [f"table = table.rename(columns={new_names(params, columns)!r})"]


SPEC = StepSpec(
    key="rename",
    label="Rename columns",
    icon="edit",
    group="Columns",
    summary="Gives columns other names.",
    params=RenameParams,
    fit=learns_nothing,
    change=change,
    pandas=pandas,
    title=lambda params: f"Rename {names_title(tuple(params.names))}",
)
