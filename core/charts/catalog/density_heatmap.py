"""Density heat map: where pairs of numbers crowd."""

import math
from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field

from core.charts import arithmetic
from core.charts.dividing import divide
from core.charts.drawing import Figure, axis, panels
from core.charts.fields import DividedParams
from core.charts.grids import count_pairs, heat, pairs_python
from core.charts.scripts import divided_by, divided_lines, express, needs
from core.charts.spec import NUMERIC, ChartSpec, Columns, Frame, Script, role
from core.charts.table import ChartTable
from core.charts.wording import by, number, share
from core.types import Column


class DensityHeatmapParams(DividedParams):
    """What to count."""

    x: Annotated[str, role("Across", NUMERIC)]
    y: Annotated[str, role("Up", NUMERIC)]
    bins: Annotated[int, Field(ge=5, le=150, title="Bins", description="About how many along each side.")] = 40
    logarithmic: Annotated[bool, Field(title="Logarithmic colours", description="Shows thin places too.")] = False
    color: Annotated[None, Field(title="Colour", description="The colour is the number of rows.")] = None


def compute(params: DensityHeatmapParams, table: ChartTable) -> Frame:
    """Rows by rectangle."""
    divided = divide(table, params, [params.x, params.y])
    data, facts = count_pairs(divided, params.x, params.y, params.bins)
    return divided.frame(data, facts=facts)


def draw(params: DensityHeatmapParams, frame: Frame) -> Figure:
    """A heat map."""
    figure = panels(
        frame.rows(),
        lambda rows: heat(rows, x=params.x, y=params.y, logarithmic=params.logarithmic),
        title=title(params),
        x=axis(params.x),
        y=axis(params.y),
        facets=frame.facts.get("facet_order", ()),
        facet_title=params.facet or "",
    )
    for trace in figure["data"][1:]:
        trace["showscale"] = False
    most = max(frame.data["count"], default=1)
    for trace in figure["data"]:
        trace["zmin"], trace["zmax"] = 0, math.log10(most) if params.logarithmic else most
    return figure


def title(params: DensityHeatmapParams) -> str:
    """What is counted."""
    return f"Rows by {params.x} and {params.y}{by(params.facet)}"


def alt(params: DensityHeatmapParams, frame: Frame) -> str:
    """The fullest rectangle."""
    fullest = max(frame.rows(), key=lambda row: row["count"])
    return (
        f"Heat map of {title(params)}. The fullest of {frame.n:,} rectangles lies around {number(fullest['x'])} and "
        f"{number(fullest['y'])} and holds {share(fullest['count'], frame.n_used)} of the rows."
    )


def code(params: DensityHeatmapParams, known: Columns) -> Script:
    """Bins by floor, rows by size."""
    del known
    lines = [
        needs(params.x, params.y, *([] if params.show_missing else [params.facet])),
        *divided_lines(params),
        *pairs_python(params.x, params.y, params.bins, divided_by(params)),
    ]
    figure = express("scatter", params=params, x='"x"', y='"y"', color='"count"')
    return Script(lines=lines, figure=figure, helpers=[arithmetic.bins, arithmetic.categories])


def suggest(chosen: Sequence[Column]) -> tuple[float, str, dict[str, Any]] | None:
    """Two numbers of many values."""
    if len(chosen) != 2 or not all(each.type.is_numeric and each.n_distinct > 100 for each in chosen):
        return None
    return 0.75, "Shows where rows crowd, however many there are.", {"x": chosen[0].name, "y": chosen[1].name}


SPEC = ChartSpec(
    key="density_heatmap",
    label="Density heat map",
    icon="blur_on",
    group="relation",
    summary="The stronger the colour, the more rows have this pair of values.",
    when="For two numbers and many rows, where dots would lie over each other.",
    params=DensityHeatmapParams,
    compute=compute,
    draw=draw,
    title=title,
    alt=alt,
    code=code,
    suggest=suggest,
)
