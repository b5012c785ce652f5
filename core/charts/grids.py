"""Counts of pairs of numbers in a grid of rectangles."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from core.charts.arithmetic import bins
from core.charts.dividing import Divided, columns
from core.charts.drawing import Row, Trace, in_template
from core.expressions.quoting import name_sql


def count_pairs(divided: Divided, x: str, y: str, about: int) -> tuple[dict[str, list[Any]], dict[str, Any]]:
    """Rows in each rectangle that holds any, by the middles of its sides; and the width of the sides."""
    cells = [f"{name_sql(name)}::DOUBLE" for name in (x, y)]
    sides = []
    if not divided.view.n_used:
        return {"x": [], "y": [], "count": []}, {}
    bounds = divided.table.rows(
        f"SELECT {', '.join(f'min({cell}), max({cell})' for cell in cells)} FROM ({divided.view.sql})"
    )[0]
    keys = []
    for cell, low, high in zip(cells, bounds[::2], bounds[1::2], strict=True):
        start, step, _ = bins(low, high, about)
        keys.append(f"floor(({cell} - {start!r}::DOUBLE) / {step!r}::DOUBLE)::BIGINT")
        sides.append((start, step))
    data = columns(divided.aggregate(keys, ["count(*)"]), ["x", "y", "count"])
    for name, (start, step) in zip(("x", "y"), sides, strict=True):
        data[name] = [start + (place + 0.5) * step for place in data[name]]
    return data, {"x_step": sides[0][1], "y_step": sides[1][1]}


def pairs_python(x: str, y: str, about: int, parts: list[str]) -> list[str]:
    """Lines that make ``result`` with ``x``, ``y`` and ``count`` from ``rows`` and ``work``."""
    lines = []
    for name, column in (("x", x), ("y", y)):
        lines += [
            f"{name} = rows[{column!r}].astype(float)",
            f"start, step, _ = bins({name}.min(), {name}.max(), {about})",
            f"work[{name!r}] = start + (np.floor(({name} - start) / step) + 0.5) * step",
        ]
    by = [*parts, "x", "y"]
    return [*lines, f'result = work.groupby({by!r}, observed=True).size().rename("count").reset_index()']


def heat(rows: list[Row], *, x: str, y: str, logarithmic: bool = False) -> list[Trace]:
    """The rectangles of one panel as a heat map; empty ones are left blank."""
    import math

    xs, ys = sorted({row["x"] for row in rows}), sorted({row["y"] for row in rows})
    x_step, y_step = _gap(xs), _gap(ys)
    columns_ = _filled(xs, x_step)
    lines = _filled(ys, y_step)
    places_x = {value: _place(columns_, value, x_step) for value in xs}
    places_y = {value: _place(lines, value, y_step) for value in ys}
    z: list[list[float | None]] = [[None] * len(columns_) for _ in lines]
    counts: list[list[int | None]] = [[None] * len(columns_) for _ in lines]
    for row in rows:
        line, column = places_y[row["y"]], places_x[row["x"]]
        z[line][column] = math.log10(row["count"]) if logarithmic else row["count"]
        counts[line][column] = row["count"]
    return [
        {
            "type": "heatmap",
            "x": columns_,
            "y": lines,
            "z": z,
            "customdata": counts,
            "hoverongaps": False,
            "colorbar": {"title": {"text": "Rows (power of ten)" if logarithmic else "Rows"}, "thickness": 12},
            "hovertemplate": f"{in_template(x)}: %{{x:.4~g}}<br>{in_template(y)}: %{{y:.4~g}}<br>"
            "Rows: %{customdata:,}<extra></extra>",
        }
    ]


def _gap(values: list[float]) -> float:
    return min((after - before for before, after in pairwise(values)), default=1.0)


def _filled(values: list[float], step: float) -> list[float]:
    """All places from the first to the last value; the values alone when that would be too many."""
    n = round((values[-1] - values[0]) / step) + 1
    return [values[0] + place * step for place in range(n)] if n <= 400 else values


def _place(places: list[float], value: float, step: float) -> int:
    return (
        min(range(len(places)), key=lambda each: abs(places[each] - value))
        if len(places) > 400
        else round((value - places[0]) / step)
    )
