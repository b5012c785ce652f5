"""Numbers and names inside sentences."""

import math

from core.wording import MINUS, joined, percent, short


def number(value: float | None, digits: int = 3) -> str:
    """``value`` with three significant digits; whole digits are never rounded away.

    Example:
        >>> number(0.12345), number(-1234.5), number(None), number(2.0)
        ('0.123', '−1,234', 'no bound', '2.00')
    """
    if value is None or not math.isfinite(value):
        return "no bound"
    if value == 0:
        return "0"
    mantissa, _, power = f"{value:.{digits - 1}e}".partition("e")
    exponent = int(power)
    if not -4 <= exponent < 15:
        return f"{mantissa} × 10^{exponent}".replace("-", MINUS)
    text = f"{value:,.{max(0, digits - 1 - exponent)}f}"
    return text.replace("-", MINUS)


def p_text(p_value: float) -> str:
    """A p value as people write it.

    Example:
        >>> p_text(0.0412), p_text(0.0000001), p_text(1.0)
        ('p = 0.041', 'p < 0.001', 'p = 1.000')
    """
    return "p < 0.001" if p_value < 0.001 else f"p = {p_value:.3f}"


def interval(low: float | None, high: float | None) -> str:
    """Both ends of an interval in words.

    Example:
        >>> interval(0.5, 2.0), interval(None, 2.0), interval(0.5, None)
        ('0.500 to 2.00', 'at most 2.00', 'at least 0.500')
    """
    if low is None:
        return f"at most {number(high)}"
    if high is None:
        return f"at least {number(low)}"
    return f"{number(low)} to {number(high)}"


def chance(p_value: float, alpha: float) -> str:
    """What a p value says, without saying more.

    Example:
        >>> chance(0.2, 0.05)
        'Chance alone gives as much in 200 of 1,000 such tables (p = 0.200): no evidence either way.'
        >>> chance(0.0004, 0.05)
        'Chance alone gives as much in fewer than 1 of 1,000 such tables (p < 0.001).'
    """
    often = f"{1_000 * p_value:,.0f}" if p_value >= 0.001 else "fewer than 1"
    if p_value <= alpha:
        only = "" if p_value < 0.001 else "only "
        return f"Chance alone gives as much in {only}{often} of 1,000 such tables ({p_text(p_value)})."
    return f"Chance alone gives as much in {often} of 1,000 such tables ({p_text(p_value)}): no evidence either way."


def listed(names: list[str], most: int = 4) -> str:
    """Names in a sentence.

    Example:
        >>> listed(["a", "b"]), listed(list("abcdef"))
        ("'a' and 'b'", "'a', 'b', 'c', 'd' and 2 more")
    """
    shown = [repr(short(name)) for name in names[:most]]
    if len(names) > most:
        return f"{', '.join(shown)} and {len(names) - most} more"
    return joined(shown)


def compared(what: str, group: str, labels: tuple[str, str], values: tuple[float, float]) -> str:
    """Two middles side by side: direction and size.

    Example:
        >>> compared("Mean price", "garage", ("yes", "no"), (12.0, 10.0))
        "Mean price is 2.00 higher where garage is 'yes' (12.0) than where it is 'no' (10.0)"
    """
    gap = values[0] - values[1]
    first, second = (f"'{short(label)}' ({number(value)})" for label, value in zip(labels, values, strict=True))
    if gap == 0:
        return f"{what} is equal where {short(group)} is {first} and where it is {second}"
    direction = "higher" if gap > 0 else "lower"
    return f"{what} is {number(abs(gap))} {direction} where {short(group)} is {first} than where it is {second}"


def ends_text(alpha: float, low: float | None, high: float | None) -> str:
    r"""An interval with its confidence.

    Example:
        >>> ends_text(0.05, 0.5, 2.0).replace("\u202f", " ")
        '95 % interval 0.500 to 2.00'
    """
    return f"{percent(1 - alpha)} interval {interval(low, high)}"
