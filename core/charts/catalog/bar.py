"""Bar chart: one number for each category."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import Field

from core.charts import arithmetic
from core.charts.aggregates import (
    Aggregate,
    aggregate_label,
    aggregate_python,
    aggregate_sql,
    check_aggregate,
    is_additive,
)
from core.charts.dividing import columns, divide, divided_figure
from core.charts.drawing import Figure, Row, Trace, axis, category_axis, color_of, in_template, pick
from core.charts.fields import DividedParams, Numbers, Top
from core.charts.groups import find_groups
from core.charts.scripts import category_line, divided_by, divided_lines, express, needs
from core.charts.spec import CATEGORY, ChartSpec, Columns, Frame, Script, role
from core.charts.table import ChartTable
from core.charts.wording import by, number
from core.errors import UserInputError
from core.types import Column, ColumnType

_LONG_NAME = 12
_MANY = 8


class BarParams(DividedParams):
    """What to compare."""

    x: Annotated[str, role("Categories", CATEGORY)]
    y: Numbers = None
    aggregate: Aggregate = "count"
    mode: Annotated[
        Literal["grouped", "stacked", "share"],
        Field(title="Colours are", description="Share: each bar is 100%."),
    ] = "grouped"
    top: Top = 15
    sort: Annotated[
        Literal["value", "name", "frequency"], Field(title="Sorted by", description="Value: the longest bar first.")
    ] = "value"
    direction: Annotated[
        Literal["automatic", "vertical", "horizontal"],
        Field(title="Bars are", description="Automatic lays bars down where names are long or many."),
    ] = "automatic"
    log_value: Annotated[bool, Field(title="Logarithmic length")] = False


def compute(params: BarParams, table: ChartTable) -> Frame:
    """One aggregate for each category, colour and panel."""
    check_aggregate(params.aggregate, params.y)
    if params.mode == "share" and not (params.color and is_additive(params.aggregate)):
        raise UserInputError(
            "Shares need a colour, and counts or sums.", hint="Choose a colour, or group the bars.", field="params.mode"
        )
    values = params.y if params.aggregate != "count" else None
    divided = divide(
        table,
        params,
        [values] if params.show_missing else [values, params.x],
        also=[params.x],
        more=lambda view: [find_groups(table, view, "x", params.x, top=params.top, show_missing=params.show_missing)],
    )
    data = columns(divided.aggregate([], [aggregate_sql(params.aggregate, values), "count(*)"]), ["value", "rows"])
    if params.mode == "share":
        data["value"] = _shares(data)
    names = {"value": _value_title(params)}
    return divided.frame(data, names=names)


def _shares(data: dict[str, list[Any]]) -> list[float | None]:
    keys = list(zip(data.get("facet", data["x"]), data["x"], strict=True))
    totals: dict[Any, float] = {}
    for key, value in zip(keys, data["value"], strict=True):
        totals[key] = totals.get(key, 0) + value
    return [value / totals[key] if totals[key] else None for key, value in zip(keys, data["value"], strict=True)]


def _sorted_names(params: BarParams, frame: Frame) -> list[str]:
    """The categories in the order of the axis; the rest and the missing stay last."""
    order = list(frame.facts["x_order"])
    if params.sort == "frequency":
        return order
    last = [name for name in order if name.startswith(("Other", "Missing"))]
    first = [name for name in order if name not in last]
    if params.sort == "name":
        return [*sorted(first, key=_natural), *last]
    sums = dict.fromkeys(order, 0.0)
    measure = "rows" if params.mode == "share" else "value"
    for row in frame.rows():
        sums[row["x"]] += row[measure] or 0
    return [*sorted(first, key=lambda name: -sums[name]), *last]


def _natural(name: str) -> tuple[bool, float, str]:
    try:
        return False, float(name), name
    except ValueError:
        return True, 0.0, name


def draw(params: BarParams, frame: Frame) -> Figure:
    """Upright or lying bars."""
    names = _sorted_names(params, frame)
    is_lying = params.direction == "horizontal" or (
        params.direction == "automatic" and (len(names) > _MANY or max(map(len, names)) > _LONG_NAME)
    )

    def bars(place: int, label: str, rows: list[Row]) -> list[Trace]:
        ends, lengths = ("y", "x") if is_lying else ("x", "y")
        shown = "%{" + lengths + (":.1%}" if params.mode == "share" else ":.4~g}")
        return [
            {
                "type": "bar",
                ends: pick(rows, "x"),
                lengths: pick(rows, "value"),
                "orientation": "h" if is_lying else "v",
                "customdata": pick(rows, "rows"),
                "name": label,
                "marker": {"color": color_of(place, label)},
                "hovertemplate": f"%{{{ends}}}: {shown}<br>Rows: %{{customdata:,}}<extra>{in_template(label)}</extra>",
            }
        ]

    value_axis = axis(_value_title(params), **({"tickformat": ".0%"} if params.mode == "share" else {}))
    if params.log_value:
        value_axis["type"] = "log"
    name_axis = category_axis(params.x, names, **({"autorange": "reversed"} if is_lying else {}))
    layout: dict[str, Any] = {"barmode": "group" if params.mode == "grouped" else "stack"}
    if is_lying and not params.facet:
        groups = len(frame.facts.get("color_order", ())) if params.color and params.mode == "grouped" else 1
        layout["height"] = max(340, min(900, 110 + len(names) * (14 + 10 * groups)))
    return divided_figure(
        params,
        frame,
        bars,
        title=title(params),
        x=value_axis if is_lying else name_axis,
        y=name_axis if is_lying else value_axis,
        layout=layout,
    )


def _value_title(params: BarParams) -> str:
    label = aggregate_label(params.aggregate, params.y)
    return f"Share of {label[0].lower()}{label[1:]}" if params.mode == "share" else label


def title(params: BarParams) -> str:
    """What is compared, and by what."""
    return f"{_value_title(params)}{by(params.x, params.color, params.facet)}"


def alt(params: BarParams, frame: Frame) -> str:
    """The longest and the shortest bar."""
    rows = [row for row in frame.rows() if row["value"] is not None]
    if not rows:
        return f"Bar chart of {title(params)}, without a value."
    highest, lowest = max(rows, key=lambda row: row["value"]), min(rows, key=lambda row: row["value"])
    text = f"Bar chart of {title(params)}. Highest: {_name(highest)} with {number(highest['value'])}"
    return f"{text}; lowest: {_name(lowest)} with {number(lowest['value'])}." if len(rows) > 1 else f"{text}."


def _name(row: Row) -> str:
    return " · ".join(str(row[part]) for part in ("x", "color", "facet") if part in row)


def code(params: BarParams, known: Columns) -> Script:
    """Groupby and agg."""
    del known
    values = params.y if params.aggregate != "count" else None
    lines = [
        needs(values, *([] if params.show_missing else [params.facet, params.color, params.x])),
        *divided_lines(params),
        *category_line("x", params.x, params.top, params.show_missing),
        *([f'work["y"] = rows[{values!r}].astype(float)'] if values else []),
        *aggregate_python(params.aggregate, [*divided_by(params), "x"]),
    ]
    if params.mode == "share":
        parts = ["facet", "x"] if params.facet else ["x"]
        lines.append(f'result["value"] /= result.groupby({parts!r}, observed=True)["value"].transform("sum")')
    barmode = '"group"' if params.mode == "grouped" else '"stack"'
    figure = express("bar", params=params, x='"x"', y='"value"', barmode=barmode)
    return Script(lines=lines, figure=figure, helpers=[arithmetic.categories])


def suggest(chosen: Sequence[Column]) -> tuple[float, str, dict[str, Any]] | None:
    """One or two categories, alone or with a number."""
    numbers = [
        each for each in chosen if each.type is ColumnType.NUMBER or (each.type.is_numeric and each.n_distinct > 20)
    ]
    groups = [each for each in chosen if each not in numbers]
    if not 1 <= len(groups) <= 2 or len(numbers) > 1:
        return None
    if any(each.type is ColumnType.DATETIME or each.is_identifier for each in chosen) or groups[-1].n_distinct > 200:
        return None
    wide, *rest = sorted(groups, key=lambda each: -each.n_distinct)
    parts: dict[str, Any] = {"x": wide.name, **({"color": rest[0].name, "mode": "stacked"} if rest else {})}
    if not numbers:
        return (0.95 if len(groups) == 1 else 0.85), "Counts the rows of each category.", parts
    return (
        0.8,
        "Compares the mean between categories.",
        {**parts, "y": numbers[0].name, "aggregate": "mean", **({"mode": "grouped"} if rest else {})},
    )


SPEC = ChartSpec(
    key="bar",
    label="Bar chart",
    icon="leaderboard",
    group="comparison",
    summary="The length of each bar is the number for its category.",
    when="To compare counts, means or sums between categories.",
    params=BarParams,
    compute=compute,
    draw=draw,
    title=title,
    alt=alt,
    code=code,
    suggest=suggest,
)
