"""Forecasts laid out for scoring."""

from typing import Any

import numpy as np
import numpy.typing as npt

from core.outputs import ForecastOut

FloatArray = npt.NDArray[np.float64]


def forecast_outputs(
    estimator: Any, origins: npt.NDArray[np.intp], X: FloatArray, y: FloatArray, scale: float
) -> FloatArray:
    """What a fitted ``SeriesForecaster`` says at ``origins``, with errors in units of ``scale``.

    The scale is that of the whole training part, whatever stretch of it was learned from: points of a curve, and runs,
    are then measured alike. Shape (n_origins, horizon, 4).
    """
    out: FloatArray = estimator.forecast_from(origins, X, y)
    out[:, :, ForecastOut.SCALE] = scale
    return out
