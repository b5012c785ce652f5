"""Squared error, which the regression loss, RMSE and R2 share."""

import numpy as np

from evaluation.spec import FloatArray, Predictions
from evaluation.weighted import weighted_mean


def mean_squared_error(predictions: Predictions, weights: FloatArray) -> FloatArray:
    """Weighted mean of the squared errors, shape (n_weightings,), in the target's unit squared."""
    # A diverging model may overflow here; the infinite loss is noticed where training is watched.
    with np.errstate(over="ignore"):
        squared: FloatArray = (predictions.y_true - predictions.y_out) ** 2
    return weighted_mean(squared, weights)
