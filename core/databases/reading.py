"""Asking a saved connection: what it is, what tables it has, and the rows of one query in batches."""

import difflib
import time
from collections.abc import Callable, Iterator
from concurrent import futures
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from core.computing.spec import OpenConnection
from core.databases.registry import DATABASES
from core.databases.spec import DatabaseSpec, QueryColumn, Session, TableColumn, TableInfo
from core.databases.statements import check_reading
from core.errors import NotFound, UserInputError, WorkbenchError
from core.params import validate_params
from core.tables.detection import shorten

if TYPE_CHECKING:
    import pyarrow as pa

T = TypeVar("T")

LOOK_TIMEOUT_S = 15
"""Limit for questions about tables and columns, in seconds."""
POLL_S = 0.1
FIRST_ROWS = 200
MOST_ROWS = 20_000
BATCH_BYTES = 8_000_000


@dataclass(frozen=True, kw_only=True)
class QueryOutcome:
    """What a query delivered."""

    columns: tuple[QueryColumn, ...]
    n_rows: int
    is_truncated: bool
    """Whether there were more rows than were asked for."""
    n_lost: dict[str, int] = field(default_factory=dict)
    """By column: values without an equal here (infinite dates, NaN decimals), delivered as missing."""


def describe_server(opened: OpenConnection) -> str:
    """One sentence that a connection works: "It answers: PostgreSQL 15.3, 12 tables".

    Raises:
        UserInputError: It does not; the message says why.
    """
    with open_session(opened, timeout_s=LOOK_TIMEOUT_S) as session:
        tables = session.list_tables()
        return f"It answers: {session.server}, {len(tables):,} {'table' if len(tables) == 1 else 'tables'}."


def list_tables(opened: OpenConnection) -> tuple[TableInfo, ...]:
    """The tables and views that the connection may read. Raises UserInputError."""
    with open_session(opened, timeout_s=LOOK_TIMEOUT_S) as session:
        return session.list_tables()


def describe(opened: OpenConnection, table: str, *, schema_name: str = "") -> tuple[TableColumn, ...]:
    """The columns of a table.

    Raises:
        NotFound: There is no such table; the hint names the closest.
        UserInputError: The connection does not work.
    """
    with open_session(opened, timeout_s=LOOK_TIMEOUT_S) as session:
        return require_table(session, _spec(opened), schema_name, table)


def read_query(
    opened: OpenConnection,
    sql: str,
    *,
    max_rows: int,
    timeout_s: int,
    on_batch: "Callable[[pa.RecordBatch], None]",
    on_tick: Callable[[], None] | None = None,
) -> QueryOutcome:
    """Run one query that only reads, and hand over its rows in batches of a few megabytes.

    Args:
        opened: Where to ask.
        sql: One statement, in the database's own SQL.
        max_rows: Rows after which the rest is left where it is.
        timeout_s: Limit for the whole, in seconds.
        on_batch: Given each batch, all of one schema; at least once, without rows if there are none. May raise to
            cancel.
        on_tick: Called several times a second while the database is waited for. May raise to cancel.

    Raises:
        UserInputError: The query does more than read, or the database refuses it; the message says why.
    """
    checked = check_reading(sql, _spec(opened).dialect)
    with open_session(opened, timeout_s=timeout_s) as session:
        return stream(session, checked, max_rows=max_rows, timeout_s=timeout_s, on_batch=on_batch, on_tick=on_tick)


def stream(
    session: Session,
    sql: str,
    *,
    max_rows: int,
    timeout_s: int,
    on_batch: "Callable[[pa.RecordBatch], None]",
    on_tick: Callable[[], None] | None = None,
) -> QueryOutcome:
    """``read_query`` on an open session, for a statement that was checked or made here."""
    from core.databases.arrow import BatchMaker  # brings pyarrow

    n_rows, size, is_truncated = 0, FIRST_ROWS, False
    with _Watch(session, time.monotonic() + timeout_s, on_tick) as watch:
        columns = watch.wait(lambda: session.open_query(sql))
        if not columns:
            raise UserInputError("The query delivers no columns.", hint="Write one that selects rows.", field="sql")
        maker = BatchMaker(columns)
        while not is_truncated:
            rows = watch.wait(lambda size=size: session.fetch(size))  # type: ignore[misc]  # binds the present size
            if not rows and n_rows:
                break
            is_truncated = n_rows + len(rows) > max_rows
            batch = maker.make(rows[: max_rows - n_rows])
            n_rows += batch.num_rows
            on_batch(batch)
            if not rows:
                break
            size = max(20, min(MOST_ROWS, BATCH_BYTES * batch.num_rows // max(1, batch.nbytes)))
            size = min(size, 8 * len(rows))  # the first rows may be short ones by chance
    return QueryOutcome(columns=columns, n_rows=n_rows, is_truncated=is_truncated, n_lost=maker.n_lost)


@contextmanager
def open_session(opened: OpenConnection, *, timeout_s: int) -> Iterator[Session]:
    """A session for the length of the block; a driver's complaints within it become sentences.

    Raises:
        UserInputError: The database cannot be reached, refuses the user, or complains of a query.
    """
    spec = _spec(opened)
    params = validate_params(spec.params, opened.connection.params)
    try:
        session = spec.connect(params, opened.password, timeout_s)
        try:
            yield session
        finally:
            session.close()
    except WorkbenchError:
        raise
    except Exception as error:  # drivers share no base class; what is not theirs goes on as it came
        explained = spec.explain(error, params)
        if explained is None:
            raise
        # The driver's own error may quote what it was given; the cause is left out so that no log shows it.
        raise _without_secret(explained, opened.password) from None


def require_table(session: Session, spec: DatabaseSpec, schema_name: str, table: str) -> tuple[TableColumn, ...]:
    """The columns of a table. Raises NotFound with the closest names."""
    columns = session.describe(schema_name or spec.default_schema, table)
    if columns:
        return columns
    known = [info.name for info in session.list_tables()]
    close = difflib.get_close_matches(table, known, n=3, cutoff=0.5)
    where = f" in schema {shorten(schema_name)}" if schema_name else ""
    raise NotFound(
        f"There is no table {shorten(table)}{where}.",
        hint=f"Did you mean {' or '.join(close)}?" if close else f"There are {len(known):,} tables to choose from.",
        field="table",
    )


def _spec(opened: OpenConnection) -> DatabaseSpec:
    return DATABASES[opened.connection.kind]


def _without_secret(error: WorkbenchError, password: str) -> WorkbenchError:
    if len(password) < 3 or password not in error.message:
        return error
    return type(error)(error.message.replace(password, "***"), hint=error.hint, field=error.field)


class _Watch:
    """Runs the driver on a thread of its own, so that time and people can end what it waits for."""

    def __init__(self, session: Session, deadline: float, on_tick: Callable[[], None] | None) -> None:
        self._session = session
        self._deadline = deadline
        self._on_tick = on_tick
        self._executor = futures.ThreadPoolExecutor(max_workers=1, thread_name_prefix="database")

    def __enter__(self) -> "_Watch":
        return self

    def __exit__(self, *_: object) -> None:
        self._executor.shutdown(wait=False)

    def wait(self, call: Callable[[], T]) -> T:
        """What ``call`` returns.

        Raises:
            UserInputError: The deadline has passed.
        """
        running: futures.Future[T] = self._executor.submit(call)
        try:
            while True:
                try:
                    result = running.result(timeout=POLL_S)
                    break
                except TimeoutError:
                    if running.done():  # the call's own
                        raise
                if self._on_tick:
                    self._on_tick()
                self._refuse_late()
            self._refuse_late()
        except BaseException:
            if not running.done():
                self._session.cancel()
                futures.wait([running], timeout=5)  # whatever it says then, nobody waits for its answer any more
            raise
        return result

    def _refuse_late(self) -> None:
        if time.monotonic() > self._deadline:
            raise UserInputError(
                "The database took longer than a query may.", hint="Ask for fewer rows, or for less work.", field="sql"
            )
