"""Pair plot: every pair of several numbers as a scatter."""

from collections.abc import Sequence
from typing import Annotated, Any

from core.charts.drawing import Figure, color_of, in_template, legend, series
from core.charts.fields import Color, ShowMissing
from core.charts.many import frame_of_many, many_code
from core.charts.spec import NUMERIC, ChartParams, ChartSpec, Columns, Frame, Script, role
from core.charts.table import ChartTable
from core.charts.wording import by, number
from core.types import Column
from core.wording import joined, short

MOST_DOTS = 1_000


class PairPlotParams(ChartParams):
    """What to pair."""

    columns: Annotated[tuple[str, ...], role("Columns", NUMERIC, min_length=3, max_length=6)]
    color: Color = None
    show_missing: ShowMissing = False


def compute(params: PairPlotParams, table: ChartTable) -> Frame:
    """A sample of rows."""
    return frame_of_many(params, table, MOST_DOTS)


def draw(params: PairPlotParams, frame: Frame) -> Figure:
    """A matrix of scatters, its lower half."""
    traces = []
    for place, label, rows in series(frame.rows(), frame.facts.get("color_order", ())):
        traces.append(
            {
                "type": "splom",
                "dimensions": [
                    {"label": short(name, 16), "values": [row[f"column_{number_ + 1}"] for row in rows]}
                    for number_, name in enumerate(params.columns)
                ],
                "name": label,
                "showupperhalf": False,
                "diagonal": {"visible": False},
                "marker": {"size": 4, "opacity": 0.6, "color": color_of(place, label), "line": {"width": 0}},
                "hovertemplate": f"%{{x:.4~g}} · %{{y:.4~g}}<extra>{in_template(label)}</extra>",
            }
        )
    size = 130 * len(params.columns) + 90
    return {
        "data": traces,
        "layout": {"title": {"text": title(params)}, "height": max(380, size), **legend(params.color)},
    }


def title(params: PairPlotParams) -> str:
    """Which columns are paired."""
    return f"Pairs of {joined(list(params.columns))}{by(params.color)}"


def alt(params: PairPlotParams, frame: Frame) -> str:
    """The pair of the sample that goes along most."""
    import numpy as np

    names = list(params.columns)
    values = np.array([frame.data[f"column_{place + 1}"] for place in range(len(names))], dtype=float)
    moving = [place for place in range(len(names)) if np.ptp(values[place]) > 0]
    if len(moving) < 2 or values.shape[1] < 3:
        return f"{title(params)}."
    square = np.triu(np.corrcoef(values[moving]), 1)
    i, j = np.unravel_index(np.abs(square).argmax(), square.shape)
    return (
        f"{title(params)}. Strongest tie: {names[moving[i]]} and {names[moving[j]]}, r = {number(float(square[i, j]))}."
    )


def code(params: PairPlotParams, known: Columns) -> Script:
    """The same sample."""
    del known
    dimensions = [f"column_{place + 1}" for place in range(len(params.columns))]
    color = ', color="color"' if params.color else ""
    return many_code(params, MOST_DOTS, [f"figure = px.scatter_matrix(result, dimensions={dimensions!r}{color})"])


def suggest(chosen: Sequence[Column]) -> tuple[float, str, dict[str, Any]] | None:
    """Three to six numbers, with a category at most."""
    numbers = [each for each in chosen if each.type.is_numeric]
    groups = [each for each in chosen if not each.type.is_numeric and each.n_distinct <= 8]
    if not 3 <= len(numbers) <= 6 or len(groups) > 1 or len(numbers) + len(groups) != len(chosen):
        return None
    color = {"color": groups[0].name} if groups else {}
    return 0.7, "Every pair of these numbers as a small scatter.", {"columns": [each.name for each in numbers], **color}


SPEC = ChartSpec(
    key="pair_plot",
    label="Pair plot",
    icon="grid_view",
    group="relation",
    summary="Each small picture sets one number against another; each dot is a row.",
    when="To look over the relations of three to six numbers at once.",
    params=PairPlotParams,
    compute=compute,
    draw=draw,
    title=title,
    alt=alt,
    code=code,
    suggest=suggest,
    cost=2,
)
