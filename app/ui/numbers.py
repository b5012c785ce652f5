"""How numbers, times and sizes are written for people.

Three significant digits, narrow no-break spaces between thousands and before units, a real minus sign; a missing or
undefined number is a dash. The live components in the browser follow the same rules.
"""

import math
from datetime import UTC, datetime

NARROW_SPACE = "\u202f"
MINUS = "\u2212"
MISSING = "–"

_SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def significant(value: float | None, *, digits: int = 3) -> str:
    """A measurement with ``digits`` significant digits; whole digits are never rounded away.

    Trailing zeros stay, so that a column of scores lines up. Below 0.0001 and from 10^15 on, powers of ten are used.

    Example:
        >>> significant(0.87249), significant(0.5), significant(-1.5)
        ('0.872', '0.500', '−1.50')
        >>> significant(12345.6).replace(NARROW_SPACE, " "), significant(0.0000123)
        ('12 346', '1.23 × 10⁻⁵')
        >>> significant(None), significant(float("nan")), significant(0.0), significant(float("inf"))
        ('–', '–', '0', '∞')
    """
    if value is None or math.isnan(value):
        return MISSING
    if math.isinf(value):
        return "∞" if value > 0 else f"{MINUS}∞"
    if value == 0:
        return "0"
    mantissa, _, power = f"{value:.{digits - 1}e}".partition("e")
    exponent = int(power)
    if not -4 <= exponent < 15:
        return f"{mantissa} × 10{str(exponent).translate(_SUPERSCRIPTS)}".replace("-", MINUS)
    return _fixed(value, max(0, digits - 1 - exponent))


def score_with_interval(value: float | None, low: float | None = None, high: float | None = None) -> str:
    """A score and half the width of its interval, both with the score's decimals.

    Example:
        >>> score_with_interval(0.872, 0.861, 0.883), score_with_interval(0.8724)
        ('0.872 ± 0.011', '0.872')
        >>> score_with_interval(1.0, 1.0, 1.0), score_with_interval(0.872, 0.8719, 0.8721)
        ('1.00 ± 0', '0.872 ± <0.001')
        >>> score_with_interval(52345.0, 51111.0, 53579.0).replace(NARROW_SPACE, " ")
        '52 345 ± 1 234'
    """
    text = significant(value)
    if value is None or low is None or high is None or not all(map(math.isfinite, (value, low, high))):
        return text
    if "×" in text:
        return f"{text} ± {significant((high - low) / 2)}"
    return f"{text} ± {_half_width((high - low) / 2, len(text.partition('.')[2]))}"


def delta(value: float | None, reference: float | None) -> str:
    """The signed difference to a reference, with three significant digits at most and three decimals at least.

    Example:
        >>> delta(0.811, 0.735), delta(0.7, 0.735), delta(0.7, 0.7), delta(None, 0.5)
        ('+0.076', '−0.035', '±0', '–')
        >>> delta(1210.0, 1830.5)
        '−620'
    """
    if value is None or reference is None or not (math.isfinite(value) and math.isfinite(reference)):
        return MISSING
    difference = value - reference
    if difference == 0:
        return "±0"
    sign = "+" if difference > 0 else MINUS
    size = abs(difference)
    return sign + (_fixed(size, 3) if 0.0005 <= size < 1 else significant(size))


def percent(fraction: float | None) -> str:
    """A share as a percentage with three significant digits, at most one decimal.

    Example:
        >>> percent(0.2654).replace(NARROW_SPACE, " "), percent(1.0).replace(NARROW_SPACE, " "), percent(None)
        ('26.5 %', '100 %', '–')
        >>> percent(0.0002).replace(NARROW_SPACE, " "), percent(0.0).replace(NARROW_SPACE, " ")
        ('<0.1 %', '0 %')
    """
    if fraction is None or not math.isfinite(fraction):
        return MISSING
    value = fraction * 100
    if 0 < value < 0.1:
        return f"<0.1{NARROW_SPACE}%"
    text = _fixed(value, 1)
    return f"{text.removesuffix('.0')}{NARROW_SPACE}%"


def count(n: int | None, singular: str = "", plural: str = "") -> str:
    """A whole number with separators, and the word for what was counted.

    Example:
        >>> count(7043, "row").replace(NARROW_SPACE, " "), count(1, "row"), count(0, "class", "classes")
        ('7 043 rows', '1 row', '0 classes')
        >>> count(1234567).replace(NARROW_SPACE, " "), count(None, "row")
        ('1 234 567', '–')
    """
    if n is None:
        return MISSING
    text = _fixed(n, 0)
    if not singular:
        return text
    return f"{text} {singular if n == 1 else plural or singular + 's'}"


def duration(seconds: float | None) -> str:
    """A length of time in at most two units.

    Example:
        >>> duration(4.2), duration(125), duration(3725), duration(93600)
        ('4 s', '2 min 05 s', '1 h 02 min', '1 d 2 h')
        >>> duration(0.34), duration(0.004), duration(0), duration(59.7), duration(None)
        ('0.3 s', '<0.1 s', '0 s', '1 min 00 s', '–')
    """
    if seconds is None or not math.isfinite(seconds):
        return MISSING
    if 0 < seconds < 0.95:
        return "<0.1 s" if seconds < 0.05 else f"{seconds:.1f} s"
    whole = max(0, math.floor(seconds + 0.5))
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest:02d} s"
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return f"{hours} h {minutes:02d} min"
    return f"{hours // 24} d {hours % 24} h"


def file_size(n_bytes: int | None) -> str:
    """A number of bytes in decimal units, with three significant digits at most.

    Example:
        >>> [file_size(n).replace(NARROW_SPACE, " ") for n in (0, 812, 31_200, 1_234_000_000, 999_999)]
        ['0 B', '812 B', '31.2 kB', '1.23 GB', '1 MB']
    """
    if n_bytes is None:
        return MISSING
    size, units = float(n_bytes), ["B", "kB", "MB", "GB", "TB"]
    while float(f"{size:.3g}") >= 1000 and len(units) > 1:
        size /= 1000
        units.pop(0)
    return f"{size:.3g}{NARROW_SPACE}{units[0]}" if size < 1000 else f"{_fixed(size, 0)}{NARROW_SPACE}{units[0]}"


def relative_time(moment: datetime | None, *, now: datetime | None = None) -> str:
    """How long ago a moment was, or how far ahead it is; after a week, its date.

    Args:
        moment: An aware time.
        now: The time to compare with; the present one when left out.

    Example:
        >>> noon = datetime(2026, 3, 12, 12, tzinfo=UTC)
        >>> relative_time(datetime(2026, 3, 12, 11, 57, tzinfo=UTC), now=noon)
        '3 min ago'
        >>> relative_time(datetime(2026, 3, 11, 9, tzinfo=UTC), now=noon), relative_time(noon, now=noon)
        ('1 day ago', 'just now')
        >>> relative_time(datetime(2025, 12, 1, tzinfo=UTC), now=noon)
        '1 Dec 2025'
        >>> relative_time(datetime(2026, 3, 12, 12, 2, tzinfo=UTC), now=noon)
        'in 2 min'
    """
    if moment is None:
        return MISSING
    seconds = ((now or datetime.now(UTC)) - moment).total_seconds()
    age = abs(seconds)
    if age < 2:
        return "just now"
    if age >= 7 * 86_400:
        return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"
    if age < 60:
        text = f"{int(age)} s"
    elif age < 3600:
        text = f"{int(age // 60)} min"
    elif age < 86_400:
        text = f"{int(age // 3600)} h"
    else:
        text = count(int(age // 86_400), "day")
    return f"{text} ago" if seconds > 0 else f"in {text}"


def _fixed(value: float, decimals: int) -> str:
    """A number with fixed decimals, separators and a real minus sign; negative zero is zero."""
    text = f"{value:,.{decimals}f}"
    if not text.strip("-0.,"):
        text = text.lstrip("-")
    return text.replace(",", NARROW_SPACE).replace("-", MINUS)


def _half_width(size: float, decimals: int) -> str:
    """Half an interval's width, never shown as zero unless it is."""
    if size == 0:
        return "0"
    smallest = 10.0**-decimals
    return _fixed(size, decimals) if size >= smallest / 2 else f"<{_fixed(smallest, decimals)}"
