"""Saved connections. Passwords go in and never come out."""

from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field, SecretStr
from starlette.concurrency import run_in_threadpool

from app.api.uploads import receive_upload
from app.bootstrap import services, wiring
from core.records import Connection

router = APIRouter(tags=["connections"])

FILE_FORM: dict[str, Any] = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["file"],
                "properties": {"file": {"type": "string", "format": "binary", "description": "An SQLite database."}},
            }
        }
    },
}


class NewConnection(BaseModel):
    """A connection to be saved."""

    model_config = ConfigDict(extra="forbid")

    name: str
    kind: str = Field(description="One of GET /connections/kinds.")
    params: dict[str, Any] = Field(default_factory=dict)
    password: SecretStr = Field(default=SecretStr(""), description="Kept encrypted; no answer ever holds it.")


class ChangedConnection(BaseModel):
    """What changes; the rest stays."""

    model_config = ConfigDict(extra="forbid")

    name: str | None = None
    params: dict[str, Any] | None = None
    password: SecretStr | None = Field(default=None, description="Empty: forget it.")


@router.get("/connections")
def list_connections() -> dict[str, Any]:
    """Every saved connection, by name."""
    return {"items": [_json(each) for each in services().connections.list_all()], "next_cursor": None}


@router.get("/connections/kinds")
def list_kinds() -> dict[str, Any]:
    """What can be connected to, with the JSON schema of each kind's parameters."""
    return {"items": [kind.model_dump() for kind in services().connections.kinds()], "next_cursor": None}


@router.post("/connections", status_code=201)
def add_connection(request: NewConnection) -> dict[str, Any]:
    """Save a connection; it is not tried."""
    connection = services().connections.create(
        name=request.name, kind=request.kind, params=request.params, password=request.password.get_secret_value()
    )
    return _json(connection)


@router.post("/connections/files", status_code=201, openapi_extra={"requestBody": FILE_FORM})
async def add_file(request: Request) -> dict[str, str]:
    """Upload an SQLite file to connect to: multipart field ``file``."""
    settings = wiring().settings
    folder = settings.home.resolve() / "uploads"
    async with receive_upload(request, folder=folder, max_bytes=settings.max_upload_mb * 1_000_000) as upload:
        return {"file": await run_in_threadpool(services().connections.add_sqlite_file, upload.path, upload.file_name)}


@router.get("/connections/{connection_id}")
def get_connection(connection_id: str) -> dict[str, Any]:
    """One connection, without its password."""
    return _json(services().connections.get(connection_id))


@router.patch("/connections/{connection_id}")
def change_connection(connection_id: str, request: ChangedConnection) -> dict[str, Any]:
    """Change a connection. One that leads elsewhere afterwards needs its password again."""
    connection = services().connections.update(
        connection_id,
        name=request.name,
        params=request.params,
        password=None if request.password is None else request.password.get_secret_value(),
    )
    return _json(connection)


@router.delete("/connections/{connection_id}", status_code=204)
def remove_connection(connection_id: str) -> None:
    """Forget a connection and its password; datasets that came through it stay."""
    services().connections.remove(connection_id)


@router.post("/connections/{connection_id}/test")
def test_connection(connection_id: str) -> dict[str, str]:
    """Whether the database answers, and what it is."""
    return {"message": services().connections.test(connection_id)}


@router.get("/connections/{connection_id}/tables")
def list_tables(connection_id: str) -> dict[str, Any]:
    """The tables and views behind a connection."""
    tables = services().connections.tables(connection_id)
    return {"items": [table.model_dump() for table in tables], "next_cursor": None}


@router.get("/connections/{connection_id}/columns")
def list_columns(connection_id: str, table: str, schema_name: str = "") -> dict[str, Any]:
    """The columns of a table."""
    columns = services().connections.columns(connection_id, table, schema_name=schema_name)
    return {"items": [column.model_dump() for column in columns], "next_cursor": None}


def _json(connection: Connection) -> dict[str, Any]:
    return connection.model_dump(mode="json")
