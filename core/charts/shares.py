"""Parts of a whole, in one level or several."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from core.charts import arithmetic
from core.charts.aggregates import aggregate_label, aggregate_python, aggregate_sql
from core.charts.drawing import Figure, color_of
from core.charts.fields import Numbers, ShowMissing, Top
from core.charts.groups import Grouping, find_groups
from core.charts.scripts import category_line, needs
from core.charts.spec import CATEGORY, ChartParams, Columns, Frame, Script, role
from core.charts.table import ChartTable
from core.charts.wording import by, share
from core.errors import UserInputError
from core.types import Column, ColumnType


class LevelsParams(ChartParams):
    """What to divide, level by level."""

    path: Annotated[
        tuple[str, ...], role("Levels", CATEGORY, "From the outermost to the innermost.", min_length=1, max_length=3)
    ]
    value: Numbers = None
    top: Top = 12
    show_missing: ShowMissing = False


def part_label(value: str | None) -> str:
    """What the size of a part is."""
    return aggregate_label("sum" if value else "count", value)


def refuse_negative(values: Sequence[float], column: str | None) -> None:
    """Raises UserInputError when a part would be negative: it has no place in a whole."""
    if any(value < 0 for value in values):
        raise UserInputError(
            f"The sum of {column!r} is negative for a part, and parts of a whole cannot be.",
            hint="Take a bar chart, or filter to values above zero.",
            field="params.value",
        )


def frame_of_levels(params: LevelsParams, table: ChartTable) -> Frame:
    """Counts or sums for each combination of the levels."""
    from core.charts.dividing import Divided, columns

    path = list(params.path)
    view = table.view(params.filters, [params.value] if params.show_missing else [params.value, *path], also=path)
    groupings: list[Grouping | None] = [
        find_groups(table, view, f"level_{place + 1}", name, top=params.top, show_missing=params.show_missing)
        for place, name in enumerate(path)
    ]
    divided = Divided(table=table, view=view, groupings=tuple(groupings))
    rows = divided.aggregate([], [aggregate_sql("sum" if params.value else "count", params.value), "count(*)"])
    data = columns(rows, ["value", "rows"])
    refuse_negative(data["value"], params.value)
    names = {f"level_{place + 1}": name for place, name in enumerate(path)}
    return divided.frame(data, names={**names, "value": part_label(params.value)})


def draw_levels(params: LevelsParams, frame: Frame, kind: str) -> Figure:
    """Nested parts: a treemap or a sunburst."""
    levels = [f"level_{place + 1}" for place in range(len(params.path))]
    sizes: dict[tuple[str, ...], float] = {}
    for row in frame.rows():
        for depth in range(1, len(levels) + 1):
            key = tuple(row[level] for level in levels[:depth])
            sizes[key] = sizes.get(key, 0) + row["value"]
    outer = list(dict.fromkeys(key[0] for key in sizes))
    keys = [key for key, size in sizes.items() if size > 0]
    places = {key: f"part {number}" for number, key in enumerate(keys)}
    whole = "All"
    trace: dict[str, Any] = {
        "type": kind,
        "ids": ["all", *places.values()],
        "labels": [whole, *(key[-1] for key in keys)],
        "parents": ["", *(places.get(key[:-1], "all") for key in keys)],
        "values": [sum(size for key, size in sizes.items() if len(key) == 1), *(sizes[key] for key in keys)],
        "branchvalues": "total",
        "marker": {"colors": ["rgba(0,0,0,0)", *(color_of(outer.index(key[0]), key[0]) for key in keys)]},
        "texttemplate": "%{label}<br>%{percentRoot:.1%}",
        "hovertemplate": "%{label}: %{value:,.4~g}<br>%{percentRoot:.1%} of all<extra></extra>",
    }
    if kind == "sunburst":
        trace["insidetextorientation"] = "radial"
        # Plotly pales the outermost ring, and names on pale colours are hard to read on a dark page.
        trace["leaf"] = {"opacity": 1}
    return {"data": [trace], "layout": {"title": {"text": levels_title(params)}, "height": 480}}


def levels_title(params: LevelsParams) -> str:
    """What is divided, and by what."""
    return f"{part_label(params.value)}{by(*params.path)}"


def levels_alt(params: LevelsParams, frame: Frame) -> str:
    """The largest parts of the innermost level."""
    total = sum(frame.data["value"])
    rows = sorted(frame.rows(), key=lambda row: -row["value"])
    levels = [f"level_{place + 1}" for place in range(len(params.path))]
    told = ", ".join(f"{' · '.join(row[level] for level in levels)} {share(row['value'], total)}" for row in rows[:3])
    return f"Parts of {levels_title(params)}, {len(rows)} of them. Largest: {told}."


def levels_code(params: LevelsParams, known: Columns, kind: str) -> Script:
    """Groupby on the levels."""
    del known
    levels = [f"level_{place + 1}" for place in range(len(params.path))]
    lines = [
        needs(params.value, *([] if params.show_missing else params.path)),
        "work = pd.DataFrame(index=rows.index)",
    ]
    for level, name in zip(levels, params.path, strict=True):
        lines += category_line(level, name, params.top, params.show_missing)
    lines += [f'work["y"] = rows[{params.value!r}].astype(float)'] if params.value else []
    lines += aggregate_python("sum" if params.value else "count", levels)
    drawn = [
        f'drawn = result[result["value"] > 0].astype({dict.fromkeys(levels, "str")!r})',
        f'figure = px.{kind}(drawn, path={levels!r}, values="value")',
    ]
    return Script(lines=lines, figure=drawn, helpers=[arithmetic.categories])


def suggest_levels(chosen: Sequence[Column], score: float) -> tuple[float, str, dict[str, Any]] | None:
    """Two or three categories, alone or with a number."""
    groups = [each for each in chosen if each.type in (ColumnType.STRING, ColumnType.BOOLEAN)]
    numbers = [each for each in chosen if each.type.is_numeric]
    if (
        len(groups) not in (2, 3)
        or numbers
        or len(groups) != len(chosen)
        or any(each.n_distinct > 40 for each in groups)
    ):
        return None
    path = [each.name for each in sorted(groups, key=lambda each: each.n_distinct)]
    return score, "Parts within parts.", {"path": path}
