"""The moments from which forecasts are made and judged."""

import numpy as np
import numpy.typing as npt

FEWEST_ORIGINS = 10
MOST_ORIGINS = 60
"""More windows would overlap more, and cost time at every point of a live curve."""


def choose_origins(start: int, stop: int, horizon: int) -> npt.NDArray[np.intp]:
    """Moments whose whole horizon lies between two steps, evenly spaced; empty when not one fits.

    As many as fit side by side, at least 10 where overlapping windows give as many, and at most 60.

    Args:
        start: The first step that may be forecast.
        stop: The step after the last one.
        horizon: Steps ahead.
    """
    n_possible = stop - start - horizon + 1
    if n_possible < 1:
        return np.empty(0, dtype=np.intp)
    side_by_side = -(-(stop - start) // horizon)
    wanted = min(max(side_by_side, FEWEST_ORIGINS), MOST_ORIGINS, n_possible)
    return np.unique(np.linspace(start, stop - horizon, wanted).round().astype(np.intp))
