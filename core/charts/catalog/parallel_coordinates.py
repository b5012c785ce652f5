"""Parallel coordinates: rows as lines across several numbers."""

from collections.abc import Sequence
from typing import Annotated, Any

from core.charts.drawing import COLORS, Figure
from core.charts.fields import Color, ShowMissing
from core.charts.many import frame_of_many, many_code
from core.charts.spec import NUMERIC, ChartParams, ChartSpec, Columns, Frame, Script, role
from core.charts.table import ChartTable
from core.charts.wording import by, number
from core.types import Column
from core.wording import short

MOST_LINES = 1_000


class ParallelCoordinatesParams(ChartParams):
    """What to set side by side."""

    columns: Annotated[tuple[str, ...], role("Columns", NUMERIC, min_length=2, max_length=8)]
    color: Color = None
    show_missing: ShowMissing = False


def compute(params: ParallelCoordinatesParams, table: ChartTable) -> Frame:
    """A sample of rows."""
    return frame_of_many(params, table, MOST_LINES)


def draw(params: ParallelCoordinatesParams, frame: Frame) -> Figure:
    """Upright axes with a line for each row."""
    dimensions = [
        {"label": short(name, 22), "values": frame.data[f"column_{place + 1}"]}
        for place, name in enumerate(params.columns)
    ]
    line: dict[str, Any] = {"color": COLORS[0]}
    order = list(frame.facts.get("color_order", ()))
    if order:
        steps = max(1, len(order) - 1)
        colors = [COLORS[place % len(COLORS)] for place in range(len(order))]
        # Each category is one band of the scale.
        scale = [[(place + edge) / len(order), color] for place, color in enumerate(colors) for edge in (0, 1)]
        line = {
            "color": [order.index(name) for name in frame.data["color"]],
            "colorscale": scale,
            "cmin": -0.5,
            "cmax": steps + 0.5 if len(order) > 1 else 0.5,
            "showscale": True,
            "colorbar": {
                "title": {"text": short(params.color or "", 22)},
                "tickvals": list(range(len(order))),
                "ticktext": [short(name, 22) for name in order],
                "thickness": 12,
            },
        }
    trace = {"type": "parcoords", "dimensions": dimensions, "line": line}
    return {
        "data": [trace],
        "layout": {"title": {"text": title(params)}, "height": 440, "margin": {"l": 60, "r": 40, "t": 90, "b": 24}},
    }


def title(params: ParallelCoordinatesParams) -> str:
    """How many columns."""
    return f"{len(params.columns)} columns side by side{by(params.color)}"


def alt(params: ParallelCoordinatesParams, frame: Frame) -> str:
    """The range of each axis."""
    told = [
        f"{name} from {number(min(values))} to {number(max(values))}"
        for place, name in enumerate(params.columns)
        if (values := frame.data[f"column_{place + 1}"])
    ]
    return f"Parallel coordinates of {'; '.join(told)}."


def code(params: ParallelCoordinatesParams, known: Columns) -> Script:
    """The same sample."""
    del known
    figure = ["figure = px.parallel_coordinates(result.select_dtypes(float))"]
    if params.color:
        figure = ['figure = px.parallel_coordinates(result, color=result["color"].cat.codes)']
    return many_code(params, MOST_LINES, figure)


def suggest(chosen: Sequence[Column]) -> tuple[float, str, dict[str, Any]] | None:
    """Three to eight numbers, with a category at most."""
    numbers = [each for each in chosen if each.type.is_numeric]
    groups = [each for each in chosen if not each.type.is_numeric and each.n_distinct <= 8]
    if not 3 <= len(numbers) <= 8 or len(groups) > 1 or len(numbers) + len(groups) != len(chosen):
        return None
    color = {"color": groups[0].name} if groups else {}
    return 0.5, "Several numbers of the same rows at once.", {"columns": [each.name for each in numbers], **color}


SPEC = ChartSpec(
    key="parallel_coordinates",
    label="Parallel coordinates",
    icon="format_line_spacing",
    group="relation",
    summary="Each line is a row, crossing each axis at its value. Drag along an axis to keep only the lines there.",
    when="To look for groups of rows that are alike in many numbers.",
    params=ParallelCoordinatesParams,
    compute=compute,
    draw=draw,
    title=title,
    alt=alt,
    code=code,
    suggest=suggest,
    cost=2,
)
