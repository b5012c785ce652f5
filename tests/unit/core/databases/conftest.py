"""Databases on real servers, and connections to them."""

import contextlib
import itertools
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from core.computing.spec import OpenConnection
from core.records import Connection
from tests import mariadb, servers

OpenWith = Callable[..., OpenConnection]
_numbers = itertools.count(1)


def make_opened(kind: str, params: dict[str, Any], password: str = "") -> OpenConnection:
    return OpenConnection(
        connection=Connection(id=f"{kind}-connection", name=f"My {kind}", kind=kind, params=params), password=password
    )


@pytest.fixture
def postgresql(postgres_url: str) -> Iterator[psycopg.Connection]:
    """An empty database, by an owner who may write."""
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        yield connection


@pytest.fixture
def open_postgresql(postgres_server: servers.PostgresServer, postgres_url: str) -> OpenWith:
    """Makes a connection to the empty database; facts that differ are named."""

    def make(password: str = "", **facts: Any) -> OpenConnection:
        params = {
            "host": "127.0.0.1",
            "port": postgres_server.port,
            "database": postgres_url.rsplit("/", 1)[1],
            "user": "praxis",
        }
        return make_opened("postgresql", params | facts, password)

    return make


@pytest.fixture
def mariadb_database(mariadb_server: mariadb.MariadbServer) -> Iterator[str]:
    """The name of an empty database."""
    name = f"shop_{next(_numbers)}"
    mariadb_server.execute(f"CREATE DATABASE {name}")
    yield name
    mariadb_server.execute(f"DROP DATABASE {name}")


@pytest.fixture
def open_mysql(mariadb_server: mariadb.MariadbServer, mariadb_database: str) -> OpenWith:
    """Makes a connection to the empty database as one who may only read; facts that differ are named."""

    def make(password: str = mariadb.PASSWORD, **facts: Any) -> OpenConnection:
        params = {"host": "127.0.0.1", "port": mariadb_server.port, "database": mariadb_database, "user": "reader"}
        return make_opened("mysql", params | facts, password)

    return make


@pytest.fixture
def sqlite_file(tmp_path: Path) -> Path:
    """Where a test may make an SQLite file."""
    return tmp_path.resolve() / "shop.sqlite"


@pytest.fixture
def open_sqlite(sqlite_file: Path) -> Callable[..., OpenConnection]:
    """Makes the file by a script, and a connection to it."""

    def make(script: str) -> OpenConnection:
        with contextlib.closing(sqlite3.connect(sqlite_file)) as connection:
            connection.executescript(script)
        return make_opened("sqlite", {"file": str(sqlite_file)})

    return make
