"""A DuckDB session that reads and writes in named places only, reports progress and can be cancelled."""

import os
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

import duckdb
import pyarrow as pa
import pyarrow.dataset

from core.errors import Unavailable, UnreadableFile, WorkbenchError
from core.expressions.quoting import name_sql as name_sql
from core.expressions.quoting import text_sql as text_sql

EngineError = duckdb.Error
"""Whatever a statement fails with."""

POLL_S = 0.1
CELLS_PER_ROW_GROUP = 8_000_000
"""Bounds the memory of wide tables: DuckDB buffers whole row groups, one a thread."""
MAX_ROW_GROUP = 61_440
"""Half of DuckDB's own default: measured as fast, and it takes less memory."""
MAX_DICTIONARY = 1_000
"""Columns of more distinct values in a row group are not worth a dictionary; the search for one costs time."""
PARQUET_OPTIONS = f"FORMAT PARQUET, PARQUET_VERSION V2, DICTIONARY_SIZE_LIMIT {MAX_DICTIONARY}"
"""Version 2 packs differences of integers and the bytes of floats: smaller than version 1, and written faster."""
THREAD_BYTES = 125_000_000
"""Memory that DuckDB's manual asks for each thread of an import."""

SLOW_OPTIMIZERS = "common_subexpressions"
"""Their time grows with the square of the columns: seconds at a thousand."""

Compression = Literal["uncompressed", "snappy", "zstd"]
OnFraction = Callable[[float], None]


class Engine:
    """An in-memory session. Everything that it may touch lies in ``folder`` or is listed in ``readable``."""

    def __init__(self, folder: Path, *, readable: Iterable[Path] = (), memory_bytes: int) -> None:
        """Open the session; ``memory_bytes`` bounds it, beyond that it spills into ``folder``."""
        self._memory_bytes = memory_bytes
        threads = max(1, min(os.cpu_count() or 1, 8, memory_bytes // THREAD_BYTES))
        self._connection = duckdb.connect(
            ":memory:",
            config={
                "memory_limit": f"{memory_bytes // 1_000_000}MB",
                "threads": threads,
                "temp_directory": str(folder / "spill"),
                "autoload_known_extensions": "false",
                "autoinstall_known_extensions": "false",
            },
        )
        paths = ", ".join(text_sql(str(path)) for path in readable)
        for statement in (
            f"SET allowed_directories = [{text_sql(str(folder))}]",
            f"SET allowed_paths = [{paths}]",
            "SET enable_external_access = false",
            "SET TimeZone = 'UTC'",
            "SET enable_progress_bar = true",
            "SET enable_progress_bar_print = false",
        ):
            self._connection.execute(statement)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._connection.close()

    def rows(self, sql: str, on_fraction: OnFraction | None = None) -> list[tuple[Any, ...]]:
        """Run one statement and return its rows.

        The statement runs on a thread of its own, so that ``on_fraction`` (told of the done part in [0, 1]) and
        signals may raise here at any time; the statement is then interrupted before the exception goes on.

        Raises:
            EngineError: The statement failed.
        """
        if on_fraction is None:
            return self._connection.execute(sql).fetchall()
        answer: list[list[tuple[Any, ...]]] = []
        failure: list[duckdb.Error] = []

        def execute() -> None:
            try:
                answer.append(self._connection.execute(sql).fetchall())
            except duckdb.Error as error:
                failure.append(error)

        thread = threading.Thread(target=execute, name="table-engine", daemon=True)
        thread.start()
        try:
            while thread.is_alive():
                thread.join(POLL_S)
                on_fraction(min(1.0, max(0.0, self._connection.query_progress() / 100)))
        finally:
            if thread.is_alive():
                self._connection.interrupt()
                thread.join()
        if failure:
            raise failure[0]
        return answer[0]

    def arrow(self, sql: str) -> pa.Table:
        """Run one statement and return its rows as an Arrow table.

        Raises:
            EngineError: The statement failed.
        """
        return self._connection.sql(sql).to_arrow_table()

    def register(self, name: str, table: object) -> None:
        """Make an Arrow table known under ``name``."""
        self._connection.register(name, table)

    def unregister(self, name: str) -> None:
        """Forget what ``register`` made known."""
        self._connection.unregister(name)

    def write_parquet(
        self,
        select: str,
        path: Path,
        *,
        n_columns: int,
        on_fraction: OnFraction | None = None,
        compression: Compression = "zstd",
    ) -> int:
        """Write the rows of ``select`` in their order to ``path``; the number of rows.

        Raises:
            EngineError: The rows cannot be read or written.
        """
        self._connection.execute(f"SET disabled_optimizers = '{SLOW_OPTIMIZERS if n_columns > 200 else ''}'")
        row_group = max(2_048, min(MAX_ROW_GROUP, CELLS_PER_ROW_GROUP // n_columns // 2_048 * 2_048))
        rows = self.rows(
            f"COPY ({select}) TO {text_sql(str(path))} "
            f"({PARQUET_OPTIONS}, COMPRESSION {compression}, ROW_GROUP_SIZE {row_group})",
            on_fraction,
        )
        return int(rows[0][0])

    def refusal(self, error: duckdb.Error) -> WorkbenchError:
        """What to tell a person of a failure that no repair can mend; nothing of the engine's own text."""
        if "no space left" in str(error).lower():
            hint = "Free some space, then upload it again."
            return Unavailable("The disk is full; the file was not read.", hint=hint)
        if isinstance(error, duckdb.OutOfMemoryException):
            return UnreadableFile(
                f"The file needs more than the {self._memory_bytes // 1_000_000:,} MB of memory that reading may take.",
                hint="Upload fewer columns or shorter texts, or raise PRAXIS_INGEST_MEMORY_MB.",
            )
        return UnreadableFile(
            "The file cannot be read to its end as a table.",
            hint="Open it in the program that wrote it and save it again, as CSV in UTF-8 or as Parquet.",
        )
