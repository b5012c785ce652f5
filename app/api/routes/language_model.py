"""The language model: what is set, what it was used for, whether it answers."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import Response

from app.api.computing import respond
from app.api.parameters import Limit, WaitSeconds
from app.bootstrap import services

router = APIRouter(tags=["language model"])


@router.get("/language-model")
def get_language_model() -> dict[str, Any]:
    """The language model that is set, today's use with what is left of the budget, and the last 14 days."""
    service = services().language_model
    days = [{"day": one.day.isoformat(), **one.spent.model_dump(mode="json")} for one in service.by_day()]
    return {**service.state().model_dump(mode="json"), "days": days}


@router.get("/language-model/uses")
def list_language_model_uses(
    limit: Limit = 50, cursor: Annotated[str | None, Query(max_length=64)] = None
) -> dict[str, Any]:
    """Single uses of the language model, newest first: purpose, tokens, cost, time, and why one failed."""
    found = services().language_model.uses(limit=limit, before=cursor)
    next_cursor = found[-1].id if len(found) == limit else None
    return {"items": [use.model_dump(mode="json") for use in found], "next_cursor": next_cursor}


@router.post("/language-model/check")
def check_language_model(wait_s: WaitSeconds = 30) -> Response:
    """Ask the language model for one word: ``result.is_answering``, or why it does not."""
    return respond(services().language_model.check(), wait_s=wait_s)
