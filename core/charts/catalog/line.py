"""Line: how one number goes along with another."""

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field

from core.charts import arithmetic
from core.charts.aggregates import Aggregate, aggregate_label, aggregate_python, aggregate_sql, check_aggregate
from core.charts.dividing import columns, divide, divided_figure
from core.charts.drawing import Figure, Row, Trace, axis, color_of, in_template, pick
from core.charts.fields import DividedParams, Numbers
from core.charts.scripts import divided_by, divided_lines, express, needs
from core.charts.spec import NUMERIC, ChartSpec, Columns, Frame, Script, role
from core.charts.table import ChartTable
from core.charts.wording import by, number
from core.expressions.quoting import name_sql
from core.types import Column

MOST_EXACT = 500
"""Up to so many different values each is a point; beyond that rows are gathered in bins."""
N_BINS = 100


class LineParams(DividedParams):
    """What to follow along."""

    x: Annotated[str, role("Along", NUMERIC)]
    y: Numbers = None
    aggregate: Aggregate = "mean"
    markers: Annotated[bool, Field(title="Dots")] = False
    log_x: Annotated[bool, Field(title="Logarithmic along")] = False
    log_y: Annotated[bool, Field(title="Logarithmic values")] = False


def compute(params: LineParams, table: ChartTable) -> Frame:
    """One aggregate for each value along the axis, or for each of a hundred bins of them."""
    check_aggregate(params.aggregate, params.y)
    values = params.y if params.aggregate != "count" else None
    cell = f"{name_sql(params.x)}::DOUBLE"
    divided = divide(table, params, [params.x, values])
    names = {"value": aggregate_label(params.aggregate, params.y)}
    if not divided.view.n_used:
        return divided.frame({"x": [], "value": [], "rows": []}, names=names)
    key, notes = cell, []
    if table.columns[params.x].n_distinct > MOST_EXACT:
        low, high = table.rows(f"SELECT min({cell}), max({cell}) FROM ({divided.view.sql})")[0]
        start, step, _ = arithmetic.bins(low, high, N_BINS)
        key = f"{start!r}::DOUBLE + (floor(({cell} - {start!r}::DOUBLE) / {step!r}::DOUBLE) + 0.5) * {step!r}::DOUBLE"
        notes = [f"Each point gathers the rows of {number(step)} along {params.x}."]
    rows = divided.aggregate([key], [aggregate_sql(params.aggregate, values), "count(*)"])
    return divided.frame(columns(rows, ["x", "value", "rows"]), names=names, extra_remarks=notes)


def draw(params: LineParams, frame: Frame) -> Figure:
    """Lines."""

    def lines(place: int, label: str, rows: list[Row]) -> list[Trace]:
        return [
            {
                "type": "scatter",
                "mode": "lines+markers" if params.markers or len(rows) < 3 else "lines",
                "x": pick(rows, "x"),
                "y": pick(rows, "value"),
                "name": label,
                "line": {"color": color_of(place, label), "width": 2},
                "customdata": pick(rows, "rows"),
                "hovertemplate": "%{x:.4~g}: %{y:.4~g}<br>Rows: %{customdata:,}"
                f"<extra>{in_template(label)}</extra>",
            }
        ]

    x = axis(params.x, **({"type": "log"} if params.log_x else {}))
    y = axis(aggregate_label(params.aggregate, params.y), **({"type": "log"} if params.log_y else {}))
    return divided_figure(params, frame, lines, title=title(params), x=x, y=y)


def title(params: LineParams) -> str:
    """What goes along with what."""
    return f"{aggregate_label(params.aggregate, params.y)} along {params.x}{by(params.color, params.facet)}"


def alt(params: LineParams, frame: Frame) -> str:
    """Both ends and the highest point."""
    rows = [row for row in frame.rows() if row["value"] is not None]
    if not rows:
        return f"{title(params)}, without a value."
    highest, lowest = max(rows, key=lambda row: row["value"]), min(rows, key=lambda row: row["value"])
    return (
        f"{title(params)} from {number(min(frame.data['x']))} to {number(max(frame.data['x']))}. Highest: "
        f"{number(highest['value'])} at {number(highest['x'])}; "
        f"lowest: {number(lowest['value'])} at {number(lowest['x'])}."
    )


def code(params: LineParams, known: Columns) -> Script:
    """Groupby on values or bins."""
    values = params.y if params.aggregate != "count" else None
    lines = [
        needs(params.x, values, *([] if params.show_missing else [params.facet, params.color])),
        *divided_lines(params),
        f'work["x"] = rows[{params.x!r}].astype(float)',
        *([f'work["y"] = rows[{values!r}].astype(float)'] if values else []),
    ]
    if known[params.x].n_distinct > MOST_EXACT:
        lines += [
            f'start, step, _ = bins(work["x"].min(), work["x"].max(), {N_BINS})',
            'work["x"] = start + (np.floor((work["x"] - start) / step) + 0.5) * step',
        ]
    lines += aggregate_python(params.aggregate, [*divided_by(params), "x"])
    figure = express("line", params=params, x='"x"', y='"value"', log_x=str(params.log_x), log_y=str(params.log_y))
    return Script(lines=lines, figure=figure, helpers=[arithmetic.bins, arithmetic.categories])


def suggest(chosen: Sequence[Column]) -> tuple[float, str, dict[str, Any]] | None:
    """Two numbers, of which the first has an order worth following."""
    if len(chosen) != 2 or not all(each.type.is_numeric for each in chosen):
        return None
    along, values = sorted(chosen, key=lambda each: each.n_distinct)
    score = 0.7 if along.n_distinct <= 60 else 0.5
    return score, "The mean of one number along the other.", {"x": along.name, "y": values.name, "aggregate": "mean"}


SPEC = ChartSpec(
    key="line",
    label="Line",
    icon="show_chart",
    group="comparison",
    summary="The line follows one number along another; rows with equal or neighbouring values are taken together.",
    when="When the values along the axis have an order: ages, doses, years. For times take a time series.",
    params=LineParams,
    compute=compute,
    draw=draw,
    title=title,
    alt=alt,
    code=code,
    suggest=suggest,
)
