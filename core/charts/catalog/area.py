"""Area: how a total and its parts go over time."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import Field

from core.charts import arithmetic
from core.charts.aggregates import aggregate_label
from core.charts.dividing import divided_figure
from core.charts.drawing import Figure, Row, Trace, axis, color_of, in_template, pick
from core.charts.fields import DividedParams, Numbers
from core.charts.scripts import express
from core.charts.spec import TIME, ChartSpec, Columns, Frame, Script, role
from core.charts.table import ChartTable
from core.charts.times import Every, fill_frame, frame_of_times, times_python
from core.charts.wording import by, number
from core.types import Column, ColumnType


class AreaParams(DividedParams):
    """What to pile up."""

    x: Annotated[str, role("Time", TIME)]
    y: Numbers = None
    every: Every = "automatic"
    mode: Annotated[
        Literal["stacked", "share"], Field(title="Colours are", description="Share: each step is 100%.")
    ] = "stacked"


def _aggregate(params: AreaParams) -> str:
    return "sum" if params.y else "count"


def compute(params: AreaParams, table: ChartTable) -> Frame:
    """Counts or sums for each step."""
    divided, data, step = frame_of_times(
        table, params, x=params.x, y=params.y, aggregate=_aggregate(params), every=params.every
    )
    return fill_frame(divided, data, step, aggregate_label(_aggregate(params), params.y))


def draw(params: AreaParams, frame: Frame) -> Figure:
    """Stacked areas."""

    def areas(place: int, label: str, rows: list[Row]) -> list[Trace]:
        color = color_of(place, label)
        trace: Trace = {
            "type": "scatter",
            "mode": "lines",
            "x": pick(rows, "x"),
            "y": pick(rows, "value"),
            "name": label,
            "stackgroup": "all",
            "line": {"color": color, "width": 1},
            "hovertemplate": f"%{{x}}: %{{y:.4~g}}<extra>{in_template(label)}</extra>",
        }
        return [{**trace, "groupnorm": "percent"} if params.mode == "share" else trace]

    label = aggregate_label(_aggregate(params), params.y)
    y = axis(f"Share of {label.lower()} (%)" if params.mode == "share" else label)
    return divided_figure(params, frame, areas, title=title(params), x=axis(params.x, type="date"), y=y)


def title(params: AreaParams) -> str:
    """What is piled up."""
    return f"{aggregate_label(_aggregate(params), params.y)} over time{by(params.color, params.facet)}"


def alt(params: AreaParams, frame: Frame) -> str:
    """The step with the largest total."""
    totals: dict[str, float] = {}
    for row in frame.rows():
        totals[row["x"]] = totals.get(row["x"], 0) + row["value"]
    when, most = max(totals.items(), key=lambda item: item[1])
    return (
        f"Areas of {title(params)}, one step every {frame.facts['step']}. Largest total: {number(most)} at {when[:16]}."
    )


def code(params: AreaParams, known: Columns) -> Script:
    """Periods and groupby."""
    del known
    lines = times_python(params, x=params.x, y=params.y, aggregate=_aggregate(params), every=params.every)
    norm = {"groupnorm": '"percent"'} if params.mode == "share" else {}
    return Script(
        lines=lines,
        figure=express("area", params=params, x='"x"', y='"value"', **norm),
        helpers=[arithmetic.categories],
    )


def suggest(chosen: Sequence[Column]) -> tuple[float, str, dict[str, Any]] | None:
    """A time and a category."""
    times = [each for each in chosen if each.type is ColumnType.DATETIME]
    groups = [each for each in chosen if each.type in (ColumnType.STRING, ColumnType.BOOLEAN) and each.n_distinct <= 12]
    if len(times) != 1 or len(groups) != 1 or len(chosen) != 2:
        return None
    return 0.7, "Parts of a total as time goes on.", {"x": times[0].name, "color": groups[0].name}


SPEC = ChartSpec(
    key="area",
    label="Area",
    icon="area_chart",
    group="time",
    summary="Areas lie on each other: the upper edge is the total, each band a part of it.",
    when="To see a total and its parts over time. To compare the parts with each other take a time series.",
    params=AreaParams,
    compute=compute,
    draw=draw,
    title=title,
    alt=alt,
    code=code,
    suggest=suggest,
)
