"""Squared error, which the regression loss, RMSE and R2 share."""

import numpy as np
import numpy.typing as npt

from evaluation.spec import FloatArray, Predictions
from evaluation.weighted import weighted_mean


def mean_squared_error(predictions: Predictions, weights: FloatArray) -> FloatArray:
    """Weighted mean of the squared errors, shape (n_weightings,), in the target's unit squared."""
    # A diverging model may overflow here; the infinite loss is noticed where training is watched.
    with np.errstate(over="ignore"):
        squared: FloatArray = (predictions.y_true - predictions.y_out) ** 2
    return weighted_mean(squared, weights)


def weighted_variance(values: npt.NDArray[np.floating], weights: FloatArray) -> FloatArray:
    """Weighted mean of the squared distances of ``values`` from their weighted mean, shape (n_weightings,)."""
    # Centring spares the moments below most of their rounding.
    centred: FloatArray = values - values.mean()
    means = weighted_mean(centred, weights)
    spread = weighted_mean(centred**2, weights) - means**2
    is_constant = spread <= np.finfo(np.float64).eps * np.square(centred).mean()
    return np.where(is_constant, 0.0, spread)
