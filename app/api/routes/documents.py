"""Documents: add files to a collection, look at what was read, remove them."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse

from app.api.parameters import IdempotencyKey, Limit, Position
from app.api.uploads import ReceivedFile, receive_uploads
from app.bootstrap import services, wiring
from core.deliveries import index_job
from core.errors import WorkbenchError
from core.knowledge import Document
from storage.filing import Filed

# The body is read by hand, so that it goes to the disk as it comes; the description has to be written by hand as well.
FILES_FORM: dict[str, Any] = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["file"],
                "properties": {
                    "file": {
                        "type": "array",
                        "items": {"type": "string", "format": "binary"},
                        "description": "One or several documents, or ZIP archives of them.",
                    },
                },
            }
        },
    },
}

MOST_FILES = 100
"""Files in one request; a ZIP archive takes more."""

router = APIRouter(tags=["documents"])


@router.post("/collections/{collection_id}/documents", status_code=202, openapi_extra={"requestBody": FILES_FORM})
async def add_documents(collection_id: str, request: Request, idempotency_key: IdempotencyKey = None) -> dict[str, Any]:
    """Files as multipart fields ``file``; each has an item in the answer, with an error where it was refused."""
    documents = services().documents
    # Asked first: nobody sends 200 MB to learn that there is no such collection.
    await run_in_threadpool(services().collections.get, collection_id)
    settings = wiring().settings
    async with receive_uploads(
        request,
        folder=settings.home.resolve() / "uploads",
        size_limit=documents.size_limit,
        most_files=MOST_FILES,
        most_bytes=settings.max_upload_mb * 1_000_000,
    ) as received:
        items = [
            await run_in_threadpool(_add, collection_id, file, _key_for(idempotency_key, number))
            for number, file in enumerate(received.files)
        ]
    if len(items) == 1 and isinstance(items[0], WorkbenchError):
        raise items[0]
    return {
        "items": [
            _refused(item, file) if isinstance(item, WorkbenchError) else _accepted(item)
            for item, file in zip(items, received.files, strict=True)
        ]
    }


@router.get("/collections/{collection_id}/documents")
def list_documents(collection_id: str, limit: Limit = 50, cursor: str | None = None) -> dict[str, Any]:
    """The documents of a collection, newest first."""
    page = services().documents.list_page(collection_id, limit=limit, cursor=cursor)
    return {"items": [document_json(each) for each in page.items], "next_cursor": page.next_cursor}


@router.get("/documents/{document_id}")
def get_document(document_id: str) -> dict[str, Any]:
    """One document: how far its reading is, what it came to, why it failed."""
    return document_json(services().documents.get(document_id))


@router.delete("/documents/{document_id}", status_code=204)
def remove_document(document_id: str) -> None:
    """Remove a document with every trace; an archive with all that came in it."""
    services().documents.remove([document_id])


@router.get("/documents/{document_id}/passages")
def list_passages(document_id: str, first: Position = 0, limit: Limit = 50) -> dict[str, Any]:
    """The passages of a document from number ``first`` on, in its order."""
    found = services().documents.passages(document_id, first=first, limit=limit)
    more = len(found) == limit
    return {
        "items": [each.model_dump(mode="json") for each in found],
        "next_cursor": str(found[-1].seq + 1) if more else None,
    }


@router.get("/documents/{document_id}/text")
def get_text(document_id: str, start: Position = 0, limit: int = 100_000) -> dict[str, Any]:
    """A stretch of a document's text with its headings, paragraphs and tables; ``start`` is a number of characters."""
    return services().documents.text(document_id, start=start, limit=limit).model_dump(mode="json")


@router.get("/documents/{document_id}/file")
def get_file(document_id: str) -> FileResponse:
    """The file as it was added."""
    file_name, path = services().documents.original(document_id)
    # Always a download: a page of somebody else's making must not run under our address.
    return FileResponse(path, media_type="application/octet-stream", filename=file_name.rsplit("/", 1)[-1])


@router.post("/documents/{document_id}/cancel", status_code=202)
def cancel_document(document_id: str) -> dict[str, Any]:
    """End the reading of a document; passages of an earlier reading stay."""
    return document_json(services().documents.cancel(document_id))


@router.post("/documents/{document_id}/retry", status_code=202)
def retry_document(document_id: str) -> dict[str, Any]:
    """Read a document again that failed or was cancelled."""
    return document_json(services().documents.retry(document_id))


def document_json(document: Document) -> dict[str, Any]:
    """A document as the API shows it."""
    hidden = {"idempotency_key", "attempt", "heartbeat_at", "text_sha256", "index_key", "generation"}
    return document.model_dump(mode="json", exclude=hidden)


def _add(collection_id: str, file: ReceivedFile, key: str | None) -> Filed | WorkbenchError:
    try:
        return services().documents.add(collection_id, file.path, file_name=file.file_name, idempotency_key=key)
    except WorkbenchError as error:
        return error


def _key_for(key: str | None, number: int) -> str | None:
    """Each file of a request has a key of its own."""
    return key if key is None or number == 0 else f"{key[:190]}#{number}"


def _accepted(filed: Filed) -> dict[str, Any]:
    document = filed.document
    return {
        "id": document.id,
        "file_name": document.file_name,
        "status": document.status.value,
        "outcome": filed.outcome.value,
        "same_as": filed.same_as,
        "job_id": index_job(document, wiring().settings).id if filed.outcome.has_work else None,
    }


def _refused(error: WorkbenchError, file: ReceivedFile) -> dict[str, Any]:
    return {"id": None, "file_name": file.file_name, "status": "refused", "error": error.to_json()}
