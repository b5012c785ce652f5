"""Heat map: one number for each pair of categories."""

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field

from core.charts import arithmetic
from core.charts.aggregates import Aggregate, aggregate_label, aggregate_python, aggregate_sql, check_aggregate
from core.charts.dividing import columns, divide
from core.charts.drawing import Figure, Row, Trace, category_axis, in_order, panels
from core.charts.fields import DividedParams, Facet, Numbers, Top
from core.charts.groups import find_groups
from core.charts.scripts import category_line, needs
from core.charts.spec import CATEGORY, ChartSpec, Columns, Frame, Script, role
from core.charts.table import ChartTable
from core.charts.wording import by, number
from core.types import Column, ColumnType

MOST_WRITTEN = 150
"""Numbers are written into so many cells at most."""


class HeatmapParams(DividedParams):
    """What to cross."""

    x: Annotated[str, role("Across", CATEGORY)]
    y: Annotated[str, role("Down", CATEGORY)]
    value: Numbers = None
    aggregate: Aggregate = "count"
    top: Top = 15
    color: Annotated[None, Field(title="Colour", description="The colour is the number.")] = None
    facet: Facet = None


def compute(params: HeatmapParams, table: ChartTable) -> Frame:
    """One aggregate for each pair that occurs."""
    check_aggregate(params.aggregate, params.value)
    values = params.value if params.aggregate != "count" else None
    pair = [params.x, params.y]
    divided = divide(
        table,
        params,
        [values] if params.show_missing else [values, *pair],
        also=pair,
        more=lambda view: [
            find_groups(table, view, name, column, top=params.top, show_missing=params.show_missing)
            for name, column in (("y", params.y), ("x", params.x))
        ],
    )
    rows = divided.aggregate([], [aggregate_sql(params.aggregate, values), "count(*)"])
    return divided.frame(
        columns(rows, ["value", "rows"]), names={"value": aggregate_label(params.aggregate, params.value)}
    )


def draw(params: HeatmapParams, frame: Frame) -> Figure:
    """Coloured cells with their numbers."""
    across, down = in_order(frame.facts["x_order"]), in_order(frame.facts["y_order"])

    def cells(rows: list[Row]) -> list[Trace]:
        known = {(row["x"], row["y"]): row for row in rows}
        z = [[known.get((x, y), {}).get("value") for x in across] for y in down]
        counts = [[known.get((x, y), {}).get("rows", 0) for x in across] for y in down]
        trace: Trace = {
            "type": "heatmap",
            "x": across,
            "y": down,
            "z": z,
            "customdata": counts,
            "hoverongaps": False,
            "xgap": 1,
            "ygap": 1,
            "colorbar": {"thickness": 12},
            "hovertemplate": "%{x} · %{y}: %{z:.4~g}<br>Rows: %{customdata:,}<extra></extra>",
        }
        is_roomy = len(across) * len(down) <= MOST_WRITTEN and not params.facet and len(across) <= 10
        return [
            {**trace, "texttemplate": "%{z:,.0f}" if params.aggregate == "count" else "%{z:,.4~g}"}
            if is_roomy
            else trace
        ]

    figure = panels(
        frame.rows(),
        cells,
        title=title(params),
        x=category_axis(params.x, across, showgrid=False),
        y=category_axis(params.y, down, autorange="reversed", showgrid=False),
        facets=frame.facts.get("facet_order", ()),
        facet_title=params.facet or "",
        layout={} if params.facet else {"height": max(340, min(760, 130 + 26 * len(down)))},
    )
    for trace in figure["data"][1:]:
        trace["showscale"] = False
    return figure


def title(params: HeatmapParams) -> str:
    """What is crossed."""
    return f"{aggregate_label(params.aggregate, params.value)}{by(params.y, params.x, params.facet)}"


def alt(params: HeatmapParams, frame: Frame) -> str:
    """The highest and the lowest cell."""
    rows = [row for row in frame.rows() if row["value"] is not None]
    if not rows:
        return f"Heat map of {title(params)}, without a value."
    highest, lowest = max(rows, key=lambda row: row["value"]), min(rows, key=lambda row: row["value"])
    return (
        f"Heat map of {title(params)}. Highest: {highest['y']} and {highest['x']} with {number(highest['value'])}; "
        f"lowest: {lowest['y']} and {lowest['x']} with {number(lowest['value'])}."
    )


def code(params: HeatmapParams, known: Columns) -> Script:
    """Groupby on pairs."""
    del known
    values = params.value if params.aggregate != "count" else None
    parts = [*(["facet"] if params.facet else []), "y", "x"]
    lines = [
        needs(values, *([] if params.show_missing else [params.facet, params.x, params.y])),
        "work = pd.DataFrame(index=rows.index)",
        *category_line("facet", params.facet, 8, params.show_missing),
        *category_line("y", params.y, params.top, params.show_missing),
        *category_line("x", params.x, params.top, params.show_missing),
    ]
    number_column = "y_value"
    lines += [f"work[{number_column!r}] = rows[{values!r}].astype(float)"] if values else []
    lines += [line.replace('("y", ', f'("{number_column}", ') for line in aggregate_python(params.aggregate, parts)]
    figure = [
        'pivot = result.pivot_table(index="y", columns="x", values="value", observed=True)',
        'figure = px.imshow(pivot, aspect="auto")',
    ]
    return Script(lines=lines, figure=figure, helpers=[arithmetic.categories])


def suggest(chosen: Sequence[Column]) -> tuple[float, str, dict[str, Any]] | None:
    """Two categories, alone or with a number."""
    groups = [each for each in chosen if each.type in (ColumnType.STRING, ColumnType.BOOLEAN)]
    numbers = [each for each in chosen if each.type.is_numeric]
    if len(groups) != 2 or len(numbers) > 1 or 2 + len(numbers) != len(chosen):
        return None
    if any(each.n_distinct > 100 for each in groups):
        return None
    small, large = sorted(groups, key=lambda each: each.n_distinct)
    parts: dict[str, Any] = {"x": small.name, "y": large.name}
    if numbers:
        return 0.82, "One number for each pair of categories.", {**parts, "value": numbers[0].name, "aggregate": "mean"}
    return 0.8, "Counts each pair of categories.", parts


SPEC = ChartSpec(
    key="heatmap",
    label="Heat map",
    icon="grid_on",
    group="comparison",
    summary="Each cell is a pair of categories; the stronger its colour, the larger its number.",
    when="To cross two categories. For two numbers take a density heat map.",
    params=HeatmapParams,
    compute=compute,
    draw=draw,
    title=title,
    alt=alt,
    code=code,
    suggest=suggest,
)
