"""MySQL and MariaDB through PyMySQL: a read-only transaction and rows as they come over the wire."""

import ssl
from contextlib import suppress
from typing import Any

import pymysql
from pymysql.constants import ER, FIELD_TYPE, FLAG
from pymysql.cursors import Cursor, SSCursor

from core.databases.spec import EncryptedServerParams, Kind, QueryColumn, Session, TableColumn, TableInfo
from core.databases.words import Complaint, complaint, other_complaint, unreachable
from core.errors import WorkbenchError

CONNECT_TIMEOUT_S = 10
MAX_PRECISION = 38
_KINDS = {
    **dict.fromkeys(
        (FIELD_TYPE.TINY, FIELD_TYPE.SHORT, FIELD_TYPE.INT24, FIELD_TYPE.LONG, FIELD_TYPE.LONGLONG, FIELD_TYPE.YEAR),
        Kind.INTEGER,
    ),
    FIELD_TYPE.BIT: Kind.INTEGER,
    **dict.fromkeys((FIELD_TYPE.FLOAT, FIELD_TYPE.DOUBLE), Kind.NUMBER),
    **dict.fromkeys((FIELD_TYPE.DATE, FIELD_TYPE.NEWDATE), Kind.DATE),
    FIELD_TYPE.DATETIME: Kind.DATETIME,
    FIELD_TYPE.TIMESTAMP: Kind.MOMENT,
}
_NO_TLS = "SSL is required but the server doesn't support it"
_OWN_SCHEMAS = "('information_schema', 'mysql', 'performance_schema', 'sys')"
_COMPLAINTS: dict[int, Complaint] = {
    ER.ACCESS_DENIED_ERROR: "password",
    1698: "password",  # MariaDB, for accounts that sign in by other means
    ER.BAD_DB_ERROR: "database",
    ER.DBACCESS_DENIED_ERROR: "database",
    ER.NO_SUCH_TABLE: "table",
    ER.BAD_FIELD_ERROR: "column",
    ER.TABLEACCESS_DENIED_ERROR: "permission",
    ER.COLUMNACCESS_DENIED_ERROR: "permission",
    ER.PARSE_ERROR: "syntax",
    1792: "read_only",
    1969: "timeout",  # MariaDB
    3024: "timeout",  # MySQL
    ER.LOCK_WAIT_TIMEOUT: "timeout",
}


class MysqlSession(Session):
    """See ``Session``."""

    def __init__(self, params: EncryptedServerParams, password: str, timeout_s: int) -> None:
        self._params = params
        self._password = password
        self._connection = self._connect(read_timeout_s=timeout_s + 5)
        try:
            self._prepare(timeout_s)
        except BaseException:
            self.close()
            raise
        self._cursor: SSCursor | None = None

    def _connect(self, *, read_timeout_s: int) -> "pymysql.Connection[Cursor]":
        context = _tls(self._params)
        try:
            return self._connect_with(context, read_timeout_s)
        except pymysql.OperationalError as error:
            if self._params.encryption != "if_offered" or _NO_TLS not in str(error):
                raise
            return self._connect_with(None, read_timeout_s)

    def _connect_with(self, context: ssl.SSLContext | None, read_timeout_s: int) -> "pymysql.Connection[Cursor]":
        params = self._params
        return pymysql.connect(
            host=params.host,
            port=params.port,
            user=params.user,
            password=self._password,
            database=params.database,
            charset="utf8mb4",
            connect_timeout=CONNECT_TIMEOUT_S,
            read_timeout=read_timeout_s,
            write_timeout=CONNECT_TIMEOUT_S,
            local_infile=False,
            autocommit=True,
            program_name="praxis",
            ssl=context,
            ssl_disabled=context is None,
        )

    def _prepare(self, timeout_s: int) -> None:
        version = self._connection.get_server_info()
        is_mariadb = "mariadb" in version.lower()
        number = version.removeprefix("5.5.5-").partition("-")[0]
        self.server = f"{'MariaDB' if is_mariadb else 'MySQL'} {number}"
        limit = f"max_statement_time = {timeout_s}" if is_mariadb else f"max_execution_time = {timeout_s * 1000}"
        with self._connection.cursor() as cursor:
            # Quotes and backslashes have to mean what the check of statements takes them for.
            cursor.execute("SET SESSION sql_mode = 'STRICT_TRANS_TABLES', time_zone = '+00:00'")
            with suppress(pymysql.Error):  # servers before 5.7 know no limit; the socket's own remains
                cursor.execute(f"SET SESSION {limit}")
            cursor.execute("SET SESSION lock_wait_timeout = 10")
            cursor.execute("START TRANSACTION READ ONLY")

    def list_tables(self) -> tuple[TableInfo, ...]:
        """See ``Session.list_tables``."""
        rows = self._rows(
            "SELECT table_schema, table_name, table_type, table_rows FROM information_schema.tables "
            f"WHERE table_schema NOT IN {_OWN_SCHEMAS} ORDER BY table_schema <> DATABASE(), table_schema, table_name"
        )
        return tuple(
            TableInfo(schema_name=schema, name=name, kind="view" if "VIEW" in kind else "table", n_rows=n_rows)
            for schema, name, kind, n_rows in rows
        )

    def describe(self, schema_name: str, name: str) -> tuple[TableColumn, ...]:
        """See ``Session.describe``."""
        rows = self._rows(
            "SELECT column_name, column_type FROM information_schema.columns "
            "WHERE table_schema = %s AND table_name = %s ORDER BY ordinal_position",
            (schema_name or self._params.database, name),
        )
        return tuple(TableColumn(name=column, type=type_) for column, type_ in rows)

    def estimate_rows(self, schema_name: str, name: str) -> int | None:
        """See ``Session.estimate_rows``."""
        return super().estimate_rows(schema_name or self._params.database, name)

    def table_sql(self, schema_name: str, name: str) -> str:
        """See ``Session.table_sql``."""
        return f"SELECT * FROM {_quoted(schema_name or self._params.database)}.{_quoted(name)}"

    def open_query(self, sql: str) -> tuple[QueryColumn, ...]:
        """See ``Session.open_query``."""
        self._cursor = SSCursor(self._connection)
        self._cursor.execute(sql)
        # Only the packets themselves say how many digits a decimal has.
        fields = self._cursor._result.fields
        return tuple(_column(field) for field in fields)

    def fetch(self, n_rows: int) -> list[tuple[Any, ...]]:
        """See ``Session.fetch``."""
        assert self._cursor is not None
        return list(self._cursor.fetchmany(n_rows))

    def cancel(self) -> None:
        """See ``Session.cancel``."""
        with suppress(pymysql.Error, OSError):
            other = self._connect(read_timeout_s=CONNECT_TIMEOUT_S)
            try:
                with other.cursor() as cursor:
                    cursor.execute(f"KILL QUERY {self._connection.thread_id()}")
            finally:
                other.close()

    def close(self) -> None:
        """See ``Session.close``."""
        cursor = getattr(self, "_cursor", None)
        if cursor is not None:
            # Else it would read all remaining rows of a query that nobody waits for any more.
            cursor.connection = None
            if cursor._result is not None:
                cursor._result.unbuffered_active = False
        with suppress(pymysql.Error, OSError):
            self._connection.close()

    def _rows(self, sql: str, values: tuple[str, ...] | None = None) -> Any:
        with self._connection.cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.fetchall()


def explain_error(error: Exception, params: EncryptedServerParams) -> WorkbenchError | None:
    """The driver's error in words; None for what is none of its errors."""
    if not isinstance(error, pymysql.Error):
        return None
    code, text = error.args if len(error.args) == 2 else (0, str(error))
    if kind := _COMPLAINTS.get(code):
        return complaint(kind, params=params, detail=str(text))
    if isinstance(error, pymysql.ProgrammingError):
        return complaint("syntax", params=params, detail=str(text))
    if "timed out" in str(text) and (why := unreachable(params)) is None:
        return complaint("timeout", params=params)
    if why := unreachable(params):
        return why
    if "SSL" in str(text) or "certificate" in str(text):
        return complaint("tls", params=params, detail=str(text))
    return other_complaint(str(text))


def _tls(params: EncryptedServerParams) -> ssl.SSLContext | None:
    if params.encryption == "none":
        return None
    context = ssl.create_default_context()
    if params.encryption != "verified":
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def _column(field: Any) -> QueryColumn:
    if field.type_code in (FIELD_TYPE.DECIMAL, FIELD_TYPE.NEWDECIMAL):
        scale = field.scale
        # The length counts the point and the sign as well.
        precision = field.length - (scale > 0) - (not field.flags & FLAG.UNSIGNED)
        if 0 < precision <= MAX_PRECISION and scale <= precision:
            return QueryColumn(name=field.name, kind=Kind.DECIMAL, precision=precision, scale=scale)
        return QueryColumn(name=field.name, kind=Kind.NUMBER)
    return QueryColumn(name=field.name, kind=_KINDS.get(field.type_code, Kind.TEXT))
