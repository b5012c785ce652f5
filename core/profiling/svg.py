"""Small pictures as SVG text for a report that stands alone: no scripts, no fonts, nothing from elsewhere."""

from collections.abc import Sequence
from html import escape

from core.profiling.facts import Matrix
from core.types import ColumnType, HistogramBin, TopValue

WIDTH, HEIGHT = 360, 96
_ROW, _LABEL, _COUNT = 20, 150, 70


def number(value: float | None, *, digits: int = 4) -> str:
    """A number for a table of a report.

    Example:
        >>> number(1234567.0), number(0.123456), number(None), number(3.0)
        ('1,234,567', '0.1235', '–', '3')
    """
    if value is None:
        return "–"
    if value == int(value) and abs(value) < 1e15:
        return f"{int(value):,}"
    return f"{value:,.{digits}g}" if abs(value) < 1e4 else f"{value:,.1f}" if abs(value) < 1e15 else f"{value:.3e}"


def histogram_svg(bars: Sequence[HistogramBin], type_: ColumnType) -> str:
    """Bars over the range of a column with its ends written below."""
    if not bars:
        return ""
    highest = max(bar.count for bar in bars) or 1
    low, high = bars[0].low, bars[-1].high
    span = high - low
    parts = [f'<svg viewBox="0 0 {WIDTH} {HEIGHT + 16}" role="img" aria-label="Distribution of the values">']
    for bar in bars:
        x = (bar.low - low) / span * WIDTH
        width = max(0.5, (bar.high - bar.low) / span * WIDTH - 1)
        height = bar.count / highest * HEIGHT
        title = f"{edge_text(bar.low, type_)} to {edge_text(bar.high, type_)}: {bar.count:,}"
        parts.append(
            f'<rect x="{x:.2f}" y="{HEIGHT - height:.2f}" width="{width:.2f}" height="{height:.2f}">'
            f"<title>{escape(title)}</title></rect>"
        )
    parts.append(f'<text x="0" y="{HEIGHT + 13}">{escape(edge_text(low, type_))}</text>')
    parts.append(f'<text x="{WIDTH}" y="{HEIGHT + 13}" text-anchor="end">{escape(edge_text(high, type_))}</text></svg>')
    return "".join(parts)


def edge_text(value: float, type_: ColumnType) -> str:
    """An edge of a bar as people read it; moments are stored as epoch seconds."""
    if type_ is not ColumnType.DATETIME:
        return number(value)
    from datetime import UTC, datetime, timedelta

    try:
        return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=value)).date().isoformat()
    except OverflowError:
        return number(value)


def values_svg(values: Sequence[TopValue], n_looked: int) -> str:
    """Horizontal bars of the most frequent values, with their shares."""
    if not values:
        return ""
    highest = max(value.count for value in values) or 1
    width = WIDTH - _LABEL - _COUNT
    parts = [f'<svg viewBox="0 0 {WIDTH} {_ROW * len(values)}" role="img" aria-label="Frequent values">']
    for place, value in enumerate(values):
        y = place * _ROW
        text = value.value if len(value.value) <= 22 else value.value[:21] + "…"
        share = 100 * value.count / max(1, n_looked)
        parts.append(f'<text x="0" y="{y + 14}">{escape(text) or "(empty)"}<title>{escape(value.value)}</title></text>')
        parts.append(
            f'<rect x="{_LABEL}" y="{y + 4}" width="{max(1.0, value.count / highest * width):.2f}" height="12"/>'
        )
        parts.append(f'<text x="{WIDTH}" y="{y + 14}" text-anchor="end">{value.count:,} · {share:.1f} %</text>')
    return "".join([*parts, "</svg>"])


def matrix_svg(matrix: Matrix) -> str:
    """A heat map: the stronger, the darker; negative ones in the other colour."""
    cell = 22 if len(matrix.columns) <= 24 else 14
    left, top = 160, 110
    width, height = left + cell * len(matrix.columns), top + cell * len(matrix.rows)
    parts = [f'<svg class="matrix" width="{width}" height="{height}" role="img" aria-label="Table of associations">']
    for i, name in enumerate(matrix.rows):
        y = top + i * cell + cell * 0.7
        parts.append(f'<text x="{left - 6}" y="{y:.1f}" text-anchor="end">{escape(_short(name))}</text>')
    for j, name in enumerate(matrix.columns):
        x = left + j * cell + cell * 0.7
        parts.append(f'<text transform="translate({x:.1f},{top - 6}) rotate(-50)">{escape(_short(name))}</text>')
    for i, row in enumerate(matrix.values):
        for j, value in enumerate(row):
            kind = "none" if value is None else "low" if value < 0 else "high"
            strength = 0.0 if value is None else min(1.0, abs(value))
            text = "not defined" if value is None else f"{value:.3f}"
            title = f"{matrix.rows[i]} and {matrix.columns[j]}: {text}"
            parts.append(
                f'<rect class="{kind}" x="{left + j * cell}" y="{top + i * cell}" width="{cell - 1}" '
                f'height="{cell - 1}" fill-opacity="{strength:.2f}"><title>{escape(title)}</title></rect>'
            )
    return "".join([*parts, "</svg>"])


def _short(name: str) -> str:
    return name if len(name) <= 20 else name[:19] + "…"
