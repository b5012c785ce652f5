"""How far two columns of values lie apart: indices of shift over common bins, and the two-sample statistic."""

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

N_BINS = 10
SMALLEST_SHARE = 1e-4
"""Stands in for an empty bin, of which no logarithm can be taken."""
STABLE, SHIFTED = 0.1, 0.25
"""Below the first, a population stability index counts as no change; from the second on, as a large one.

Source: Siddiqi 2006, Credit Risk Scorecards, ISBN 978-0-471-75451-0."""


def decile_edges(values: FloatArray, n_bins: int = N_BINS) -> FloatArray:
    """Inner edges that cut finite ``values`` into bins of about equally many; fewer where values repeat."""
    if not values.size:
        return np.zeros(0)
    return np.unique(np.quantile(values, np.linspace(0, 1, n_bins + 1)[1:-1]))


def bin_shares(values: FloatArray, edges: FloatArray) -> FloatArray:
    """Share of ``values`` in each bin; a value on an edge falls into the bin below it."""
    counts = np.bincount(np.searchsorted(edges, values, side="left"), minlength=edges.size + 1)
    return np.asarray(counts / max(1, values.size), dtype=np.float64)


def stability_index(before: FloatArray, after: FloatArray) -> float:
    """Population stability index of two distributions over the same bins: 0 for the same, no upper bound."""
    p, q = np.maximum(before, SMALLEST_SHARE), np.maximum(after, SMALLEST_SHARE)
    return float(((q - p) * np.log(q / p)).sum())


def divergence(before: FloatArray, after: FloatArray) -> float:
    """Jensen-Shannon distance of two distributions over the same bins, base 2: 0 for the same, 1 for nothing shared."""
    middle = (before + after) / 2

    def half(shares: FloatArray) -> float:
        positive = shares > 0
        return float((shares[positive] * np.log2(shares[positive] / middle[positive])).sum())

    return float(np.sqrt(max(0.0, (half(before) + half(after)) / 2)))


def kolmogorov_smirnov(before: FloatArray, after: FloatArray) -> float:
    """The largest difference between the two shares of values up to any point, in [0, 1]; 0 when one is empty."""
    if not before.size or not after.size:
        return 0.0
    first, second = np.sort(before), np.sort(after)
    points = np.concatenate([first, second])
    share_first = np.searchsorted(first, points, side="right") / first.size
    share_second = np.searchsorted(second, points, side="right") / second.size
    return float(np.abs(share_first - share_second).max())
