"""What several checks say alike."""

import re

from core.leakage.findings import Remedy
from core.wording import short

_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")


def leave_out(*names: str) -> Remedy:
    """The button that leaves columns out."""
    label = f"Leave out {short(names[0], 24)!r}" if len(names) == 1 else f"Leave out {len(names)} columns"
    return Remedy(label=label, exclude=names)


def tokens(name: str) -> tuple[str, ...]:
    """The words of a column's name, in lower case.

    Example:
        >>> tokens("daysAfterRefund_2"), tokens("customerID")
        (('days', 'after', 'refund', '2'), ('customer', 'id'))
    """
    return tuple(word.lower() for word in _WORD.findall(name))


def rounded(value: float) -> float:
    """A number for an evidence table."""
    return float(f"{value:.4g}")
