"""A statement from the guard to its answer."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from core.computing.spec import TableFile, Workspace
from core.errors import UserInputError, WorkbenchError
from core.sql.guard import check_query
from core.sql.types import PlanParams, PlanResult, QueryParams, QueryResult, TableRef

if TYPE_CHECKING:
    import threading

    import duckdb

    from core.sql.results import Rows

T = TypeVar("T")


def run_query(params: QueryParams, workspace: Workspace) -> QueryResult:
    """The answer to a statement over datasets. Raises WorkbenchError."""
    from core.sql.results import MAX_KEPT_BYTES, lost_notices

    path = workspace.folder / "answer.parquet"
    started = time.monotonic()
    rows = _write_rows(params, workspace, path, max_rows=params.max_rows, max_bytes=MAX_KEPT_BYTES)
    duration_s = time.monotonic() - started
    return QueryResult(
        columns=rows.columns,
        rows=rows.shown,
        n_rows=rows.n_rows,
        is_cut=rows.is_cut,
        duration_s=duration_s,
        parquet_sha256=workspace.keep(path),
        notices=lost_notices(rows.n_lost),
    )


def save_rows(params: QueryParams, workspace: Workspace, *, max_rows: int) -> tuple[Path, int, bool]:
    """Write the whole answer as Parquet: the file, its rows, and whether there were more. Raises WorkbenchError."""
    path = workspace.folder / "answer.parquet"
    rows = _write_rows(params, workspace, path, max_rows=max_rows, max_bytes=workspace.max_bytes)
    if not rows.n_rows:
        raise UserInputError("The query gives no rows.", hint="Loosen its conditions.", field="sql")
    return path, rows.n_rows, rows.is_cut


def _write_rows(params: QueryParams, workspace: Workspace, path: Path, *, max_rows: int, max_bytes: int) -> "Rows":
    from core.sql.results import keep_rows

    check_query(params.sql, [table.name for table in params.tables])
    return _in_session(
        params,
        workspace,
        lambda connection, stop: keep_rows(
            connection,
            params.sql,
            path,
            n_shown=params.n_rows,
            max_rows=max_rows,
            max_bytes=max_bytes,
            stop=stop,
        ),
    )


def run_plan(params: PlanParams, workspace: Workspace) -> PlanResult:
    """How a statement is carried out; with ``analyze`` it is run, and its steps are timed. Raises WorkbenchError."""
    from core.sql.plans import plan_text, plan_tree
    from core.sql.session import second_value

    check_query(params.sql, [table.name for table in params.tables])
    options = "ANALYZE, FORMAT JSON" if params.analyze else "FORMAT JSON"
    sql = f"EXPLAIN ({options})\n{params.sql}"
    started = time.monotonic()
    text = _in_session(params, workspace, lambda connection, _: second_value(connection, sql))
    duration_s = time.monotonic() - started
    root = plan_tree(text, {name: table.path for name, table in _tables(params.tables, workspace).items()})
    return PlanResult(
        root=root,
        text=plan_text(root),
        is_measured=params.analyze,
        duration_s=duration_s if params.analyze else None,
    )


def _tables(refs: tuple[TableRef, ...], workspace: Workspace) -> Mapping[str, TableFile]:
    return {ref.name: workspace.table(ref.dataset_id) for ref in refs}


def _in_session(
    params: QueryParams | PlanParams,
    workspace: Workspace,
    work: "Callable[[duckdb.DuckDBPyConnection, threading.Event], T]",
) -> T:
    from core.sql.problems import explain
    from core.sql.session import EngineError, QuerySession

    tables = _tables(params.tables, workspace)
    paths: dict[str, Path] = {name: table.path for name, table in tables.items()}
    with QuerySession(workspace.folder, paths, memory_bytes=workspace.memory_bytes) as session:
        try:
            return session.run(
                work, timeout_s=params.timeout_s, on_fraction=lambda fraction: workspace.report(fraction, "Running")
            )
        except WorkbenchError:
            raise
        except (EngineError, OSError, MemoryError) as error:
            columns = [column.name for table in tables.values() for column in table.dataset.columns]
            lead_lines = int(isinstance(params, PlanParams))
            raise explain(error, params.sql, columns, lead_lines=lead_lines) from error
