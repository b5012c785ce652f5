"""After how many steps a series repeats."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

FEWEST_SEASONS = 2
"""A season has to be seen twice to be believed."""
LEAST_CORRELATION = 0.3
"""Below it a repetition explains less than a tenth of the ups and downs."""
MOST_STEPS = 5_000
"""The last steps tell as much about the season as all of them."""


def filled(y: FloatArray) -> FloatArray:
    """``y`` with each unknown value replaced by the last known one before it, or at the start by the first one.

    Looking back only, so that nothing of the future gets into the past. All zeros where nothing is known.
    """
    known = np.flatnonzero(~np.isnan(y))
    if not len(known):
        return np.zeros_like(y)
    last = np.searchsorted(known, np.arange(len(y)), side="right") - 1
    values: FloatArray = y[known[np.maximum(last, 0)]]
    return values


def autocorrelation(y: FloatArray, most_lag: int) -> FloatArray:
    """The correlation of the series, freed of its straight trend, with itself some steps before; at lag 0 it is 1.

    All zeros where nothing is left beside the trend. Shape (most_lag + 1,).
    """
    time = np.arange(len(y), dtype=np.float64)
    rest = y - np.polyval(np.polyfit(time, y, 1), time)
    n = 1 << (2 * len(rest) - 1).bit_length()
    spectrum = np.fft.rfft(rest, n)
    products = np.fft.irfft(spectrum * np.conj(spectrum), n)[: most_lag + 1]
    if products[0] <= 1e-12 * max(float((y**2).sum()), 1e-300):
        return np.zeros(most_lag + 1)
    correlation: FloatArray = products / products[0]
    return correlation


def find_season(y: FloatArray, usual: Sequence[int] = ()) -> int:
    """The season length in steps; 1 where nothing repeats.

    A usual length of the calendar (7 for days, 12 for months) is taken when the series correlates with itself there and
    more than half a season away from it; otherwise the highest peak of the correlation counts.

    Args:
        y: The series in time order; NaN is unknown.
        usual: Lengths to try first.
    """
    values = filled(y)[-MOST_STEPS:]
    most = len(values) // FEWEST_SEASONS
    if most < 2 or np.ptp(values) == 0:
        return 1
    correlation = autocorrelation(values, most)
    least = max(LEAST_CORRELATION, 2 / np.sqrt(len(values)))
    fitting = [m for m in usual if 2 <= m <= most and correlation[m] > max(least, correlation[(m + 1) // 2])]
    if fitting:
        # A lag of n steps is seen len - n times: without this, short seasons would always win over long ones.
        seen = len(values) / (len(values) - np.asarray(fitting))
        return int(fitting[int(np.argmax(correlation[fitting] * seen))])
    inner = correlation[2:-1]
    is_peak = (inner >= correlation[1:-2]) & (inner > correlation[3:]) & (inner > least)
    peaks = np.flatnonzero(is_peak) + 2
    return int(peaks[np.argmax(correlation[peaks])]) if len(peaks) else 1


def seasonal_scale(y: FloatArray, season: int) -> float:
    """How far a value usually is from the one a season before: mean absolute difference, in the unit of ``y``.

    Falls back to the step before where that is 0 or unknown; 0 for a constant series.
    """
    for lag in (season, 1):
        differences = np.abs(y[lag:] - y[:-lag]) if len(y) > lag else np.empty(0)
        known = differences[~np.isnan(differences)]
        if len(known) and known.mean() > 0:
            return float(known.mean())
    return 0.0
