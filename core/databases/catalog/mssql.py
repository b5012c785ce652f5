"""Microsoft SQL Server."""

from typing import Annotated

from pydantic import Field

from core.databases.spec import DatabaseSpec, ServerParams, Session
from core.errors import WorkbenchError


class MssqlParams(ServerParams):
    """Where a SQL Server is."""

    port: Annotated[int, Field(ge=1, le=65_535, title="Port", json_schema_extra={"front": True})] = 1433
    is_encrypted: Annotated[
        bool,
        Field(
            title="Encrypted and verified",
            description="Off: user name, password and rows can be read by anyone on the way.",
        ),
    ] = True


def connect(params: MssqlParams, password: str, timeout_s: int) -> Session:
    """An open session; see ``core.databases.mssql``."""
    from core.databases.mssql import MssqlSession

    return MssqlSession(params, params.is_encrypted, password, timeout_s)


def explain(error: Exception, params: MssqlParams) -> WorkbenchError | None:
    """The driver's error in words."""
    from core.databases.mssql import explain_error

    return explain_error(error, params)


SPEC = DatabaseSpec(
    key="mssql",
    label="Microsoft SQL Server",
    params=MssqlParams,
    has_password=True,
    dialect="tsql",
    default_schema="dbo",
    connect=connect,
    explain=explain,
)
