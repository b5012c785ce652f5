"""Many tests at once: p values adjusted for how many there were."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjusted p values by Holm's method: the chance of any false alarm among all stays below the level.

    Source:
        Holm 1979, Scandinavian Journal of Statistics 6.

    Example:
        >>> [round(p, 6) for p in holm([0.01, 0.04, 0.03])]
        [0.03, 0.06, 0.06]
    """
    p = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(p, kind="stable")
    stepped = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1))
    return _in_place(np.minimum(stepped, 1.0), order)


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """Adjusted p values by Benjamini and Hochberg: of the findings, the share of false alarms stays below the level.

    Source:
        Benjamini and Hochberg 1995, doi:10.1111/j.2517-6161.1995.tb02031.x

    Example:
        >>> [round(p, 6) for p in benjamini_hochberg([0.01, 0.04, 0.03])]
        [0.03, 0.04, 0.04]
    """
    p = np.asarray(p_values, dtype=np.float64)
    n = len(p)
    order = np.argsort(-p, kind="stable")
    stepped = np.minimum.accumulate(p[order] * n / np.arange(n, 0, -1))
    return _in_place(np.minimum(stepped, 1.0), order)


def _in_place(adjusted: npt.NDArray[np.float64], order: npt.NDArray[np.intp]) -> list[float]:
    found = np.empty_like(adjusted)
    found[order] = adjusted
    return [float(value) for value in found]
