"""Take out rows with gaps."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field

from core.params import Params
from core.recipes.changes import Change, Kept, TableColumn
from core.recipes.choosing import chosen, columns_field, names_title
from core.recipes.spec import StepSpec, learns_nothing


class DropMissingParams(Params):
    """Where the gaps have to be."""

    columns: Annotated[tuple[str, ...], columns_field("Columns", optional=True, description="None: all columns.")] = ()
    how: Annotated[
        Literal["any", "all"],
        Field(
            title="Remove a row when",
            description="Any: one of its values is missing. All: none of them is there.",
        ),
    ] = "any"


def change(params: DropMissingParams, _learned: Params, columns: Sequence[TableColumn]) -> Change:
    """Fewer rows."""
    present = [f"{column.sql} IS NOT NULL" for column in chosen(params.columns, columns, all_if_empty=True)]
    return Kept(where=(" AND " if params.how == "any" else " OR ").join(present))


def pandas(params: DropMissingParams, _learned: Params, columns: Sequence[TableColumn]) -> list[str]:
    """``dropna``."""
    names = [column.name for column in chosen(params.columns, columns, all_if_empty=True)]
    return [f"table = table.dropna(subset={names!r}, how={params.how!r}).reset_index(drop=True)"]


SPEC = StepSpec(
    key="drop_missing",
    label="Remove rows with missing values",
    icon="playlist_remove",
    group="Missing values",
    summary="Takes out rows in which values are missing.",
    params=DropMissingParams,
    fit=learns_nothing,
    change=change,
    pandas=pandas,
    title=lambda params: f"Remove rows where {params.how} of {names_title(params.columns, 'the columns')} is missing",
)
