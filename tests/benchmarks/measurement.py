"""What every bench gives back: numbers with their limits."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Measurement:
    """One number. ``ratio`` is its share of what the limit allows, so that 1.0 just passes, whichever way is better."""

    name: str
    value: float
    unit: str
    limit: float | None = None
    """None: reported only."""
    passed: bool = True
    ratio: float | None = None
    note: str = ""


def at_most(name: str, value: float, unit: str, limit: float, note: str = "") -> Measurement:
    """A number that should stay at or below ``limit``."""
    return Measurement(
        name=name, value=value, unit=unit, limit=limit, passed=value <= limit, ratio=_share(value, limit), note=note
    )


def at_least(name: str, value: float, unit: str, limit: float, note: str = "") -> Measurement:
    """A number that should reach ``limit``."""
    return Measurement(
        name=name, value=value, unit=unit, limit=limit, passed=value >= limit, ratio=_share(limit, value), note=note
    )


def reported(name: str, value: float, unit: str, note: str = "") -> Measurement:
    """A number without a limit."""
    return Measurement(name=name, value=value, unit=unit, note=note)


def percentile(values: list[float], percent: float) -> float:
    """The value that ``percent`` of ``values`` do not exceed (nearest rank).

    Raises:
        ValueError: There are no values.
    """
    if not values:
        raise ValueError("There is nothing to take a percentile of.")
    ordered = sorted(values)
    rank = -(-len(ordered) * percent // 100)
    return ordered[max(int(rank), 1) - 1]


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None
