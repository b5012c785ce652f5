"""SQLite: one file in the folder that the instance keeps for databases."""

from typing import Annotated

from pydantic import Field

from core.databases.spec import DatabaseSpec, Session
from core.errors import WorkbenchError
from core.params import Params


class SqliteParams(Params):
    """Which file."""

    file: Annotated[
        str,
        Field(
            min_length=1,
            max_length=1_000,
            title="File",
            description="Name of a file in the folder databases of PRAXIS_HOME.",
            json_schema_extra={"front": True},
        ),
    ]


def connect(params: SqliteParams, password: str, timeout_s: int) -> Session:
    """An open session; see ``core.databases.sqlite``."""
    from core.databases.sqlite import SqliteSession

    del password
    return SqliteSession(params.file, timeout_s)


def explain(error: Exception, params: SqliteParams) -> WorkbenchError | None:
    """SQLite's error in words."""
    from core.databases.sqlite import explain_error

    return explain_error(error, params)


SPEC = DatabaseSpec(
    key="sqlite",
    label="SQLite file",
    params=SqliteParams,
    has_password=False,
    dialect="sqlite",
    default_schema="",
    connect=connect,
    explain=explain,
)
