"""Weighted sums over rows."""

import numpy as np
import numpy.typing as npt

from evaluation.spec import FloatArray


def weighted_sum(values: npt.NDArray[np.floating], weights: FloatArray) -> FloatArray:
    """The sum of ``values``, shape (n_samples,), under each of ``weights``: shape (n_weightings,).

    No matrix product: its threads keep spinning for some 20 ms after each call, and scoring happens between the
    steps of a training that needs the cores. Pairwise summation is also the more exact one.
    """
    sums: FloatArray = np.sum(weights * values, axis=1)
    return sums


def weighted_mean(values: npt.NDArray[np.floating], weights: FloatArray) -> FloatArray:
    """The mean of ``values`` under each of ``weights``."""
    means: FloatArray = weighted_sum(values, weights) / weights.sum(axis=1)
    return means
