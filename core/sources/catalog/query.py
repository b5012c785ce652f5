"""A dataset from the answer to an SQL statement."""

from typing import Annotated

from pydantic import Field

from core.computing.spec import Workspace
from core.params import Params
from core.sources.spec import FetchedFile, SourceSpec
from core.sql.types import MAX_TIME_S, QueryParams, TableRef

MAX_SAVED_ROWS = 50_000_000


class QuerySourceParams(Params):
    """One statement and the tables that it names."""

    sql: Annotated[str, Field(title="Statement")]
    tables: tuple[TableRef, ...] = ()
    connection_id: Annotated[str | None, Field(title="Connection", description="None for the datasets.")] = None


def fetch(params: QuerySourceParams, workspace: Workspace) -> FetchedFile:
    """All rows of the answer, as Parquet."""
    asked = QueryParams(
        sql=params.sql, tables=params.tables, connection_id=params.connection_id, n_rows=1, timeout_s=MAX_TIME_S
    )
    if params.connection_id is not None:
        from core.sql.elsewhere import save_from_connection

        path, n_rows, is_cut = save_from_connection(asked, workspace, max_rows=MAX_SAVED_ROWS)
    else:
        from core.sql.running import save_rows

        path, n_rows, is_cut = save_rows(asked, workspace, max_rows=MAX_SAVED_ROWS)
    return FetchedFile(
        path=path,
        file_name="query.parquet",
        is_original=params.connection_id is not None,
        details={"n_rows": n_rows, "is_cut": is_cut},
    )


SPEC = SourceSpec(
    key="query",
    label="Query",
    params=QuerySourceParams,
    fetch=fetch,
    datasets=lambda params: tuple(dict.fromkeys(table.dataset_id for table in params.tables)),
)
