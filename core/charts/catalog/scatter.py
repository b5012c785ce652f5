"""Scatter: one dot for each row, or their density when there are too many."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Literal

from pydantic import Field

from core.charts import arithmetic
from core.charts.dividing import Divided, divide, divided_figure
from core.charts.drawing import Figure, Row, Trace, axis, color_of, in_template, panels, pick
from core.charts.fields import DividedParams
from core.charts.grids import count_pairs, heat, pairs_python
from core.charts.groups import group_sql
from core.charts.points import point_data, sizes
from core.charts.scripts import divided_by, divided_lines, express, needs
from core.charts.spec import NUMERIC, TIME, ChartSpec, Columns, Frame, Script, role
from core.charts.table import ChartTable
from core.charts.wording import by, number
from core.expressions.quoting import name_sql
from core.types import Column, ColumnType

MOST_DOTS = 5_000
DENSITY_FROM = 50_000
"""From so many rows on, a plain scatter becomes a density heat map."""
N_BINS = 60


class ScatterParams(DividedParams):
    """What to set against what."""

    x: Annotated[str, role("Across", (*NUMERIC, *TIME))]
    y: Annotated[str, role("Up", NUMERIC)]
    size: Annotated[str | None, role("Size", NUMERIC, "Larger values, larger dots.")] = None
    trend: Annotated[bool, Field(title="Trend line", description="Least squares over all rows, not the sample.")] = (
        False
    )
    dots: Annotated[
        Literal["automatic", "sample", "density"],
        Field(title="Many rows", description="Automatic: a sample, or their density from 50,000 rows on."),
    ] = "automatic"
    log_x: Annotated[bool, Field(title="Logarithmic across")] = False
    log_y: Annotated[bool, Field(title="Logarithmic up")] = False


def _is_dense(params: ScatterParams, table_columns: Columns, n: int) -> bool:
    is_time = table_columns[params.x].type is ColumnType.DATETIME
    if is_time or params.color or params.size or params.log_x or params.log_y:
        return False
    return params.dots == "density" or (params.dots == "automatic" and n >= DENSITY_FROM)


def compute(params: ScatterParams, table: ChartTable) -> Frame:
    """Dots or rectangles, and the trend over all rows."""
    divided = divide(table, params, [params.x, params.y, params.size])
    facts: dict[str, Any] = {}
    if params.trend and divided.view.n_used and table.columns[params.x].type.is_numeric:
        facts["trend"] = _trend(divided, params)
    if _is_dense(params, table.columns, divided.view.n_used):
        data, more = count_pairs(divided, params.x, params.y, N_BINS)
        return divided.frame(data, facts={**facts, **more, "is_dense": True})
    expressions = [*group_sql(divided.groupings), name_sql(params.x), name_sql(params.y)]
    expressions += [name_sql(params.size)] if params.size else []
    found = table.sample(divided.view, expressions, MOST_DOTS)
    data = point_data(divided.groupings, found, ["x", "y", *(["size"] if params.size else [])])
    return divided.frame(data, facts=facts, n_shown=len(found))


def _trend(divided: Divided, params: ScatterParams) -> dict[str, float] | None:
    """Slope, intercept and correlation over all rows; None when a column is constant."""
    x, y = (f"{name_sql(name)}::DOUBLE" for name in (params.x, params.y))
    slope, intercept, r, low, high = divided.table.rows(
        f"SELECT regr_slope({y}, {x}), regr_intercept({y}, {x}), corr({y}, {x}), min({x}), max({x}) "
        f"FROM ({divided.view.sql})"
    )[0]
    if slope is None or low == high or slope != slope:
        return None
    r = 0.0 if r is None or r != r else r
    return {"slope": slope, "intercept": intercept, "r": r, "low": low, "high": high}


def draw(params: ScatterParams, frame: Frame) -> Figure:
    """Dots with WebGL when there are many."""
    x = axis(params.x, **({"type": "log"} if params.log_x else {}))
    y = axis(params.y, **({"type": "log"} if params.log_y else {}))
    if frame.facts.get("is_dense"):
        figure = panels(
            frame.rows(),
            lambda rows: heat(rows, x=params.x, y=params.y),
            title=title(params),
            x=x,
            y=y,
            facets=frame.facts.get("facet_order", ()),
            facet_title=params.facet or "",
        )
        for trace in figure["data"][1:]:
            trace["showscale"] = False
    else:
        figure = divided_figure(params, frame, _dots(params, frame), title=title(params), x=x, y=y)
    return _with_trend(figure, frame)


def _dots(params: ScatterParams, frame: Frame) -> Any:
    largest = max((abs(value) for value in frame.data.get("size", [])), default=0)

    def dots(place: int, label: str, rows: list[Row]) -> list[Trace]:
        size = f"<br>{in_template(params.size)}: %{{customdata:.4~g}}" if params.size else ""
        trace: Trace = {
            "type": "scatter" if len(rows) <= 1_000 else "scattergl",
            "mode": "markers",
            "x": pick(rows, "x"),
            "y": pick(rows, "y"),
            "name": label,
            "marker": {
                "color": color_of(place, label),
                "size": sizes(pick(rows, "size"), largest) if params.size else 6,
                "opacity": 0.75 if len(rows) <= 500 else 0.5,
                "line": {"width": 0},
            },
            "hovertemplate": f"{in_template(params.x)}: %{{x}}<br>{in_template(params.y)}: %{{y:.4~g}}{size}"
            f"<extra>{in_template(label)}</extra>",
        }
        return [{**trace, "customdata": pick(rows, "size")} if params.size else trace]

    return dots


def _with_trend(figure: Figure, frame: Frame) -> Figure:
    trend = frame.facts.get("trend")
    if not trend:
        return figure
    ends = [trend["low"], trend["high"]]
    panels_ = dict.fromkeys((trace.get("xaxis", "x"), trace.get("yaxis", "y")) for trace in figure["data"])
    for x, y in panels_:
        figure["data"].append(
            {
                "type": "scatter",
                "mode": "lines",
                "x": ends,
                "y": [trend["intercept"] + trend["slope"] * end for end in ends],
                "xaxis": x,
                "yaxis": y,
                "name": "Trend",
                "showlegend": False,
                "line": {"color": "#66757f", "width": 2, "dash": "dash"},
                "hovertemplate": f"Trend of all rows, r = {trend['r']:.3f}<extra></extra>",
            }
        )
    return figure


def title(params: ScatterParams) -> str:
    """What is set against what."""
    return f"{params.y} against {params.x}{by(params.color, params.facet)}"


def alt(params: ScatterParams, frame: Frame) -> str:
    """The ranges, and the trend if there is one."""
    text = (
        f"Scatter of {title(params)}. {params.y} runs from {number(min(frame.data['y']))} to "
        f"{number(max(frame.data['y']))}."
    )
    trend = frame.facts.get("trend")
    if trend:
        way = "rises" if trend["slope"] > 0 else "falls"
        text += f" The trend {way} by {number(abs(trend['slope']))} for each unit of {params.x} (r = {trend['r']:.2f})."
    return text


def code(params: ScatterParams, known: Columns) -> Script:
    """The same sample, or the same rectangles."""
    needed = needs(params.x, params.y, params.size, *([] if params.show_missing else [params.facet, params.color]))
    lines = [needed, *divided_lines(params)]
    helpers: list[Callable[..., Any]] = [arithmetic.bins, arithmetic.sample, arithmetic.categories]
    trend = [f"trend = np.polyfit(rows[{params.x!r}].astype(float), rows[{params.y!r}].astype(float), 1)"]
    trend = trend if params.trend and known[params.x].type.is_numeric else []
    dots = [
        f'work["x"], work["y"] = rows[{params.x!r}], rows[{params.y!r}]',
        *([f'work["size"] = rows[{params.size!r}]'] if params.size else []),
        f"result = sample(work, {MOST_DOTS})",
    ]
    dense = pairs_python(params.x, params.y, N_BINS, divided_by(params))
    n = DENSITY_FROM if _is_dense(params, known, DENSITY_FROM) else None
    if _is_dense(params, known, 0):
        lines += dense
    elif n:
        lines += [
            f"if len(rows) >= {n}:",
            *(f"    {line}" for line in dense),
            "else:",
            *(f"    {line}" for line in dots),
        ]
    else:
        lines += dots
    if _is_dense(params, known, 0):
        figure = express("scatter", params=params, x='"x"', y='"y"', color='"count"')
    else:
        size = {"size": '"size"'} if params.size else {}
        figure = express("scatter", params=params, x='"x"', y='"y"', **size)
    if trend:
        figure += [
            f"ends = np.array([rows[{params.x!r}].min(), rows[{params.x!r}].max()], dtype=float)",
            'figure.add_scatter(x=ends, y=np.polyval(trend, ends), mode="lines", name="Trend")',
        ]
    return Script(lines=[*lines, *trend], figure=figure, helpers=helpers)


def suggest(chosen: Sequence[Column]) -> tuple[float, str, dict[str, Any]] | None:
    """Two or three numbers, with a category at most."""
    numbers = [each for each in chosen if each.type.is_numeric and not each.is_identifier]
    groups = [each for each in chosen if each.type in (ColumnType.STRING, ColumnType.BOOLEAN) and each.n_distinct <= 12]
    if len(numbers) not in (2, 3) or len(groups) > 1 or len(numbers) + len(groups) != len(chosen):
        return None
    parts = dict(zip(("x", "y", "size"), (each.name for each in numbers), strict=False))
    color = {"color": groups[0].name} if groups else {}
    return 0.9, "Two numbers of the same row: whether one goes along with the other.", {**parts, **color, "trend": True}


SPEC = ChartSpec(
    key="scatter",
    label="Scatter",
    icon="scatter_plot",
    group="relation",
    summary="Each dot is a row. A slope means that the two numbers go along with each other; it does not say why.",
    when="To see how two numbers relate, and which rows stand apart.",
    params=ScatterParams,
    compute=compute,
    draw=draw,
    title=title,
    alt=alt,
    code=code,
    suggest=suggest,
)
