"""Quantiles of weighted rows."""

import numpy as np
import numpy.typing as npt

from evaluation.spec import FloatArray


def weighted_median(values: npt.NDArray[np.floating], weights: FloatArray) -> FloatArray:
    """The median of ``values``, shape (n_samples,), under each of ``weights``: shape (n_weightings,).

    Whole weights repeat a row that often. Where half of the weight ends between two rows it is their mean.
    """
    order = np.argsort(values, kind="stable")
    in_order = values[order].astype(np.float64)
    medians = np.empty(len(weights))
    for row, weighting in enumerate(weights):
        total = np.cumsum(weighting[order])
        half = total[-1] / 2
        below = np.searchsorted(total, half, side="left")
        above = np.searchsorted(total, half, side="right")
        medians[row] = (in_order[below] + in_order[min(above, len(in_order) - 1)]) / 2
    return medians
