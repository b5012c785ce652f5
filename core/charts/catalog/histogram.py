"""Histogram: how often which values occur."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import Field

from core.charts import arithmetic
from core.charts.dividing import columns, divide, divided_figure
from core.charts.drawing import Figure, Row, Trace, axis, color_of, in_template, pick
from core.charts.fields import DividedParams
from core.charts.scripts import divided_by, divided_lines, express, needs
from core.charts.spec import NUMERIC, ChartSpec, Columns, Frame, Script, role
from core.charts.table import ChartTable
from core.charts.wording import by, number, share
from core.expressions.quoting import name_sql
from core.types import Column, ColumnType


class HistogramParams(DividedParams):
    """What to count."""

    x: Annotated[str, role("Values", NUMERIC)]
    bins: Annotated[int, Field(ge=2, le=200, title="Bins", description="About how many; edges are round numbers.")] = 30
    show: Annotated[
        Literal["count", "share", "density"],
        Field(title="Height", description="Share: part of the rows of its colour and panel. Density: share by width."),
    ] = "count"
    mode: Annotated[Literal["stacked", "overlaid"], Field(title="Colours are")] = "stacked"
    log_x: Annotated[bool, Field(title="Logarithmic values", description="Bins of equal ratio; only above zero.")] = (
        False
    )
    log_y: Annotated[bool, Field(title="Logarithmic height")] = False


def compute(params: HistogramParams, table: ChartTable) -> Frame:
    """Rows by bin."""
    cell = f"{name_sql(params.x)}::DOUBLE"
    value = f"log10({cell})" if params.log_x else cell
    divided = divide(table, params, [params.x], where=f"{name_sql(params.x)} > 0" if params.log_x else "")
    if not divided.view.n_used:
        return divided.frame({"low": [], "high": [], "count": [], "value": []})
    low, high = table.rows(f"SELECT min({value}), max({value}) FROM ({divided.view.sql})")[0]
    start, step, _ = arithmetic.bins(low, high, params.bins, _is_whole(params, table.columns))
    rows = divided.aggregate([f"floor(({value} - {start!r}::DOUBLE) / {step!r}::DOUBLE)::BIGINT"], ["count(*)"])
    data = columns(rows, ["bin", "count"])
    places, counts = data.pop("bin"), data.pop("count")
    edges = [[start + (place + more) * step for place in places] for more in (0, 1)]
    data["low"], data["high"] = (
        [10.0**edge for edge in each] if params.log_x else arithmetic.lowest_digits(each) for each in edges
    )
    data["count"] = counts
    totals: dict[tuple[str, ...], int] = {}
    for labels, values in rows:
        key = tuple(labels.values())
        totals[key] = totals.get(key, 0) + values[1]
    data["value"] = [_height(params, each[1], totals[tuple(labels.values())], step) for labels, each in rows]
    skipped = divided.view.n_filtered - divided.view.n_used
    notes = ["Values of zero and below have no place on a logarithmic axis."] if params.log_x and skipped else []
    return divided.frame(data, extra_remarks=notes, facts={"step": step})


def _is_whole(params: HistogramParams, known: Columns) -> bool:
    return known[params.x].type is ColumnType.INTEGER and not params.log_x


def _height(params: HistogramParams, count: int, total: int, step: float) -> float:
    if params.show == "count":
        return count
    return count / total / (step if params.show == "density" else 1)


def draw(params: HistogramParams, frame: Frame) -> Figure:
    """Bars without gaps."""
    name = in_template(params.x)

    def bars(place: int, label: str, rows: list[Row]) -> list[Trace]:
        lows, highs = pick(rows, "low"), pick(rows, "high")
        return [
            {
                "type": "bar",
                "x": [
                    (low * high) ** 0.5 if params.log_x else (low + high) / 2
                    for low, high in zip(lows, highs, strict=True)
                ],
                "y": pick(rows, "value"),
                "width": [high - low for low, high in zip(lows, highs, strict=True)],
                "customdata": [[row["low"], row["high"], row["count"]] for row in rows],
                "name": label,
                "marker": {"color": color_of(place, label), "line": {"width": 0}},
                "opacity": 0.65 if params.mode == "overlaid" and params.color else 1,
                "hovertemplate": f"{name}: %{{customdata[0]:.4~g}} to %{{customdata[1]:.4~g}}<br>"
                f"Rows: %{{customdata[2]:,}}<extra>{in_template(label)}</extra>",
            }
        ]

    unit = "power of ten" if params.log_x else "unit"
    heights = {"count": "Rows", "share": "Share of rows", "density": f"Density (per {unit} of {params.x})"}
    y = axis(heights[params.show], **({"tickformat": ".0%"} if params.show == "share" else {}))
    return divided_figure(
        params,
        frame,
        bars,
        title=title(params),
        x=axis(params.x, **({"type": "log"} if params.log_x else {})),
        y={**y, "type": "log"} if params.log_y else y,
        layout={"barmode": "stack" if params.mode == "stacked" else "overlay", "bargap": 0},
    )


def title(params: HistogramParams) -> str:
    """What is counted, and by what."""
    return f"Distribution of {params.x}{by(params.color, params.facet)}"


def alt(params: HistogramParams, frame: Frame) -> str:
    """The range and the fullest bin."""
    counts: dict[tuple[float, float], int] = {}
    for row in frame.rows():
        counts[row["low"], row["high"]] = counts.get((row["low"], row["high"]), 0) + row["count"]
    (low, high), most = max(counts.items(), key=lambda item: item[1])
    return (
        f"Histogram of {params.x} from {number(min(frame.data['low']))} to {number(max(frame.data['high']))}. The "
        f"fullest of {len(counts)} bins that hold rows runs from {number(low)} to {number(high)} with {most:,} rows, "
        f"{share(most, frame.n_used)} of all."
    )


def code(params: HistogramParams, known: Columns) -> Script:
    """Bins by floor, rows by size."""
    dividers = divided_by(params)
    lines = [needs(params.x, *([] if params.show_missing else [params.facet, params.color]))]
    if params.log_x:
        lines.append(f"rows = rows[(rows[{params.x!r}] > 0).astype(bool)]")
    lines += [
        *divided_lines(params),
        f"x = rows[{params.x!r}].astype(float)",
        *(["x = np.log10(x)"] if params.log_x else []),
        f"start, step, _ = bins(x.min(), x.max(), {params.bins}, {_is_whole(params, known)})",
        'work["bin"] = np.floor((x - start) / step)',
        f'result = work.groupby({[*dividers, "bin"]!r}, observed=True).size().rename("count").reset_index()',
        'result["low"] = start + result["bin"] * step',
        'result["high"] = start + (result["bin"] + 1) * step',
        *(['result[["low", "high"]] = 10 ** result[["low", "high"]]'] if params.log_x else []),
        'result["value"] = result["count"]',
    ]
    if params.show != "count":
        total = (
            f'result.groupby({dividers!r}, observed=True)["count"].transform("sum")'
            if dividers
            else 'result["count"].sum()'
        )
        lines.append(f'result["value"] = result["count"] / {total}{" / step" if params.show == "density" else ""}')
    figure = express("bar", params=params, x='(result["low"] + result["high"]) / 2', y='"value"')
    figure.append(f"figure.update_layout(bargap=0, xaxis_title={params.x!r})")
    return Script(lines=lines, figure=figure, helpers=[arithmetic.bins, arithmetic.categories])


def suggest(chosen: Sequence[Column]) -> tuple[float, str, dict[str, Any]] | None:
    """One number, alone or by a category."""
    numbers = [each for each in chosen if each.type.is_numeric and not each.is_identifier]
    groups = [each for each in chosen if not each.type.is_numeric and each.type is not ColumnType.DATETIME]
    if len(numbers) != 1 or len(chosen) > 2 or len(numbers) + len(groups) != len(chosen):
        return None
    if not groups:
        return 0.95, "One column of numbers: where its values lie.", {"x": numbers[0].name}
    if groups[0].n_distinct > 8:
        return None
    return 0.6, "A number in a few groups: where each group lies.", {"x": numbers[0].name, "color": groups[0].name}


SPEC = ChartSpec(
    key="histogram",
    label="Histogram",
    icon="bar_chart",
    group="distribution",
    summary="Each bar counts the rows whose value lies in its range. Look for the bulk, the tails and gaps.",
    when="To see where the values of one number lie. Not for categories: take a bar chart.",
    params=HistogramParams,
    compute=compute,
    draw=draw,
    title=title,
    alt=alt,
    code=code,
    suggest=suggest,
)
