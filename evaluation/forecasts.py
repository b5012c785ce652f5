"""What the metrics of a forecast share: errors by origin and step ahead.

A sample is an origin: the moment from which a whole horizon was forecast. Resampling draws origins, so that the errors
of one path stay together, which are anything but independent.
"""

from collections.abc import Callable

import numpy as np

from core.outputs import ForecastOut
from evaluation.spec import FloatArray, Predictions
from evaluation.weighted import weighted_sum


def forecast(predictions: Predictions, what: ForecastOut = ForecastOut.VALUE) -> FloatArray:
    """One part of the outputs, shape (n_origins, horizon)."""
    part: FloatArray = predictions.y_out[:, :, what].astype(np.float64, copy=False)
    return part


def mean_over_steps(predictions: Predictions, weights: FloatArray, each: Callable[[], FloatArray]) -> FloatArray:
    """The mean of ``each``, shape (n_origins, horizon), over the steps whose truth is known, under each of ``weights``.

    NaN where no drawn origin has a known step.
    """
    known = ~np.isnan(predictions.y_true)
    sums = weighted_sum(np.where(known, each(), 0.0).sum(axis=1), weights)
    counts = weighted_sum(known.sum(axis=1).astype(np.float64), weights)
    means: FloatArray = np.divide(sums, counts, out=np.full(len(sums), np.nan), where=counts > 0)
    return means


def absolute_error(predictions: Predictions) -> FloatArray:
    """Shape (n_origins, horizon), in the target's unit; NaN where the truth is unknown."""
    error: FloatArray = np.abs(predictions.y_true - forecast(predictions))
    return error


def relative_squared_error(predictions: Predictions, weights: FloatArray) -> FloatArray:
    """Mean squared error, in squared steps of the seasonal naive forecast's mean error on training rows."""
    scale = forecast(predictions, ForecastOut.SCALE)
    with np.errstate(over="ignore"):  # an infinite loss is noticed where training is watched
        return mean_over_steps(predictions, weights, lambda: (absolute_error(predictions) / scale) ** 2)


def moment_words(predictions: Predictions) -> list[list[str | float]]:
    """The moment of each origin and step: ISO 8601 text for dates, else the number itself."""
    assert predictions.X is not None, "a forecast is drawn with its moments"
    if predictions.columns != ("datetime",):
        numbers: list[list[str | float]] = predictions.X.tolist()
        return numbers
    stamps = (predictions.X * 1e6).round().astype("int64").astype("datetime64[us]").astype("datetime64[s]")
    words: list[list[str | float]] = np.datetime_as_string(stamps).tolist()
    return words


def newest(predictions: Predictions) -> list[tuple[int, int]]:
    """For each moment its newest forecast, as (origin, step): each origin speaks until the next one begins."""
    assert predictions.X is not None, "a forecast is drawn with its moments"
    starts = predictions.X[:, 0].tolist()
    ends = [*starts[1:], np.inf]
    return [
        (origin, step)
        for origin, end in enumerate(ends)
        for step, moment in enumerate(predictions.X[origin].tolist())
        if moment < end
    ]


def known(value: float) -> float | None:
    """``value``, or None where it is NaN: tables are stored as JSON."""
    return None if np.isnan(value) else float(value)
