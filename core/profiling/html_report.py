"""A profile as one HTML page that stands alone: readable in any browser, years later, without Praxis."""

from collections.abc import Iterable, Sequence
from html import escape

from core.ids import utc_now
from core.profiling.facts import Alert, ColumnProfile, Matrix, Profile, TableFacts
from core.profiling.svg import histogram_svg, matrix_svg, number, values_svg
from core.profiling.wording import (
    ASSOCIATIONS,
    KINDS,
    duplicates_text,
    looked_text,
    size_text,
)
from core.types import Severity
from core.wording import percent

MAX_COLUMNS = 500
"""Wider tables would make a page that no browser scrolls well; the JSON holds all of them."""
MAX_MATRIX = 60

STYLE = """
:root{color-scheme:light dark;--ink:#16232b;--paper:#fff;--muted:#5b6b75;--line:#e3eaee;--bar:#0e7490;--low:#c2570c;
--bad:#c02b32;--warn:#96690a}
@media (prefers-color-scheme:dark){:root{--ink:#e6edf1;--paper:#11181d;--muted:#93a3ad;--line:#26323a;--bar:#4fb8cf;
--low:#f2995a;--bad:#f2777a;--warn:#e0b84c}}
body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:980px;margin:0 auto;
padding:24px 16px 64px}
h1{font-size:26px;margin:0}h2{font-size:19px;margin:40px 0 8px}h3{font-size:16px;margin:0}
p{margin:4px 0}.muted,small{color:var(--muted)}.facts{display:flex;flex-wrap:wrap;gap:8px 28px;margin:16px 0}
.facts b{display:block;font-size:18px;font-weight:600}
.alert{border-left:4px solid var(--line);padding:2px 0 2px 12px;margin:14px 0}
.serious{border-color:var(--bad)}.warning{border-color:var(--warn)}
.column{display:grid;grid-template-columns:minmax(0,1fr) 360px;gap:8px 32px;border-top:1px solid var(--line);
padding:20px 0;overflow-wrap:anywhere}
@media (max-width:760px){.column{grid-template-columns:minmax(0,1fr)}}
svg{max-width:100%;height:auto;display:block;margin:6px 0}svg text{font-size:12px;fill:var(--muted)}
svg rect{fill:var(--bar)}svg rect.low{fill:var(--low)}svg rect.none{fill:var(--line);fill-opacity:1}
.wide{overflow-x:auto}.matrix{max-width:none}
table{border-collapse:collapse;font-size:14px;margin:6px 0}td,th{padding:2px 16px 2px 0;text-align:left;
vertical-align:top}td.n{text-align:right;font-variant-numeric:tabular-nums}th{font-weight:500;color:var(--muted)}
"""
_ICON = {Severity.SERIOUS: "■ serious", Severity.WARNING: "▲ warning", Severity.INFO: "● good to know"}


def profile_html(profile: Profile) -> str:
    """The page. Every text of the data is escaped; there is no script and no address in it."""
    facts = profile.facts
    title = f"{profile.name} v{profile.version}"
    body = [
        f"<h1>{escape(title)}</h1>",
        f'<p class="muted">Profile by Praxis, {utc_now():%Y-%m-%d %H:%M} UTC. {escape(looked_text(facts))}</p>',
        _table_facts(facts),
        "<h2>What to know before working with it</h2>",
        *(_alert(alert) for alert in profile.alerts),
        "" if profile.alerts else "<p>Nothing odd was found.</p>",
        *_target(facts),
        "<h2>Columns</h2>",
        *(_column(column, facts.n_rows) for column in facts.columns[:MAX_COLUMNS]),
        _left_out(len(facts.columns) - MAX_COLUMNS),
        *(_matrix(matrix) for matrix in facts.matrices),
    ]
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}: profile</title><style>{STYLE}</style></head><body>{''.join(body)}</body></html>"
    )


def _table_facts(facts: TableFacts) -> str:
    n_cells = facts.n_rows * len(facts.columns)
    pairs = {
        "Rows": f"{facts.n_rows:,}",
        "Columns": f"{len(facts.columns):,}",
        "Missing cells": f"{facts.n_missing:,} ({percent(facts.n_missing / n_cells if n_cells else 0.0)})",
        "Repeated rows": duplicates_text(facts.duplicates),
        "In memory": size_text(facts.memory_bytes),
        "As a file": size_text(facts.size_bytes),
    }
    items = (f"<div><small>{escape(name)}</small><b>{escape(value)}</b></div>" for name, value in pairs.items())
    return f'<div class="facts">{"".join(items)}</div>'


def _alert(alert: Alert) -> str:
    fix = f"<p><small>Praxis offers: {escape(alert.fix_label)}.</small></p>" if alert.fix_label else ""
    return (
        f'<div class="alert {alert.severity.value}"><small>{_ICON[alert.severity]} · {escape(alert.label)}</small>'
        f'<p>{escape(alert.sentence)}</p><p class="muted">{escape(alert.why)}</p>{fix}</div>'
    )


def _target(facts: TableFacts) -> Iterable[str]:
    towards = facts.target_facts
    if towards is None:
        return
    yield f"<h2>What tells about {escape(towards.name)}</h2>"
    yield (
        '<p class="muted">Each column by itself, in halves of '
        f"{towards.n_looked:,} rows: 0 is no better than a constant guess, 1 is perfect.</p>"
    )
    rows = (
        (dependence.column, number(dependence.score, digits=3), percent(dependence.information_share))
        for dependence in towards.dependences[:25]
    )
    yield _table(("Column", "Predicts", "Information"), rows)


def _column(column: ColumnProfile, n_rows: int) -> str:
    distinct = f"{'' if column.is_distinct_exact else 'about '}{column.n_distinct:,}"
    rows: list[tuple[str, str]] = [
        ("Missing", f"{column.n_missing:,} ({percent(column.n_missing / n_rows if n_rows else 0.0)})"),
        ("Different values", distinct),
    ]
    if column.minimum is not None:
        rows.append(("From, to", f"{_cut(column.minimum)} … {_cut(column.maximum or '')}"))
    rows += _number_rows(column) + _text_rows(column) + _time_rows(column)
    picture = histogram_svg(column.histogram, column.type) if column.kind not in ("flag", "identifier") else ""
    values = values_svg(column.top_values[:8], column.n_looked) if column.kind not in ("quantity", "moment") else ""
    sampled = f"<small>Shape from {column.n_looked:,} values.</small>" if column.n_looked < column.n else ""
    return (
        f'<section class="column"><div><h3>{escape(column.name)}</h3>'
        f"<small>{KINDS[column.kind]} ({column.type.value})</small>{_table((), rows)}</div>"
        f"<div>{picture}{values}{sampled}</div></section>"
    )


def _number_rows(column: ColumnProfile) -> list[tuple[str, str]]:
    numbers = column.numbers
    if numbers is None:
        return []
    rows = [
        ("Mean ± deviation", f"{number(numbers.mean)} ± {number(numbers.std)}"),
        ("Zeros, negatives", f"{numbers.n_zeros:,}, {numbers.n_negatives:,}"),
        ("Skew, kurtosis", f"{number(numbers.skew, digits=3)}, {number(numbers.kurtosis, digits=3)}"),
    ]
    shares = {quantile.share: quantile.value for quantile in numbers.quantiles}
    if shares:
        text = ", ".join(f"{share:.0%} {number(shares[share])}" for share in (0.05, 0.25, 0.5, 0.75, 0.95))
        rows.append(("Quantiles", text))
    if numbers.outliers:
        n = numbers.outliers.n_low + numbers.outliers.n_high
        rows.append(("Beyond the fences", f"{n:,} of {column.n_looked:,}"))
    return rows


def _text_rows(column: ColumnProfile) -> list[tuple[str, str]]:
    texts = column.texts
    if texts is None:
        return []
    forms = ", ".join(f"{pattern.pattern} {percent(pattern.share)}" for pattern in texts.patterns[:4])
    rows = [
        ("Characters", f"{texts.min_length:,} … {texts.max_length:,}, mean {number(texts.mean_length)}"),
        ("Words", f"mean {number(texts.mean_words, digits=3)}"),
    ]
    return [*rows, ("Forms", forms)] if forms else rows


def _time_rows(column: ColumnProfile) -> list[tuple[str, str]]:
    times = column.times
    if times is None:
        return []
    step = f"every {times.step_label}" if times.step_label else "no usual distance"
    rows = [("Step", f"{step} ({percent(times.regular_share)})"), ("Repeated", f"{times.n_repeated:,}")]
    return [*rows, *(("Gap", f"{gap.start} to {gap.end}") for gap in times.largest_gaps[:3])]


def _matrix(matrix: Matrix) -> str:
    if max(len(matrix.rows), len(matrix.columns)) > MAX_MATRIX:
        return ""
    label, explanation = ASSOCIATIONS[matrix.kind]
    return (
        f"<h2>{escape(label)}</h2><p class='muted'>{escape(explanation)} From {matrix.n_looked:,} rows.</p>"
        f'<div class="wide">{matrix_svg(matrix)}</div>'
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    first = f"<tr>{''.join(f'<th>{escape(cell)}</th>' for cell in head)}</tr>" if head else ""
    lines = (
        f"<tr><th>{escape(row[0])}</th>{''.join(f'<td>{escape(cell)}</td>' for cell in row[1:])}</tr>" for row in rows
    )
    return f"<table>{first}{''.join(lines)}</table>"


def _left_out(n: int) -> str:
    return f"<p>{n:,} more columns are in the JSON.</p>" if n > 0 else ""


def _cut(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"
