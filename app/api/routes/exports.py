"""Datasets and answers as files."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import FileResponse, Response

from app.api.computing import respond
from app.api.parameters import WaitSeconds
from app.bootstrap import services
from core.exporting.registry import EXPORT_FORMATS
from core.records import Computation
from core.types import ComputationStatus

router = APIRouter(tags=["exports"])

ExportFormat = Annotated[str, Query(json_schema_extra={"enum": list(EXPORT_FORMATS)})]
EscapeFormulas = Annotated[bool, Query(description="Whether texts that a spreadsheet would run get an apostrophe.")]
ByteOrderMark = Annotated[bool, Query(description="Whether CSV starts with the mark by which Excel knows UTF-8.")]


@router.get("/datasets/{dataset_id}/export")
def export_dataset(
    dataset_id: str,
    format: ExportFormat = "parquet",
    escape_formulas: EscapeFormulas = True,
    byte_order_mark: ByteOrderMark = False,
    wait_s: WaitSeconds = 5,
) -> Response:
    """The dataset as a file: at once when it is written in time, otherwise 202 with the computation that writes it."""
    if format == "parquet":
        name, path = services().datasets.export(dataset_id)
        media_type = EXPORT_FORMATS["parquet"].media_type
        return FileResponse(path, media_type=media_type, filename=f"{name}.parquet")
    options = {"escape_formulas": escape_formulas, "byte_order_mark": byte_order_mark}
    return _file_or_place(services().exports.start(dataset_id, format, options), wait_s)


@router.get("/computations/{computation_id}/files/{sha256}/export")
def export_result(
    computation_id: str,
    sha256: str,
    format: ExportFormat = "csv",
    name: Annotated[str, Query(max_length=150)] = "result",
    escape_formulas: EscapeFormulas = True,
    byte_order_mark: ByteOrderMark = False,
    wait_s: WaitSeconds = 5,
) -> Response:
    """A table that an answer names, as a file: at once, or 202 with the computation that writes it."""
    options: dict[str, Any] = {"escape_formulas": escape_formulas, "byte_order_mark": byte_order_mark}
    computation = services().exports.start_result(computation_id, sha256, format, name=name, options=options)
    return _file_or_place(computation, wait_s)


@router.get("/computations/{computation_id}/file")
def exported_file(computation_id: str) -> Response:
    """The file that an export has written."""
    return _file(services().computations.get(computation_id))


def _file_or_place(computation: Computation, wait_s: float) -> Response:
    computation = services().computations.wait(computation.id, timeout_s=wait_s)
    return _file(computation) if computation.status is ComputationStatus.FINISHED else respond(computation, wait_s=0)


def _file(computation: Computation) -> Response:
    exported, path = services().exports.file(computation)
    return FileResponse(path, media_type=exported.media_type, filename=exported.file_name)
