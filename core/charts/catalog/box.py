"""Box plot: median, quartiles and whiskers of groups."""

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field

from core.charts import arithmetic
from core.charts.dividing import columns, divide, divided_figure
from core.charts.drawing import Figure, Row, Trace, axis, category_axis, color_of, in_order, pick
from core.charts.fields import DividedParams, Top
from core.charts.groups import find_groups, group_sql
from core.charts.scripts import category_line, divided_by, divided_lines, express, needs
from core.charts.spec import CATEGORY, NUMERIC, ChartSpec, Columns, Frame, Script, role
from core.charts.table import ChartTable
from core.charts.wording import by, number
from core.expressions.quoting import name_sql
from core.types import Column, ColumnType

PARTS = ("q1", "median", "q3", "lower", "upper", "minimum", "maximum", "mean", "rows", "beyond")


class BoxParams(DividedParams):
    """What to summarise."""

    y: Annotated[str, role("Values", NUMERIC)]
    x: Annotated[str | None, role("Groups", CATEGORY)] = None
    top: Top = 12
    log_y: Annotated[bool, Field(title="Logarithmic values")] = False


def compute(params: BoxParams, table: ChartTable) -> Frame:
    """Quartiles first, then what lies within one and a half times their distance (Tukey's whiskers)."""
    needed = [params.y] if params.show_missing else [params.y, params.x]
    divided = divide(
        table,
        params,
        needed,
        also=[params.x],
        more=lambda view: [find_groups(table, view, "x", params.x, top=params.top, show_missing=params.show_missing)],
    )
    keys = group_sql(divided.groupings)
    cell = f"{name_sql(params.y)}::DOUBLE"
    names = [f"k{number_}" for number_ in range(len(keys))]
    select = ", ".join([*(f"{key} AS {name}" for key, name in zip(keys, names, strict=True)), f"{cell} AS v"])
    same = " AND ".join(f"r.{name} IS NOT DISTINCT FROM q.{name}" for name in names) or "true"
    group = f"GROUP BY {', '.join(names)}" if names else ""
    inner = [f"r.{name}" for name in names]
    low, high = "q.q[1] - 1.5 * (q.q[3] - q.q[1])", "q.q[3] + 1.5 * (q.q[3] - q.q[1])"
    sql = (
        f"WITH r AS NOT MATERIALIZED (SELECT {select} FROM ({divided.view.sql})), "
        f"q AS (SELECT {', '.join([*names, 'quantile_cont(v, [0.25, 0.5, 0.75]) AS q'])} FROM r {group}) "
        f"SELECT {', '.join([*inner, 'any_value(q.q)'])}, min(v) FILTER (v >= {low}), max(v) FILTER (v <= {high}), "
        f"min(v), max(v), avg(v), count(*), count(*) FILTER (v < {low} OR v > {high}) "
        f"FROM r JOIN q ON {same} {'GROUP BY ' + ', '.join(inner) if inner else ''}"
    )
    rows = divided.shape(table.rows(sql), 0) if divided.view.n_used else []
    flat = [(labels, [*values[0], *values[1:]]) for labels, values in rows]
    return divided.frame(columns(flat, PARTS))


def draw(params: BoxParams, frame: Frame) -> Figure:
    """Boxes from the numbers; the furthest values beyond the whiskers as dots."""
    groups = in_order(frame.facts.get("x_order", ())) or [params.y]

    def boxes(place: int, label: str, rows: list[Row]) -> list[Trace]:
        color = color_of(place, label)
        names = [row.get("x", params.y) for row in rows]
        trace: Trace = {
            "type": "box",
            "x": names,
            "q1": pick(rows, "q1"),
            "median": pick(rows, "median"),
            "q3": pick(rows, "q3"),
            "lowerfence": pick(rows, "lower"),
            "upperfence": pick(rows, "upper"),
            "mean": pick(rows, "mean"),
            "name": label,
            "marker": {"color": color},
            "line": {"color": color, "width": 1.5},
        }
        if params.color:
            return [{**trace, "offsetgroup": label}]
        far = [
            (row.get("x", params.y), row[end]) for row in rows for end in ("minimum", "maximum") if _is_beyond(row, end)
        ]
        dots: Trace = {
            "type": "scatter",
            "mode": "markers",
            "x": [name for name, _ in far],
            "y": [value for _, value in far],
            "name": "",
            "showlegend": False,
            "marker": {"color": color, "size": 5, "symbol": "circle-open"},
            "hovertemplate": "Furthest value: %{y:.4~g}<extra></extra>",
        }
        return [trace, dots] if far else [trace]

    y = axis(params.y, **({"type": "log"} if params.log_y else {}))
    x = category_axis(params.x or "", groups)
    layout = {"boxmode": "group"} if params.color else {}
    return divided_figure(params, frame, boxes, title=title(params), x=x, y=y, layout=layout)


def _is_beyond(row: Row, end: str) -> bool:
    return bool(row["minimum"] < row["lower"] if end == "minimum" else row["maximum"] > row["upper"])


def title(params: BoxParams) -> str:
    """What is summarised, and by what."""
    return f"{params.y}{by(params.x, params.color, params.facet)}"


def alt(params: BoxParams, frame: Frame) -> str:
    """The groups with the highest and the lowest median."""
    rows = sorted(frame.rows(), key=lambda row: row["median"])
    lowest, highest = rows[0], rows[-1]
    beyond = sum(frame.data["beyond"])
    text = f"Box plot of {title(params)}. "
    if len(rows) == 1:
        text += f"The median is {number(lowest['median'])}, half of the rows lie between {number(lowest['q1'])} and "
        text += f"{number(lowest['q3'])}."
    else:
        text += (
            f"The median is highest for {_name(highest)} ({number(highest['median'])}) and lowest for {_name(lowest)} "
        )
        text += f"({number(lowest['median'])})."
    return f"{text} {beyond:,} rows lie beyond the whiskers."


def _name(row: Row) -> str:
    return " · ".join(str(row[part]) for part in ("x", "color", "facet") if part in row)


def code(params: BoxParams, known: Columns) -> Script:
    """Quantiles by linear interpolation."""
    del known
    parts = [*divided_by(params), *(["x"] if params.x else [])]
    lines = [
        needs(params.y, *([] if params.show_missing else [params.facet, params.color, params.x])),
        *divided_lines(params),
        *category_line("x", params.x, params.top, params.show_missing),
        *([] if parts else ['work["all"] = 0']),
        f'work["y"] = rows[{params.y!r}].astype(float)',
        f"by = {parts or ['all']!r}",
        'groups = work.groupby(by, observed=True)["y"]',
        "q1, q3 = groups.transform(lambda y: y.quantile(0.25)), groups.transform(lambda y: y.quantile(0.75))",
        'is_within = work["y"].between(q1 - 1.5 * (q3 - q1), q3 + 1.5 * (q3 - q1))',
        'quartiles = {"q1": 0.25, "median": 0.5, "q3": 0.75}',
        "result = pd.DataFrame({name: groups.quantile(part) for name, part in quartiles.items()})",
        'within = work[is_within].groupby(by, observed=True)["y"]',
        'result["lower"], result["upper"] = within.min(), within.max()',
        'result["minimum"], result["maximum"], result["mean"] = groups.min(), groups.max(), groups.mean()',
        'result["rows"] = groups.size()',
        'result["beyond"] = result["rows"] - within.size()',
        "result = result.reset_index()" + ("" if parts else '.drop(columns="all")'),
    ]
    figure = [
        "drawn = work.copy()",
        *express("box", params=params, y='"y"', **({"x": '"x"'} if params.x else {})),
    ]
    figure = [line.replace("px.box(result", "px.box(drawn") for line in figure]
    return Script(lines=lines, figure=figure, helpers=[arithmetic.categories])


def suggest(chosen: Sequence[Column]) -> tuple[float, str, dict[str, Any]] | None:
    """A number by one or two categories."""
    numbers = [each for each in chosen if each.type.is_numeric and not each.is_identifier]
    groups = [each for each in chosen if each.type in (ColumnType.STRING, ColumnType.BOOLEAN)]
    if len(numbers) != 1 or len(groups) > 2 or len(numbers) + len(groups) != len(chosen):
        return None
    if any(each.n_distinct > 30 for each in groups):
        return None
    parts = dict(zip(("x", "color"), (each.name for each in groups), strict=False))
    score = {0: 0.5, 1: 0.9, 2: 0.85}[len(groups)]
    return score, "Compares the middle and the spread of groups.", {"y": numbers[0].name, **parts}


SPEC = ChartSpec(
    key="box",
    label="Box plot",
    icon="candlestick_chart",
    group="distribution",
    summary="The line is the median, the box holds the middle half of the rows; whiskers reach to the last value "
    "within one and a half box lengths, circles mark the furthest values beyond.",
    when="To compare a number between groups. It hides several peaks: take a violin or a density for those.",
    params=BoxParams,
    compute=compute,
    draw=draw,
    title=title,
    alt=alt,
    code=code,
    suggest=suggest,
    cost=3,
)
