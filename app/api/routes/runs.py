"""Runs: start, watch, steer, fetch what they left."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response

from app.api.parameters import IdempotencyKey, Limit, Position
from app.bootstrap import services
from app.services.configuring import StartRun
from app.services.live_views import explained
from core.records import Run
from core.types import RunStatus

router = APIRouter(tags=["runs"])


@router.post("/runs", status_code=202)
def start_run(request: StartRun, idempotency_key: IdempotencyKey = None) -> dict[str, str]:
    """Start a training."""
    return {"id": services().runs.start(request, idempotency_key=idempotency_key).id}


@router.get("/runs")
def list_runs(
    limit: Limit = 50,
    cursor: str | None = None,
    dataset_id: str | None = None,
    status: Annotated[list[RunStatus] | None, Query()] = None,
) -> dict[str, Any]:
    """Runs, newest first."""
    page = services().runs.list_page(limit=limit, cursor=cursor, dataset_id=dataset_id, statuses=status or ())
    return {"items": [_run_json(run, brief=True) for run in page.items], "next_cursor": page.next_cursor}


@router.get("/runs/{run_id}")
def get_run(run_id: str) -> dict[str, Any]:
    """One run: configuration, progress, scores, provenance."""
    return _run_json(services().runs.get(run_id))


@router.get("/runs/{run_id}/metrics")
def run_metrics(run_id: str, since: Position = 0, limit: int = 1_000) -> Response:
    """The metric rows after position ``since``; ``next_cursor`` is the next ``since``, or null at the end."""
    rows = services().runs.metrics_since(run_id, since, limit=limit)
    body = {
        "items": [row.model_dump(mode="json") for row in rows],
        "next_cursor": rows[-1].seq if len(rows) == limit else None,
    }
    return JSONResponse(body)


@router.get("/runs/{run_id}/figures")
def run_figures(run_id: str) -> dict[str, Any]:
    """The figures of a finished run: Plotly JSON, the table behind each, and a text alternative."""
    return {"items": services().runs.figures(run_id), "next_cursor": None}


@router.get("/runs/{run_id}/logs")
def run_logs(run_id: str, since: Position = 0) -> dict[str, Any]:
    """The log lines after position ``since``."""
    lines = services().runs.log_since(run_id, since)
    return {"items": [line.model_dump(mode="json") for line in lines], "next_cursor": None}


@router.post("/runs/{run_id}/stop", status_code=202)
def stop_run(run_id: str) -> dict[str, Any]:
    """Stop and keep the best state so far."""
    return _brief_status(services().runs.stop(run_id))


@router.post("/runs/{run_id}/pause", status_code=202)
def pause_run(run_id: str) -> dict[str, Any]:
    """Save the state and free the worker."""
    return _brief_status(services().runs.pause(run_id))


@router.post("/runs/{run_id}/resume", status_code=202)
def resume_run(run_id: str) -> dict[str, Any]:
    """Go on from the last checkpoint."""
    return _brief_status(services().runs.resume(run_id))


@router.post("/runs/{run_id}/retry", status_code=202)
def retry_run(run_id: str) -> dict[str, Any]:
    """A new run with the same configuration."""
    return _brief_status(services().runs.retry(run_id))


@router.get("/runs/{run_id}/artifact")
def run_artifact(run_id: str) -> Response:
    """The trained model as a joblib file. Open such files only when you trust where they come from."""
    name, path, sha256 = services().runs.model_file(run_id)
    return FileResponse(
        path, media_type="application/octet-stream", filename=name, headers={"X-Content-SHA256": sha256}
    )


@router.get("/runs/{run_id}/script")
def run_script(run_id: str) -> PlainTextResponse:
    """A Python script that repeats the run with scikit-learn alone."""
    return PlainTextResponse(services().runs.script(run_id), media_type="text/x-python")


def _run_json(run: Run, *, brief: bool = False) -> dict[str, Any]:
    body = run.model_dump(mode="json", exclude={"idempotency_key", "checkpoint_sha256"})
    if body["result"] and brief:
        body["result"].pop("features")
    body["error"] = explained(run)
    if not brief:
        body["live"] = services().runs.live_status(run)
    return body


def _brief_status(run: Run) -> dict[str, Any]:
    return {"id": run.id, "status": run.status.value, "command": run.command and run.command.value}
