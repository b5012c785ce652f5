"""Numbers and lists in the words for a chart."""

import math
from collections.abc import Sequence


def number(value: float | None) -> str:
    """A number with four significant digits at most, thousands apart.

    Example:
        >>> number(12345.678), number(0.123456), number(None), number(-3.0)
        ('12,346', '0.1235', 'nothing', '-3')
    """
    if value is None or not math.isfinite(value):
        return "nothing"
    return f"{value:,.0f}" if 1_000 <= abs(value) < 1e15 else f"{value:.4g}"


def rows(n: int) -> str:
    """A number of rows.

    Example:
        >>> rows(1), rows(12345)
        ('1 row', '12,345 rows')
    """
    return f"{n:,} row{'' if n == 1 else 's'}"


def share(part: float, whole: float) -> str:
    """A part as a percentage.

    Example:
        >>> share(1, 3), share(0, 0)
        ('33.3%', '0%')
    """
    return f"{100 * part / whole:.3g}%" if whole else "0%"


def listed(names: Sequence[str]) -> str:
    """Names with commas and an "and".

    Example:
        >>> listed(["a", "b", "c"]), listed(["a"])
        ('a, b and c', 'a')
    """
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""


def by(*names: str | None) -> str:
    """How a chart is divided, for its title.

    Example:
        >>> by("sex", None, "class"), by(None)
        (' by sex and class', '')
    """
    present = list(dict.fromkeys(name for name in names if name))
    return f" by {listed(present)}" if present else ""
