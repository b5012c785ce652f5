"""Engines for the two databases, set up alike."""

import sqlite3
import time
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from core.errors import UserInputError

MAX_OVERFLOW = 60
"""Connections beyond the five that are kept: more than the web process has threads, so that none waits for another."""
BUSY_TIMEOUT_S = 15
"""How long a SQLite connection waits for another one's lock."""
_HINT = "Use postgresql://user:password@host/name, or leave PRAXIS_DATABASE_URL empty."


def normalise_url(url: str) -> str:
    """``url`` with the driver we use: psycopg 3 for PostgreSQL, the standard library's for SQLite.

    Raises:
        UserInputError: The URL names another database, or is no address at all.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        # The text is not repeated: it may hold a password.
        raise UserInputError(
            "PRAXIS_DATABASE_URL is not the address of a database.", hint=_HINT, field="database_url"
        ) from error
    backend = parsed.get_backend_name()
    if backend in ("postgresql", "postgres"):
        return parsed.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    if backend == "sqlite":
        return url
    raise UserInputError(f"Praxis cannot keep its data in {backend!r}.", hint=_HINT, field="database_url")


def make_engine(url: str) -> Engine:
    """An engine for ``url``; SQLite in WAL mode with foreign keys and a busy timeout."""
    url = normalise_url(url)
    if not url.startswith("sqlite"):
        options = {"connect_timeout": 5}
        return create_engine(url, pool_pre_ping=True, pool_size=5, max_overflow=MAX_OVERFLOW, connect_args=options)
    options = {"timeout": BUSY_TIMEOUT_S, "check_same_thread": False}
    engine = create_engine(url, max_overflow=MAX_OVERFLOW, connect_args=options)
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin_immediately_when_writing)
    return engine


def _set_pragmas(connection: Any, _record: Any) -> None:
    # The driver must not open transactions behind our back; see _begin_immediately_when_writing.
    connection.isolation_level = None
    for pragma in (f"busy_timeout={BUSY_TIMEOUT_S * 1000}", "foreign_keys=ON", "synchronous=NORMAL"):
        connection.execute(f"PRAGMA {pragma}")
    _write_ahead(connection)


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Turn on write-ahead logging, which the file then keeps.

    SQLite refuses this change at once while another connection makes the same one: the busy timeout does not
    cover it, so the waiting is done here.
    """
    deadline = time.monotonic() + BUSY_TIMEOUT_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


def _begin_immediately_when_writing(connection: Any) -> None:
    """Take SQLite's write lock at the start of a writing transaction.

    A transaction that reads first and writes later fails at once when another one wrote in between, whatever the
    busy timeout; one that starts as a writer waits for its turn.
    """
    writing = connection.get_execution_options().get("praxis_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
