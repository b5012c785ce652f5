"""Charts: what can be drawn, what fits, drawing, and the kept ones."""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import FileResponse, HTMLResponse, Response

from app.api.computing import respond
from app.api.parameters import IdempotencyKey, WaitSeconds
from app.bootstrap import services
from core.charts.pages import plotly_library
from core.charts.rendering import DrawnChart
from core.records import SavedChart
from core.types import ComputationStatus

router = APIRouter(tags=["charts"])


class RenderChart(BaseModel):
    """Which chart, with which parameters."""

    model_config = ConfigDict(extra="forbid")

    chart: str
    params: dict[str, Any] = {}


class SuggestCharts(BaseModel):
    """For which columns; none stands for the whole dataset."""

    model_config = ConfigDict(extra="forbid")

    columns: Annotated[list[str], Field(max_length=50)] = []


class SaveChart(RenderChart):
    """A chart to keep."""

    title: str = ""
    note: str = ""


class ChangeChart(BaseModel):
    """What to change of a kept chart; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    title: str | None = None
    note: str | None = None
    params: dict[str, Any] | None = None


@router.get("/charts")
def list_chart_kinds() -> dict[str, Any]:
    """Every chart that can be drawn, with the parts that columns play and the JSON schema of its parameters."""
    return {"items": [kind.model_dump(mode="json") for kind in services().charts.kinds()], "next_cursor": None}


@router.get("/charts/plotly.js", include_in_schema=False)
def plotly_javascript() -> Response:
    """The plotly.js with which pages make PNG and SVG files."""
    headers = {"Cache-Control": "private, max-age=86400"}
    return FileResponse(plotly_library(), media_type="text/javascript", headers=headers)


@router.post("/datasets/{dataset_id}/charts/render")
def render_chart(
    dataset_id: str, request: RenderChart, wait_s: WaitSeconds = 10, idempotency_key: IdempotencyKey = None
) -> Response:
    """Draw a chart: Plotly figure, numbers, words and code."""
    computation = services().charts.start(dataset_id, request.chart, request.params, idempotency_key=idempotency_key)
    return respond(computation, wait_s=wait_s)


@router.post("/datasets/{dataset_id}/charts/suggest")
def suggest_charts(dataset_id: str, request: SuggestCharts) -> dict[str, Any]:
    """Charts that fit some columns, best first, with reasons and parameters."""
    found = services().charts.suggest(dataset_id, request.columns)
    return {"items": [suggestion.model_dump(mode="json") for suggestion in found], "next_cursor": None}


@router.get("/datasets/{dataset_id}/charts")
def list_charts(dataset_id: str) -> dict[str, Any]:
    """The charts kept with a dataset, newest first."""
    found = services().charts.list_saved(dataset_id)
    return {"items": [chart.model_dump(mode="json") for chart in found], "next_cursor": None}


@router.post("/datasets/{dataset_id}/charts", status_code=201)
def save_chart(dataset_id: str, request: SaveChart) -> SavedChart:
    """Keep a chart."""
    return services().charts.save(dataset_id, request.chart, request.params, title=request.title, note=request.note)


@router.get("/charts/{chart_id}")
def get_chart(chart_id: str) -> SavedChart:
    """One kept chart."""
    return services().charts.get_saved(chart_id)


@router.patch("/charts/{chart_id}")
def change_chart(chart_id: str, request: ChangeChart) -> SavedChart:
    """Change title, note or parameters."""
    return services().charts.update(chart_id, title=request.title, note=request.note, params=request.params)


@router.delete("/charts/{chart_id}", status_code=204)
def remove_chart(chart_id: str) -> None:
    """Delete a kept chart."""
    services().charts.remove(chart_id)


@router.get("/charts/{chart_id}/html")
def chart_html(chart_id: str, wait_s: WaitSeconds = 30) -> Response:
    """A kept chart as one HTML file that fetches nothing; 202 while it is being drawn."""
    saved = services().charts.get_saved(chart_id)
    computation = services().charts.start(saved.dataset_id, saved.chart, saved.params)
    computation = services().computations.wait(computation.id, timeout_s=wait_s)
    if computation.status is not ComputationStatus.FINISHED:
        return respond(computation, wait_s=0)
    drawn = services().computations.result(computation)
    assert isinstance(drawn, DrawnChart), "the computation 'chart' draws charts"
    headers = {
        "Content-Disposition": 'attachment; filename="chart.html"',
        "Content-Security-Policy": "sandbox allow-scripts",
    }
    return HTMLResponse(services().charts.html(drawn, title=saved.title, note=saved.note), headers=headers)
