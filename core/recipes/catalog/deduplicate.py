"""Take out repeated rows."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field

from core.params import Params
from core.recipes.changes import ROW, Change, Kept, TableColumn
from core.recipes.choosing import chosen, columns_field, names_title
from core.recipes.spec import StepSpec, learns_nothing

_PANDAS_KEEP = {"first": "'first'", "last": "'last'", "none": "False"}


class DeduplicateParams(Params):
    """What makes two rows the same, and which of them stays."""

    columns: Annotated[
        tuple[str, ...],
        columns_field("The same in", optional=True, description="None: rows have to agree in every column."),
    ] = ()
    keep: Annotated[
        Literal["first", "last", "none"],
        Field(title="Keep", description="Which of several equal rows stays; none takes all of them out."),
    ] = "first"


def change(params: DeduplicateParams, _learned: Params, columns: Sequence[TableColumn]) -> Change:
    """Fewer rows; two missing values count as equal."""
    same = ", ".join(column.sql for column in chosen(params.columns, columns, all_if_empty=True))
    if params.keep == "none":
        return Kept(qualify=f"count(*) OVER (PARTITION BY {same}) = 1")
    order = "DESC" if params.keep == "last" else "ASC"
    return Kept(qualify=f"row_number() OVER (PARTITION BY {same} ORDER BY {ROW} {order}) = 1")


def pandas(params: DeduplicateParams, _learned: Params, columns: Sequence[TableColumn]) -> list[str]:
    """``drop_duplicates``."""
    names = [column.name for column in chosen(params.columns, columns, all_if_empty=True)]
    keep = _PANDAS_KEEP[params.keep]
    return [f"table = table.drop_duplicates(subset={names!r}, keep={keep}).reset_index(drop=True)"]


SPEC = StepSpec(
    key="deduplicate",
    label="Remove repeated rows",
    icon="content_copy",
    group="Rows",
    summary="Takes out rows that repeat others, in every column or in some.",
    params=DeduplicateParams,
    fit=learns_nothing,
    change=change,
    pandas=pandas,
    title=lambda params: f"Remove rows that repeat {names_title(params.columns)}",
)
