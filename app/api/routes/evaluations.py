"""What a finished run is worth: scores, figures, reports, thresholds, slices, groups, single rows."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse

from app.api.computing import respond
from app.api.parameters import IdempotencyKey, WaitSeconds
from app.bootstrap import services
from app.services.evaluations import ReportFormat, figure_json, table_csv
from core.errors import UserInputError
from core.types import Split
from evaluation.computations.threshold import OutcomeParams, ThresholdPoint

router = APIRouter(tags=["evaluation"])

Part = Annotated[Literal[Split.VALIDATION, Split.TEST], Query(description="Validation or test rows.")]


class ThresholdRequest(BaseModel):
    """A threshold and what outcomes bring."""

    model_config = ConfigDict(extra="forbid")

    threshold: Annotated[float, Field(ge=0, le=1)]
    values: OutcomeParams = OutcomeParams()


class WeighRequest(BaseModel):
    """What outcomes bring."""

    model_config = ConfigDict(extra="forbid")

    values: OutcomeParams = OutcomeParams()


@router.get("/runs/{run_id}/scores")
def run_scores(run_id: str, format: Literal["json", "csv"] = "json") -> Response:
    """Every final score with its interval and the baseline's, as JSON or CSV."""
    if format == "csv":
        return _file(services().evaluations.scores_csv(run_id), "text/csv", f"scores-{run_id[-12:]}.csv")
    scores = [each.model_dump(mode="json") for each in services().evaluations.scores(run_id)]
    return JSONResponse({"items": scores, "next_cursor": None})


@router.get("/runs/{run_id}/history")
def run_history(run_id: str) -> Response:
    """Every point of every curve as CSV."""
    lines = services().evaluations.history_csv(run_id)
    return StreamingResponse(lines, media_type="text/csv", headers=_attached(f"history-{run_id[-12:]}.csv"))


@router.get("/runs/{run_id}/figures/{key}")
def run_figure(
    run_id: str, key: str, split: Part = Split.VALIDATION, format: Literal["json", "csv", "png"] = "json"
) -> Response:
    """One figure of a finished run: Plotly JSON with its words, or the table behind it as CSV."""
    if format == "png":
        raise UserInputError(
            "Pictures are made in the browser.",
            hint="Use the download on the run's page, or draw the JSON with Plotly.",
            field="format",
        )
    figure = services().evaluations.figure(run_id, key, split)
    if format == "csv":
        return _file(table_csv(figure["table"]), "text/csv", f"{figure['key']}-{split.value}.csv")
    return Response(figure_json(figure), media_type="application/json")


@router.get("/runs/{run_id}/report")
def run_report(run_id: str, format: ReportFormat = "html") -> Response:
    """Everything about a finished run in one file: HTML with figures, Markdown, or JSON."""
    media = {"html": "text/html", "md": "text/markdown", "json": "application/json"}[format]
    content = services().evaluations.report(run_id, format)
    return _file(content, media, f"report-{run_id[-12:]}.{format}")


@router.post("/runs/{run_id}/threshold/weigh")
def weigh_thresholds(
    run_id: str, request: WeighRequest, wait_s: WaitSeconds = 10, idempotency_key: IdempotencyKey = None
) -> Response:
    """What each threshold is worth for given costs, on validation rows, and the best one with its interval."""
    params = {"run_id": run_id, "values": request.values.model_dump()}
    return respond(services().evaluations.start("threshold", params, idempotency_key=idempotency_key), wait_s=wait_s)


@router.post("/runs/{run_id}/threshold/test")
def test_threshold(run_id: str, request: ThresholdRequest) -> ThresholdPoint:
    """What a chosen threshold does on the test rows. This counts as a look at them."""
    return services().evaluations.test_at_threshold(run_id, request.threshold, request.values)


@router.put("/runs/{run_id}/threshold")
def save_threshold(run_id: str, request: ThresholdRequest) -> dict[str, Any]:
    """Keep a threshold with its run."""
    run = services().evaluations.save_threshold(run_id, request.threshold, request.values)
    assert run.result is not None
    assert run.result.threshold is not None
    return run.result.threshold.model_dump(mode="json")


@router.delete("/runs/{run_id}/threshold", status_code=204)
def remove_threshold(run_id: str) -> None:
    """Forget the threshold of a run."""
    services().evaluations.remove_threshold(run_id)


@router.post("/runs/{run_id}/slices")
def run_slices(
    run_id: str, params: dict[str, Any], wait_s: WaitSeconds = 10, idempotency_key: IdempotencyKey = None
) -> Response:
    """Where a run is worse than elsewhere: a score on parts of the columns, with intervals and corrected p values."""
    return _about(run_id, "slices", params, wait_s, idempotency_key)


@router.post("/runs/{run_id}/fairness")
def run_fairness(
    run_id: str, params: dict[str, Any], wait_s: WaitSeconds = 10, idempotency_key: IdempotencyKey = None
) -> Response:
    """How a run treats the groups of a column: rates with intervals, and the gaps between groups."""
    return _about(run_id, "fairness", params, wait_s, idempotency_key)


@router.post("/runs/{run_id}/rows")
def run_rows(
    run_id: str, params: dict[str, Any], wait_s: WaitSeconds = 10, idempotency_key: IdempotencyKey = None
) -> Response:
    """Single rows with what was said of them: one cell of the confusion matrix, or the worst errors."""
    return _about(run_id, "confusion_rows", params, wait_s, idempotency_key)


def _about(run_id: str, kind: str, params: dict[str, Any], wait_s: float, idempotency_key: str | None) -> Response:
    computation = services().evaluations.start(kind, {**params, "run_id": run_id}, idempotency_key=idempotency_key)
    return respond(computation, wait_s=wait_s)


def _file(content: str, media: str, name: str) -> Response:
    # A report holds a script that draws; opened from here it may not act as a page of Praxis.
    headers = {**_attached(name), "Content-Security-Policy": "sandbox allow-scripts"}
    return PlainTextResponse(content, media_type=media, headers=headers)


def _attached(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}
