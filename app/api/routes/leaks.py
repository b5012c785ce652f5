"""Leaks: what a training could know that it should not."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from starlette.responses import Response

from app.api.computing import respond
from app.api.parameters import WaitSeconds
from app.bootstrap import services
from core.types import LearningTask

router = APIRouter(tags=["leaks"])


@router.get("/datasets/{dataset_id}/leaks")
def find_leaks(
    dataset_id: str,
    target: Annotated[str, Query(max_length=400, description="The column to be predicted.")],
    task: Annotated[LearningTask | None, Query(description="Inferred from the target when absent.")] = None,
    exclude: Annotated[list[str] | None, Query(description="Columns that the training leaves out.")] = None,
    scheme: Annotated[
        Literal["stratified", "random", "grouped", "time"] | None, Query(description="How rows will be divided.")
    ] = None,
    group: Annotated[str | None, Query(max_length=400, description="For the grouped scheme.")] = None,
    time: Annotated[str | None, Query(max_length=400, description="For the scheme by time.")] = None,
    seed: Annotated[int, Query(ge=0, le=2**32 - 1)] = 7,
    wait_s: WaitSeconds = 10.0,
) -> Response:
    """What could leak in a training on a dataset, with evidence; 202 while it is looked for."""
    asked = {"scheme": scheme, "group": group, "time": time}
    split: dict[str, Any] = {name: value for name, value in asked.items() if value is not None}
    service = services().leaks
    question = service.question(dataset_id, target, task=task, exclude=exclude or (), split=split, seed=seed)
    return respond(service.start(question), wait_s=wait_s)
