"""Correlation heat map: which numbers go along with which."""

from collections.abc import Sequence
from itertools import combinations
from typing import Annotated, Any, Literal

from pydantic import Field

from core.charts import arithmetic
from core.charts.drawing import Figure, category_axis
from core.charts.spec import NUMERIC, ChartParams, ChartSpec, Columns, Frame, Script, role
from core.charts.table import ChartTable
from core.expressions.quoting import name_sql
from core.types import Column
from core.wording import joined

RANKED_ROWS = 100_000
"""Rank correlations come from so many rows at most."""


class CorrelationParams(ChartParams):
    """What to correlate."""

    columns: Annotated[tuple[str, ...], role("Columns", NUMERIC, min_length=2, max_length=20)]
    method: Annotated[
        Literal["pearson", "spearman"],
        Field(title="Method", description="Pearson: along a straight line. Spearman: by rank, for any rise or fall."),
    ] = "pearson"


def compute(params: CorrelationParams, table: ChartTable) -> Frame:
    """One coefficient for each pair, from the rows in which both are present."""
    names = list(params.columns)
    view = table.view(params.filters, [], also=names)
    pairs = list(combinations(names, 2))
    n_shown, found = None, {}
    if params.method == "pearson":
        parts = [
            f"corr({a}, {b}), count(*) FILTER ({a} IS NOT NULL AND {b} IS NOT NULL)"
            for a, b in ((f"{name_sql(a)}::DOUBLE", f"{name_sql(b)}::DOUBLE") for a, b in pairs)
        ]
        row = table.rows(f"SELECT {', '.join(parts)} FROM ({view.sql})")[0]
        found = {pair: (row[2 * i], row[2 * i + 1]) for i, pair in enumerate(pairs)}
    else:
        import pandas as pd

        cells = table.sample(view, [f"{name_sql(name)}::DOUBLE" for name in names], RANKED_ROWS)
        sample = pd.DataFrame(cells, columns=range(len(names)), dtype=float)
        n_shown = len(sample)
        ranked = sample.corr("spearman") if n_shown else sample
        for a, b in pairs if n_shown else []:
            i, j = names.index(a), names.index(b)
            found[a, b] = (float(ranked.to_numpy()[i, j]), int((sample[i].notna() & sample[j].notna()).sum()))
    data: dict[str, list[Any]] = {"a": [], "b": [], "correlation": [], "rows": []}
    for (a, b), (value, n) in found.items() if view.n_used else ():
        data["a"].append(a)
        data["b"].append(b)
        data["correlation"].append(None if value is None or value != value else max(-1.0, min(1.0, value)))
        data["rows"].append(n)
    return Frame(
        data=data,
        n_filtered=view.n_filtered,
        n_used=view.n_used,
        n_shown=n_shown,
        names={"a": "Column", "b": "Other column"},
        remarks=_undefined(data),
    )


def _undefined(data: dict[str, list[Any]]) -> tuple[str, ...]:
    n = sum(value is None for value in data["correlation"])
    return (f"{n} pairs have no correlation, because a column does not vary.",) if n else ()


def draw(params: CorrelationParams, frame: Frame) -> Figure:
    """The lower half of a square."""
    names = list(params.columns)
    known = {(row["a"], row["b"]): row["correlation"] for row in frame.rows()}
    across, down = names[:-1], names[1:]
    z = [[known.get((a, b)) if names.index(a) < names.index(b) else None for a in across] for b in down]
    trace = {
        "type": "heatmap",
        "x": across,
        "y": down,
        "z": z,
        "zmin": -1,
        "zmax": 1,
        "zmid": 0,
        "colorscale": [[0, "#b8560f"], [0.5, "#f1f1ee"], [1, "#0e7490"]],
        "xgap": 1,
        "ygap": 1,
        "hoverongaps": False,
        "colorbar": {"thickness": 12, "tickvals": [-1, -0.5, 0, 0.5, 1]},
        "hovertemplate": "%{x} and %{y}: %{z:.2f}<extra></extra>",
    }
    if len(names) <= 12:
        trace["texttemplate"] = "%{z:.2f}"
    return {
        "data": [trace],
        "layout": {
            "title": {"text": title(params)},
            "xaxis": category_axis("", across, tickangle=-45, showgrid=False),
            "yaxis": category_axis("", down, autorange="reversed", showgrid=False),
            "height": max(340, 150 + 30 * len(names)),
        },
    }


def title(params: CorrelationParams) -> str:
    """How many columns, by which method."""
    return f"Correlation of {len(params.columns)} columns ({params.method.capitalize()})"


def alt(params: CorrelationParams, frame: Frame) -> str:
    """The strongest pairs."""
    rows = sorted(
        (row for row in frame.rows() if row["correlation"] is not None), key=lambda row: -abs(row["correlation"])
    )
    if not rows:
        return f"{title(params)}: none is defined, because columns do not vary."
    told = [f"{row['a']} and {row['b']} ({row['correlation']:.2f})" for row in rows[:3]]
    return f"{title(params)}. Strongest: {joined(told)}."


def code(params: CorrelationParams, known: Columns) -> Script:
    """DataFrame.corr."""
    del known
    names = list(params.columns)
    sampled = [f"numbers = sample(numbers, {RANKED_ROWS})"] if params.method == "spearman" else []
    lines = [
        f"names = {names!r}",
        "numbers = rows[names].astype(float)",
        *sampled,
        f"square = numbers.corr({params.method!r})",
        "pairs = [(a, b) for i, a in enumerate(names) for b in names[i + 1 :]]",
        'result = pd.DataFrame(pairs, columns=["a", "b"])',
        'result["correlation"] = [square.loc[a, b] for a, b in pairs]',
        'result["rows"] = [int((numbers[a].notna() & numbers[b].notna()).sum()) for a, b in pairs]',
    ]
    return Script(lines=lines, figure=["figure = px.imshow(square, zmin=-1, zmax=1)"], helpers=[arithmetic.sample])


def suggest(chosen: Sequence[Column]) -> tuple[float, str, dict[str, Any]] | None:
    """Three numbers or more."""
    if not 3 <= len(chosen) <= 20 or not all(each.type.is_numeric for each in chosen):
        return None
    score = min(0.95, 0.6 + 0.08 * len(chosen))
    return score, "Many numbers: which pairs go along with each other.", {"columns": [each.name for each in chosen]}


SPEC = ChartSpec(
    key="correlation",
    label="Correlations",
    icon="apps",
    group="relation",
    summary="1: the two rise together along a line; -1: one falls as the other rises; 0: no such tie.",
    when="To find pairs worth a scatter among many numbers.",
    params=CorrelationParams,
    compute=compute,
    draw=draw,
    title=title,
    alt=alt,
    code=code,
    suggest=suggest,
    cost=3,
)
