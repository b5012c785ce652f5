"""Microsoft SQL Server through python-tds, which is all Python.

It knows no read-only transaction: the check of statements and a rollback at the end stand in for one, beside the
server's own rights.
"""

import socket
import ssl
import struct
from contextlib import suppress
from typing import Any

import pytds
from pytds import tds_base, tls

from core.databases.certified import is_certified
from core.databases.spec import Kind, QueryColumn, ServerParams, Session, TableColumn, TableInfo
from core.databases.words import Complaint, complaint, other_complaint, unreachable
from core.errors import UserInputError, WorkbenchError

CONNECT_TIMEOUT_S = 10
MAX_PRECISION = 38
_KINDS = {
    **dict.fromkeys(
        (tds_base.SYBINT1, tds_base.SYBINT2, tds_base.SYBINT4, tds_base.SYBINT8, tds_base.SYBINTN), Kind.INTEGER
    ),
    **dict.fromkeys((tds_base.SYBREAL, tds_base.SYBFLT8, tds_base.SYBFLTN), Kind.NUMBER),
    **dict.fromkeys((tds_base.SYBBIT, tds_base.SYBBITN), Kind.BOOLEAN),
    tds_base.SYBMSDATE: Kind.DATE,
    **dict.fromkeys(
        (tds_base.SYBDATETIME, tds_base.SYBDATETIME4, tds_base.SYBDATETIMN, tds_base.SYBMSDATETIME2), Kind.DATETIME
    ),
    tds_base.SYBMSDATETIMEOFFSET: Kind.MOMENT,
}
# The driver's own check asks its TLS library for methods that are gone from it.
tls.validate_host = is_certified
_BROKEN = TimeoutError | ConnectionError | socket.gaierror
"""What the driver lets through of a line that does not come about or breaks."""
_MONEY = {tds_base.SYBMONEY: 19, tds_base.SYBMONEYN: 19, tds_base.SYBMONEY4: 10}
"""Digits of the kinds of money; four of them stand after the point."""
_DECIMALS = (tds_base.SYBDECIMAL, tds_base.SYBNUMERIC)
_TABLES = """
    SELECT s.name, o.name, o.type,
           (SELECT SUM(p.rows) FROM sys.partitions p WHERE p.object_id = o.object_id AND p.index_id IN (0, 1))
    FROM sys.objects o JOIN sys.schemas s ON s.schema_id = o.schema_id
    WHERE o.type IN ('U', 'V') AND o.is_ms_shipped = 0 ORDER BY s.name, o.name
"""
_COLUMNS = """
    SELECT c.name, t.name FROM sys.columns c
    JOIN sys.objects o ON o.object_id = c.object_id JOIN sys.schemas s ON s.schema_id = o.schema_id
    JOIN sys.types t ON t.user_type_id = c.user_type_id
    WHERE s.name = %s AND o.name = %s AND o.type IN ('U', 'V') ORDER BY c.column_id
"""
_COMPLAINTS: dict[int, Complaint] = {
    18456: "password",
    18452: "password",
    4060: "database",
    208: "table",
    207: "column",
    229: "permission",
    230: "permission",
    102: "syntax",
    156: "syntax",
    1222: "timeout",
    3906: "read_only",
}


class MssqlSession(Session):
    """See ``Session``."""

    def __init__(self, params: ServerParams, is_encrypted: bool, password: str, timeout_s: int) -> None:
        if why := unreachable(params):
            raise why  # the driver itself would go on trying until its time is up
        try:
            self._connection = _connect(params, is_encrypted, password, timeout_s)
        except (ValueError, IndexError, struct.error) as error:
            message = "The server does not answer as SQL Server does."
            raise UserInputError(message, hint="Check host and port.", field="port") from error
        self._cursor: Any = None
        try:
            self.server = f"SQL Server {self._rows(_VERSION)[0][0]}"
            self._rows("SET LOCK_TIMEOUT 10000", has_rows=False)
        except BaseException:
            self.close()
            raise

    def list_tables(self) -> tuple[TableInfo, ...]:
        """See ``Session.list_tables``."""
        return tuple(
            TableInfo(schema_name=schema, name=name, kind="view" if kind.strip() == "V" else "table", n_rows=n_rows)
            for schema, name, kind, n_rows in self._rows(_TABLES)
        )

    def describe(self, schema_name: str, name: str) -> tuple[TableColumn, ...]:
        """See ``Session.describe``."""
        return tuple(
            TableColumn(name=column, type=type_) for column, type_ in self._rows(_COLUMNS, (schema_name, name))
        )

    def table_sql(self, schema_name: str, name: str) -> str:
        """See ``Session.table_sql``."""
        return f"SELECT * FROM {quoted_name(schema_name)}.{quoted_name(name)}"

    def open_query(self, sql: str) -> tuple[QueryColumn, ...]:
        """See ``Session.open_query``."""
        self._cursor = self._connection.cursor()
        self._cursor.execute(sql)
        return tuple(column_of(*column[:6]) for column in self._cursor.description or ())

    def fetch(self, n_rows: int) -> list[tuple[Any, ...]]:
        """See ``Session.fetch``."""
        return [tuple(row) for row in self._cursor.fetchmany(n_rows)]

    def cancel(self) -> None:
        """See ``Session.cancel``."""
        # Sending the cancellation is not safe from another thread: a closed line ends the query as well.
        self.close()

    def close(self) -> None:
        """See ``Session.close``."""
        with suppress(tds_base.Error, OSError):
            self._connection.close()  # which rolls back

    def _rows(self, sql: str, values: tuple[str, ...] = (), *, has_rows: bool = True) -> Any:
        with self._connection.cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.fetchall() if has_rows else ()


_VERSION = "SELECT CAST(SERVERPROPERTY('ProductVersion') AS NVARCHAR(128))"


def _connect(params: ServerParams, is_encrypted: bool, password: str, timeout_s: int) -> Any:
    return pytds.connect(
        dsn=params.host,
        port=params.port,
        database=params.database,
        user=params.user,
        password=password,
        login_timeout=CONNECT_TIMEOUT_S,
        timeout=timeout_s,
        appname="praxis",
        readonly=True,
        autocommit=False,
        disable_connect_retry=True,
        cafile=_authorities() if is_encrypted else None,
    )


def column_of(
    name: str, type_id: int, display_size: object, size: object, precision: int | None, scale: int | None
) -> QueryColumn:
    """A column of a result, from the driver's description of it."""
    del display_size, size
    if type_id in _MONEY:
        return QueryColumn(name=name, kind=Kind.DECIMAL, precision=_MONEY[type_id], scale=4)
    if type_id in _DECIMALS:
        if precision and precision <= MAX_PRECISION:
            return QueryColumn(name=name, kind=Kind.DECIMAL, precision=precision, scale=scale or 0)
        return QueryColumn(name=name, kind=Kind.NUMBER)
    return QueryColumn(name=name, kind=_KINDS.get(type_id, Kind.TEXT))


def quoted_name(name: str) -> str:
    """``name`` as an identifier of T-SQL.

    Example:
        >>> quoted_name("odd]name")
        '[odd]]name]'
    """
    return "[" + name.replace("]", "]]") + "]"


def explain_error(error: Exception, params: ServerParams) -> WorkbenchError | None:
    """The driver's error in words; None for what is none of its errors."""
    if not isinstance(error, tds_base.Error | _BROKEN):
        return None
    if isinstance(error, TimeoutError) and isinstance(error.__cause__, tds_base.Error):
        error = error.__cause__  # the driver tries again until its time is up, whatever the server says
    kind = _COMPLAINTS.get(getattr(error, "number", 0) or getattr(error, "msg_no", 0))
    text = getattr(error, "text", "") or str(error)
    if kind == "password" and f'"{params.database}"' in str(error):
        kind = "database"  # said first, before the failed login that follows from it
    if kind:
        return complaint(kind, params=params, detail=text)
    if why := unreachable(params):
        return why
    if isinstance(error, TimeoutError):
        return complaint("timeout", params=params)
    if "encrypt" in text.lower() or "tls" in text.lower() or "certificate" in text.lower():
        return complaint("tls", params=params, detail=text)
    if isinstance(error, _BROKEN | tds_base.InterfaceError) and not text.strip():
        return UserInputError(
            "The server does not answer as SQL Server does.", hint="Check host and port.", field="port"
        )
    return other_complaint(text)


def _authorities() -> str:
    """File of the authorities that this machine trusts."""
    found = ssl.get_default_verify_paths().cafile
    if found:
        return found
    import certifi

    return certifi.where()
