"""SQL: datasets as tables, statements, their plans, their history, datasets made from them."""

from datetime import datetime

from app.services.computations import ComputationService
from app.services.datasets import DatasetService, require_ready
from core.databases.registry import DATABASES
from core.errors import UserInputError
from core.ids import new_id
from core.records import Computation, Connection, Dataset, DatasetSummary, QueryRecord
from core.sql.names import TableName, table_names, written, written_column
from core.sql.types import PlanParams, QueryParams, QueryTable, TableColumn, TableRef
from core.types import ComputationStatus, DatasetStatus, Value
from storage.storage import Storage

MAX_TABLES = 2_000
MAX_HISTORY = 200


class HistoryEntry(Value):
    """One statement that was run, and what came of it."""

    id: str
    sql: str
    connection_id: str | None
    computation_id: str
    created_at: datetime
    status: ComputationStatus
    duration_s: float | None
    """From the start on a worker to its end; None before that."""
    error: str | None


class QueryService:
    """What can be done with SQL."""

    def __init__(self, *, storage: Storage, datasets: DatasetService, computations: ComputationService) -> None:
        self._storage = storage
        self._datasets = datasets
        self._computations = computations

    def names(self) -> tuple[TableName[DatasetSummary], ...]:
        """The tables that a statement can name: the ready datasets, newest versions and all versions."""
        found: list[DatasetSummary] = []
        cursor: str | None = None
        with self._storage.read() as unit:
            while len(found) < MAX_TABLES:
                page = unit.datasets.list_page(limit=200, cursor=cursor, statuses=[DatasetStatus.READY])
                found += page.items
                cursor = page.next_cursor
                if cursor is None:
                    break
        return table_names(found)

    def schema(self, *, limit: int = 50, dataset_id: str | None = None) -> tuple[QueryTable, ...]:
        """Tables with their columns: the newest version of each dataset, the latest datasets first.

        Args:
            limit: Most tables.
            dataset_id: Only the tables that stand for this dataset. Without it, older versions are left out.
        """
        names = [one for one in self.names() if one.is_newest] if dataset_id is None else list(self.names())
        wanted = [one for one in names if dataset_id in (None, one.dataset.id)]
        wanted = sorted(wanted, key=lambda one: one.dataset.id, reverse=True)[:limit]
        datasets = self._datasets.list_by_ids({one.dataset.id for one in wanted})
        return tuple(_query_table(one, datasets[one.dataset.id]) for one in wanted if one.dataset.id in datasets)

    def table_of(self, dataset_id: str) -> TableRef:
        """The name under which a dataset is queried, and the dataset.

        Raises:
            NotFound: No such dataset.
            Conflict: It is not ready.
        """
        dataset = require_ready(self._datasets.get(dataset_id))
        found = next((one for one in self.names() if one.dataset.id == dataset.id), None)
        return TableRef(name=found.name if found else "dataset", dataset_id=dataset.id)

    def run(
        self,
        sql: str,
        *,
        connection_id: str | None = None,
        n_rows: int = 200,
        max_rows: int = 100_000,
        timeout_s: int = 60,
        idempotency_key: str | None = None,
    ) -> Computation:
        """Run one statement that reads, and remember it in the history.

        Args:
            sql: In DuckDB's dialect over datasets, in the database's own on a connection.
            connection_id: A saved connection; None for the datasets.
            n_rows: Rows that come with the answer.
            max_rows: Rows that are kept for charts, exports and datasets.
            timeout_s: After this time it is stopped.
            idempotency_key: A second call with the same key returns the first one's computation.

        Raises:
            UserInputError: The statement does more than read, names an unknown table, or cannot be understood.
            NotFound: No such connection.
        """
        params = QueryParams(
            sql=sql,
            tables=self._tables(sql, connection_id),
            connection_id=connection_id,
            n_rows=n_rows,
            max_rows=max_rows,
            timeout_s=timeout_s,
        )
        computation = self._computations.start("query", params, is_fresh=True, idempotency_key=idempotency_key)
        record = QueryRecord(id=new_id(), sql=sql, connection_id=connection_id, computation_id=computation.id)
        with self._storage.write() as unit:
            known = any(one.computation_id == computation.id for one in unit.query_records.list_newest(limit=20))
            if not known:
                unit.query_records.add(record)
        return computation

    def plan(self, sql: str, *, analyze: bool = False, timeout_s: int = 60) -> Computation:
        """How a statement over datasets is carried out; with ``analyze`` it is run and its steps are timed.

        Raises UserInputError like ``run``.
        """
        params = PlanParams(sql=sql, tables=self._tables(sql, None), analyze=analyze, timeout_s=timeout_s)
        return self._computations.start("query_plan", params, is_fresh=analyze)

    def save_as_dataset(
        self, sql: str, *, name: str, connection_id: str | None = None, idempotency_key: str | None = None
    ) -> Dataset:
        """A dataset from all rows of the answer; the statement and its tables stay known as its source.

        Raises UserInputError like ``run``, or for an empty name.
        """
        if not name.strip():
            raise UserInputError("The dataset needs a name.", hint="Say what its rows are.", field="name")
        tables = [table.model_dump() for table in self._tables(sql, connection_id)]
        params = {"sql": sql, "tables": tables, "connection_id": connection_id}
        return self._datasets.derive("query", params, name=name, idempotency_key=idempotency_key)

    def history(self, *, limit: int = 50) -> tuple[HistoryEntry, ...]:
        """Statements that were run, newest first."""
        with self._storage.read() as unit:
            records = unit.query_records.list_newest(limit=min(limit, MAX_HISTORY))
            return tuple(_entry(record, unit.computations.get(record.computation_id)) for record in records)

    def connections(self) -> tuple[Connection, ...]:
        """The saved connections that statements can run on."""
        with self._storage.read() as unit:
            return tuple(one for one in unit.connections.list_all() if one.kind in DATABASES)

    def _tables(self, sql: str, connection_id: str | None) -> tuple[TableRef, ...]:
        if connection_id is not None:
            from core.sql.elsewhere import check_on_connection

            with self._storage.read() as unit:
                check_on_connection(sql, unit.connections.get(connection_id))
            return ()
        from core.sql.guard import check_query

        names = {one.name: one.dataset.id for one in self.names()}
        return tuple(TableRef(name=name, dataset_id=names[name]) for name in check_query(sql, list(names)))


def _query_table(name: TableName[DatasetSummary], dataset: Dataset) -> QueryTable:
    return QueryTable(
        name=name.name,
        sql=written(name.name),
        dataset_id=dataset.id,
        title=dataset.name,
        version=dataset.version,
        is_newest=name.is_newest,
        n_rows=dataset.n_rows,
        columns=tuple(
            TableColumn(name=column.name, type=column.type.value, sql=written_column(column.name))
            for column in dataset.columns
        ),
    )


def _entry(record: QueryRecord, computation: Computation) -> HistoryEntry:
    started, finished = computation.started_at, computation.finished_at
    return HistoryEntry(
        id=record.id,
        sql=record.sql,
        connection_id=record.connection_id,
        computation_id=record.computation_id,
        created_at=record.created_at,
        status=computation.status,
        duration_s=(finished - started).total_seconds() if started and finished else None,
        error=computation.error.message if computation.error else None,
    )
