"""SQL over datasets and connections."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from app.api.computing import respond
from app.api.parameters import IdempotencyKey, WaitSeconds
from app.bootstrap import services
from core.sql.types import MAX_KEPT_ROWS, MAX_PAGE_ROWS, MAX_TIME_S

router = APIRouter(tags=["sql"])

Seconds = Annotated[int, Field(ge=1, le=MAX_TIME_S)]


class RunQuery(BaseModel):
    """One statement that reads."""

    model_config = ConfigDict(extra="forbid")

    sql: str
    connection_id: str | None = None
    rows: Annotated[int, Field(ge=1, le=MAX_PAGE_ROWS, description="Rows that come with the answer.")] = 200
    max_rows: Annotated[int, Field(ge=1, le=MAX_KEPT_ROWS, description="Rows that are kept.")] = 100_000
    timeout_s: Seconds = 60


class PlanQuery(BaseModel):
    """One statement whose plan is asked for."""

    model_config = ConfigDict(extra="forbid")

    sql: str
    analyze: bool = False
    timeout_s: Seconds = 60


class SaveQuery(BaseModel):
    """One statement whose answer becomes a dataset."""

    model_config = ConfigDict(extra="forbid")

    sql: str
    name: str
    connection_id: str | None = None


@router.post("/sql/query")
def run_query(request: RunQuery, wait_s: WaitSeconds = 10, idempotency_key: IdempotencyKey = None) -> Response:
    """Run a statement: 200 with its rows, 202 while it is under way."""
    computation = services().queries.run(
        request.sql,
        connection_id=request.connection_id,
        n_rows=request.rows,
        max_rows=request.max_rows,
        timeout_s=request.timeout_s,
        idempotency_key=idempotency_key,
    )
    return respond(computation, wait_s=wait_s)


@router.post("/sql/plan")
def plan_query(request: PlanQuery, wait_s: WaitSeconds = 10) -> Response:
    """How a statement is carried out; with ``analyze`` it is run and its steps are timed."""
    computation = services().queries.plan(request.sql, analyze=request.analyze, timeout_s=request.timeout_s)
    return respond(computation, wait_s=wait_s)


@router.get("/sql/history")
def query_history(limit: Annotated[int, Query(ge=1, le=200)] = 50) -> dict[str, Any]:
    """Statements that were run, newest first."""
    entries = services().queries.history(limit=limit)
    return {"items": [entry.model_dump(mode="json") for entry in entries], "next_cursor": None}


@router.get("/sql/schema")
def query_schema(limit: Annotated[int, Query(ge=1, le=200)] = 50, dataset_id: str | None = None) -> dict[str, Any]:
    """The tables that a statement can name, with their columns, the latest datasets first."""
    tables = services().queries.schema(limit=limit, dataset_id=dataset_id)
    return {"items": [table.model_dump(mode="json") for table in tables], "next_cursor": None}


@router.post("/sql/datasets", status_code=202)
def save_query(request: SaveQuery, idempotency_key: IdempotencyKey = None) -> dict[str, str]:
    """Make a dataset from all rows of a statement's answer."""
    dataset = services().queries.save_as_dataset(
        request.sql, name=request.name, connection_id=request.connection_id, idempotency_key=idempotency_key
    )
    return {"id": dataset.id, "job_id": f"ingest-{dataset.id}-{dataset.attempt}"}
