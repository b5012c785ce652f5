"""Put rows into another order."""

from collections.abc import Sequence
from typing import Annotated

from core.params import Params
from core.recipes.changes import Change, Ordered, TableColumn
from core.recipes.choosing import chosen, columns_field, names_title
from core.recipes.spec import StepSpec, learns_nothing


class SortRowsParams(Params):
    """By which columns."""

    columns: Annotated[tuple[str, ...], columns_field("Sort by", description="The first one decides first.")]
    descending: Annotated[
        tuple[str, ...],
        columns_field("Largest first in", optional=True, description="The other columns start with the smallest."),
    ] = ()


def change(params: SortRowsParams, _learned: Params, columns: Sequence[TableColumn]) -> Change:
    """Missing values come last; equal rows stay as they were."""
    falling = {column.name for column in chosen(params.descending, columns)}
    keys = [
        f"{column.sql} {'DESC' if column.name in falling else 'ASC'} NULLS LAST"
        for column in chosen(params.columns, columns)
    ]
    return Ordered(by=", ".join(keys))


def pandas(params: SortRowsParams, _learned: Params, columns: Sequence[TableColumn]) -> list[str]:
    """A stable ``sort_values``."""
    names = [column.name for column in chosen(params.columns, columns)]
    rising = [name not in params.descending for name in names]
    return [
        f"table = table.sort_values({names!r}, ascending={rising!r}, kind='stable', na_position='last')",
        "table = table.reset_index(drop=True)",
    ]


SPEC = StepSpec(
    key="sort_rows",
    label="Sort rows",
    icon="sort",
    group="Rows",
    summary="Puts the rows into the order of one or more columns; missing values come last.",
    params=SortRowsParams,
    fit=learns_nothing,
    change=change,
    pandas=pandas,
    title=lambda params: f"Sort by {names_title(params.columns)}",
)
