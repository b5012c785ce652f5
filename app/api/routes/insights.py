"""Insights: look for them, list the cards, judge them, share them, do what they propose."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse, PlainTextResponse, Response

from app.api.computing import computation_json
from app.api.parameters import IdempotencyKey, Limit
from app.bootstrap import services, wiring
from app.services.insight_export import card_json
from app.services.insight_scopes import Scope
from app.services.insights import CardFilter, Look
from core.insights.spec import Family, Sureness
from core.knowledge import InsightStatus

router = APIRouter(tags=["insights"])


class LookRequest(BaseModel):
    """What insights are looked for in."""

    model_config = ConfigDict(extra="forbid")

    scope: Scope
    id: Annotated[
        str,
        Field(
            max_length=1_000,
            description="Of the dataset or run; for a comparison the ids of its runs with commas; empty for the "
            "workspace.",
        ),
    ] = ""
    target: Annotated[str | None, Field(max_length=400, description="Of a dataset: the column to be predicted.")] = None


class Judgement(BaseModel):
    """What a person makes of a card."""

    model_config = ConfigDict(extra="forbid")

    status: InsightStatus


class ActRequest(BaseModel):
    """Which of the actions on a card."""

    model_config = ConfigDict(extra="forbid")

    action: Annotated[int, Field(ge=0, le=20, description="Its number, from 0.")] = 0


@router.post("/insights", status_code=202)
def look_for_insights(request: LookRequest, idempotency_key: IdempotencyKey = None) -> Response:
    """Look for insights in a dataset, a run, a comparison or the workspace; the cards come with `GET /insights`."""
    look = services().insights.start(request.scope, request.id, target=request.target, idempotency_key=idempotency_key)
    return JSONResponse(_look_json(look), status_code=202)


@router.get("/insights")
def list_insights(
    scope: Scope | None = None,
    id: Annotated[str | None, Query(max_length=1_000, description="As in `POST /insights`.")] = None,
    family: Annotated[list[Family] | None, Query()] = None,
    sureness: Annotated[list[Sureness] | None, Query()] = None,
    status: Annotated[list[InsightStatus] | None, Query(description="New and kept ones unless named.")] = None,
    limit: Limit = 50,
    cursor: str | None = None,
) -> dict[str, Any]:
    """The cards, the most interesting first; of one scope with how its last look stands."""
    scope_id = id if id is not None or scope != "workspace" else ""
    wanted = CardFilter(
        scope=scope,
        scope_id=scope_id if scope is not None else None,
        families=family or (),
        sureness=sureness or (),
        statuses=status or (InsightStatus.NEW, InsightStatus.KEPT),
    )
    # Looked up before the cards: what it says is over has its cards in the list.
    look = services().insights.look(scope, scope_id) if scope is not None and scope_id is not None else None
    page = services().insights.list_page(wanted, limit=limit, cursor=cursor)
    body: dict[str, Any] = {"items": [card_json(one) for one in page.items], "next_cursor": page.next_cursor}
    if look is not None:
        report = services().insights.report(look)
        body["look"] = _look_json(look)
        body["looked"] = [one.model_dump(mode="json") for one in report.looked] if report else []
        body["notices"] = list(report.notices) if report else []
    return body


@router.get("/insights/{card_id}")
def get_insight(card_id: str, format: Literal["json", "md"] = "json") -> Response:
    """One card with its evidence, picture and table, as JSON or Markdown."""
    content = services().insights.export(card_id, format, base_url=wiring().settings.browser_url)
    if format == "md":
        headers = {"Content-Disposition": f'attachment; filename="insight-{card_id[-8:]}.md"'}
        return PlainTextResponse(content, media_type="text/markdown", headers=headers)
    return Response(content, media_type="application/json")


@router.patch("/insights/{card_id}")
def judge_insight(card_id: str, judgement: Judgement) -> dict[str, Any]:
    """Keep a card, dismiss it, or make it new again."""
    return card_json(services().insights.judge(card_id, judgement.status))


@router.post("/insights/{card_id}/act", status_code=202)
def act_on_insight(card_id: str, request: ActRequest) -> dict[str, Any]:
    """Do what a card proposes: start its run or add its steps to the recipe. Twice does it once."""
    return services().insights.act(card_id, request.action).model_dump(mode="json")


def _look_json(look: Look) -> dict[str, Any]:
    return {
        "scope": look.scope,
        "id": look.scope_id,
        "is_under_way": bool(look.under_way),
        "computations": [computation_json(one) for one in look.computations],
    }
