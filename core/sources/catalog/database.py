"""A table of a database, or what one query over it delivers, by a saved connection."""

from typing import TYPE_CHECKING, Annotated, Self

from pydantic import Field, model_validator

from core.computing.spec import Workspace
from core.errors import UserInputError
from core.params import Params
from core.sources.spec import FetchedFile, SourceSpec

if TYPE_CHECKING:
    import pyarrow as pa

TIMEOUT_S = 3_600
"""Longest time that the reading may take."""


class DatabaseParams(Params):
    """Which rows. Either a table or a query."""

    connection_id: Annotated[str, Field(min_length=1, title="Connection")]
    table: Annotated[
        str,
        Field(max_length=300, title="Table", description="Name of a table or view.", json_schema_extra={"front": True}),
    ] = ""
    schema_name: Annotated[
        str, Field(max_length=300, title="Schema", description="Empty: the usual one of the database.")
    ] = ""
    sql: Annotated[
        str,
        Field(
            max_length=100_000,
            title="Query",
            description="One SELECT in the SQL of the database, instead of a table.",
            json_schema_extra={"front": True},
        ),
    ] = ""
    max_rows: Annotated[
        int, Field(ge=1, le=1_000_000_000, title="Most rows", description="The rest stays where it is.")
    ] = 100_000_000

    @model_validator(mode="after")
    def _has_one(self) -> Self:
        if bool(self.table.strip()) == bool(self.sql.strip()):
            raise ValueError("give either a table or a query")
        return self


def fetch(params: DatabaseParams, workspace: Workspace) -> FetchedFile:
    """Stream the rows into a Parquet file; see ``core.databases``."""
    from core.databases.parquet import ParquetCollector
    from core.databases.reading import open_session, require_table, stream
    from core.databases.registry import DATABASES
    from core.databases.statements import check_reading
    from core.ids import clean_name

    workspace.report(0.0, "Asking the database")
    opened = workspace.connection(params.connection_id)
    spec = DATABASES[opened.connection.kind]
    sql = check_reading(params.sql, spec.dialect) if params.sql.strip() else ""
    path = workspace.folder / "fetched.parquet"
    with open_session(opened, timeout_s=TIMEOUT_S) as session, ParquetCollector(path, workspace.max_bytes) as collector:
        expected = None
        if not sql:
            schema = params.schema_name or spec.default_schema
            require_table(session, spec, schema, params.table)
            sql = session.table_sql(schema, params.table)
            expected = session.estimate_rows(schema, params.table)
        progress = _Progress(workspace, expected)

        def on_batch(batch: "pa.RecordBatch") -> None:
            collector.add(batch)
            progress.add(batch.num_rows)

        outcome = stream(
            session, sql, max_rows=params.max_rows, timeout_s=TIMEOUT_S, on_batch=on_batch, on_tick=progress.tell
        )
    if not outcome.n_rows:
        what = "table" if params.table else "query"
        raise UserInputError(f"The {what} has columns but no rows.", hint="Choose one with at least one row.")
    name = clean_name(params.table.replace("/", "_").replace("\\", "_"), max_length=200) or "query"
    return FetchedFile(
        path=path,
        file_name=f"{name}.parquet",
        is_original=True,
        details={
            "connection": opened.connection.name,
            "server": session.server,
            "n_rows": outcome.n_rows,
            "is_truncated": outcome.is_truncated,
            "lost_values": outcome.n_lost,
        },
    )


class _Progress:
    """Rows so far, as a part of those expected; without such a number the bar creeps towards its end."""

    def __init__(self, workspace: Workspace, expected: int | None) -> None:
        self._workspace = workspace
        self._expected = expected
        self._n_rows = 0

    def add(self, n_rows: int) -> None:
        self._n_rows += n_rows
        self.tell()

    def tell(self) -> None:
        if self._expected:
            fraction, of_expected = min(0.99, self._n_rows / self._expected), f" of about {self._expected:,}"
        else:
            fraction, of_expected = self._n_rows / (self._n_rows + 200_000), ""
        self._workspace.report(fraction, f"Reading, {self._n_rows:,}{of_expected} rows")


def datasets(params: DatabaseParams) -> tuple[str, ...]:
    """None: the rows come from elsewhere."""
    del params
    return ()


SPEC = SourceSpec(key="database", label="Database", params=DatabaseParams, fetch=fetch, datasets=datasets)
