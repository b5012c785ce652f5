"""Uploads: look before the import, and once more with other options."""

import json
from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict
from starlette.concurrency import run_in_threadpool

from app.api.parameters import IdempotencyKey
from app.api.routes.datasets import accepted
from app.api.uploads import receive_upload
from app.bootstrap import services, wiring
from app.services.computations import no_answer
from app.services.uploads import KEPT_FOR
from core.records import Computation, StagedUpload
from core.types import ComputationStatus

WAIT_S = 10.0
"""A look takes tenths of a second; longer only when every worker is busy."""

# The body is read by hand, so that it goes to the disk as it comes; the description has to be written by hand as well.
UPLOAD_FORM: dict[str, Any] = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["file"],
                "properties": {"file": {"type": "string", "format": "binary", "description": "The table."}},
            }
        }
    },
}

router = APIRouter(tags=["uploads"])


class ReadOptions(BaseModel):
    """How to read a file; what is left out is sniffed."""

    model_config = ConfigDict(extra="forbid")

    options: dict[str, Any] = {}


@router.post("/uploads", status_code=201, openapi_extra={"requestBody": UPLOAD_FORM})
async def stage_upload(request: Request) -> dict[str, Any]:
    """Keep one file for a day and say what it would be read as: multipart field ``file``."""
    settings = wiring().settings
    folder = settings.home.resolve() / "uploads"
    async with receive_upload(request, folder=folder, max_bytes=settings.max_upload_mb * 1_000_000) as upload:
        staged = await run_in_threadpool(services().uploads.stage, upload.path, file_name=upload.file_name)
    return await run_in_threadpool(_with_look, staged, {})


@router.post("/uploads/{upload_id}/preview")
def preview_upload(upload_id: str, request: ReadOptions) -> dict[str, Any]:
    """What an upload would be read as with other options."""
    return _with_look(services().uploads.get(upload_id), request.options)


@router.post("/datasets/{dataset_id}/look")
def look_again(dataset_id: str, request: ReadOptions) -> dict[str, Any]:
    """What the original bytes of a dataset would be read as with other options."""
    return _answered(services().uploads.look_again(dataset_id, request.options))


@router.post("/datasets/{dataset_id}/read-again", status_code=202)
def read_again(dataset_id: str, request: ReadOptions, idempotency_key: IdempotencyKey = None) -> dict[str, str]:
    """A new version of a dataset, from its original bytes read with other options."""
    return accepted(services().datasets.read_again(dataset_id, request.options, idempotency_key=idempotency_key))


def _with_look(upload: StagedUpload, options: dict[str, Any]) -> dict[str, Any]:
    """An upload with what it would be read as."""
    look = _answered(services().uploads.look(upload.id, options))
    body = upload.model_dump(mode="json")
    return {**body, "kept_until": (upload.created_at + KEPT_FOR).isoformat().replace("+00:00", "Z"), **look}


def _answered(computation: Computation) -> dict[str, Any]:
    """What was sniffed; ``look`` is null while every worker is busy, and asking again gets it then."""
    computation = services().computations.wait(computation.id, timeout_s=WAIT_S)
    if computation.status in (ComputationStatus.FAILED, ComputationStatus.CANCELLED):
        raise no_answer(computation)
    is_there = computation.status is ComputationStatus.FINISHED
    look = json.loads(services().computations.result_json(computation)) if is_there else None
    return {"look": look, "computation_id": computation.id}
