"""Map of points: rows by their coordinates, without a background that would have to be fetched."""

import math
from collections.abc import Sequence
from typing import Annotated, Any

from core.charts import arithmetic
from core.charts.dividing import divide, divided_figure
from core.charts.drawing import Figure, Row, Trace, axis, color_of, in_template, pick
from core.charts.fields import DividedParams
from core.charts.groups import group_sql
from core.charts.points import point_data, sizes
from core.charts.scripts import divided_lines, express, needs
from core.charts.spec import NUMERIC, ChartSpec, Columns, Frame, Script, role
from core.charts.table import ChartTable
from core.charts.wording import by, number
from core.expressions.quoting import name_sql
from core.types import Column

MOST_DOTS = 5_000
_LATITUDES = ("latitude", "lat", "y_coord")
_LONGITUDES = ("longitude", "long", "lon", "lng", "x_coord")


class MapPointsParams(DividedParams):
    """Where rows lie."""

    latitude: Annotated[str, role("Latitude", NUMERIC, "In degrees, -90 to 90.")]
    longitude: Annotated[str, role("Longitude", NUMERIC, "In degrees, -180 to 180.")]
    size: Annotated[str | None, role("Size", NUMERIC, "Larger values, larger dots.")] = None


def _inside(params: MapPointsParams) -> str:
    latitude, longitude = name_sql(params.latitude), name_sql(params.longitude)
    return f"{latitude} BETWEEN -90 AND 90 AND {longitude} BETWEEN -180 AND 180"


def compute(params: MapPointsParams, table: ChartTable) -> Frame:
    """A sample of rows with coordinates on the globe."""
    names = {"x": params.longitude, "y": params.latitude}
    divided = divide(table, params, [params.latitude, params.longitude, params.size], where=_inside(params))
    cells = [*group_sql(divided.groupings), name_sql(params.longitude), name_sql(params.latitude)]
    cells += [name_sql(params.size)] if params.size else []
    found = table.sample(divided.view, cells, MOST_DOTS)
    data = point_data(divided.groupings, found, ["x", "y", *(["size"] if params.size else [])])
    return divided.frame(data, n_shown=len(found), names=names)


def draw(params: MapPointsParams, frame: Frame) -> Figure:
    """Longitude across and latitude up, equally long on the ground in the middle of the picture."""
    middle = (min(frame.data["y"]) + max(frame.data["y"])) / 2
    largest = max((abs(value) for value in frame.data.get("size", [])), default=0)

    def dots(place: int, label: str, rows: list[Row]) -> list[Trace]:
        return [
            {
                "type": "scatter" if len(rows) <= 1_000 else "scattergl",
                "mode": "markers",
                "x": pick(rows, "x"),
                "y": pick(rows, "y"),
                "name": label,
                "marker": {
                    "color": color_of(place, label),
                    "size": sizes(pick(rows, "size"), largest) if params.size else 6,
                    "opacity": 0.6,
                    "line": {"width": 0},
                },
                "hovertemplate": f"%{{y:.4f}}°, %{{x:.4f}}°<extra>{in_template(label)}</extra>",
            }
        ]

    x = axis("Longitude (degrees)", ticksuffix="°", showgrid=True)
    ratio = 1 / max(0.1, math.cos(math.radians(middle)))
    y = axis("Latitude (degrees)", ticksuffix="°", scaleanchor="x", scaleratio=ratio)
    if params.facet:
        del y["scaleanchor"], y["scaleratio"]
    return divided_figure(
        params, frame, dots, title=title(params), x=x, y=y, layout={} if params.facet else {"height": 520}
    )


def title(params: MapPointsParams) -> str:
    """What is where."""
    return f"Rows by place{by(params.color, params.facet)}"


def alt(params: MapPointsParams, frame: Frame) -> str:
    """The bounds and the centre."""
    x, y = frame.data["x"], frame.data["y"]
    return (
        f"Map of {title(params).lower()}: latitude {number(min(y))} to {number(max(y))}, longitude {number(min(x))} to "
        f"{number(max(x))}; on average {number(sum(y) / len(y))}, {number(sum(x) / len(x))}. "
        "No outlines of land are drawn."
    )


def code(params: MapPointsParams, known: Columns) -> Script:
    """The same sample."""
    del known
    latitude, longitude = f"rows[{params.latitude!r}]", f"rows[{params.longitude!r}]"
    lines = [
        needs(
            params.latitude,
            params.longitude,
            params.size,
            *([] if params.show_missing else [params.facet, params.color]),
        ),
        f"rows = rows[{latitude}.between(-90, 90) & {longitude}.between(-180, 180)]",
        *divided_lines(params),
        f'work["x"], work["y"] = {longitude}, {latitude}',
        *([f'work["size"] = rows[{params.size!r}]'] if params.size else []),
        f"result = sample(work, {MOST_DOTS})",
    ]
    size = {"size": '"size"'} if params.size else {}
    figure = [*express("scatter", params=params, x='"x"', y='"y"', **size), 'figure.update_yaxes(scaleanchor="x")']
    return Script(lines=lines, figure=figure, helpers=[arithmetic.sample, arithmetic.categories])


def _is_called(column: Column, names: Sequence[str]) -> bool:
    return column.type.is_numeric and column.name.casefold().strip() in names


def suggest(chosen: Sequence[Column]) -> tuple[float, str, dict[str, Any]] | None:
    """Two columns with names of coordinates."""
    latitude = next((each for each in chosen if _is_called(each, _LATITUDES)), None)
    longitude = next((each for each in chosen if _is_called(each, _LONGITUDES)), None)
    if latitude is None or longitude is None or len(chosen) != 2:
        return None
    return 0.98, "The names are those of coordinates.", {"latitude": latitude.name, "longitude": longitude.name}


SPEC = ChartSpec(
    key="map_points",
    label="Map of points",
    icon="map",
    group="place",
    summary="Each dot is a row at its longitude and latitude. Outlines of land are not drawn.",
    when="For rows with coordinates.",
    params=MapPointsParams,
    compute=compute,
    draw=draw,
    title=title,
    alt=alt,
    code=code,
    suggest=suggest,
)
