"""Cross-validations of runs."""

from typing import Literal

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from app.bootstrap import services

router = APIRouter(tags=["runs"])


@router.get("/runs/{run_id}/resampling")
def run_resampling(run_id: str, format: Literal["json", "csv"] = "json") -> Response:
    """The cross-validation of a run: every fold with all its scores, their means and intervals; as JSON or CSV."""
    if format == "csv":
        headers = {"Content-Disposition": f'attachment; filename="folds-{run_id[-12:]}.csv"'}
        return Response(services().resampling.csv(run_id), media_type="text/csv; charset=utf-8", headers=headers)
    return JSONResponse(services().resampling.get(run_id).model_dump(mode="json"))
