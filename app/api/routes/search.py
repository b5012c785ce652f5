"""Search in documents."""

import json

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict
from starlette.responses import JSONResponse, Response

from app.api.computing import respond
from app.api.parameters import IdempotencyKey, WaitSeconds
from app.bootstrap import services
from core.retrieval.spec import Filters, SearchSettings
from core.types import ComputationStatus

router = APIRouter(tags=["search"])


class AskForPassages(BaseModel):
    """A question to the collections."""

    model_config = ConfigDict(extra="forbid")

    question: str
    filters: Filters = Filters()
    settings: SearchSettings = SearchSettings()


@router.post("/search")
def search(request: AskForPassages, wait_s: WaitSeconds = 10, idempotency_key: IdempotencyKey = None) -> Response:
    """The passages that answer a question best, with what each way of searching contributed, and the time it took.

    ``hits`` come best first; 202 with the computation when they are not there in time.
    """
    retrieval, computations = services().retrieval, services().computations
    started = retrieval.start(
        request.question, filters=request.filters, settings=request.settings, idempotency_key=idempotency_key
    )
    done = computations.wait(started.id, timeout_s=wait_s)
    if done.status is not ComputationStatus.FINISHED:
        return respond(done, wait_s=0)
    return JSONResponse({"computation_id": done.id, **json.loads(computations.result_json(done))})
