"""Datasets: upload, look, rename, remove."""

from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict
from starlette.concurrency import run_in_threadpool

from app.api.parameters import IdempotencyKey, Limit, json_object
from app.api.uploads import receive_upload
from app.bootstrap import services, wiring
from core.errors import UserInputError
from core.params import validate_params
from core.records import Dataset, DatasetSummary

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
        },
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["upload_id"],
                "properties": {
                    "upload_id": {"type": "string", "description": "A file that was sent to /uploads before."},
                    "name": {"type": "string", "description": "What to call the dataset; the file's name if empty."},
                    "options": {"type": "object", "description": "Import options, if any."},
                },
            }
        },
    },
}

MAX_BODY_BYTES = 100_000

router = APIRouter(tags=["datasets"])


class RenameDataset(BaseModel):
    """The new name."""

    model_config = ConfigDict(extra="forbid")

    name: str


class ImportUpload(BaseModel):
    """Which staged upload to import, and how."""

    model_config = ConfigDict(extra="forbid")

    upload_id: str
    name: str = ""
    options: dict[str, Any] = {}


@router.post("/datasets", status_code=202, openapi_extra={"requestBody": UPLOAD_FORM})
async def add_dataset(request: Request, idempotency_key: IdempotencyKey = None) -> dict[str, str]:
    """One file as multipart fields ``file``, ``name``, ``options`` (JSON); or a staged upload as a JSON body."""
    if request.headers.get("content-type", "").partition(";")[0].strip() == "application/json":
        return await run_in_threadpool(_import_upload, await _small_body(request), idempotency_key)
    settings = wiring().settings
    folder = settings.home.resolve() / "uploads"
    async with receive_upload(request, folder=folder, max_bytes=settings.max_upload_mb * 1_000_000) as upload:
        dataset = await run_in_threadpool(
            services().datasets.ingest,
            upload.path,
            file_name=upload.file_name,
            name=upload.fields.get("name", ""),
            options=json_object(upload.fields.get("options", ""), field="options"),
            idempotency_key=idempotency_key,
        )
    return accepted(dataset)


def _import_upload(body: str, idempotency_key: str | None) -> dict[str, str]:
    wanted = validate_params(ImportUpload, json_object(body, field="body"), field="body")
    dataset = services().uploads.import_upload(
        wanted.upload_id, name=wanted.name, options=wanted.options, idempotency_key=idempotency_key
    )
    return accepted(dataset)


async def _small_body(request: Request) -> str:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise UserInputError("The JSON body is too long.", hint="Send the file itself as a multipart form.")
    return body.decode("utf-8", "replace")


@router.get("/datasets")
def list_datasets(limit: Limit = 50, cursor: str | None = None) -> dict[str, Any]:
    """Datasets, newest first."""
    page = services().datasets.list_page(limit=limit, cursor=cursor)
    return {"items": [summary_json(dataset) for dataset in page.items], "next_cursor": page.next_cursor}


@router.get("/datasets/{dataset_id}")
def get_dataset(dataset_id: str) -> dict[str, Any]:
    """One dataset with its columns and notices."""
    return dataset_json(services().datasets.get(dataset_id))


@router.get("/datasets/{dataset_id}/preview")
def preview_dataset(dataset_id: str, rows: int = 50, offset: int = 0) -> dict[str, Any]:
    """Some rows, from ``offset`` on."""
    return {"items": services().datasets.preview(dataset_id, n_rows=rows, offset=offset), "next_cursor": None}


@router.patch("/datasets/{dataset_id}")
def rename_dataset(dataset_id: str, request: RenameDataset) -> dict[str, Any]:
    """Call all versions of a dataset by another name."""
    return dataset_json(services().datasets.rename(dataset_id, request.name))


@router.delete("/datasets/{dataset_id}", status_code=204)
def remove_dataset(dataset_id: str) -> None:
    """Remove a dataset that no run and no other dataset came from."""
    services().datasets.remove(dataset_id)


@router.post("/datasets/{dataset_id}/cancel", status_code=202)
def cancel_dataset(dataset_id: str) -> dict[str, str]:
    """End the reading of a dataset."""
    dataset = services().datasets.cancel(dataset_id)
    return {"id": dataset.id, "status": dataset.status.value}


@router.get("/datasets/{dataset_id}/relatives")
def relatives_of_dataset(dataset_id: str) -> dict[str, Any]:
    """All versions of a dataset, what they were made from and what was made from them, oldest first."""
    items = [summary_json(each) for each in services().datasets.relatives(dataset_id)]
    return {"items": items, "next_cursor": None}


def dataset_json(dataset: Dataset) -> dict[str, Any]:
    """One dataset as the API shows it."""
    return dataset.model_dump(mode="json", exclude={"idempotency_key", "attempt"})


def summary_json(dataset: DatasetSummary) -> dict[str, Any]:
    """One dataset of a list."""
    return dataset.model_dump(mode="json")


def accepted(dataset: Dataset) -> dict[str, str]:
    """What a request is told that has started a dataset."""
    return {"id": dataset.id, "job_id": f"ingest-{dataset.id}-{dataset.attempt}"}
