"""Groups in a few numbers, and the intervals of their means and medians."""

from collections.abc import Sequence

import numpy as np

from core.statistics.effects import finite
from core.statistics.result import GroupSummary
from core.statistics.samples import FloatArray


def summarise(labels: Sequence[str], parts: Sequence[FloatArray], alpha: float) -> tuple[GroupSummary, ...]:
    """Each part with count, mean and its interval by Student's t, deviation and quartiles."""
    return tuple(_one(label, part, alpha) for label, part in zip(labels, parts, strict=True))


def _one(label: str, values: FloatArray, alpha: float) -> GroupSummary:
    low, high = mean_interval(values, alpha)
    minimum, q1, median, q3, maximum = np.percentile(values, [0, 25, 50, 75, 100])
    return GroupSummary(
        label=label,
        n=len(values),
        mean=finite(values.mean()),
        std=finite(values.std(ddof=1)) if len(values) > 1 else None,
        mean_low=finite(low) if len(values) > 1 else None,
        mean_high=finite(high) if len(values) > 1 else None,
        median=float(median),
        q1=float(q1),
        q3=float(q3),
        minimum=float(minimum),
        maximum=float(maximum),
    )


def mean_interval(values: FloatArray, alpha: float) -> tuple[float, float]:
    """Interval of a mean by Student's t; a single value is its own interval."""
    from scipy.stats import t

    n, mean = len(values), float(values.mean())
    if n < 2:
        return mean, mean
    half = float(t.ppf(1 - alpha / 2, n - 1) * values.std(ddof=1) / np.sqrt(n))
    return mean - half, mean + half


def median_interval(values: FloatArray, alpha: float) -> tuple[float, float]:
    """Distribution-free interval of a median by the binomial distribution."""
    from scipy.stats import binom

    ordered, n = np.sort(values), len(values)
    k = int(binom.ppf(alpha / 2, n, 0.5))
    return float(ordered[max(0, k - 1)]), float(ordered[min(n - 1, n - k)])


def sided(
    estimate: float, se: float, critical: float, one_sided: float, alternative: str
) -> tuple[float | None, float | None]:
    """Ends of an interval, one of them open when the test looks in one direction."""
    if alternative == "greater":
        return estimate - one_sided * se, None
    if alternative == "less":
        return None, estimate + one_sided * se
    return estimate - critical * se, estimate + critical * se
