"""Whether one model is better than another on the same rows, or only looks so."""

from dataclasses import dataclass

import numpy as np

from core.types import Direction
from evaluation.resampling import interval
from evaluation.spec import FloatArray


@dataclass(frozen=True, kw_only=True)
class PairedTest:
    """Model A against model B on the same resampled rows."""

    difference: float
    """How much better A is, in the metric's unit: positive favours A whatever the metric's direction."""
    low: float
    """Lower end of the 95 % interval of the difference."""
    high: float
    p_value: float
    """Two-sided, in (0, 1]: how easily chance alone would give such a difference."""
    is_distinguishable: bool
    """Whether the interval leaves out 0."""


def paired_difference(replicates_a: FloatArray, replicates_b: FloatArray, direction: Direction) -> PairedTest:
    """Compare two models by their paired bootstrap replicates of one metric.

    The p value is twice the smaller share of replicates on either side of 0, where a tie counts for both sides and
    one replicate is added to each, so that it is never 0 and at most 1. With 1,000 replicates the smallest is 0.002.

    Args:
        replicates_a: Shape (n_resamples,), of the same split and metric as ``replicates_b``, in the same order.
        replicates_b: Shape (n_resamples,).
        direction: Which way of the metric is better.

    Raises:
        ValueError: The replicates are not paired: their numbers differ.

    Source:
        Efron and Tibshirani 1993, An Introduction to the Bootstrap, chapter 15; the added replicate: Davison and
        Hinkley 1997, section 4.2.
    """
    if replicates_a.shape != replicates_b.shape:
        raise ValueError(f"replicates of shapes {replicates_a.shape} and {replicates_b.shape} are not paired")
    gains = replicates_a - replicates_b if direction is Direction.HIGHER else replicates_b - replicates_a
    gains = gains[np.isfinite(gains)]  # drawn rows of one class alone have no area under a curve
    low, high = interval(gains)
    fewer = min(np.count_nonzero(gains <= 0), np.count_nonzero(gains >= 0))
    return PairedTest(
        difference=float(gains.mean()),
        low=low,
        high=high,
        p_value=min(1.0, 2 * (fewer + 1) / (len(gains) + 1)),
        is_distinguishable=low > 0 or high < 0,
    )
