"""Collections: documents that are searched together."""

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from app.bootstrap import services
from app.services.collections import CollectionOverview

router = APIRouter(tags=["documents"])


class NewCollection(BaseModel):
    """What a collection is called and how its documents are cut."""

    model_config = ConfigDict(extra="forbid")

    name: str
    description: str = ""
    chunking: dict[str, Any] = {}


class ChangeCollection(BaseModel):
    """What is to be changed; the rest stays."""

    model_config = ConfigDict(extra="forbid")

    name: str | None = None
    description: str | None = None
    chunking: dict[str, Any] | None = None


class Reindex(BaseModel):
    """Which documents are read again."""

    model_config = ConfigDict(extra="forbid")

    everything: bool = False
    """Also those whose passages are as they should be."""


@router.post("/collections", status_code=201)
def create_collection(request: NewCollection) -> dict[str, Any]:
    """Make an empty collection; ``chunking`` takes ``size`` and ``overlap`` in tokens."""
    made = services().collections.create(request.name, description=request.description, chunking=request.chunking)
    return _overview_json(services().collections.overview(made.id))


@router.get("/collections")
def list_collections() -> dict[str, Any]:
    """Every collection by name, with how its documents stand; the handbook last."""
    return {"items": [_overview_json(each) for each in services().collections.list_overviews()], "next_cursor": None}


@router.post("/collections/handbook", status_code=202)
def restore_handbook() -> dict[str, Any]:
    """Bring the handbook back after it was removed."""
    return _overview_json(services().collections.overview(services().collections.restore_handbook().id))


@router.get("/collections/{collection_id}")
def get_collection(collection_id: str) -> dict[str, Any]:
    """One collection, and whether it should be indexed again."""
    need = services().collections.reindex_need(collection_id)
    return {**_overview_json(services().collections.overview(collection_id)), "reindex": need.model_dump(mode="json")}


@router.patch("/collections/{collection_id}")
def change_collection(collection_id: str, request: ChangeCollection) -> dict[str, Any]:
    """Rename or describe a collection, or change how its documents are cut, which indexing it again applies."""
    services().collections.change(
        collection_id, name=request.name, description=request.description, chunking=request.chunking
    )
    return get_collection(collection_id)


@router.delete("/collections/{collection_id}", status_code=204)
def remove_collection(collection_id: str) -> None:
    """Remove a collection with every trace of its documents."""
    services().collections.remove(collection_id)


@router.post("/collections/{collection_id}/reindex", status_code=202)
def reindex_collection(collection_id: str, request: Reindex | None = None) -> dict[str, Any]:
    """Read again what has passages of other settings, or everything; present passages answer meanwhile."""
    report = services().collections.reindex(collection_id, everything=request is not None and request.everything)
    return report.model_dump(mode="json")


def _overview_json(overview: CollectionOverview) -> dict[str, Any]:
    counts = overview.model_dump(mode="json", exclude={"collection"})
    return {**overview.collection.model_dump(mode="json"), **counts}
