"""A DuckDB session for statements of strangers: it reads the named tables, and nothing else on this machine.

Four fences stand behind the guard. The engine may open no file but those of the tables, its settings are locked, and
its extensions are off. A statement that takes too long is interrupted. Memory that the engine does not count itself
(a list of 300 million numbers built by one function) runs into a limit of the process. And where a single function
call heeds no interruption, the caller is let go anyway; the process of a job ends soon after.
"""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import duckdb

from core.errors import UserInputError
from core.tables.engine import name_sql, text_sql

EngineError = duckdb.Error

T = TypeVar("T")
POLL_S = 0.05
GRACE_S = 3.0
"""How long an interrupted statement may take to end."""
HEADROOM_BYTES = 1_500_000_000
"""Address space that threads and libraries reserve beyond what they use."""
MAX_SPILL_BYTES = 4_000_000_000
THREAD_BYTES = 125_000_000
OnFraction = Callable[[float], None]


class TooSlow(UserInputError):
    """A statement ran into its time limit."""

    def __init__(self, timeout_s: float) -> None:
        super().__init__(
            f"The query took longer than {timeout_s:g} s and was stopped.",
            hint="Filter rows earlier, join tables on a column, or look at fewer groups.",
            field="sql",
        )


class QuerySession:
    """An in-memory engine in which each of ``tables`` is a view on one Parquet file."""

    def __init__(self, folder: Path, tables: Mapping[str, Path], *, memory_bytes: int) -> None:
        """Open the session; beyond ``memory_bytes`` it spills into ``folder``, and then gives up."""
        self._memory_bytes = memory_bytes
        self._is_abandoned = False
        self.connection = duckdb.connect(
            ":memory:",
            config={
                "memory_limit": f"{memory_bytes // 1_000_000}MB",
                "threads": max(1, min(4, memory_bytes // THREAD_BYTES)),
                "temp_directory": str(folder / "spill"),
                "max_temp_directory_size": f"{MAX_SPILL_BYTES // 1_000_000}MB",
                "autoload_known_extensions": "false",
                "autoinstall_known_extensions": "false",
                "python_enable_replacements": "false",
            },
        )
        paths = ", ".join(text_sql(str(path)) for path in tables.values())
        views = [
            f"CREATE VIEW {name_sql(name)} AS SELECT * FROM read_parquet({text_sql(str(path))})"
            for name, path in tables.items()
        ]
        for statement in (
            "SET TimeZone = 'UTC'",
            "SET enable_progress_bar = true",
            "SET enable_progress_bar_print = false",
            *views,
            f"SET allowed_paths = [{paths}]",
            "SET enable_external_access = false",
            "SET lock_configuration = true",
        ):
            self.connection.execute(statement)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if not self._is_abandoned:
            self.connection.close()

    def run(
        self,
        work: Callable[[duckdb.DuckDBPyConnection, threading.Event], T],
        *,
        timeout_s: float,
        on_fraction: OnFraction,
    ) -> T:
        """What ``work`` returns, within the limits of time and memory.

        Args:
            work: Called on a thread of its own with the connection, and with an event that is set when it should stop.
            timeout_s: After this time the statement is interrupted.
            on_fraction: Told of the done part in [0, 1] all along; may raise to cancel.

        Raises:
            TooSlow: The time is over.
            EngineError: A statement failed.
        """
        answer: list[T] = []
        failure: list[Exception] = []
        stop = threading.Event()

        def execute() -> None:
            try:
                answer.append(work(self.connection, stop))
            except Exception as error:  # noqa: BLE001  raised again below, on the thread that waits
                failure.append(error)

        thread = threading.Thread(target=execute, name="query", daemon=True)
        started = time.monotonic()
        with _limited_address_space(self._memory_bytes + HEADROOM_BYTES):
            thread.start()
            try:
                while thread.is_alive() and time.monotonic() - started < timeout_s:
                    thread.join(POLL_S)
                    on_fraction(min(1.0, max(0.0, self.connection.query_progress() / 100)))
            finally:
                is_late = thread.is_alive()
                self._end(thread, stop)
        if is_late:
            raise TooSlow(timeout_s)
        if failure:
            raise failure[0]
        return answer[0]

    def _end(self, thread: threading.Thread, stop: threading.Event) -> None:
        stop.set()
        deadline = time.monotonic() + GRACE_S
        while thread.is_alive() and time.monotonic() < deadline:
            self.connection.interrupt()
            thread.join(POLL_S)
        self._is_abandoned = thread.is_alive()


def second_value(connection: duckdb.DuckDBPyConnection, sql: str) -> str:
    """The second cell of the first row: where a plan stands."""
    row = connection.execute(sql).fetchone()
    return str(row[1]) if row else ""


@contextlib.contextmanager
def _limited_address_space(extra_bytes: int) -> Iterator[None]:
    """Let this process grow by ``extra_bytes`` at most; nothing where the system cannot tell or limit."""
    try:
        import resource

        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        before = resource.getrlimit(resource.RLIMIT_AS)
        limit = pages * resource.getpagesize() + extra_bytes
        highest = [one for one in (limit, *before) if one != resource.RLIM_INFINITY]
        resource.setrlimit(resource.RLIMIT_AS, (min(highest), before[1]))
    except (ImportError, OSError, ValueError):
        yield
        return
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)
