"""A chart from its parameters: checked, computed, drawn, and put into words."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.charts.drawing import empty, safe
from core.charts.registry import CHARTS
from core.charts.scripts import chart_script
from core.charts.spec import ChartParams, ChartSpec, Columns, Frame
from core.charts.table import ChartTable, find_column
from core.errors import UserInputError
from core.params import validate_params
from core.types import ColumnType, Value
from core.wording import counted

if TYPE_CHECKING:
    from core.tables.engine import Engine, OnFraction

TYPE_WORDS = {
    ColumnType.INTEGER: "whole numbers",
    ColumnType.NUMBER: "numbers",
    ColumnType.BOOLEAN: "true or false",
    ColumnType.DATETIME: "times",
    ColumnType.STRING: "texts",
}
EMPTY = "No row is left to draw."


class DrawnChart(Value):
    """A chart as pages, REST and exports show it."""

    chart: str
    params: dict[str, Any]
    title: str
    explanation: str
    alt: str
    caption: str
    """How many rows it is drawn from, and which are not in it."""
    remarks: tuple[str, ...]
    table: list[dict[str, Any]]
    """The numbers behind the picture, by readable names."""
    figure: dict[str, Any]
    """A Plotly figure; texts from the data in it are free of tags."""
    script: str
    n_rows: int
    n_filtered: int
    n_used: int
    n_shown: int | None
    is_empty: bool
    duration_s: float


def check_params(spec: ChartSpec, values: dict[str, Any], columns: Columns) -> ChartParams:
    """``values`` as parameters of the chart that fit the dataset.

    Raises:
        UserInputError: A parameter is out of bounds, a column does not exist or its type does not fit its part.
    """
    params = validate_params(spec.params, values)
    known = dict(columns)
    for part in spec.roles.values():
        value = getattr(params, part.name)
        for name in value if part.is_many else [value] if value is not None else []:
            column = find_column(known, name, f"params.{part.name}")
            if column.type not in part.types:
                held = TYPE_WORDS[column.type]
                fitting = ", ".join(TYPE_WORDS[each] for each in part.types)
                raise UserInputError(
                    f"{part.title} of a {spec.label.lower()} takes {fitting}; {name!r} holds {held}.",
                    hint="Choose another column, or change the type of this one in a recipe.",
                    field=f"params.{part.name}",
                )
        if part.is_many and len(set(value)) != len(value):
            raise UserInputError(
                f"{part.title} names a column twice.", hint="Name each once.", field=f"params.{part.name}"
            )
    return params


def draw_chart(
    spec: ChartSpec,
    params: ChartParams,
    engine: Engine,
    path: Path,
    *,
    columns: Columns,
    n_rows: int,
    on_fraction: OnFraction | None = None,
) -> DrawnChart:
    """The chart, drawn from the Parquet file at ``path``.

    Raises:
        UserInputError: The values cannot be drawn in this way.
    """
    from core.tables.engine import EngineError

    start = time.perf_counter()
    table = ChartTable(engine, path, columns=columns.values(), n_rows=n_rows, on_fraction=on_fraction)
    try:
        frame = spec.compute(params, table)
    except (EngineError, ArithmeticError) as error:
        raise UserInputError(
            "The values are too large, or too many, for this chart.",
            hint="Filter out extreme values, or choose other columns.",
        ) from error
    is_empty = not frame.n_used or not frame.n
    title = spec.title(params)
    caption = _caption(frame, n_rows)
    return DrawnChart(
        chart=spec.key,
        params=params.model_dump(mode="json"),
        title=title,
        explanation=spec.summary,
        alt=f"{spec.label}: {EMPTY} {caption}" if is_empty else f"{spec.alt(params, frame)} {caption}",
        caption=caption,
        remarks=frame.remarks,
        table=_table(spec, params, frame),
        figure=safe(empty(title, EMPTY) if is_empty else spec.draw(params, frame)),
        script=chart_script(spec, params, columns),
        n_rows=n_rows,
        n_filtered=frame.n_filtered,
        n_used=frame.n_used,
        n_shown=frame.n_shown,
        is_empty=is_empty,
        duration_s=time.perf_counter() - start,
    )


def render(
    key: str,
    values: dict[str, Any],
    engine: Engine,
    path: Path,
    *,
    columns: Columns,
    n_rows: int,
    on_fraction: Callable[[float], None] | None = None,
) -> DrawnChart:
    """The chart ``key`` with ``values`` as its parameters. Raises NotFound, UserInputError."""
    spec = CHARTS[key]
    params = check_params(spec, values, columns)
    return draw_chart(spec, params, engine, path, columns=columns, n_rows=n_rows, on_fraction=on_fraction)


def _caption(frame: Frame, n_rows: int) -> str:
    used = counted(frame.n_used, "row")
    parts = [f"Drawn from {used}."]
    if frame.n_shown is not None and frame.n_shown < frame.n_used:
        parts = [f"Shows a sample of {frame.n_shown:,} of {used}, the same one each time."]
    if frame.n_filtered < n_rows:
        parts.append(f"Filters leave out {counted(n_rows - frame.n_filtered, 'row')}.")
    if frame.n_used < frame.n_filtered:
        lacking = counted(frame.n_filtered - frame.n_used, "row lacks", "rows lack")
        parts.append(f"{lacking} a value that is needed.")
    return " ".join(parts)


def _table(spec: ChartSpec, params: ChartParams, frame: Frame) -> list[dict[str, Any]]:
    """The frame's rows under readable names that are all different."""
    names: dict[str, str] = {}
    for part in frame.data:
        role = spec.roles.get(part)
        column = getattr(params, part) if role and not role.is_many else None
        name = frame.names.get(part) or column or part.replace("_", " ").capitalize()
        while name in names.values():
            name += f" ({part})"
        names[part] = name
    return [{names[part]: value for part, value in row.items()} for row in frame.rows()]
