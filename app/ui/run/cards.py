"""A figure of a run as every view shows it: picture, words, the table behind it, and its files."""

import json
from collections.abc import Mapping
from typing import Any

import streamlit as st

from app.services.evaluations import table_csv
from app.ui.chart_view import file_stem, show_pictures
from app.ui.figures import themed
from app.ui.text import plain
from app.ui.theme import current_palette

MOST_SHOWN = 2_000


def show_card(figure: Mapping[str, Any], *, key: str) -> None:
    """One figure.

    Args:
        figure: ``title``, ``explanation``, ``alt``, ``table`` and ``figure`` (Plotly JSON).
        key: Unique within the page.
    """
    with st.container(border=True, height="stretch"):
        fill_card(figure, key=key)


def fill_card(figure: Mapping[str, Any], *, key: str) -> None:
    """What stands on the card of one figure, for a page that draws the card's edge itself."""
    picture = titled(figure["figure"])
    st.plotly_chart(picture, key=key, alt=figure["alt"], config={"displaylogo": False})
    st.caption(plain(figure["explanation"]))
    show_files(figure, key=key)


def titled(figure: dict[str, Any]) -> dict[str, Any]:
    """Write the title of a figure as text, which wraps on a phone, and return the picture without it, in our theme."""
    picture = themed(figure)
    layout = picture["layout"]
    st.markdown(f"**{plain(layout['title'].get('text', ''))}**")
    layout["title"] = {"text": ""}
    layout["margin"] = {**layout["margin"], "t": 12}
    layout["colorway"] = list(current_palette().categorical)
    return picture


def show_files(figure: Mapping[str, Any], *, key: str) -> None:
    """The table behind a figure and its files, made when they are asked for."""
    with st.container(horizontal=True):
        table = st.popover("Table", icon=":material/table_rows:", key=f"{key}-table", on_change="rerun")
        files = st.popover("Download", icon=":material/download:", key=f"{key}-files", on_change="rerun")
    if table.open:
        with table:
            rows = [{_title(name): value for name, value in row.items()} for row in figure["table"][:MOST_SHOWN]]
            st.dataframe(rows, hide_index=True, alt=f"The numbers behind: {figure['title']}")
    if files.open:
        with files:
            _downloads(figure, key=key)


def _downloads(figure: Mapping[str, Any], *, key: str) -> None:
    split = figure.get("split")
    name = file_stem(f"{figure['title']} {split}" if split else str(figure["title"]))
    show_pictures(themed(figure["figure"]), name=name, key=f"{key}-files")
    for label, content, ending, mime in (
        ("Numbers (CSV)", table_csv(figure["table"]), "csv", "text/csv"),
        ("Figure (JSON)", json.dumps(dict(figure), ensure_ascii=False), "json", "application/json"),
    ):
        st.download_button(
            label,
            content,
            file_name=f"{name}.{ending}",
            mime=mime,
            key=f"{key}-{ending}",
            on_click="ignore",
            width="stretch",
        )


def _title(name: str) -> str:
    return name.replace("_", " ").capitalize()
