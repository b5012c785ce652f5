"""Violin: the density of each group, upright and mirrored."""

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field

from core.charts import arithmetic
from core.charts.bells import BELL_HELPERS, bells, bells_python, flat_remarks
from core.charts.dividing import divide
from core.charts.drawing import Figure, Row, Trace, axis, color_of, in_order, in_template, panels
from core.charts.fields import DividedParams, Facet, Top
from core.charts.groups import find_groups
from core.charts.scripts import category_line, needs
from core.charts.spec import CATEGORY, NUMERIC, ChartSpec, Columns, Frame, Script, role
from core.charts.table import ChartTable
from core.charts.wording import by, number
from core.types import Column, ColumnType
from core.wording import short

HALF_WIDTH = 0.42
"""Of the widest violin; neighbours are 1 apart."""


class ViolinParams(DividedParams):
    """What to smooth."""

    y: Annotated[str, role("Values", NUMERIC)]
    x: Annotated[str | None, role("Groups", CATEGORY)] = None
    top: Top = 8
    smoothing: Annotated[
        float, Field(gt=0, le=5, title="Smoothing", description="1 is Scott's rule; less shows more detail.")
    ] = 1.0
    color: Annotated[None, Field(title="Colour", description="Each group has its own colour.")] = None
    facet: Facet = None


def compute(params: ViolinParams, table: ChartTable) -> Frame:
    """A curve for each group, and its median."""
    divided = divide(
        table,
        params,
        [params.y] if params.show_missing else [params.y, params.x],
        also=[params.x],
        more=lambda view: [find_groups(table, view, "x", params.x, top=params.top, show_missing=params.show_missing)],
    )
    found, flat = bells(divided, params.y, params.smoothing)
    labels = [name for name in ("facet", "x") if getattr(params, name)]
    data: dict[str, list[Any]] = {name: [bell.labels[name] for bell in found for _ in bell.x] for name in labels}
    data["y"] = [value for bell in found for value in bell.x]
    data["density"] = [value for bell in found for value in bell.density]
    return divided.frame(data, extra_remarks=flat_remarks(flat))


def draw(params: ViolinParams, frame: Frame) -> Figure:
    """Closed outlines around the places of the groups."""
    names = in_order(frame.facts.get("x_order", ())) or [params.y]
    widest = max(frame.data["density"], default=1.0)

    def violins(rows: list[Row]) -> list[Trace]:
        traces = []
        for place, name in enumerate(names):
            some = [row for row in rows if row.get("x", params.y) == name and row["density"] > widest * 0.001]
            if not some:
                continue
            right = [(place + HALF_WIDTH * row["density"] / widest, row["y"]) for row in some]
            left = [(2 * place - x, y) for x, y in reversed(right)]
            color = color_of(place, name)
            traces.append(
                {
                    "type": "scatter",
                    "mode": "lines",
                    "x": [x for x, _ in right + left],
                    "y": [y for _, y in right + left],
                    "fill": "toself",
                    "line": {"color": color, "width": 1.5},
                    "hoveron": "points",
                    "hovertemplate": f"{in_template(name)}: %{{y:.4~g}}<extra></extra>",
                }
            )
        return traces

    x = axis(params.x or "", tickmode="array", tickvals=list(range(len(names))), ticktext=[short(n, 24) for n in names])
    return panels(
        frame.rows(),
        violins,
        title=title(params),
        x={**x, "range": [-0.6, len(names) - 0.4]},
        y=axis(params.y),
        facets=frame.facts.get("facet_order", ()),
        facet_title=params.facet or "",
    )


def title(params: ViolinParams) -> str:
    """What is smoothed, and by what."""
    return f"{params.y}{by(params.x, params.facet)}"


def alt(params: ViolinParams, frame: Frame) -> str:
    """Where each of the first violins is widest."""
    peaks: dict[str, Row] = {}
    for row in frame.rows():
        key = " · ".join(str(row[name]) for name in ("facet", "x") if name in row)
        if key not in peaks or row["density"] > peaks[key]["density"]:
            peaks[key] = row
    told = [f"{key or params.y} at {number(row['y'])}" for key, row in list(peaks.items())[:6]]
    return f"Violins of {title(params)}. Widest: {'; '.join(told)}."


def code(params: ViolinParams, known: Columns) -> Script:
    """Scott's rule on counts in fine cells."""
    del known
    parts = [name for name in ("facet", "x") if getattr(params, name)]
    lines = [
        needs(params.y, *([] if params.show_missing else [params.facet, params.x])),
        "work = pd.DataFrame(index=rows.index)",
        *category_line("facet", params.facet, 8, params.show_missing),
        *category_line("x", params.x, params.top, params.show_missing),
        f'work["value"] = rows[{params.y!r}].astype(float)',
        *bells_python(parts, params.smoothing, name="y"),
    ]
    arguments = {
        "y": '"value"',
        **({"x": '"x"'} if params.x else {}),
        **({"facet_col": '"facet"'} if params.facet else {}),
    }
    named = ", ".join(f"{name}={value}" for name, value in arguments.items())
    return Script(
        lines=lines,
        figure=[f"figure = px.violin(work, {named})"],
        helpers=[*BELL_HELPERS, arithmetic.categories],
    )


def suggest(chosen: Sequence[Column]) -> tuple[float, str, dict[str, Any]] | None:
    """A number by a category of a few values."""
    numbers = [each for each in chosen if each.type.is_numeric and not each.is_identifier and each.n_distinct > 20]
    groups = [each for each in chosen if each.type in (ColumnType.STRING, ColumnType.BOOLEAN)]
    if len(numbers) != 1 or len(groups) != 1 or len(chosen) != 2 or groups[0].n_distinct > 8:
        return None
    return 0.7, "Compares the shape of groups, several peaks included.", {"y": numbers[0].name, "x": groups[0].name}


SPEC = ChartSpec(
    key="violin",
    label="Violin",
    icon="graphic_eq",
    group="distribution",
    summary="Each outline is the density of a group: the wider, the more rows lie around that value.",
    when="To compare shapes with more than one peak. For many groups take box plots.",
    params=ViolinParams,
    compute=compute,
    draw=draw,
    title=title,
    alt=alt,
    code=code,
    suggest=suggest,
    cost=3,
)
