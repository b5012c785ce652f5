"""What tests of several groups share."""

from collections.abc import Sequence

import numpy as np

from core.statistics.samples import FloatArray, Groups
from core.statistics.spec import Fit, Goal
from core.statistics.wording import chance, number
from core.wording import short


def many_groups_fit(rank: int, reason: str, *, least: int = 3) -> tuple[Fit, ...]:
    """A column of numbers against a category of several."""
    return (
        Fit(
            goal=Goal.DIFFERENCE,
            numbers=(1, 1),
            categories=(1, 1),
            groups=(least, 30),
            rank=rank,
            reason=reason,
            roles={"measure": "number", "group": "category"},
        ),
    )


def sums_of_squares(parts: Sequence[FloatArray]) -> tuple[float, float]:
    """Sums of squares between and within groups."""
    grand = float(np.concatenate(list(parts)).mean())
    between = float(sum(len(part) * (part.mean() - grand) ** 2 for part in parts))
    within = float(sum(((part - part.mean()) ** 2).sum() for part in parts))
    return between, within


def extremes(found: Groups, *, by: str = "mean") -> str:
    """Which group is lowest and which highest, for a sentence."""
    middles = [float(np.median(part)) if by == "median" else float(part.mean()) for part in found.values]
    low, high = int(np.argmin(middles)), int(np.argmax(middles))
    kind = "Median" if by == "median" else "Mean"
    return (
        f"{kind} {short(found.measure)} goes from {number(middles[low])} ({short(found.group)} "
        f"'{short(found.labels[low])}') to {number(middles[high])} ('{short(found.labels[high])}')"
    )


def groups_differ(p_value: float, alpha: float) -> str:
    """What the p value of an overall test says."""
    more = " Which groups differ it does not say." if p_value <= alpha else ""
    return f"{chance(p_value, alpha)}{more}"
