"""The answer to a question about a run: sentences, drawings, and the tables behind them."""

import math
from typing import Any

import numpy as np

from core.charts.drawing import safe
from core.types import Value

Cell = str | int | float | bool | None


class Drawing(Value):
    """One picture with its words and its table."""

    key: str
    title: str
    explanation: str
    """How to read it."""
    alt: str
    """What it shows, for a person who does not see it."""
    table: list[dict[str, Any]]
    figure: dict[str, Any]
    """A Plotly figure; texts from the data in it are free of tags."""


class Explanation(Value):
    """What was found out about a run."""

    sentence: str
    """The finding, in front."""
    remarks: tuple[str, ...] = ()
    """What to keep in mind: how many rows, how exact, what was held still."""
    drawings: tuple[Drawing, ...] = ()


def drawing(
    key: str,
    *,
    title: str,
    explanation: str,
    alt: str,
    table: list[dict[str, Any]],
    data: list[dict[str, Any]],
    layout: dict[str, Any],
) -> Drawing:
    """A drawing whose figure has the title and no tag in any of its texts."""
    figure = safe({"data": data, "layout": {"title": {"text": title}, **layout}})
    for note in figure["layout"].get("annotations", ()):
        note["text"] = note["text"].replace("\n", "<br>")  # the only tag there is: names hold no line breaks by now
    return Drawing(key=key, title=title, explanation=explanation, alt=alt, table=table, figure=figure)


def cell(value: Any) -> Cell:
    """A value of a table as JSON has it: numbers, texts, ISO times; None for what is missing."""
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, int):
        return value if abs(value) < 2**53 else str(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    text = value.isoformat() if hasattr(value, "isoformat") else str(value)
    return None if text in {"NaT", "<NA>", "nan"} else text.removesuffix("T00:00:00")


def rounded(value: float, digits: int = 6) -> float:
    """``value`` with so many significant digits: more than a table shows, fewer than a file needs."""
    return float(f"{value:.{digits}g}")


def words(value: Any) -> str:
    """A value inside a sentence or on an axis: at most four significant digits.

    Example:
        >>> words(0.123456), words(12345.6), words(None), words("Oslo"), words(3.0)
        ('0.1235', '12,346', 'missing', 'Oslo', '3')
    """
    if value is None:
        return "missing"
    if isinstance(value, bool | str):
        return str(value)
    number = float(value)
    if not math.isfinite(number):
        return "missing"
    if abs(number) >= 10_000:  # years stay as they are written
        return f"{number:,.0f}"
    if abs(number) < 1e-12:  # what is left of a sum that is zero
        return "0"
    return f"{number:.4g}"


def signed(value: float) -> str:
    """A change with its sign.

    Example:
        >>> signed(0.25), signed(-1.5)
        ('+0.25', '\u22121.5')
    """
    return f"+{words(value)}" if value >= 0 else f"\u2212{words(-value)}"
