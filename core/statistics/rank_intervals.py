"""Hodges-Lehmann estimates and the intervals that belong to rank tests, without making all pairs."""

from collections.abc import Callable

import numpy as np

from core.statistics.samples import FloatArray

EXACT_PAIRS = 50
"""Up to so many differences the signed-rank distribution is counted out."""


def shift(x: FloatArray, y: FloatArray, alpha: float) -> tuple[float, float, float]:
    """Median of all differences x - y, and its interval (Moses) by the normal approximation to the rank sum."""
    from scipy.stats import norm

    xs, ys = np.sort(x), np.sort(y)
    n_pairs = len(xs) * len(ys)
    spread = np.sqrt(n_pairs * (len(xs) + len(ys) + 1) / 12)
    k = int(max(0, np.floor(n_pairs / 2 - norm.ppf(1 - alpha / 2) * spread)))
    bounds = float(xs[0] - ys[-1]), float(xs[-1] - ys[0])

    def up_to(value: float) -> int:
        """How many differences are at most ``value``."""
        return int((len(ys) - np.searchsorted(ys, xs - value, side="left")).sum())

    def nearest(value: float) -> float:
        """The largest difference that is at most ``value``."""
        place = np.searchsorted(ys, xs - value, side="left")
        is_there = place < len(ys)
        return float((xs[is_there] - ys[place[is_there]]).max())

    def ordered(rank: int) -> float:
        return nearest(_ordered(up_to, bounds, rank))

    return _middle(ordered, n_pairs), ordered(max(1, k)), ordered(min(n_pairs, n_pairs - max(1, k) + 1))


def pseudo_median(d: FloatArray, alpha: float) -> tuple[float, float, float]:
    """Median of all means of two differences, and its interval (Tukey) by the signed-rank distribution."""
    ordered = np.sort(d)
    n = len(d)
    n_pairs = n * (n + 1) // 2
    k = _critical_rank(n, alpha)
    bounds = float(ordered[0]), float(ordered[-1])

    def up_to(value: float) -> int:
        """How many means of i <= j are at most ``value``."""
        both_orders = int(np.searchsorted(ordered, 2 * value - ordered, side="right").sum())
        return (both_orders + int(np.searchsorted(ordered, value, side="right"))) // 2

    def nearest(value: float) -> float:
        """The largest mean that is at most ``value``."""
        place = np.searchsorted(ordered, 2 * value - ordered, side="right") - 1
        is_there = place >= 0
        return float((ordered[is_there] + ordered[place[is_there]]).max() / 2)

    def ranked(rank: int) -> float:
        return nearest(_ordered(up_to, bounds, rank))

    return _middle(ranked, n_pairs), ranked(k), ranked(n_pairs - k + 1)


def _critical_rank(n: int, alpha: float) -> int:
    """Smallest k with P(W <= k) > alpha / 2, and at least 1."""
    from scipy.stats import norm

    total = n * (n + 1) // 2
    if n <= EXACT_PAIRS:
        ways = np.zeros(total + 1)
        ways[0] = 1.0
        for rank in range(1, n + 1):
            ways[rank:] = ways[rank:] + ways[:-rank]
        below = np.cumsum(ways) / 2.0**n
        return max(1, int(np.searchsorted(below, alpha / 2, side="right")))
    spread = np.sqrt(n * (n + 1) * (2 * n + 1) / 24)
    return int(max(1, np.floor(total / 2 - norm.ppf(1 - alpha / 2) * spread)))


def _middle(ordered: Callable[[int], float], n: int) -> float:
    if n % 2:
        return ordered((n + 1) // 2)
    return (ordered(n // 2) + ordered(n // 2 + 1)) / 2


def _ordered(up_to: Callable[[float], int], bounds: tuple[float, float], k: int) -> float:
    """The k-th smallest value, counted from 1, by bisection to about twelve digits of the range."""
    low, high = bounds
    if up_to(low) >= k:
        return low
    for _ in range(60):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        if up_to(middle) >= k:
            high = middle
        else:
            low = middle
    return high
