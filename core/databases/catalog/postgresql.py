"""PostgreSQL and what speaks its protocol."""

from typing import Annotated

from pydantic import Field

from core.databases.spec import DatabaseSpec, EncryptedServerParams, Session
from core.errors import WorkbenchError


class PostgresqlParams(EncryptedServerParams):
    """Where a PostgreSQL server is."""

    port: Annotated[int, Field(ge=1, le=65_535, title="Port", json_schema_extra={"front": True})] = 5432


def connect(params: PostgresqlParams, password: str, timeout_s: int) -> Session:
    """An open session; see ``core.databases.postgresql``."""
    from core.databases.postgresql import PostgresqlSession

    return PostgresqlSession(params, password, timeout_s)


def explain(error: Exception, params: PostgresqlParams) -> WorkbenchError | None:
    """The driver's error in words."""
    from core.databases.postgresql import explain_error

    return explain_error(error, params)


SPEC = DatabaseSpec(
    key="postgresql",
    label="PostgreSQL",
    params=PostgresqlParams,
    has_password=True,
    dialect="postgres",
    default_schema="public",
    connect=connect,
    explain=explain,
)
