"""Computations: how far they are, their answers, their files."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import FileResponse, Response

from app.api.computing import computation_json, respond
from app.api.parameters import WaitSeconds
from app.bootstrap import services

router = APIRouter(tags=["computations"])


@router.get("/computations/{computation_id}")
def get_computation(computation_id: str, wait_s: WaitSeconds = 0) -> Response:
    """One computation: 200 with its answer, 202 while it is under way."""
    return respond(services().computations.get(computation_id), wait_s=wait_s)


@router.post("/computations/{computation_id}/cancel", status_code=202)
def cancel_computation(computation_id: str) -> dict[str, Any]:
    """Ask a computation to end."""
    return computation_json(services().computations.cancel(computation_id))


@router.get("/computations/{computation_id}/files/{sha256}")
def computation_file(computation_id: str, sha256: str) -> Response:
    """A file that the answer names by its content hash."""
    computation = services().computations.get(computation_id)
    path = services().computations.file(computation, sha256)
    return FileResponse(path, media_type="application/octet-stream", filename=f"{computation.kind}-{sha256[:8]}")
