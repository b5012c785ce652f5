"""The answer to one SQL statement."""

from core.computing.spec import ComputationSpec, Workspace
from core.sql.types import QueryParams, QueryResult


def run(params: QueryParams, workspace: Workspace) -> QueryResult:
    """Rows from datasets, or from a saved connection. For one statement that only reads."""
    if params.connection_id is not None:
        from core.sql.elsewhere import run_on_connection

        return run_on_connection(params, workspace)
    from core.sql.running import run_query

    return run_query(params, workspace)


SPEC = ComputationSpec(
    key="query",
    label="Query",
    params=QueryParams,
    result=QueryResult,
    run=run,
    datasets=lambda params: tuple(dict.fromkeys(table.dataset_id for table in params.tables)),
)
