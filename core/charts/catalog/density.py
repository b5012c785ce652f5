"""Density: a histogram without edges."""

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field

from core.charts import arithmetic
from core.charts.bells import BELL_HELPERS, bells, bells_python, flat_remarks
from core.charts.dividing import divide, divided_figure
from core.charts.drawing import Figure, Row, Trace, axis, color_of, in_template, pick
from core.charts.fields import DividedParams
from core.charts.scripts import divided_by, divided_lines, express, needs
from core.charts.spec import NUMERIC, ChartSpec, Columns, Frame, Script, role
from core.charts.table import ChartTable
from core.charts.wording import by, number
from core.types import Column, ColumnType


class DensityParams(DividedParams):
    """What to smooth."""

    x: Annotated[str, role("Values", NUMERIC)]
    smoothing: Annotated[
        float, Field(gt=0, le=5, title="Smoothing", description="1 is Scott's rule; less shows more detail.")
    ] = 1.0


def compute(params: DensityParams, table: ChartTable) -> Frame:
    """A curve for each group."""
    divided = divide(table, params, [params.x])
    found, flat = bells(divided, params.x, params.smoothing)
    labels = [name for name in ("facet", "color") if getattr(params, name)]
    data: dict[str, list[Any]] = {name: [bell.labels[name] for bell in found for _ in bell.x] for name in labels}
    data["x"] = [value for bell in found for value in bell.x]
    data["density"] = [value for bell in found for value in bell.density]
    return divided.frame(data, extra_remarks=flat_remarks(flat))


def draw(params: DensityParams, frame: Frame) -> Figure:
    """Filled lines."""

    def curve(place: int, label: str, rows: list[Row]) -> list[Trace]:
        color = color_of(place, label)
        return [
            {
                "type": "scatter",
                "mode": "lines",
                "x": pick(rows, "x"),
                "y": pick(rows, "density"),
                "name": label,
                "line": {"color": color, "width": 2},
                "fill": "tozeroy",
                "fillcolor": f"rgba({int(color[1:3], 16)}, {int(color[3:5], 16)}, {int(color[5:7], 16)}, 0.14)",
                "hovertemplate": f"%{{x:.4~g}}: %{{y:.3~g}}<extra>{in_template(label)}</extra>",
            }
        ]

    y = axis(f"Density (per unit of {params.x})", rangemode="tozero")
    return divided_figure(params, frame, curve, title=title(params), x=axis(params.x), y=y)


def title(params: DensityParams) -> str:
    """What is smoothed, and by what."""
    return f"Density of {params.x}{by(params.color, params.facet)}"


def alt(params: DensityParams, frame: Frame) -> str:
    """Where the curve is highest, for each of the first groups."""
    peaks: dict[str, Row] = {}
    for row in frame.rows():
        key = " · ".join(str(row[name]) for name in ("facet", "color") if name in row)
        if key not in peaks or row["density"] > peaks[key]["density"]:
            peaks[key] = row
    told = [f"{key or params.x} at {number(row['x'])}" for key, row in list(peaks.items())[:6]]
    return f"Density of {params.x}{by(params.color, params.facet)}. Highest: {'; '.join(told)}."


def code(params: DensityParams, known: Columns) -> Script:
    """Scott's rule on counts in fine cells."""
    del known
    lines = [
        needs(params.x, *([] if params.show_missing else [params.facet, params.color])),
        *divided_lines(params),
        f'work["value"] = rows[{params.x!r}].astype(float)',
        *bells_python(divided_by(params), params.smoothing),
    ]
    figure = express("line", params=params, x='"x"', y='"density"')
    return Script(lines=lines, figure=figure, helpers=[*BELL_HELPERS, arithmetic.categories])


def suggest(chosen: Sequence[Column]) -> tuple[float, str, dict[str, Any]] | None:
    """A number with some spread, alone or by a category."""
    numbers = [each for each in chosen if each.type.is_numeric and not each.is_identifier and each.n_distinct > 20]
    groups = [each for each in chosen if each.type in (ColumnType.STRING, ColumnType.BOOLEAN)]
    if len(numbers) != 1 or len(groups) > 1 or len(numbers) + len(groups) != len(chosen):
        return None
    if not groups:
        return 0.7, "Many different numbers: the shape without edges of bins.", {"x": numbers[0].name}
    if groups[0].n_distinct > 6:
        return None
    return 0.75, "Curves of a few groups lie over each other.", {"x": numbers[0].name, "color": groups[0].name}


SPEC = ChartSpec(
    key="density",
    label="Density",
    icon="ssid_chart",
    group="distribution",
    summary="The higher the curve, the more rows lie around that value; the area under each curve is 1.",
    when="To compare the shape of a few groups. Not for a handful of different values: take a histogram.",
    params=DensityParams,
    compute=compute,
    draw=draw,
    title=title,
    alt=alt,
    code=code,
    suggest=suggest,
    cost=2,
)
