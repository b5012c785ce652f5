"""The routes of /api/v1. Each reads a request, calls one service and shapes the answer."""

import json
from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Query, Request
from pydantic import BaseModel, ConfigDict
from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response, StreamingResponse

from app.api.events import Feeds
from app.api.uploads import receive_upload
from app.bootstrap import services, wiring
from app.services.catalog import ModelInfo, get_model, list_models
from app.services.comparison import Comparison
from app.services.configuring import StartRun
from core.errors import UserInputError
from core.records import Dataset, Run
from core.types import RunStatus, Split
from core.version import VERSION

IdempotencyKey = Annotated[
    str | None,
    Header(max_length=200, description="A repeated request with the same key returns the first one's result."),
]
Limit = Annotated[int, Query(ge=1, le=200)]

# The body is read by hand, so that it goes to the disk as it comes; the description has to be written by hand as well.
UPLOAD_FORM: dict[str, Any] = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["file"],
                "properties": {
                    "file": {"type": "string", "format": "binary", "description": "The table."},
                    "name": {"type": "string", "description": "What to call the dataset; the file's name if empty."},
                    "options": {"type": "string", "description": "JSON object of import options, if any."},
                },
            }
        }
    },
}

router = APIRouter(prefix="/v1")


class CompareRuns(BaseModel):
    """Which runs to compare, and by what."""

    model_config = ConfigDict(extra="forbid")

    run_ids: list[str]
    metric: str | None = None
    split: Literal["validation", "test"] = "validation"


@router.get("/health", tags=["health"])
def health() -> Response:
    """Every component with its status; 503 when one is down."""
    components = services().health.check()
    is_up = all(component.status == "up" for component in components)
    body = {
        "status": "up" if is_up else "down",
        "version": VERSION,
        "components": [component.model_dump() for component in components],
    }
    return JSONResponse(body, status_code=200 if is_up else 503)


@router.get("/health/live", tags=["health"], response_class=PlainTextResponse)
async def live() -> str:
    """Whether this process answers at all."""
    return "ok"


@router.post("/datasets", status_code=202, tags=["datasets"], openapi_extra={"requestBody": UPLOAD_FORM})
async def add_dataset(request: Request, idempotency_key: IdempotencyKey = None) -> dict[str, str]:
    """Upload one file: multipart fields ``file``, ``name`` and ``options`` (a JSON object)."""
    settings = wiring().settings
    folder = settings.home.resolve() / "uploads"
    async with receive_upload(request, folder=folder, max_bytes=settings.max_upload_mb * 1_000_000) as upload:
        dataset = await run_in_threadpool(
            services().datasets.ingest,
            upload.path,
            file_name=upload.file_name,
            name=upload.fields.get("name", ""),
            options=_json_object(upload.fields.get("options", ""), field="options"),
            idempotency_key=idempotency_key,
        )
    return {"id": dataset.id, "job_id": f"ingest-{dataset.id}-{dataset.attempt}"}


@router.get("/datasets", tags=["datasets"])
def list_datasets(limit: Limit = 50, cursor: str | None = None) -> dict[str, Any]:
    """Datasets, newest first."""
    page = services().datasets.list_page(limit=limit, cursor=cursor)
    return {"items": [_dataset_json(dataset, brief=True) for dataset in page.items], "next_cursor": page.next_cursor}


@router.get("/datasets/{dataset_id}", tags=["datasets"])
def get_dataset(dataset_id: str) -> dict[str, Any]:
    """One dataset with its columns and notices."""
    return _dataset_json(services().datasets.get(dataset_id))


@router.get("/datasets/{dataset_id}/preview", tags=["datasets"])
def preview_dataset(dataset_id: str, rows: int = 50, offset: int = 0) -> dict[str, Any]:
    """Some rows, from ``offset`` on."""
    return {"items": services().datasets.preview(dataset_id, n_rows=rows, offset=offset), "next_cursor": None}


@router.get("/datasets/{dataset_id}/export", tags=["datasets"])
def export_dataset(dataset_id: str, format: Literal["parquet"] = "parquet") -> Response:
    """The dataset as a Parquet file."""
    name, path = services().datasets.export(dataset_id)
    return FileResponse(path, media_type="application/vnd.apache.parquet", filename=f"{name}.{format}")


@router.get("/models", tags=["models"])
def models() -> dict[str, Any]:
    """The registry: parameters as JSON schema, explanations, sources."""
    return {"items": [model.model_dump(mode="json") for model in list_models()], "next_cursor": None}


@router.get("/models/{key}", tags=["models"])
def model(key: str) -> ModelInfo:
    """One model."""
    return get_model(key)


@router.post("/runs", status_code=202, tags=["runs"])
def start_run(request: StartRun, idempotency_key: IdempotencyKey = None) -> dict[str, str]:
    """Start a training."""
    return {"id": services().runs.start(request, idempotency_key=idempotency_key).id}


@router.get("/runs", tags=["runs"])
def list_runs(
    limit: Limit = 50,
    cursor: str | None = None,
    dataset_id: str | None = None,
    status: Annotated[list[RunStatus] | None, Query()] = None,
) -> dict[str, Any]:
    """Runs, newest first."""
    page = services().runs.list_page(limit=limit, cursor=cursor, dataset_id=dataset_id, statuses=status or ())
    return {"items": [_run_json(run, brief=True) for run in page.items], "next_cursor": page.next_cursor}


@router.get("/runs/{run_id}", tags=["runs"])
def get_run(run_id: str) -> dict[str, Any]:
    """One run: configuration, progress, scores, provenance."""
    return _run_json(services().runs.get(run_id))


@router.get("/runs/{run_id}/metrics", tags=["runs"])
def run_metrics(run_id: str, since: Annotated[int, Query(ge=0)] = 0, limit: int = 1_000) -> Response:
    """The metric rows after position ``since``; ``next_cursor`` is the next ``since``, or null at the end."""
    rows = services().runs.metrics_since(run_id, since, limit=limit)
    body = {
        "items": [row.model_dump(mode="json") for row in rows],
        "next_cursor": rows[-1].seq if len(rows) == limit else None,
    }
    return JSONResponse(body)


@router.get("/runs/{run_id}/figures", tags=["runs"])
def run_figures(run_id: str) -> dict[str, Any]:
    """The figures of a finished run: Plotly JSON, the table behind each, and a text alternative."""
    return {"items": services().runs.figures(run_id), "next_cursor": None}


@router.get("/runs/{run_id}/logs", tags=["runs"])
def run_logs(run_id: str, since: Annotated[int, Query(ge=0)] = 0) -> dict[str, Any]:
    """The log lines after position ``since``."""
    lines = services().runs.log_since(run_id, since)
    return {"items": [line.model_dump(mode="json") for line in lines], "next_cursor": None}


@router.post("/runs/{run_id}/stop", status_code=202, tags=["runs"])
def stop_run(run_id: str) -> dict[str, Any]:
    """Stop and keep the best state so far."""
    return _brief_status(services().runs.stop(run_id))


@router.post("/runs/{run_id}/pause", status_code=202, tags=["runs"])
def pause_run(run_id: str) -> dict[str, Any]:
    """Save the state and free the worker."""
    return _brief_status(services().runs.pause(run_id))


@router.post("/runs/{run_id}/resume", status_code=202, tags=["runs"])
def resume_run(run_id: str) -> dict[str, Any]:
    """Go on from the last checkpoint."""
    return _brief_status(services().runs.resume(run_id))


@router.post("/runs/{run_id}/retry", status_code=202, tags=["runs"])
def retry_run(run_id: str) -> dict[str, Any]:
    """A new run with the same configuration."""
    return _brief_status(services().runs.retry(run_id))


@router.get("/runs/{run_id}/artifact", tags=["runs"])
def run_artifact(run_id: str) -> Response:
    """The trained model as a joblib file. Open such files only when you trust where they come from."""
    name, path, sha256 = services().runs.model_file(run_id)
    return FileResponse(
        path, media_type="application/octet-stream", filename=name, headers={"X-Content-SHA256": sha256}
    )


@router.get("/runs/{run_id}/script", tags=["runs"])
def run_script(run_id: str) -> PlainTextResponse:
    """A Python script that repeats the run with scikit-learn alone."""
    return PlainTextResponse(services().runs.script(run_id), media_type="text/x-python")


@router.post("/comparisons", tags=["comparisons"])
def compare(request: CompareRuns) -> Comparison:
    """Rank runs, with intervals, paired tests and the differences of their configurations."""
    return services().comparison.compare(request.run_ids, metric=request.metric, split=Split(request.split))


@router.get("/events", tags=["runs"])
async def events(
    request: Request, run_id: str, since: Annotated[int, Query(ge=0)] = 0, log_since: Annotated[int, Query(ge=0)] = 0
) -> StreamingResponse:
    """Server-sent events of one run: ``status``, ``metrics`` and ``log``."""
    # A position that nobody has reached yet would hide the points up to there from the other viewers.
    since = min(since, await run_in_threadpool(services().runs.last_seq, run_id))
    feeds: Feeds = request.app.state.feeds

    async def stream() -> AsyncIterator[str]:
        async for event in feeds.watch(run_id, since, log_since):
            yield event

    return StreamingResponse(
        stream(),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


def _json_object(text: str, *, field: str) -> dict[str, Any]:
    if not text.strip():
        return {}
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        raise UserInputError(f"{field} is not JSON: {error.msg} at character {error.pos}.", field=field) from error
    if not isinstance(value, dict):
        raise UserInputError(f"{field} is not a JSON object.", field=field)
    return value


def _dataset_json(dataset: Dataset, *, brief: bool = False) -> dict[str, Any]:
    hidden = {"idempotency_key", "attempt"} | ({"columns", "notices"} if brief else set())
    return dataset.model_dump(mode="json", exclude=hidden)


def _run_json(run: Run, *, brief: bool = False) -> dict[str, Any]:
    body = run.model_dump(mode="json", exclude={"idempotency_key", "checkpoint_sha256"})
    if body["result"] and brief:
        body["result"].pop("features")
    if not brief:
        body["live"] = services().runs.live_status(run)
    return body


def _brief_status(run: Run) -> dict[str, Any]:
    return {"id": run.id, "status": run.status.value, "command": run.command and run.command.value}
