"""SQLite files: opened read-only, with every statement but reading refused by SQLite itself.

SQLite's columns have no types, only their values have. So a query runs twice: once to see what its values are.
"""

import sqlite3
import time
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

from core.databases.spec import Kind, QueryColumn, Session, TableColumn, TableInfo
from core.databases.words import Complaint, complaint, other_complaint
from core.errors import UserInputError, WorkbenchError
from core.expressions.quoting import name_sql
from core.tables.detection import shorten

FOLDER = "databases"
"""Below PRAXIS_HOME: files in it may be read."""
MAGIC = b"SQLite format 3\x00"
STEPS = 20_000
"""Instructions of SQLite's machine between two looks at the clock: a few milliseconds."""
_READING = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE})
_UNSAFE_FUNCTIONS = frozenset({"load_extension", "fts3_tokenizer", "readfile", "writefile", "edit"})


def find_file(name: str, home: Path) -> Path:
    """The database file ``name`` in the folder of databases, or under it.

    Raises:
        UserInputError: It lies elsewhere, does not exist, or is no SQLite file.
    """
    folder = (home / FOLDER).resolve()
    path = (folder / name).resolve()  # an absolute name stays as it is
    if not path.is_relative_to(folder):
        raise _refusal(
            f"{shorten(name)} does not lie in the folder {FOLDER} of PRAXIS_HOME.", "Copy the file there, or upload it."
        )
    try:
        is_one = is_sqlite(path)
    except (OSError, ValueError) as error:
        raise _refusal(f"There is no file {shorten(name)} in {FOLDER}.", "Check its name, or upload it.") from error
    if not is_one:
        raise _refusal(f"{shorten(name)} is not an SQLite file.", "Choose a file that SQLite wrote.")
    return path


def is_sqlite(path: Path) -> bool:
    """Whether the file starts as SQLite's do."""
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


class SqliteSession(Session):
    """See ``Session``."""

    def __init__(self, file: str, timeout_s: int) -> None:
        path = Path(file)
        if not path.is_absolute() or path.resolve() != path or not path.is_file():
            raise _refusal(f"The file {shorten(path.name)} is not where it was.", "Save the connection again.")
        self.server = f"SQLite {sqlite3.sqlite_version}"
        self._is_cancelled = False
        self._deadline = time.monotonic() + timeout_s
        self._cursor: sqlite3.Cursor | None = None
        self._connection = sqlite3.connect(
            f"file:{quote(str(path))}?mode=ro", uri=True, check_same_thread=False, isolation_level=None, timeout=10
        )
        try:
            # Text that is no UTF-8 would raise in the middle of a table.
            self._connection.text_factory = lambda data: data.decode("utf-8", "replace")
            self._connection.execute("PRAGMA query_only = ON")
            self._connection.execute("PRAGMA trusted_schema = OFF")
            self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            self._connection.set_progress_handler(self._shall_end, STEPS)
        except BaseException:
            self._connection.close()
            raise

    def list_tables(self) -> tuple[TableInfo, ...]:
        """See ``Session.list_tables``."""
        rows = self._connection.execute(
            "SELECT name, type FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' "
            "ESCAPE '\\' ORDER BY name"
        )
        return tuple(TableInfo(schema_name="", name=name, kind=kind) for name, kind in rows.fetchall())

    def describe(self, schema_name: str, name: str) -> tuple[TableColumn, ...]:
        """See ``Session.describe``."""
        if schema_name:
            return ()
        rows = self._connection.execute("SELECT name, type FROM pragma_table_info(?)", [name]).fetchall()
        return tuple(TableColumn(name=column, type=type_) for column, type_ in rows)

    def estimate_rows(self, schema_name: str, name: str) -> int | None:
        """The exact number: counting reads a small part of the file."""
        del schema_name
        found = self._connection.execute(f"SELECT count(*) FROM {name_sql(name)}").fetchone()
        return int(found[0])

    def table_sql(self, schema_name: str, name: str) -> str:
        """See ``Session.table_sql``."""
        del schema_name
        return f"SELECT * FROM {name_sql(name)}"

    def open_query(self, sql: str) -> tuple[QueryColumn, ...]:
        """See ``Session.open_query``."""
        self._connection.set_authorizer(_authorize)
        names = [column[0] for column in self._connection.execute(f"SELECT * FROM ({sql}\n) LIMIT 0").description]
        kinds = self._kinds(sql, names)
        self._cursor = self._connection.execute(sql)
        shown = [column[0] for column in self._cursor.description]
        return tuple(QueryColumn(name=name, kind=kind) for name, kind in zip(shown, kinds, strict=True))

    def fetch(self, n_rows: int) -> list[tuple[Any, ...]]:
        """See ``Session.fetch``."""
        assert self._cursor is not None
        return self._cursor.fetchmany(n_rows)

    def cancel(self) -> None:
        """See ``Session.cancel``."""
        self._is_cancelled = True
        with suppress(sqlite3.Error):
            self._connection.interrupt()

    def close(self) -> None:
        """See ``Session.close``."""
        with suppress(sqlite3.Error):
            self._connection.close()

    def _shall_end(self) -> bool:
        return self._is_cancelled or time.monotonic() > self._deadline

    def _kinds(self, sql: str, names: list[str]) -> list[Kind]:
        """What the values of each column are, over all rows."""
        kinds = []
        for start in range(0, len(names), 300):  # SQLite takes at most 2,000 expressions in one query
            part = [name_sql(name) for name in names[start : start + 300]]
            sums = ", ".join(_SEEN.replace("#", name) for name in part)
            seen = self._connection.execute(f"SELECT {sums} FROM ({sql}\n)").fetchone()
            kinds += [_kind(seen[5 * i : 5 * i + 5]) for i in range(len(part))]
        return kinds


_DAY = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]"
_SEEN = f"""
    sum(typeof(#) = 'integer'), sum(typeof(#) = 'real'), sum(typeof(#) IN ('text', 'blob')),
    sum(typeof(#) = 'text' AND # GLOB '{_DAY}' AND date(#, '+0 days') IS #),
    sum(typeof(#) = 'text' AND # GLOB '{_DAY}[ T][0-9][0-9]:[0-9][0-9]*' AND length(#) <= 26 AND # NOT GLOB '*[zZ+]*'
        AND # NOT GLOB '{_DAY}*-*' AND date(#, '+0 days') IS substr(#, 1, 10))
"""


def _kind(seen: tuple[int | None, ...]) -> Kind:
    integers, reals, others, days, moments = (count or 0 for count in seen)
    if others:
        if integers or reals:
            return Kind.TEXT
        if days == others:
            return Kind.DATE
        return Kind.DATETIME if days + moments == others else Kind.TEXT
    if reals:
        return Kind.NUMBER
    return Kind.INTEGER if integers else Kind.TEXT


def _authorize(action: int, first: str | None, second: str | None, *_: object) -> int:
    """SQLite asks before it prepares a statement: reading is allowed, nothing else is."""
    is_unsafe = action == sqlite3.SQLITE_FUNCTION and (second or "").lower() in _UNSAFE_FUNCTIONS
    del first
    return sqlite3.SQLITE_OK if action in _READING and not is_unsafe else sqlite3.SQLITE_DENY


def explain_error(error: Exception, params: object) -> WorkbenchError | None:
    """SQLite's error in words; None for what is none of its errors."""
    if not isinstance(error, sqlite3.Error | sqlite3.Warning):
        return None
    text = str(error)
    kinds: tuple[tuple[str, Complaint], ...] = (
        ("no such table", "table"),
        ("no such column", "column"),
        ("interrupted", "timeout"),
        ("not authorized", "read_only"),
        ("readonly", "read_only"),
        ("syntax error", "syntax"),
        ("incomplete input", "syntax"),
    )
    for sign, kind in kinds:
        if sign in text:
            return complaint(kind, params=params, detail=text)
    if "not a database" in text or "malformed" in text:
        return _refusal("The SQLite file is damaged.", "Bring back a copy of it.")
    return other_complaint(text)


def _refusal(message: str, hint: str) -> UserInputError:
    return UserInputError(message, hint=hint, field="file")
