"""A drawn chart on a page: the picture with its words, its table, and its files."""

import csv
import io
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from app.bootstrap import services
from app.ui.live_run import API_ROOT
from app.ui.text import plain
from app.ui.theme import current_palette, plotly_layout
from core.charts.drawing import COLORS
from core.charts.pages import paper
from core.charts.rendering import DrawnChart

_FOLDER = Path(__file__).parent
_WIDTH = 900
_MOST_SHOWN = 5_000

_mount = st.components.v2.component(
    "praxis_chart_pictures",
    html=(_FOLDER / "pictures.html").read_text(encoding="utf-8"),
    css=(_FOLDER / "pictures.css").read_text(encoding="utf-8"),
    js=(_FOLDER / "pictures.js").read_text(encoding="utf-8"),
)


def show_picture(chart: DrawnChart, *, key: str, title: str = "") -> None:
    """The picture with its explanation and what it is drawn from."""
    figure = in_theme(chart.figure)
    if title:
        figure["layout"]["title"]["text"] = ""
    st.plotly_chart(figure, key=key, alt=chart.alt, config={"displaylogo": False, "responsive": True})
    st.caption(plain(" ".join([chart.explanation, chart.caption])))
    for remark in chart.remarks:
        st.caption(f":material/info: {plain(remark)}")


def show_thumbnail(chart: DrawnChart, *, key: str) -> None:
    """The picture small, without anything to touch."""
    figure = in_theme(chart.figure)
    layout = figure["layout"]
    layout.update(height=190, showlegend=False, margin={"l": 4, "r": 4, "t": 8, "b": 4})
    layout["title"] = {"text": ""}
    for name, part in layout.items():
        if name.startswith(("xaxis", "yaxis")):
            layout[name] = {**part, "title": {"text": ""}, "tickfont": {"size": 9}, "nticks": 5}
    for trace in figure["data"]:
        if trace["type"] == "heatmap":
            trace["showscale"] = False
            trace.pop("texttemplate", None)
        for dimension in trace.get("dimensions", ()) if trace["type"] == "splom" else ():
            dimension["label"] = ""
    st.plotly_chart(figure, key=key, alt=chart.alt, config={"staticPlot": True})


def show_files(chart: DrawnChart, *, key: str) -> None:
    """The chart as files: pictures from the browser, a page, the numbers, the figure, the code."""
    name = file_stem(chart.title)
    st.markdown("**Picture**")
    show_pictures(chart.figure, name=name, key=key)
    st.markdown("**Files**")
    files = {
        "Page (HTML)": (lambda: services().charts.html(chart), f"{name}.html", "text/html", "html"),
        "Numbers (CSV)": (lambda: table_csv(chart.table), f"{name}.csv", "text/csv", "csv"),
        "Figure (JSON)": (
            lambda: json.dumps(chart.figure, ensure_ascii=False),
            f"{name}.json",
            "application/json",
            "json",
        ),
        "Code (Python)": (lambda: chart.script, f"{name}.py", "text/x-python", "code"),
    }
    for label, (content, file_name, mime, part) in files.items():
        st.download_button(
            label, content, file_name=file_name, mime=mime, key=f"{key}-{part}", on_click="ignore", width="stretch"
        )


def show_pictures(figure: Mapping[str, Any], *, name: str, key: str) -> None:
    """Buttons that make PNG and SVG files of a figure in the browser; names in it are free of tags already."""
    drawn = paper(figure)
    height = int(drawn["layout"].get("height", 460))
    _mount(
        key=f"{key}-pictures", data={"api": API_ROOT, "figure": drawn, "name": name, "width": _WIDTH, "height": height}
    )


def show_table(chart: DrawnChart) -> None:
    """The numbers behind the picture."""
    st.dataframe(chart.table[:_MOST_SHOWN], hide_index=True, alt=f"The numbers behind: {chart.title}")


def in_theme(figure: Mapping[str, Any]) -> dict[str, Any]:
    """``figure`` in the layout and the colours of the page; names in it are free of tags already."""
    own = recolored(figure["layout"])
    layout = plotly_layout("", "", "")
    axis = layout["xaxis"]
    for name, value in own.items():
        base = layout.get(name)
        if name.startswith(("xaxis", "yaxis")):
            base = base if isinstance(base, dict) else {**axis, "showgrid": name.startswith("yaxis")}
        layout[name] = {**base, **value} if isinstance(base, dict) and isinstance(value, dict) else value
    if layout["title"].get("text"):
        layout["margin"] = {**layout["margin"], **own.get("margin", {})}
        layout["margin"]["t"] = max(52 + 18 * ("annotations" in own), own.get("margin", {}).get("t", 0))
    data = [recolored(trace) for trace in figure["data"]]
    return {"data": data, "layout": layout}


def recolored(value: Any) -> Any:
    """``value`` with the neutral colours of stored figures changed to the theme's."""
    theme = dict(zip(COLORS, current_palette().categorical, strict=False))
    if isinstance(value, str):
        return theme.get(value, value)
    if isinstance(value, dict):
        return {key: recolored(each) if key in _COLORED else each for key, each in value.items()}
    return (
        [theme.get(each, each) if isinstance(each, str) else each for each in value]
        if isinstance(value, list)
        else value
    )


_COLORED = frozenset({"marker", "line", "color", "colors", "fillcolor"})


def table_csv(rows: list[dict[str, Any]]) -> str:
    """A table as CSV. Texts that a spreadsheet would take for formulas get an apostrophe."""
    out = io.StringIO()
    if rows:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow([_harmless(name) for name in rows[0]])
        writer.writerows([[_harmless(value) for value in row.values()] for row in rows])
    return out.getvalue()


def _harmless(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


def file_stem(title: str) -> str:
    """A file name made from a title.

    Example:
        >>> file_stem("Mean of price by 'cut'/colour")
        'mean-of-price-by-cut-colour'
    """
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:60] or "chart"
