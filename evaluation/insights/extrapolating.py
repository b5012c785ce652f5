"""Where a curve is heading: a power law through its points, and how sure that is."""

from dataclasses import dataclass

import numpy as np

from evaluation.spec import FloatArray

POWERS = np.linspace(0.15, 2.0, 25)
"""Exponents that are tried; learning curves of real data lie between."""
N_DRAWS = 300


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """What a curve is expected to gain beyond its last point. Better is positive."""

    gain: float
    low: float
    """95 % interval of the gain."""
    high: float
    x: FloatArray
    """From the first point to where it was asked for."""
    y: FloatArray
    y_low: FloatArray
    y_high: FloatArray


def outlook(x: FloatArray, y: FloatArray, errors: FloatArray, *, to: float, sign: float, seed: int = 0) -> Outlook:
    """Follow a curve up to ``to``.

    The curve is taken as a - b * x^-c with b at least 0 for scores of which more is better, mirrored for others: it
    may level off, it never turns. Its parameters are fitted anew to points drawn within their errors, and the spread
    of what follows is the interval. Errors of neighbouring points are correlated in truth, since they are scored on
    the same rows, so the interval is rather too wide.

    Args:
        x: Rows or steps, rising, at least three.
        y: Scores.
        errors: Standard error of each score, at least 0.
        to: Where the outlook ends, beyond the last x.
        sign: 1 where more is better, -1 where less is.
        seed: Of the draws.

    Source:
        Viering and Loog 2023, The shape of learning curves: a review, doi:10.1109/TPAMI.2022.3220744.
    """
    scale = float(x[-1])
    at = np.geomspace(float(x[0]), to, 40) / scale
    places = np.append(at, 1.0)
    weights = 1 / np.maximum(errors, 1e-9 + 0.02 * float(np.ptp(y))) if len(y) else errors
    generator = np.random.default_rng(seed)
    draws = [sign * y] + [sign * (y + errors * generator.standard_normal(len(y))) for _ in range(N_DRAWS)]
    curves = np.array([_fitted(x / scale, drawn, weights, places) for drawn in draws])
    gains = curves[:, -2] - curves[:, -1]
    low, high = np.quantile(gains[1:], [0.025, 0.975])
    bounds = np.quantile(sign * curves[1:, :-1], [0.025, 0.975], axis=0)
    return Outlook(
        gain=float(gains[0]),
        low=float(low),
        high=float(high),
        x=at * scale,
        y=sign * curves[0, :-1],
        y_low=bounds[0],
        y_high=bounds[1],
    )


def _fitted(x: FloatArray, y: FloatArray, weights: FloatArray, places: FloatArray) -> FloatArray:
    """Values at ``places`` of the best curve a - b * x^-c through the points."""
    best_error, best = np.inf, np.full(len(places), float(np.average(y, weights=weights)))
    for power in POWERS:
        falling = x**-power
        mean_f, mean_y = np.average(falling, weights=weights**2), np.average(y, weights=weights**2)
        spread = float(np.average((falling - mean_f) ** 2, weights=weights**2))
        b = 0.0 if spread == 0 else -float(np.average((falling - mean_f) * (y - mean_y), weights=weights**2)) / spread
        b = max(0.0, b)
        a = mean_y + b * mean_f
        error = float(np.sum((weights * (y - (a - b * falling))) ** 2))
        if error < best_error:
            best_error, best = error, a - b * places**-power
    return best
