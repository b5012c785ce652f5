"""Profiles of datasets, and comparisons of two."""

import json
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict
from starlette.responses import JSONResponse, Response

from app.api.computing import computation_json, respond
from app.api.parameters import IdempotencyKey, WaitSeconds
from app.bootstrap import services
from app.services.profiles import file_name
from core.types import ComputationStatus

router = APIRouter(tags=["profiles"])

Target = Annotated[str | None, Query(max_length=400, description="The column to be predicted, if there is one.")]
Level = Annotated[
    Literal["quick", "full"],
    Query(description="Quick looks at a part of the rows for some figures; full at all, as far as possible."),
]


_QUIET = {"Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'"}
"""A page about data from elsewhere may do nothing but be read."""


class StartProfile(BaseModel):
    """How closely to look, and what is to be predicted."""

    model_config = ConfigDict(extra="forbid")

    level: Literal["quick", "full"] = "quick"
    target: str | None = None


@router.post("/datasets/{dataset_id}/profile", status_code=202)
def start_profile(dataset_id: str, request: StartProfile, idempotency_key: IdempotencyKey = None) -> Response:
    """Have a dataset profiled; ask for the answer at ``Location``."""
    computation = services().profiles.start(
        dataset_id, level=request.level, target=request.target, idempotency_key=idempotency_key
    )
    headers = {"Location": f"/api/v1/computations/{computation.id}"}
    return JSONResponse(computation_json(computation), status_code=202, headers=headers)


@router.get("/datasets/{dataset_id}/profile")
def get_profile(
    dataset_id: str,
    level: Level = "quick",
    target: Target = None,
    format: Literal["json", "html"] = "json",
    download: bool = False,
    wait_s: WaitSeconds = 10.0,
) -> Response:
    """The profile as JSON, or as one HTML page that stands alone; 202 while it is under way."""
    service = services()
    computation = service.computations.wait(
        service.profiles.start(dataset_id, level=level, target=target).id, timeout_s=wait_s
    )
    if computation.status is not ComputationStatus.FINISHED:
        return respond(computation, wait_s=0)
    if format == "html":
        name, page = service.profiles.html(computation)
        return Response(
            page, media_type="text/html; charset=utf-8", headers={**_QUIET, **(_as_file(name) if download else {})}
        )
    if not download:
        return respond(computation, wait_s=0)
    profile = service.profiles.result(computation)
    body = json.dumps(profile.model_dump(mode="json"), ensure_ascii=False, indent=1)
    return Response(body, media_type="application/json", headers=_as_file(file_name(profile, "json")))


@router.get("/datasets/{dataset_id}/compare")
def compare_datasets(
    dataset_id: str,
    other: Annotated[str, Query(alias="with", description="Id of the dataset to compare with: what came after.")],
    wait_s: WaitSeconds = 10.0,
) -> Response:
    """What is different from this dataset to another one, such as its next version."""
    return respond(services().profiles.start_comparison(dataset_id, other), wait_s=wait_s)


def _as_file(name: str) -> dict[str, str]:
    from urllib.parse import quote

    return {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
