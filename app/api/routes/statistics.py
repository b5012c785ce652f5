"""Statistical tests: the registry, which one suits, their answers, and the ledger of all that were done."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import PlainTextResponse, Response

from app.api.computing import respond
from app.api.parameters import IdempotencyKey, WaitSeconds
from app.bootstrap import services
from core.statistics.spec import Goal

router = APIRouter(tags=["statistics"])


class Question(BaseModel):
    """What a person wants to know of which columns."""

    model_config = ConfigDict(extra="forbid")

    goal: Goal
    columns: Annotated[list[str], Field(min_length=1, max_length=30)]
    paired_by: str = ""


@router.get("/statistics")
def list_statistical_tests() -> dict[str, Any]:
    """Every statistical test: what it asks, what it takes as JSON schema, when to use it."""
    tests = services().statistics.list_tests()
    return {"items": [test.model_dump(mode="json") for test in tests], "next_cursor": None}


@router.get("/datasets/{dataset_id}/statistics/ledger")
def statistics_ledger(dataset_id: str, format: Annotated[Literal["json", "csv"], Query()] = "json") -> Response:
    """Every test that was done on the dataset, with p values adjusted for all; `format=csv` for a table."""
    if format == "csv":
        return PlainTextResponse(
            services().statistics.ledger_csv(dataset_id),
            media_type="text/csv",
            headers={"Content-Disposition": f'attachment; filename="ledger-{dataset_id[-8:]}.csv"'},
        )
    ledger = services().statistics.ledger(dataset_id)
    return Response(ledger.model_dump_json(), media_type="application/json")


@router.post("/datasets/{dataset_id}/statistics/choose")
def choose_statistical_test(
    dataset_id: str, question: Question, wait_s: WaitSeconds = 10, idempotency_key: IdempotencyKey = None
) -> Response:
    """Rank the tests that suit a question about some columns, with reasons."""
    computation = services().statistics.choose(
        dataset_id,
        goal=question.goal.value,
        columns=question.columns,
        paired_by=question.paired_by,
        idempotency_key=idempotency_key,
    )
    return respond(computation, wait_s=wait_s)


@router.post("/datasets/{dataset_id}/statistics/{test}")
def run_statistical_test(
    dataset_id: str,
    test: str,
    params: dict[str, Any],
    wait_s: WaitSeconds = 10,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Do one test with its parameters: 200 with the answer, 202 while it is under way."""
    computation = services().statistics.start(dataset_id, test, params, idempotency_key=idempotency_key)
    return respond(computation, wait_s=wait_s)
