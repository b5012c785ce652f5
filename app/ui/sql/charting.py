"""A simple chart of an answer's rows: bars, a line, or points."""

from typing import Any

import pandas as pd
import streamlit as st

from app.ui.figures import themed
from app.ui.sql.results import frame_of
from app.ui.text import plain_in_figure
from core.sql.types import QueryResult, ResultColumn

KINDS = {"bar": "Bars", "line": "Line", "scatter": "Points"}
_MOST_BARS = 60
MOST_COLORS = 12
NONE = "None"


def show_chart(result: QueryResult, *, key: str) -> None:
    """Choose what to draw, and draw it."""
    numeric = [column.name for column in result.columns if column.is_numeric]
    if not numeric or not result.rows:
        st.info("A chart needs a column of numbers.", icon=":material/lightbulb:")
        return
    kind_place, x_place, y_place, color_place = st.columns([3, 2, 2, 2])
    kind = kind_place.segmented_control(
        "Chart",
        list(KINDS),
        default=suggested_kind(result),
        format_func=KINDS.__getitem__,
        required=True,
        key=f"{key}-kind",
    )
    names = [column.name for column in result.columns]
    across = next((column.name for column in result.columns if not column.is_numeric), names[0])
    x = x_place.selectbox("Across", names, index=names.index(across), key=f"{key}-x")
    ups = [name for name in numeric if name != x] or numeric
    last = max((at for at, name in enumerate(ups) if name != "n_rows"), default=0)
    y = y_place.selectbox("Up", ups, index=last, key=f"{key}-y")
    frame = frame_of(result)
    others = [NONE, *(name for name in names if name not in (x, y) and frame[name].nunique() <= MOST_COLORS)]
    # Several rows with one value across are told apart by colour.
    is_divided = len(others) > 1 and x is not None and frame[x].duplicated().any()
    color = color_place.selectbox("Colour", others, index=int(is_divided), key=f"{key}-color-{x}-{y}")
    if kind is None or x is None or y is None:
        return
    if kind == "bar" and len(frame) > _MOST_BARS:
        st.caption(f"The first {_MOST_BARS} of {len(frame)} shown rows.")
        frame = frame.head(_MOST_BARS)
    alt = f"{y} by {x}, {len(frame)} rows"
    picture = figure_of(frame, kind, x, y, None if color == NONE else color)
    st.plotly_chart(themed(picture), key=f"{key}-picture", alt=alt, config={"displaylogo": False})


def suggested_kind(result: QueryResult) -> str:
    """Lines for times, points for two columns of numbers, else bars."""
    first: ResultColumn = result.columns[0]
    if any(column.is_time for column in result.columns):
        return "line"
    return "scatter" if first.is_numeric and len(result.rows) > _MOST_BARS else "bar"


def figure_of(frame: pd.DataFrame, kind: str, x: str, y: str, color: str | None) -> dict[str, Any]:
    """A Plotly figure; names from the data stand in it as text."""
    if kind == "line":
        frame = frame.sort_values(x)
    parts = [("", frame)] if color is None else [(str(name), part) for name, part in frame.groupby(color, dropna=False)]
    layout: dict[str, Any] = {
        "title": {"text": plain_in_figure(f"{y} by {x}")},
        "xaxis": {"title": {"text": plain_in_figure(x)}},
        "yaxis": {"title": {"text": plain_in_figure(y)}},
        "showlegend": color is not None,
    }
    if kind == "bar":
        layout["xaxis"]["type"] = "category"
        layout["barmode"] = "group"
    if color is not None:
        layout["legend"] = {"title": {"text": plain_in_figure(color)}}
    return {"data": [_trace(part, name, kind, x, y) for name, part in parts], "layout": layout}


def _trace(frame: pd.DataFrame, name: str, kind: str, x: str, y: str) -> dict[str, Any]:
    trace: dict[str, Any] = {"type": "bar" if kind == "bar" else "scatter", "name": name}
    trace |= {"x": frame[x].tolist(), "y": frame[y].tolist()}
    if kind != "bar":
        trace["mode"] = "lines+markers" if kind == "line" else "markers"
    return trace
