"""Statements on saved connections: the database answers, the rows arrive in batches and are kept like any answer."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from core.computing.spec import Workspace
from core.errors import UserInputError
from core.records import Connection
from core.sql.guard import parse_one, refuse_actions
from core.sql.types import QueryParams, QueryResult

if TYPE_CHECKING:
    import pyarrow as pa

    from core.databases.reading import QueryOutcome
    from core.sql.results import RowKeeper, Rows


def check_on_connection(sql: str, connection: Connection) -> None:
    """Raise UserInputError when ``sql``, in the dialect of that database, is not one statement that only reads."""
    from core.databases.registry import DATABASES
    from core.databases.statements import check_reading

    dialect = DATABASES[connection.kind].dialect
    check_reading(sql, dialect)
    statement, _ = parse_one(sql, dialect=dialect)
    refuse_actions(statement)


def run_on_connection(params: QueryParams, workspace: Workspace) -> QueryResult:
    """The answer of the database, its first rows and all that were kept. Raises WorkbenchError."""
    from core.sql.results import MAX_KEPT_BYTES, lost_notices

    path = workspace.folder / "answer.parquet"
    started = time.monotonic()
    rows, outcome = _read(params, workspace, path, max_rows=params.max_rows, max_bytes=MAX_KEPT_BYTES)
    duration_s = time.monotonic() - started
    return QueryResult(
        columns=rows.columns,
        rows=rows.shown,
        n_rows=rows.n_rows,
        is_cut=rows.is_cut or outcome.is_truncated,
        duration_s=duration_s,
        parquet_sha256=workspace.keep(path),
        notices=lost_notices({**rows.n_lost, **outcome.n_lost}),
    )


def save_from_connection(params: QueryParams, workspace: Workspace, *, max_rows: int) -> tuple[Path, int, bool]:
    """Write the whole answer as Parquet: the file, its rows, and whether there were more. Raises WorkbenchError."""
    path = workspace.folder / "answer.parquet"
    rows, outcome = _read(params, workspace, path, max_rows=max_rows, max_bytes=workspace.max_bytes)
    if not rows.n_rows:
        raise UserInputError("The query gives no rows.", hint="Loosen its conditions.", field="sql")
    return path, rows.n_rows, rows.is_cut or outcome.is_truncated


def _read(
    params: QueryParams, workspace: Workspace, path: Path, *, max_rows: int, max_bytes: int
) -> "tuple[Rows, QueryOutcome]":
    from core.databases.reading import read_query
    from core.sql.results import RowKeeper

    assert params.connection_id is not None
    opened = workspace.connection(params.connection_id)
    check_on_connection(params.sql, opened.connection)
    keepers: list[RowKeeper] = []

    def begin(batch: "pa.RecordBatch") -> "RowKeeper":
        keeper = RowKeeper(
            path,
            names=batch.schema.names,
            types=[str(field.type) for field in batch.schema],
            schema=batch.schema,
            n_shown=params.n_rows,
            max_rows=max_rows,
            max_bytes=max_bytes,
            as_float=_wide_decimals(batch.schema),
        )
        keepers.append(keeper)
        return keeper

    def on_batch(batch: "pa.RecordBatch") -> None:
        keeper = keepers[0] if keepers else begin(batch)
        keeper.add(batch)

    report: Callable[[], None] = lambda: workspace.report(0.5, "The database is working")  # noqa: E731
    try:
        outcome = read_query(
            opened, params.sql, max_rows=max_rows, timeout_s=params.timeout_s, on_batch=on_batch, on_tick=report
        )
    finally:
        for keeper in keepers:
            keeper.__exit__()
    return keepers[0].rows(), outcome


def _wide_decimals(schema: "pa.Schema") -> frozenset[int]:
    """Positions of decimals that may not fit into 64 bits: a database is not asked twice to find out."""
    import pyarrow as pa

    return frozenset(
        at for at, field in enumerate(schema) if pa.types.is_decimal(field.type) and field.type.precision > 18
    )
