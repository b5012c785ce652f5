"""The numbers of charts in Office documents, which the programs keep beside the picture."""

from typing import Any

from core.documents.building import DocumentBuilder

C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
MAX_POINTS = 500
"""More points of a series say little as text."""


def add_chart(root: Any, builder: DocumentBuilder) -> None:
    """A chart as its title and a table: a column of categories, and one for each series."""
    title = root.find(f"{C}chart/{C}title")
    builder.caption("".join(part.text or "" for part in title.iter(f"{A}t")) if title is not None else "")
    builder.table(_rows(root))


def _rows(root: Any) -> list[list[str]]:
    series = list(root.iter(f"{C}ser"))
    names = [_name(one) for one in series]
    columns = [_points(one.find(f"{C}val")) or _points(one.find(f"{C}yVal")) for one in series]
    labels = next(
        (found for one in series if (found := _points(one.find(f"{C}cat")) or _points(one.find(f"{C}xVal")))), {}
    )
    places = sorted({place for column in (labels, *columns) for place in column})[:MAX_POINTS]
    if not places:
        return []
    rows = [[labels.get(place, ""), *(column.get(place, "") for column in columns)] for place in places]
    return [["", *names], *rows]


def _name(series: Any) -> str:
    values = _points(series.find(f"{C}tx"))
    return next(iter(values.values()), "")


def _points(part: Any) -> dict[int, str]:
    """The kept values of a part of a series by their place."""
    found: dict[int, str] = {}
    for point in part.iter(f"{C}pt") if part is not None else ():
        value, place = point.findtext(f"{C}v"), point.get("idx", "")
        if value is not None and place.isdigit():
            found[int(place)] = value
    return found
