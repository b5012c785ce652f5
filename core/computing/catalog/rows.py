"""Rows of a dataset as a person wants to see them: sorted, searched, some at a time."""

from typing import Annotated, Any

from pydantic import Field

from core.computing.spec import ComputationSpec, Workspace
from core.errors import UserInputError
from core.params import Params
from core.types import Value

MOST_ROWS = 1_000
MOST_COLUMNS_SEARCHED = 200


class RowsParams(Params):
    """Which rows, in which order."""

    dataset_id: str
    sort_by: Annotated[str | None, Field(title="Sort by", description="Empty keeps the order of the file.")] = None
    is_descending: Annotated[bool, Field(title="Largest first")] = False
    search: Annotated[
        str, Field(max_length=200, title="Search", description="Rows with this text in any cell, in any case.")
    ] = ""
    offset: Annotated[int, Field(ge=0, title="Start at")] = 0
    limit: Annotated[int, Field(ge=1, le=MOST_ROWS, title="Rows")] = 100


class RowsPage(Value):
    """Some rows of a table, and how many there are to page through."""

    columns: tuple[str, ...]
    row_numbers: tuple[int, ...]
    """Of each row in the file, counted from 1."""
    rows: tuple[tuple[str | int | float | bool | None, ...], ...]
    """JSON values as in previews: datetimes ISO 8601, integers beyond 2^53 as text, long texts cut."""
    n_matching: int


def run(params: RowsParams, workspace: Workspace) -> RowsPage:
    """The rows that match, sorted, from ``offset`` on.

    Raises:
        UserInputError: There is no such column.
    """
    from core.tables.engine import Engine, name_sql, text_sql
    from core.tables.preview import json_cell

    table = workspace.table(params.dataset_id)
    names = [column.name for column in table.dataset.columns]
    if params.sort_by is not None and params.sort_by not in names:
        raise UserInputError(
            f"There is no column {params.sort_by!r}.", hint="Choose one of the table.", field="sort_by"
        )
    scan = f"read_parquet({text_sql(str(table.path))}, file_row_number = true)"
    where = _condition(params.search, names)
    direction = "DESC" if params.is_descending else "ASC"
    order = f"{name_sql(params.sort_by)} {direction} NULLS LAST, " if params.sort_by else ""
    number = "file_row_number"
    with Engine(workspace.folder, readable=[table.path], memory_bytes=workspace.memory_bytes) as engine:
        workspace.report(0.1, "Searching")
        n_matching = table.dataset.n_rows or 0
        if where:
            n_matching = int(engine.rows(f"SELECT count(*) FROM {scan} WHERE {where}")[0][0])
        chosen = f"SELECT {number} FROM {scan} {f'WHERE {where}' if where else ''} ORDER BY {order}{number}"
        numbers: list[int] = [row[0] for row in engine.rows(f"{chosen} LIMIT {params.limit} OFFSET {params.offset}")]
        workspace.report(0.6, "Reading rows")
        listed = ", ".join(map(str, numbers)) or "-1"
        cells = ", ".join(map(name_sql, names))
        by_number: dict[int, tuple[Any, ...]] = {
            row[0]: row[1:] for row in engine.rows(f"SELECT {number}, {cells} FROM {scan} WHERE {number} IN ({listed})")
        }
    return RowsPage(
        columns=tuple(names),
        row_numbers=tuple(each + 1 for each in numbers),
        rows=tuple(tuple(json_cell(cell) for cell in by_number[each]) for each in numbers),
        n_matching=n_matching,
    )


def _condition(search: str, names: list[str]) -> str:
    from core.tables.engine import name_sql, text_sql

    if not search:
        return ""
    wanted = text_sql(search.lower())
    return " OR ".join(
        f"contains(lower(CAST({name_sql(name)} AS VARCHAR)), {wanted})" for name in names[:MOST_COLUMNS_SEARCHED]
    )


SPEC = ComputationSpec(
    key="rows",
    label="Rows",
    params=RowsParams,
    result=RowsPage,
    run=run,
    datasets=lambda params: (params.dataset_id,),
    timeout_s=60,
)
