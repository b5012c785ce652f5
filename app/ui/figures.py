"""Figures as every page shows them: title, picture, text alternative, table, explanation."""

from typing import Any

import streamlit as st

from app.ui.text import plain_in_figure
from app.ui.theme import plotly_layout

_LONGEST_NAME = 22
_NAMES = ("x", "y", "name", "text")
"""Parts of a trace that may hold names from the data, such as those of classes."""


def show_figure(figure: dict[str, Any], *, key: str) -> None:
    """One stored figure.

    Args:
        figure: ``title``, ``explanation``, ``alt``, ``table`` and ``figure`` (Plotly JSON).
        key: Unique within the page.
    """
    with st.container(border=True):
        picture = themed(figure["figure"])
        st.plotly_chart(picture, key=key, alt=figure["alt"], config={"displaylogo": False})
        st.caption(figure["explanation"])
        with st.popover("Table", icon=":material/table_rows:"):
            st.dataframe(figure["table"], hide_index=True)


def themed(figure: dict[str, Any]) -> dict[str, Any]:
    """``figure`` in our layout; its own titles and axes stay."""
    own = figure["layout"]
    layout = plotly_layout(_title(own), _title(own.get("xaxis", {})), _title(own.get("yaxis", {})))
    for name, value in own.items():
        if isinstance(value, dict) and isinstance(layout.get(name), dict):
            layout[name] = {**layout[name], **value}
        else:
            layout[name] = value
    return {"data": [_plain_trace(trace) for trace in figure["data"]], "layout": layout}


def _plain_trace(trace: dict[str, Any]) -> dict[str, Any]:
    """``trace`` in the colours of the theme, with names as text."""
    # Without a scale of its own, a heat map takes the theme's.
    own = {key: value for key, value in trace.items() if key != "colorscale"}
    return own | {key: _plain_names(own[key]) for key in _NAMES if key in own}


def _plain_names(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain_names(item) for item in _shortened(value)]
    return plain_in_figure(value) if isinstance(value, str) else value


def _shortened(names: list[Any]) -> list[Any]:
    """``names`` cut to what leaves room for the figure; as they are where that would make two of them the same."""
    cut = [
        f"{name[: _LONGEST_NAME - 1]}…" if isinstance(name, str) and len(name) > _LONGEST_NAME else name
        for name in names
    ]
    is_clear = len({str(name) for name in cut}) == len({str(name) for name in names})
    return cut if is_clear else names


def _title(part: dict[str, Any]) -> str:
    title = part.get("title", "")
    return str(title.get("text", "")) if isinstance(title, dict) else str(title)
