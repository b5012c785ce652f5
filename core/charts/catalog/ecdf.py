"""Cumulative share: which part of the rows lies at or below each value."""

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field

from core.charts import arithmetic
from core.charts.dividing import columns, divide, divided_figure
from core.charts.drawing import Figure, Row, Trace, axis, color_of, in_template, pick
from core.charts.fields import DividedParams
from core.charts.scripts import divided_by, divided_lines, express, needs
from core.charts.spec import NUMERIC, ChartSpec, Columns, Frame, Script, role
from core.charts.table import ChartTable
from core.charts.wording import by, number
from core.expressions.quoting import name_sql
from core.types import Column, ColumnType

MOST_EXACT = 1_000
"""Up to so many different values each is a point; beyond that the share is told at equally spaced values."""
N_POINTS = 500


class EcdfParams(DividedParams):
    """What to add up."""

    x: Annotated[str, role("Values", NUMERIC)]
    log_x: Annotated[bool, Field(title="Logarithmic values", description="Only above zero.")] = False


def compute(params: EcdfParams, table: ChartTable) -> Frame:
    """Points of the step function; exact at each of them."""
    cell = f"{name_sql(params.x)}::DOUBLE"
    divided = divide(table, params, [params.x], where=f"{name_sql(params.x)} > 0" if params.log_x else "")
    if not divided.view.n_used:
        return divided.frame({"x": [], "share": []})
    low, high = table.rows(f"SELECT min({cell}), max({cell}) FROM ({divided.view.sql})")[0]
    key = cell
    if table.columns[params.x].n_distinct > MOST_EXACT and high > low:
        step = (high - low) / N_POINTS
        key = f"{low!r}::DOUBLE + ceil(({cell} - {low!r}::DOUBLE) / {step!r}::DOUBLE) * {step!r}::DOUBLE"
    rows = divided.aggregate([key], ["count(*)"])
    totals: dict[tuple[str, ...], int] = {}
    below: list[int] = []
    for labels, (_, n) in rows:
        group = tuple(labels.values())
        totals[group] = totals.get(group, 0) + n
        below.append(totals[group])
    data = columns(rows, ["x"])
    data["share"] = [n / totals[tuple(labels.values())] for n, (labels, _) in zip(below, rows, strict=True)]
    return divided.frame(data)


def draw(params: EcdfParams, frame: Frame) -> Figure:
    """Steps from 0 to 1."""

    def steps(place: int, label: str, rows: list[Row]) -> list[Trace]:
        return [
            {
                "type": "scatter",
                "mode": "lines",
                "x": [rows[0]["x"], *pick(rows, "x")],
                "y": [0, *pick(rows, "share")],
                "name": label,
                "line": {"color": color_of(place, label), "width": 2, "shape": "hv"},
                "hovertemplate": f"%{{y:.1%}} at or below %{{x:.4~g}}<extra>{in_template(label)}</extra>",
            }
        ]

    x = axis(params.x, **({"type": "log"} if params.log_x else {}))
    y = axis("Share of rows at or below", tickformat=".0%", range=[0, 1.02])
    return divided_figure(params, frame, steps, title=title(params), x=x, y=y)


def title(params: EcdfParams) -> str:
    """What is added up."""
    return f"Cumulative share of {params.x}{by(params.color, params.facet)}"


def alt(params: EcdfParams, frame: Frame) -> str:
    """The value that half of the rows reach, for each of the first groups."""
    halves: dict[str, float] = {}
    for row in frame.rows():
        key = " · ".join(str(row[name]) for name in ("facet", "color") if name in row)
        if row["share"] >= 0.5:
            halves.setdefault(key, row["x"])
    told = [f"{key + ': ' if key else ''}{number(value)}" for key, value in list(halves.items())[:6]]
    return f"{title(params)}. Half of the rows lie at or below {'; '.join(told)}."


def code(params: EcdfParams, known: Columns) -> Script:
    """Cumulative sums of sizes."""
    dividers = divided_by(params)
    lines = [needs(params.x, *([] if params.show_missing else [params.facet, params.color]))]
    if params.log_x:
        lines.append(f"rows = rows[(rows[{params.x!r}] > 0).astype(bool)]")
    lines += [*divided_lines(params), f'work["x"] = rows[{params.x!r}].astype(float)']
    if known[params.x].n_distinct > MOST_EXACT:
        lines += [
            'low, high = work["x"].min(), work["x"].max()',
            f"step = (high - low) / {N_POINTS} or 1.0",
            'work["x"] = low + np.ceil((work["x"] - low) / step) * step',
        ]
    lines.append(f'result = work.groupby({[*dividers, "x"]!r}, observed=True).size().rename("share").reset_index()')
    if dividers:
        lines += [
            f'shares = result.groupby({dividers!r}, observed=True)["share"]',
            'result["share"] = shares.cumsum() / shares.transform("sum")',
        ]
    else:
        lines.append('result["share"] = result["share"].cumsum() / result["share"].sum()')
    figure = express("line", params=params, x='"x"', y='"share"', line_shape='"hv"', log_x=str(params.log_x))
    return Script(lines=lines, figure=figure, helpers=[arithmetic.categories])


def suggest(chosen: Sequence[Column]) -> tuple[float, str, dict[str, Any]] | None:
    """A number, alone or by a category."""
    numbers = [each for each in chosen if each.type.is_numeric and not each.is_identifier]
    groups = [each for each in chosen if each.type in (ColumnType.STRING, ColumnType.BOOLEAN) and each.n_distinct <= 8]
    if len(numbers) != 1 or len(groups) > 1 or len(numbers) + len(groups) != len(chosen):
        return None
    color = {"color": groups[0].name} if groups else {}
    return 0.45, "Reads off which part of the rows lies below a value.", {"x": numbers[0].name, **color}


SPEC = ChartSpec(
    key="ecdf",
    label="Cumulative share",
    icon="stairs",
    group="distribution",
    summary="Each point tells which part of the rows lies at or below a value; it is steep where rows are many.",
    when="To read off medians and percentiles, and to compare groups without choosing bins.",
    params=EcdfParams,
    compute=compute,
    draw=draw,
    title=title,
    alt=alt,
    code=code,
    suggest=suggest,
)
