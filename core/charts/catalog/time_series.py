"""Time series: one number for each hour, day, week or month."""

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field

from core.charts import arithmetic
from core.charts.aggregates import Aggregate, aggregate_label, check_aggregate
from core.charts.dividing import divided_figure
from core.charts.drawing import Figure, Row, Trace, axis, color_of, in_template, pick
from core.charts.fields import DividedParams, Numbers
from core.charts.scripts import divided_by, express
from core.charts.spec import TIME, ChartSpec, Columns, Frame, Script, role
from core.charts.table import ChartTable
from core.charts.times import Every, fill_frame, frame_of_times, rolled, times_python
from core.charts.wording import by, number
from core.types import Column, ColumnType


class TimeSeriesParams(DividedParams):
    """What to follow."""

    x: Annotated[str, role("Time", TIME)]
    y: Numbers = None
    aggregate: Aggregate = "count"
    every: Every = "automatic"
    rolling: Annotated[
        int, Field(ge=0, le=365, title="Rolling mean over", description="So many points; 0 draws none.")
    ] = 0
    log_y: Annotated[bool, Field(title="Logarithmic values")] = False


def compute(params: TimeSeriesParams, table: ChartTable) -> Frame:
    """One aggregate for each step, and its rolling mean."""
    check_aggregate(params.aggregate, params.y)
    values = params.y if params.aggregate != "count" else None
    divided, data, step = frame_of_times(
        table, params, x=params.x, y=values, aggregate=params.aggregate, every=params.every
    )
    if params.rolling > 1:
        data["rolling"] = _rolling(data, params.rolling)
    return fill_frame(divided, data, step, aggregate_label(params.aggregate, params.y))


def _rolling(data: dict[str, list[Any]], over: int) -> list[float | None]:
    keys = list(zip(*(data[part] for part in ("facet", "color") if part in data), strict=True)) or [()] * len(data["x"])
    found: list[float | None] = []
    for key in dict.fromkeys(keys):
        found += rolled([value for value, own in zip(data["value"], keys, strict=True) if own == key], over)
    return found


def draw(params: TimeSeriesParams, frame: Frame) -> Figure:
    """Lines; with a rolling mean the values themselves step back."""
    is_rolled = params.rolling > 1

    def lines(place: int, label: str, rows: list[Row]) -> list[Trace]:
        color = color_of(place, label)
        shared: Trace = {
            "type": "scatter",
            "mode": "lines+markers" if len(rows) < 3 else "lines",
            "x": pick(rows, "x"),
            "connectgaps": False,
        }
        value: Trace = {
            **shared,
            "y": pick(rows, "value"),
            "name": label,
            "line": {"color": color, "width": 1 if is_rolled else 2},
            "opacity": 0.45 if is_rolled else 1,
            "customdata": pick(rows, "rows"),
            "hovertemplate": f"%{{x}}: %{{y:.4~g}}<br>Rows: %{{customdata:,}}<extra>{in_template(label)}</extra>",
        }
        if not is_rolled:
            return [value]
        mean: Trace = {
            **shared,
            "y": pick(rows, "rolling"),
            "name": label,
            "showlegend": False,
            "legendgroup": label,
            "line": {"color": color, "width": 2.5},
            "hovertemplate": f"%{{x}}: rolling mean %{{y:.4~g}}<extra>{in_template(label)}</extra>",
        }
        return [value, mean]

    y = axis(aggregate_label(params.aggregate, params.y), **({"type": "log"} if params.log_y else {}))
    return divided_figure(params, frame, lines, title=title(params), x=axis(params.x, type="date"), y=y)


def title(params: TimeSeriesParams) -> str:
    """What is followed."""
    return f"{aggregate_label(params.aggregate, params.y)} over time{by(params.color, params.facet)}"


def alt(params: TimeSeriesParams, frame: Frame) -> str:
    """The highest and the lowest point, and when."""
    rows = [row for row in frame.rows() if row["value"] is not None]
    highest, lowest = max(rows, key=lambda row: row["value"]), min(rows, key=lambda row: row["value"])
    return (
        f"{title(params)}, one point every {frame.facts['step']} from {frame.data['x'][0][:16]} to "
        f"{frame.data['x'][-1][:16]}. Highest: {number(highest['value'])} at {highest['x'][:16]}; lowest: "
        f"{number(lowest['value'])} at {lowest['x'][:16]}."
    ).replace("T00:00", "")


def code(params: TimeSeriesParams, known: Columns) -> Script:
    """Periods, groupby and rolling."""
    del known
    values = params.y if params.aggregate != "count" else None
    lines = times_python(params, x=params.x, y=values, aggregate=params.aggregate, every=params.every)
    parts = divided_by(params)
    if params.rolling > 1:
        grouped = f'result.groupby({parts!r}, observed=True)["value"]' if parts else 'result["value"]'
        mean = (
            f".transform(lambda value: value.rolling({params.rolling}).mean())"
            if parts
            else f".rolling({params.rolling}).mean()"
        )
        lines += ["result = result.reset_index(drop=True)", f'result["rolling"] = {grouped}{mean}']
    figure = express("line", params=params, x='"x"', y='"rolling"' if params.rolling > 1 else '"value"')
    return Script(lines=lines, figure=figure, helpers=[arithmetic.categories])


def suggest(chosen: Sequence[Column]) -> tuple[float, str, dict[str, Any]] | None:
    """A time, alone or with a number and a category."""
    times = [each for each in chosen if each.type is ColumnType.DATETIME]
    numbers = [each for each in chosen if each.type.is_numeric and not each.is_identifier]
    groups = [each for each in chosen if each.type in (ColumnType.STRING, ColumnType.BOOLEAN) and each.n_distinct <= 12]
    if len(times) != 1 or len(numbers) > 1 or len(groups) > 1 or 1 + len(numbers) + len(groups) != len(chosen):
        return None
    parts: dict[str, Any] = {"x": times[0].name}
    if numbers:
        parts |= {"y": numbers[0].name, "aggregate": "mean"}
    if groups:
        parts["color"] = groups[0].name
    return 0.97, "There is a time: how it goes on from one step to the next.", parts


SPEC = ChartSpec(
    key="time_series",
    label="Time series",
    icon="timeline",
    group="time",
    summary="Each point is one number for a step of time. Look for trends, seasons and breaks.",
    when="To follow counts or measurements over time.",
    params=TimeSeriesParams,
    compute=compute,
    draw=draw,
    title=title,
    alt=alt,
    code=code,
    suggest=suggest,
)
