"""Figures that people write themselves, as Plotly JSON: checked against what is allowed, never run.

A figure is data. Nothing in it may name an address, an image, a tag or a script, and only trace types that draw from
their own numbers are known: those that fetch maps are not.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NoReturn

from core.errors import UserInputError

TRACE_TYPES = frozenset(
    {
        "bar",
        "barpolar",
        "box",
        "candlestick",
        "contour",
        "funnel",
        "heatmap",
        "histogram",
        "histogram2d",
        "histogram2dcontour",
        "icicle",
        "indicator",
        "ohlc",
        "parcats",
        "parcoords",
        "pie",
        "scatter",
        "scatter3d",
        "scattergl",
        "scatterpolar",
        "scatterternary",
        "splom",
        "sunburst",
        "treemap",
        "violin",
        "waterfall",
    }
)
LAYOUT_KEYS = re.compile(
    r"(title|[xy]axis\d*|scene\d*|polar\d*|ternary\d*|annotations|shapes|legend|showlegend|barmode|barnorm|bargap|"
    r"bargroupgap|boxmode|boxgap|violinmode|violingap|hovermode|height|margin|grid|coloraxis\d*|colorway|font|"
    r"piecolorway|sunburstcolorway|treemapcolorway|funnelmode|waterfallmode|scattermode|dragmode|uniformtext)"
)
MOST_BYTES = 50_000
MOST_TRACES = 20
MOST_DEPTH = 12
MOST_HEIGHT = 2_000
MOST_CELLS = 5_000
"""Rows that a named column may bring in; of more, a sample."""
_FORBIDDEN_TEXT = re.compile(r"<|://|\b(javascript|data|vbscript|file)\s*:|\bwww\.", re.IGNORECASE)
_FORBIDDEN_KEYS = re.compile(
    r"^(.*src|source|href|uid|meta|images?|template|updatemenus|sliders|frames|config|stream)$"
)


def check_figure(figure: dict[str, Any]) -> None:
    """Refuse what a figure may not hold; Plotly itself has the last word, in ``validate``.

    Raises:
        UserInputError: What, and where in the figure.
    """
    _check_size(figure)
    if set(figure) - {"data", "layout"} or not isinstance(figure.get("data"), list):
        _refuse("A figure holds a list 'data' and an object 'layout', nothing else.", "Start from an example.")
    layout = figure.get("layout", {})
    if not isinstance(layout, dict):
        _refuse("'layout' is not an object.", 'Write {"layout": {"title": {"text": "..."}}}.')
    traces = figure["data"]
    if not 1 <= len(traces) <= MOST_TRACES:
        _refuse(f"The figure has {len(traces)} traces; 1 to {MOST_TRACES} are allowed.", "Add or remove some.")
    for place, trace in enumerate(traces):
        kind = trace.get("type", "scatter") if isinstance(trace, dict) else None
        if not isinstance(kind, str) or kind not in TRACE_TYPES:
            _refuse(
                f"Trace {place + 1} is of the type {str(kind)[:80]!r}.", f"Known: {', '.join(sorted(TRACE_TYPES))}."
            )
    unknown = [key for key in layout if not LAYOUT_KEYS.fullmatch(key)]
    if unknown:
        _refuse(f"The layout holds {unknown[0]!r}, which is not allowed.", "Remove it.")
    if isinstance(layout.get("height"), int | float) and layout["height"] > MOST_HEIGHT:
        _refuse(f"The figure is {layout['height']} pixels high.", f"{MOST_HEIGHT:,} are allowed.")
    for path, key, value in _walk(figure, ()):
        _check_part(path, key, value)


def _check_size(figure: dict[str, Any]) -> None:
    try:
        n_bytes = len(json.dumps(figure, default=str, ensure_ascii=False).encode())
    except UnicodeEncodeError:
        _refuse("A text of the figure holds half of a surrogate pair.", "Write the character itself.")
    except (RecursionError, ValueError):  # hundreds of levels, or thousands of digits
        _refuse("The figure is nested too deep, or holds too long a number.", f"{MOST_DEPTH} levels are allowed.")
    if n_bytes > MOST_BYTES:
        _refuse(
            f"The figure is larger than {MOST_BYTES // 1_000} kB.", "Name columns instead of writing numbers into it."
        )


def _check_part(path: tuple[str, ...], key: str, value: Any) -> None:
    where = ".".join((*path, key))
    if len(path) >= MOST_DEPTH:
        _refuse(f"The figure is nested too deep at {where}.", f"{MOST_DEPTH} levels are allowed.")
    if _FORBIDDEN_KEYS.match(key) and not key.isdecimal():
        _refuse(f"The figure holds {where!r}, which is not allowed.", "Remove it.")
    if isinstance(value, str) and not _is_column(path, key) and _FORBIDDEN_TEXT.search(value):
        _refuse(f"{where} is {value[:80]!r}.", "Texts hold no tags, addresses or scripts.")


def _is_column(path: tuple[str, ...], key: str) -> bool:
    """Whether a text is the name of a column, which is looked up and not shown."""
    del path
    return key == "column"


def _walk(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str, Any]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in items:
        yield path, str(key), each
        if len(path) <= MOST_DEPTH:
            yield from _walk(each, (*path, str(key)))


def columns_of(figure: Any) -> tuple[str, ...]:
    """The columns that a figure names, each once."""
    name = column_name(figure)
    if name is not None:
        return (name,)
    parts = figure.values() if isinstance(figure, dict) else figure if isinstance(figure, list) else ()
    return tuple(dict.fromkeys(name for part in parts for name in columns_of(part)))


def column_name(part: Any) -> str | None:
    """The column that a part stands for, if it does: ``{"column": "age"}``."""
    if isinstance(part, dict) and set(part) == {"column"} and isinstance(part["column"], str):
        return part["column"]
    return None


def filled(figure: Any, values: dict[str, list[Any]]) -> Any:
    """``figure`` with the values of each named column in its place."""
    name = column_name(figure)
    if name is not None:
        return values[name]
    if isinstance(figure, dict):
        return {key: filled(part, values) for key, part in figure.items()}
    return [filled(part, values) for part in figure] if isinstance(figure, list) else figure


def validate(figure: dict[str, Any]) -> None:
    """Have Plotly check every key and value. Raises UserInputError with the part that it does not know."""
    import plotly.graph_objects as go

    try:
        go.Figure(data=figure["data"], layout=figure.get("layout", {}))
    except (ValueError, TypeError) as error:
        first = " ".join(str(error).split())[:200]
        raise UserInputError(
            f"Plotly does not accept the figure: {first}",
            hint="See the reference of Plotly figures.",
            field="params.figure",
        ) from error


def _refuse(message: str, hint: str) -> NoReturn:
    raise UserInputError(message, hint=hint, field="params.figure")
