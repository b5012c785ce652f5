"""Confidence against what happened, in bins: calibration as a number and as a picture."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evaluation.spec import FloatArray, Predictions

N_BINS = 10
"""Of equal width over [0, 1]; the last one includes 1."""


@dataclass(frozen=True, kw_only=True)
class Confidence:
    """What a model claims for each row, and whether it came true. Both of shape (n_samples,)."""

    claimed: FloatArray
    came_true: FloatArray


def confidence(predictions: Predictions) -> Confidence:
    """Of two classes the probability of code 1; of more the probability of the likeliest class."""
    if predictions.n_classes == 2:
        return class_confidence(predictions, 1)
    y_pred = predictions.y_pred
    claimed = predictions.y_out[np.arange(predictions.n_samples), y_pred].astype(np.float64)
    return Confidence(claimed=claimed, came_true=(predictions.y_true == y_pred).astype(np.float64))


def class_confidence(predictions: Predictions, code: int) -> Confidence:
    """The probability of one class, and whether a row is of it."""
    claimed: FloatArray = predictions.y_out[:, code].astype(np.float64)
    return Confidence(claimed=claimed, came_true=(predictions.y_true == code).astype(np.float64))


def bin_numbers(claimed: FloatArray, n_bins: int = N_BINS) -> npt.NDArray[np.intp]:
    """The bin of each probability, 0 to ``n_bins`` - 1."""
    return np.minimum((claimed * n_bins).astype(np.intp), n_bins - 1)


def expected_calibration_error(predictions: Predictions, weights: FloatArray, *, n_bins: int = N_BINS) -> FloatArray:
    """Mean gap between claimed and observed frequency, weighted by the size of the bin; in [0, 1].

    Empty bins count for nothing.

    Source:
        Guo et al., ICML 2017, section 2 (arXiv:1706.04599).
    """
    said = confidence(predictions)
    bins = bin_numbers(said.claimed, n_bins)
    gap = said.claimed - said.came_true
    sums = np.array([np.bincount(bins, weighting * gap, n_bins) for weighting in weights])
    errors: FloatArray = np.abs(sums).sum(axis=1) / weights.sum(axis=1)
    return errors
