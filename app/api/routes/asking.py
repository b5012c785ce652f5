"""Questions in plain English."""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse, Response

from app.api.computing import computation_json, respond
from app.api.parameters import IdempotencyKey, WaitSeconds
from app.bootstrap import services
from core.conditions import Condition
from core.questions.types import MAX_QUESTION
from core.types import ComputationStatus

router = APIRouter(tags=["asking"])


class AskQuestion(BaseModel):
    """A question about one dataset."""

    model_config = ConfigDict(extra="forbid")

    question: Annotated[str, Field(max_length=4 * MAX_QUESTION)]
    filters: Annotated[
        tuple[Condition, ...], Field(max_length=10, description="Conditions of the question before, to go on from.")
    ] = ()
    run: Annotated[bool, Field(description="Whether the plan is carried out as well.")] = True


@router.post("/datasets/{dataset_id}/ask")
def ask(
    dataset_id: str, request: AskQuestion, wait_s: WaitSeconds = 10, idempotency_key: IdempotencyKey = None
) -> Response:
    """Read a question into a plan and carry it out: ``interpretation``, and ``answer`` as a computation.

    Without a plan, ``interpretation.problem`` says why and ``interpretation.examples`` what would work.
    """
    asking, computations = services().asking, services().computations
    started = asking.ask(dataset_id, request.question, filters=request.filters, idempotency_key=idempotency_key)
    read = computations.wait(started.id, timeout_s=wait_s)
    if read.status is not ComputationStatus.FINISHED:
        return respond(read, wait_s=0)
    interpretation = asking.interpretation(read)
    body: dict[str, Any] = {"interpretation": interpretation.model_dump(mode="json"), "answer": None}
    if interpretation.plan is not None and request.run:
        answer = computations.wait(asking.carry_out(interpretation.plan).id, timeout_s=wait_s)
        body["answer"] = computation_json(answer)
        if answer.status is ComputationStatus.FINISHED:
            body["answer"]["result"] = computations.result(answer).model_dump(mode="json")
    return JSONResponse(body)
