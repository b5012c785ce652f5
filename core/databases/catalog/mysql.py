"""MySQL and MariaDB."""

from typing import Annotated

from pydantic import Field

from core.databases.spec import DatabaseSpec, EncryptedServerParams, Session
from core.errors import WorkbenchError


class MysqlParams(EncryptedServerParams):
    """Where a MySQL or MariaDB server is."""

    port: Annotated[int, Field(ge=1, le=65_535, title="Port", json_schema_extra={"front": True})] = 3306


def connect(params: MysqlParams, password: str, timeout_s: int) -> Session:
    """An open session; see ``core.databases.mysql``."""
    from core.databases.mysql import MysqlSession

    return MysqlSession(params, password, timeout_s)


def explain(error: Exception, params: MysqlParams) -> WorkbenchError | None:
    """The driver's error in words."""
    from core.databases.mysql import explain_error

    return explain_error(error, params)


SPEC = DatabaseSpec(
    key="mysql",
    label="MySQL or MariaDB",
    params=MysqlParams,
    has_password=True,
    dialect="mysql",
    default_schema="",
    connect=connect,
    explain=explain,
)
