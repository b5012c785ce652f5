"""Numbers inside the sentences of remarks."""

import math

from core.wording import MINUS


def number(value: float, *, digits: int = 3) -> str:
    """A score or loss with ``digits`` significant digits.

    Example:
        >>> number(0.87249), number(12345.6), number(0.5), number(-0.1234), number(0.00001234)
        ('0.872', '12,346', '0.500', '−0.123', '1.23e-05')
    """
    if value == 0:
        return "0"
    if abs(value) < 1e-4 or abs(value) >= 1e15:
        text = f"{value:.{digits - 1}e}"
    else:
        decimals = max(0, digits - 1 - math.floor(math.log10(abs(value)) + 1e-12))
        text = f"{value:,.{decimals}f}"
    return text.replace("-", MINUS, 1) if value < 0 else text
