"""SQL Server's real driver with a server that speaks its protocol: sign-in, encryption, types, errors, cancelling."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from OpenSSL.crypto import X509

from core.computing.spec import OpenConnection
from core.databases.certified import is_certified
from core.databases.reading import describe, describe_server, list_tables, read_query
from core.errors import NotFound, UserInputError
from tests import tds
from tests.certificates import Authority, make_authority
from tests.unit.core.databases.conftest import make_opened


@pytest.fixture
def server() -> Iterator[tds.TdsServer]:
    with tds.run_tds() as started:
        yield started


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """An authority that this process trusts."""
    made = make_authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(made.file))
    return made


def opened(server: tds.TdsServer, *, password: str = tds.PASSWORD, **changes: Any) -> OpenConnection:
    facts = {"host": "127.0.0.1", "port": server.port, "database": tds.DATABASE, "user": tds.USER}
    return make_opened("mssql", facts | {"is_encrypted": False} | changes, password)


def read(connection: OpenConnection, sql: str, **options: Any) -> pa.Table:
    batches: list[pa.RecordBatch] = []
    read_query(connection, sql, on_batch=batches.append, **({"max_rows": 10_000, "timeout_s": 20} | options))
    return pa.Table.from_batches(batches)


def test_server_and_tables_are_told(server: tds.TdsServer) -> None:
    assert describe_server(opened(server)) == "It answers: SQL Server 16.0.1000.6, 1 table."
    (table,) = list_tables(opened(server))
    assert (table.schema_name, table.name, table.kind, table.n_rows) == ("dbo", "sales", "table", 500)


def test_columns_are_asked_for_by_values_and_not_by_text(server: tds.TdsServer) -> None:
    columns = describe(opened(server), "sales")
    assert [column.name for column in columns] == list(tds.SALES.columns)
    with pytest.raises(NotFound, match="There is no table"):
        describe(opened(server), "sales' OR '1'='1")


def test_every_type_arrives_as_what_it_is(server: tds.TdsServer) -> None:
    table = read(opened(server), "SELECT * FROM dbo.sales")
    assert {field.name: str(field.type) for field in table.schema} == {
        "id": "int64",
        "big": "int64",
        "amount": "decimal128(18, 4)",
        "price": "decimal128(19, 4)",
        "share": "double",
        "paid": "bool",
        "on_day": "date32[day]",
        "at": "timestamp[us]",
        "key": "string",
        "note]s": "string",
    }
    expected = [
        tuple(
            str(value) if name == "key" and value is not None else value
            for name, value in zip(tds.SALES.columns, row, strict=True)
        )
        for row in tds.SALES.rows
    ]
    assert [tuple(row.values()) for row in table.to_pylist()] == expected


def test_only_as_many_rows_come_as_were_asked_for(server: tds.TdsServer) -> None:
    assert read(opened(server), "SELECT * FROM dbo.sales", max_rows=7).num_rows == 7


def test_nothing_but_reading_reaches_the_server(server: tds.TdsServer) -> None:
    with pytest.raises(UserInputError):
        read(opened(server), "DELETE FROM dbo.sales")
    assert server.statements == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"password": "wrong"}, "The database does not let 'reader' in"),
        ({"database": "elsewhere"}, "There is no database 'elsewhere'"),
    ],
)
def test_a_refused_sign_in_is_told_without_the_password(
    server: tds.TdsServer, changes: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(UserInputError, match=sentence) as caught:
        describe_server(opened(server, **changes))
    assert tds.PASSWORD not in caught.value.message


def test_the_servers_complaint_is_told(server: tds.TdsServer) -> None:
    with pytest.raises(UserInputError, match="nowhere"):
        read(opened(server), "SELECT * FROM dbo.nowhere")


def test_a_query_that_takes_too_long_is_ended_on_the_server_too(server: tds.TdsServer) -> None:
    with pytest.raises(UserInputError, match="took longer than a query may"):
        read(opened(server), "SELECT pause FROM dbo.sales", timeout_s=1)
    assert wait_until(lambda: server.n_cancelled == 1)


def test_rows_and_password_travel_encrypted(authority: Authority) -> None:
    with tds.run_tds(authority.server_context()) as server:
        assert read(opened(server, is_encrypted=True), "SELECT * FROM dbo.sales").num_rows == 500


@pytest.mark.parametrize(
    ("host", "is_match"),
    [
        ("db.example.org", True),
        ("DB.example.org.", True),
        ("a.wild.example.org", True),
        ("a.b.wild.example.org", False),
        ("wild.example.org", False),
        ("example.org", False),
        ("127.0.0.1", False),
    ],
)
def test_a_name_is_certified_when_it_stands_there(tmp_path: Path, host: str, is_match: bool) -> None:
    certificate = make_authority(tmp_path).certify("db.example.org", "*.wild.example.org")
    assert is_certified(X509.from_cryptography(certificate), host.encode()) is is_match


def test_a_certificate_for_another_host_is_refused(authority: Authority) -> None:
    with tds.run_tds(authority.server_context("elsewhere.example")) as server:
        with pytest.raises(UserInputError, match="No encrypted connection came about"):
            describe_server(opened(server, is_encrypted=True))
        assert server.statements == []


def test_a_server_without_encryption_is_refused_where_it_is_wanted(server: tds.TdsServer) -> None:
    with pytest.raises(UserInputError, match="No encrypted connection came about"):
        describe_server(opened(server, is_encrypted=True))
    assert server.statements == []


def wait_until(is_so: Any) -> bool:
    """Whether it comes true within some seconds; looked at in small steps."""
    turn = threading.Event()
    return any(is_so() or turn.wait(0.02) for _ in range(250)) and is_so()
