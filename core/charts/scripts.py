"""The code for a chart: one Python file that repeats it with pandas and Plotly alone."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any

from core.charts.groups import MOST_COLORS, MOST_FACETS
from core.charts.spec import ChartParams, ChartSpec, Columns
from core.conditions import condition_python

_HEADER = '''"""{title}

Draws a chart with pandas and Plotly. Give it the dataset as a Parquet file; it writes chart.html:

    python chart.py dataset.parquet
"""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.express as px
import plotly.graph_objects as go
'''


def chart_script(spec: ChartSpec, params: ChartParams, columns: Columns) -> str:
    """The script for a chart with ``params`` on a table with ``columns``. The parameters are checked already."""
    script = spec.code(params, columns)
    helpers = "".join(f"\n\n{inspect.getsource(helper)}" for helper in _each_once(script.helpers))
    lines = ['rows = pd.read_parquet(sys.argv[1], dtype_backend="numpy_nullable")']
    lines += [
        f"rows = rows[{condition_python(each, columns[each.column])}.fillna(False).astype(bool)]"
        for each in params.filters
    ]
    figure = [*script.figure, 'figure.write_html("chart.html")', "print(result)"]
    body = "\n".join([*lines, *script.lines, "", *figure])
    title = spec.title(params).replace("\\", "\\\\").replace('"', "'")
    header = _HEADER.format(title=" ".join(title.split()))
    return f"{header}{helpers}\n\n{body}\n"


def _each_once(helpers: Sequence[Callable[..., Any]]) -> list[Callable[..., Any]]:
    return list(dict.fromkeys(helpers))


def needs(*names: str | None) -> str:
    """The line that leaves out rows without a needed value."""
    return f"rows = rows.dropna(subset={[*dict.fromkeys(name for name in names if name)]!r})"


def category_line(part: str, column: str | None, top: int, show_missing: bool = False) -> list[str]:
    """The line that makes the categories of one part of ``work``."""
    if column is None:
        return []
    return [f"work[{part!r}] = categories(rows[{column!r}], {top}, {show_missing})"]


def divided_lines(params: Any) -> list[str]:
    """The lines that make ``work`` with its facets and colours."""
    return [
        "work = pd.DataFrame(index=rows.index)",
        *category_line("facet", params.facet, MOST_FACETS, params.show_missing),
        *category_line("color", params.color, MOST_COLORS, params.show_missing),
    ]


def divided_by(params: Any) -> list[str]:
    """The parts of ``work`` that divide it."""
    return [part for part in ("facet", "color") if getattr(params, part, None)]


def express(kind: str, *, params: Any = None, **arguments: str) -> list[str]:
    """The line that draws ``result`` with Plotly Express."""
    if params is not None:
        parts = {"facet": 'facet_col="facet", facet_col_wrap=3', "color": 'color="color"'}
        divided = [parts[part] for part in divided_by(params)]
    else:
        divided = []
    named = [f"{name}={value}" for name, value in arguments.items()]
    return [f"figure = px.{kind}({', '.join(['result', *named, *divided])})"]
