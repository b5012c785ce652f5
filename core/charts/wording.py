"""Numbers and lists in the words for a chart."""

import math

from core.wording import joined, percent


def number(value: float | None) -> str:
    """A number with four significant digits at most, thousands apart.

    Example:
        >>> number(12345.678), number(0.123456), number(None), number(-3.0)
        ('12,346', '0.1235', 'nothing', '-3')
    """
    if value is None or not math.isfinite(value):
        return "nothing"
    return f"{value:,.0f}" if 1_000 <= abs(value) < 1e15 else f"{value:.4g}"


def share(part: float, whole: float) -> str:
    """A part as a percentage; of nothing it is 0 %."""
    return percent(part / whole if whole else 0.0)


def by(*names: str | None) -> str:
    """How a chart is divided, for its title.

    Example:
        >>> by("sex", None, "class"), by(None)
        (' by sex and class', '')
    """
    present = list(dict.fromkeys(name for name in names if name))
    return f" by {joined(present)}" if present else ""
