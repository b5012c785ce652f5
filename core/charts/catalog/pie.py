"""Pie: parts of a whole, few of them."""

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field

from core.charts import arithmetic
from core.charts.aggregates import aggregate_python, aggregate_sql
from core.charts.dividing import columns, divide
from core.charts.drawing import Figure, color_of
from core.charts.fields import DividedParams, Numbers
from core.charts.groups import find_groups
from core.charts.scripts import category_line, needs
from core.charts.shares import part_label, refuse_negative
from core.charts.spec import CATEGORY, ChartSpec, Columns, Frame, Script, role
from core.charts.table import ChartTable
from core.charts.wording import by, share
from core.types import Column, ColumnType


class PieParams(DividedParams):
    """What to divide."""

    x: Annotated[str, role("Parts", CATEGORY)]
    value: Numbers = None
    top: Annotated[int, Field(ge=2, le=9, title="Slices", description="The most frequent values; the rest is one.")] = 6
    hole: Annotated[bool, Field(title="Ring")] = True
    color: Annotated[None, Field(title="Colour", description="Each part has its own.")] = None
    facet: Annotated[None, Field(title="Small multiples", description="Not for pies: take shares in a bar chart.")] = (
        None
    )


def _aggregate(params: PieParams) -> str:
    return "sum" if params.value else "count"


def compute(params: PieParams, table: ChartTable) -> Frame:
    """Counts or sums of the parts."""
    divided = divide(
        table,
        params,
        [params.value] if params.show_missing else [params.value, params.x],
        also=[params.x],
        more=lambda view: [find_groups(table, view, "x", params.x, top=params.top, show_missing=params.show_missing)],
    )
    data = columns(
        divided.aggregate([], [aggregate_sql(_aggregate(params), params.value), "count(*)"]), ["value", "rows"]
    )
    refuse_negative(data["value"], params.value)
    total = sum(data["value"])
    data["share"] = [value / total if total else None for value in data["value"]]
    return divided.frame(data, names={"value": part_label(params.value)})


def draw(params: PieParams, frame: Frame) -> Figure:
    """Slices with their names and shares."""
    names = frame.data["x"]
    trace = {
        "type": "pie",
        "labels": names,
        "values": frame.data["value"],
        "hole": 0.5 if params.hole else 0,
        "sort": False,
        "direction": "clockwise",
        "marker": {"colors": [color_of(place, name) for place, name in enumerate(names)]},
        "texttemplate": "%{label}<br>%{percent:.1%}",
        "textposition": "auto",
        "hovertemplate": "%{label}: %{value:,.4~g} (%{percent:.1%})<extra></extra>",
    }
    return {"data": [trace], "layout": {"title": {"text": title(params)}, "height": 420}}


def title(params: PieParams) -> str:
    """What is divided."""
    return f"{part_label(params.value)}{by(params.x)}"


def alt(params: PieParams, frame: Frame) -> str:
    """The largest parts."""
    rows = sorted(frame.rows(), key=lambda row: -row["value"])
    total = sum(frame.data["value"])
    told = ", ".join(f"{row['x']} {share(row['value'], total)}" for row in rows[:3])
    return f"Parts of {title(params)}, {len(rows)} of them. Largest: {told}."


def code(params: PieParams, known: Columns) -> Script:
    """Groupby and a pie."""
    del known
    lines = [
        needs(params.value, *([] if params.show_missing else [params.x])),
        "work = pd.DataFrame(index=rows.index)",
        *category_line("x", params.x, params.top, params.show_missing),
        *([f'work["y"] = rows[{params.value!r}].astype(float)'] if params.value else []),
        *aggregate_python(_aggregate(params), ["x"]),
        'result["share"] = result["value"] / result["value"].sum()',
    ]
    figure = [f'figure = px.pie(result, names="x", values="value", hole={0.5 if params.hole else 0})']
    return Script(lines=lines, figure=figure, helpers=[arithmetic.categories])


def suggest(chosen: Sequence[Column]) -> tuple[float, str, dict[str, Any]] | None:
    """One category of a few values."""
    if len(chosen) != 1 or chosen[0].type not in (ColumnType.STRING, ColumnType.BOOLEAN):
        return None
    if not 2 <= chosen[0].n_distinct <= 6:
        return None
    return 0.55, "A few parts of a whole.", {"x": chosen[0].name}


SPEC = ChartSpec(
    key="pie",
    label="Pie",
    icon="donut_large",
    group="share",
    summary="Each slice is a part of the whole.",
    when="For two to six parts that add up to a whole. To compare sizes a bar chart is easier to read.",
    params=PieParams,
    compute=compute,
    draw=draw,
    title=title,
    alt=alt,
    code=code,
    suggest=suggest,
)
