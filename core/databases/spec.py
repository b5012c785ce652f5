"""What a kind of database declares, and what an open session of it can do."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from core.errors import WorkbenchError
from core.params import Params
from core.types import Value

Encryption = Literal["if_offered", "required", "verified", "none"]


class ServerParams(Params):
    """Where a database server is, and as whom to sign in. The password is not among them."""

    host: Annotated[
        str,
        Field(
            min_length=1,
            max_length=255,
            title="Host",
            description="Name or address of the server.",
            json_schema_extra={"front": True},
        ),
    ]
    port: Annotated[int, Field(ge=1, le=65_535, title="Port", json_schema_extra={"front": True})]
    database: Annotated[str, Field(min_length=1, max_length=128, title="Database", json_schema_extra={"front": True})]
    user: Annotated[
        str,
        Field(
            min_length=1,
            max_length=128,
            title="User",
            description="Best one that may read and nothing else.",
            json_schema_extra={"front": True},
        ),
    ]

    @field_validator("host", "database", "user")
    @classmethod
    def _is_plain(cls, value: str) -> str:
        if not value.isprintable() or value != value.strip():
            raise ValueError("it begins or ends with a blank, or holds characters that cannot be seen")
        return value


class EncryptedServerParams(ServerParams):
    """A server whose connections can be encrypted."""

    encryption: Annotated[
        Encryption,
        Field(
            title="Encryption",
            description="Verified also checks that the server is the one it says it is.",
        ),
    ] = "if_offered"


class Kind(StrEnum):
    """What the values of a query's column are, as they are kept."""

    INTEGER = "integer"
    NUMBER = "number"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"
    MOMENT = "moment"
    """A datetime with a time zone, kept in UTC."""
    TEXT = "text"
    """Text, and whatever has no other home: JSON, arrays, identifiers, bytes (as hexadecimal digits), durations."""


@dataclass(frozen=True, kw_only=True)
class QueryColumn:
    """One column of a running query."""

    name: str
    kind: Kind
    precision: int = 0
    """Of decimals: all digits, at most 38."""
    scale: int = 0
    """Of decimals: digits after the point."""


class TableInfo(Value):
    """One table or view that a connection can read."""

    schema_name: str
    """Empty where the database has none."""
    name: str
    kind: Literal["table", "view"]
    n_rows: int | None = None
    """The database's own estimate, where it keeps one."""


class TableColumn(Value):
    """One column of a table as the database describes it."""

    name: str
    type: str
    """In the database's own words."""


class LostValue:
    """Stands for a value that has no equal here, such as a date after the year 9999."""


LOST = LostValue()


class Session(ABC):
    """An open connection that only reads. One query at a time; ``cancel`` may come from another thread.

    Methods raise what the driver raises; ``DatabaseSpec.explain`` puts that into words.
    """

    server: str
    """Name and version: "PostgreSQL 15.3"."""

    @abstractmethod
    def list_tables(self) -> tuple[TableInfo, ...]:
        """Tables and views, by schema and name, without the database's own."""

    @abstractmethod
    def describe(self, schema_name: str, name: str) -> tuple[TableColumn, ...]:
        """The columns of a table in their order; none when there is no such table."""

    def estimate_rows(self, schema_name: str, name: str) -> int | None:
        """About how many rows a table has; None when only counting would tell."""
        wanted = (schema_name, name)
        return next((info.n_rows for info in self.list_tables() if (info.schema_name, info.name) == wanted), None)

    @abstractmethod
    def table_sql(self, schema_name: str, name: str) -> str:
        """A query for all rows of a table, its name quoted."""

    @abstractmethod
    def open_query(self, sql: str) -> tuple[QueryColumn, ...]:
        """Start a query that was checked before; its columns."""

    @abstractmethod
    def fetch(self, n_rows: int) -> list[tuple[Any, ...]]:
        """The next rows, at most so many; none at the end."""

    @abstractmethod
    def cancel(self) -> None:
        """End the running query; raises nothing."""

    @abstractmethod
    def close(self) -> None:
        """Hang up and leave nothing behind; raises nothing."""


@dataclass(frozen=True, kw_only=True)
class DatabaseSpec:
    """Facts about one kind of database and its driver; listing specs imports no driver."""

    key: str
    """Stable snake-case name, as in ``Connection.kind``."""
    label: str
    params: type[Params]
    has_password: bool
    dialect: str
    """Name of its SQL in sqlglot."""
    default_schema: str
    """The schema that is meant when none is named; empty for none."""
    connect: Callable[[Any, str, int], Session]
    """``(params, password, timeout_s)``; the limit holds for each statement. Raises what the driver raises."""
    explain: Callable[[Exception, Any], WorkbenchError | None]
    """A driver's error in words, without any secret; None for what is no driver's error."""
