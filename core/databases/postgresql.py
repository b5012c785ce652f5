"""PostgreSQL through psycopg: a read-only transaction and a cursor on the server's side."""

import os
from contextlib import suppress
from typing import Any

import psycopg
from psycopg import sql as psycopg_sql
from psycopg.types.string import TextLoader

from core.databases.spec import EncryptedServerParams, Kind, QueryColumn, Session, TableColumn, TableInfo
from core.databases.words import Complaint, complaint, other_complaint, unreachable
from core.errors import WorkbenchError

CONNECT_TIMEOUT_S = 10
MAX_PRECISION = 38
_SSL_MODES = {"if_offered": "prefer", "required": "require", "verified": "verify-full", "none": "disable"}
_KINDS = {
    **dict.fromkeys((20, 21, 23, 26), Kind.INTEGER),
    **dict.fromkeys((700, 701), Kind.NUMBER),
    16: Kind.BOOLEAN,
    1082: Kind.DATE,
    1114: Kind.DATETIME,
    1184: Kind.MOMENT,
}
_NUMERIC = 1700
_COMPLAINTS: dict[str, Complaint] = {
    "42P01": "table",
    "3F000": "table",
    "42703": "column",
    "42501": "permission",
    "57014": "timeout",
    "55P03": "timeout",
    "25006": "read_only",
    "28P01": "password",
    "28000": "password",
    "3D000": "database",
}
_TABLES = """
    SELECT n.nspname, c.relname, c.relkind IN ('v', 'm'),
           CASE WHEN c.relkind IN ('r', 'p', 'm') AND c.reltuples >= 0 THEN c.reltuples::bigint END
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition
      AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%'
      AND has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')
    ORDER BY 1, 2
"""
_COLUMNS = """
    SELECT a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod)
    FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = %s AND c.relname = %s AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
      AND a.attnum > 0 AND NOT a.attisdropped
    ORDER BY a.attnum
"""


class PostgresqlSession(Session):
    """See ``Session``."""

    def __init__(self, params: EncryptedServerParams, password: str, timeout_s: int) -> None:
        self._connection = psycopg.connect(
            host=params.host,
            port=params.port,
            dbname=params.database,
            user=params.user,
            password=password or None,
            sslmode=_SSL_MODES[params.encryption],
            connect_timeout=CONNECT_TIMEOUT_S,
            application_name="praxis",
            passfile=f"{os.devnull}/none",  # no password of whoever runs this process
            client_encoding="UTF8",
            target_session_attrs="any",
        )
        try:
            self._prepare(timeout_s)
        except BaseException:
            self._connection.close()
            raise
        version = self._connection.info.server_version
        self.server = f"PostgreSQL {version // 10_000}.{version % 10_000}"
        self._cursor: psycopg.ServerCursor[tuple[Any, ...]] | None = None

    def _prepare(self, timeout_s: int) -> None:
        connection = self._connection
        connection.read_only = True
        for name, value in (
            ("default_transaction_read_only", "on"),
            ("statement_timeout", f"{timeout_s * 1000}"),
            ("lock_timeout", "10000"),
            ("standard_conforming_strings", "on"),
            ("DateStyle", "ISO"),
            ("TimeZone", "UTC"),
        ):
            connection.execute("SELECT set_config(%s, %s, false)", [name, value])
        connection.commit()
        # Times as text: Arrow reads whole columns of them, and some have no equal in Python (infinity, the year 12024).
        for type_name in ("json", "jsonb", "interval", "time", "timetz", "date", "timestamp", "timestamptz"):
            connection.adapters.register_loader(type_name, TextLoader)

    def list_tables(self) -> tuple[TableInfo, ...]:
        """See ``Session.list_tables``."""
        rows = self._connection.execute(_TABLES).fetchall()
        return tuple(
            TableInfo(schema_name=schema, name=name, kind="view" if is_view else "table", n_rows=n_rows)
            for schema, name, is_view, n_rows in rows
        )

    def describe(self, schema_name: str, name: str) -> tuple[TableColumn, ...]:
        """See ``Session.describe``."""
        rows = self._connection.execute(_COLUMNS, [schema_name, name]).fetchall()
        return tuple(TableColumn(name=column, type=type_) for column, type_ in rows)

    def table_sql(self, schema_name: str, name: str) -> str:
        """See ``Session.table_sql``."""
        return f"SELECT * FROM {psycopg_sql.Identifier(schema_name, name).as_string(self._connection)}"

    def open_query(self, sql: str) -> tuple[QueryColumn, ...]:
        """See ``Session.open_query``."""
        self._cursor = psycopg.ServerCursor(self._connection, "praxis")
        self._cursor.execute(sql.encode())  # without parameters: a percent sign is a percent sign
        return tuple(_column(column) for column in self._cursor.description or ())

    def fetch(self, n_rows: int) -> list[tuple[Any, ...]]:
        """See ``Session.fetch``."""
        assert self._cursor is not None
        return self._cursor.fetchmany(n_rows)

    def cancel(self) -> None:
        """See ``Session.cancel``."""
        try:
            self._connection.cancel_safe(timeout=CONNECT_TIMEOUT_S)
        except (psycopg.Error, OSError):
            return

    def close(self) -> None:
        """See ``Session.close``."""
        self._connection.close()  # which rolls back
        if self._cursor is not None:
            with suppress(psycopg.Error):
                self._cursor.close()  # else its end would warn that it was left open


def explain_error(error: Exception, params: EncryptedServerParams) -> WorkbenchError | None:
    """The driver's error in words; None for what is none of its errors."""
    if not isinstance(error, psycopg.Error):
        return None
    text = error.diag.message_primary or str(error)
    if error.sqlstate is None:
        return _explain_connecting(text, params)
    if kind := _COMPLAINTS.get(error.sqlstate):
        return complaint(kind, params=params, detail=text)
    if error.sqlstate.startswith("42"):
        return complaint("syntax", params=params, detail=text)
    return other_complaint(text)


def _explain_connecting(text: str, params: EncryptedServerParams) -> WorkbenchError:
    lowered = text.lower()
    if "authentication failed" in lowered or "no password supplied" in lowered or "pg_hba.conf" in lowered:
        return complaint("password", params=params)
    if "role " in lowered and "does not exist" in lowered:
        return complaint("password", params=params)
    if "database " in lowered and "does not exist" in lowered:
        return complaint("database", params=params)
    if why := unreachable(params):
        return why
    if "ssl" in lowered or "certificate" in lowered:
        return complaint("tls", params=params, detail=text.rpartition("failed: ")[2])
    return other_complaint(text.rpartition("failed: ")[2])


def _column(column: psycopg.Column) -> QueryColumn:
    if column.type_code == _NUMERIC:
        precision, scale = column.precision or 0, column.scale or 0
        if 0 < precision <= MAX_PRECISION and 0 <= scale <= precision:
            return QueryColumn(name=column.name, kind=Kind.DECIMAL, precision=precision, scale=scale)
        return QueryColumn(name=column.name, kind=Kind.NUMBER)
    return QueryColumn(name=column.name, kind=_KINDS.get(column.type_code, Kind.TEXT))
