"""Datasets as files."""

from typing import Literal

from fastapi import APIRouter
from starlette.responses import FileResponse, Response

from app.bootstrap import services

router = APIRouter(tags=["datasets"])


@router.get("/datasets/{dataset_id}/export")
def export_dataset(dataset_id: str, format: Literal["parquet"] = "parquet") -> Response:
    """The dataset as a Parquet file."""
    name, path = services().datasets.export(dataset_id)
    return FileResponse(path, media_type="application/vnd.apache.parquet", filename=f"{name}.{format}")
