"""A report as one HTML file: words, tables and figures that draw themselves, nothing fetched."""

from collections.abc import Sequence
from html import escape
from typing import Any

from core.charts.pages import json_in_script, paper, plotly_library
from core.wording import counted
from evaluation.reports.content import RunReport, number, with_interval
from evaluation.reports.markdown import REPEATING, folds_sentence, looks_sentence

_POLICY = "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src data: blob:"
"""The file may draw and nothing else; WebGL dots compile their shaders' callers, hence unsafe-eval."""
_STYLE = """
body{font:15px/1.5 system-ui,sans-serif;color:#16232b;background:#fff;max-width:62rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.7rem;margin:0}h2{font-size:1.2rem;margin:2.2rem 0 .5rem}h3{font-size:1rem;margin:1.5rem 0 .2rem}
table{border-collapse:collapse;font-size:.92rem}td,th{padding:.25rem .9rem .25rem 0;border-bottom:1px solid #e3eaee;
text-align:left;vertical-align:top;overflow-wrap:anywhere}.n{text-align:right;white-space:nowrap;
font-variant-numeric:tabular-nums}.muted{color:#5b6b75}.wide{overflow-x:auto}pre{overflow-x:auto;background:#f4f7f9;
padding:.8rem;font-size:.85rem}figure{margin:1.2rem 0;break-inside:avoid}figcaption{color:#5b6b75}
"""
_MOST_ROWS = 50


def html_report(report: RunReport) -> str:
    """The page. Every text of data and people is escaped."""
    figures = [paper(_drawable(figure["figure"])) for figure in report.figures]
    body = [
        f"<h1>{escape(report.title)}</h1>",
        f'<p class="muted">Report by Praxis, {report.written_at:%Y-%m-%d %H:%M} UTC</p>',
        f"<p>{escape(report.summary)}</p>",
        "<h2>Scores</h2>",
        '<p class="muted">95 % bootstrap intervals in brackets. The baseline is a dummy that looks at no column.</p>',
        _scores(report),
        f"<p>{escape(looks_sentence(report))}</p>",
        f"<p>{escape(folds_sentence(report))}</p>" if report.resampling else "",
        *_threshold(report),
        "<h2>Figures</h2>",
        *(_figure(position, figure) for position, figure in enumerate(report.figures)),
        "<h2>Remarks</h2>",
        _remarks(report),
        "<h2>Configuration</h2>",
        _table(("Setting", "Value"), list(report.configuration.items())),
        "<h2>Origin</h2>",
        _table(("What", "Value"), list(report.origin.items())),
        "<h2>How to repeat it</h2>",
        f"<p>{escape(REPEATING)}</p>",
        f"<pre>{escape(report.script)}</pre>" if report.script else "",
    ]
    library = plotly_library().read_text(encoding="utf-8").replace("</script", "<\\/script") if figures else ""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(report.title)}: report</title><style>{_STYLE}</style></head><body>{''.join(body)}"
        f"<script>{library}</script><script>const figures={json_in_script(figures)};"
        'figures.forEach((figure,i)=>Plotly.newPlot("figure-"+i,figure.data,figure.layout,'
        "{displaylogo:false,responsive:true}));</script></body></html>"
    )


def _scores(report: RunReport) -> str:
    rows = [
        (
            f'<tr><td title="{escape(each.explanation)}">{escape(each.label)}</td><td>{each.direction.value}</td>'
            f'<td class="n">{escape(with_interval(each.validation))}</td>'
            f'<td class="n">{escape(with_interval(each.test))}</td>'
            f'<td class="n">{escape(number(each.test.baseline))}</td></tr>'
        )
        for each in report.scores
    ]
    head = "".join(f"<th>{name}</th>" for name in ("Metric", "Better is", "Validation", "Test", "Baseline (test)"))
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>'


def _threshold(report: RunReport) -> list[str]:
    chosen = report.threshold
    if chosen is None:
        return []
    rows = [(name.replace("_", " "), number(chosen.values[name]), f"{chosen.counts[name]:,}") for name in chosen.values]
    return [
        "<h2>Threshold</h2>",
        f"<p>Rows are to be called {escape(report.labels[-1])} above a probability of {chosen.threshold:.3g}, chosen "
        "on validation rows for what outcomes bring. The scores above are those of 0.5.</p>",
        _table(("Outcome", "Brings", "Validation rows"), rows),
    ]


def _remarks(report: RunReport) -> str:
    if not report.remarks:
        return "<p>Nothing was noticed.</p>"
    return f"<ul>{''.join(f'<li>{escape(each.text)} ({escape(each.severity)})</li>' for each in report.remarks)}</ul>"


def _figure(position: int, figure: dict[str, Any]) -> str:
    title = f"{figure['title']}, {figure['split']} rows"
    table = figure["table"]
    shown = table[:_MOST_ROWS]
    note = f" (the first {_MOST_ROWS} of {counted(len(table), 'row')})" if len(table) > len(shown) else ""
    rows = [tuple(_cell(value) for value in row.values()) for row in shown]
    head = tuple(str(name).replace("_", " ") for name in table[0]) if table else ()
    return (
        f"<figure><h3>{escape(title)}</h3>"
        f'<div id="figure-{position}" role="img" aria-label="{escape(figure["alt"])}"></div>'
        f"<figcaption>{escape(figure['explanation'])}</figcaption>"
        f"<details><summary>Table{note}</summary>{_table(head, rows)}</details></figure>"
    )


def _drawable(figure: dict[str, Any]) -> dict[str, Any]:
    """``figure`` with names from the data as text, and its title left to the page."""
    data = [{key: _plain(value) if key in _NAMES else value for key, value in each.items()} for each in figure["data"]]
    return {"data": data, "layout": {**figure["layout"], "title": {"text": ""}}}


_NAMES = ("x", "y", "name", "text")
_TAGS = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value.translate(_TAGS) if isinstance(value, str) else value


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    top = "".join(f"<th>{escape(name)}</th>" for name in head)
    body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f'<div class="wide"><table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>'


def _cell(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return "" if value is None else str(value).lower()
    return f"{value:.6g}" if isinstance(value, float) else str(value)
