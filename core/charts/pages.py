"""A chart as one HTML file: everything in it, nothing fetched."""

from __future__ import annotations

import html
import importlib.util
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.charts.rendering import DrawnChart

_TEXT = "#16232b"
_GRID = "#e3eaee"
_SCALE = [[0, "#e8f4f7"], [0.5, "#3a95ae"], [1, "#063f4f"]]
MOST_TABLE_ROWS = 500
_CSP = "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src data: blob:"
"""The file may draw and nothing else; WebGL dots compile their shaders' callers, hence unsafe-eval."""

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{csp}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ font: 15px/1.5 system-ui, sans-serif; color: {text}; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }}
table {{ border-collapse: collapse; }}
td, th {{ padding: 0.2rem 0.8rem; border-bottom: 1px solid {grid}; text-align: left; }}
</style>
</head>
<body>
<div id="chart" role="img" aria-label="{alt}"></div>
<p>{explanation}</p>
<p>{caption}</p>
<details><summary>Table{note}</summary>{table}</details>
<script>{library}</script>
<script>
const figure = {figure};
Plotly.newPlot("chart", figure.data, figure.layout, {{displaylogo: false, responsive: true}});
</script>
</body>
</html>
"""


def paper(figure: Mapping[str, Any]) -> dict[str, Any]:
    """``figure`` in dark on white, with room for its names: for files and print."""
    own = dict(figure["layout"])
    layout: dict[str, Any] = {
        "font": {"family": "system-ui, sans-serif", "size": 13, "color": _TEXT},
        "paper_bgcolor": "#ffffff",
        "plot_bgcolor": "#ffffff",
        "margin": {"l": 60, "r": 24, "t": 56, "b": 56},
        "height": 460,
        "showlegend": False,
        "hovermode": "closest",
    }
    axis = {"gridcolor": _GRID, "zeroline": False, "automargin": True}
    for name in ("xaxis", "yaxis"):
        own.setdefault(name, {})
    for name, value in own.items():
        is_axis = name.startswith(("xaxis", "yaxis"))
        layout[name] = {**axis, **value} if is_axis else value
    title = layout.get("title", {})
    layout["title"] = {
        "x": 0,
        "xref": "paper",
        "xanchor": "left",
        **(title if isinstance(title, dict) else {"text": title}),
    }
    data = [
        {**trace, "colorscale": trace.get("colorscale", _SCALE)} if trace.get("type") == "heatmap" else trace
        for trace in figure["data"]
    ]
    return {"data": data, "layout": layout}


def plotly_library() -> Path:
    """The plotly.js that the plotly package carries."""
    spec = importlib.util.find_spec("plotly")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "package_data" / "plotly.min.js"


def html_page(chart: DrawnChart, *, title: str = "", note: str = "") -> str:
    """The chart with its words and its table as one HTML file.

    Args:
        chart: What was drawn.
        title: A title of one's own.
        note: More words under the picture.
    """
    figure = paper(chart.figure)
    if title:
        figure["layout"]["title"] = {**figure["layout"]["title"], "text": html.escape(title, quote=False)}
    shown = chart.table[:MOST_TABLE_ROWS]
    is_cut = len(chart.table) > len(shown)
    return _PAGE.format(
        csp=_CSP,
        text=_TEXT,
        grid=_GRID,
        title=html.escape(title or chart.title),
        alt=html.escape(chart.alt),
        explanation=html.escape(" ".join(part for part in (note, chart.explanation) if part)),
        caption=html.escape(" ".join([chart.caption, *chart.remarks])),
        note=f" (the first {MOST_TABLE_ROWS} of {len(chart.table):,} rows)" if is_cut else "",
        table=_table_html(shown),
        library=plotly_library().read_text(encoding="utf-8").replace("</script", "<\\/script"),
        figure=json_in_script(figure),
    )


def json_in_script(value: Any) -> str:
    """``value`` as JSON that cannot end the script it stands in."""
    text = json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _table_html(rows: list[dict[str, Any]]) -> str:
    if not rows:
        return ""
    head = "".join(f"<th>{html.escape(str(name))}</th>" for name in rows[0])
    body = "".join(
        f"<tr>{''.join(f'<td>{html.escape(_cell(value))}</td>' for value in row.values())}</tr>" for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    return f"{value:.6g}" if isinstance(value, float) else str(value)
