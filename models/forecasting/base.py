"""What every forecaster shares: fitting, intervals from its past errors, forecasts from any moment."""

from abc import abstractmethod
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, clone

from core.outputs import ForecastOut
from models.forecasting.seasons import filled, find_season, seasonal_scale

FloatArray = npt.NDArray[np.float64]

CALIBRATION_SHARE = 0.25
"""The last part of the training steps, which a first fit does not see: its errors there make the intervals."""
MOST_CALIBRATION_ORIGINS = 200
FEWEST_ERRORS = 20
"""Of fewer errors at one step ahead, those of all steps are taken together."""


class SeriesForecaster(BaseEstimator):  # type: ignore[misc]  # the library has no types
    """A forecaster of one series, given step by step.

    Its parameters follow scikit-learn's conventions, so that it can be cloned and printed; its rows do not, since their
    order counts.

    ``X`` has a row for each step in time order: first the number of the step, then what the calendar says of it.
    ``y`` holds the values, NaN where unknown. A forecast made at an origin sees ``y`` before it and nothing else.

    Args:
        horizon: Steps ahead that intervals are made for.
        season: Steps after which the series repeats; 0 finds it.
        level: Share of truths that the interval should hold.
    """

    horizon: int
    season: int
    level: float

    def fit(self, X: Any, y: Any) -> Self:
        """Learn from the series, and from the errors that the same method makes on its last quarter."""
        X, y = np.asarray(X, dtype=np.float64), np.asarray(y, dtype=np.float64)
        self.season_ = self.season or find_season(y)
        self.scale_ = seasonal_scale(y, self.season_)
        self.low_, self.high_ = self._interval(X, y)
        self.n_features_in_ = X.shape[1]
        self._learn(X, filled(y), ~np.isnan(y))
        self.last_X_, self.last_y_ = X, y
        return self

    def forecast_from(self, origins: Any, X: Any, y: Any, *, horizon: int | None = None) -> FloatArray:
        """Forecasts for the steps after each origin, with their intervals, as ``ForecastOut`` says.

        Args:
            origins: Row numbers of the first step to forecast, shape (n_origins,). Values from there on are not used.
            X: Every step, shape (n_steps, n_features); the calendar of the future is known.
            y: Values, shape (n_steps,) or fewer: at least up to the last origin.
            horizon: Steps ahead; those of the fit unless given.

        Returns:
            Shape (n_origins, horizon, 4).
        """
        origins = np.asarray(origins, dtype=np.intp)
        steps = horizon or self.horizon
        X, y = np.asarray(X, dtype=np.float64), np.asarray(y, dtype=np.float64)
        values = self._ahead(origins, X, filled(y), steps)
        at = np.minimum(np.arange(steps), len(self.low_) - 1)  # farther ahead than calibrated: as at the last step
        out = np.empty((len(origins), steps, len(ForecastOut)))
        out[:, :, ForecastOut.VALUE] = values
        out[:, :, ForecastOut.LOW] = values + self.low_[at]
        out[:, :, ForecastOut.HIGH] = values + self.high_[at]
        out[:, :, ForecastOut.SCALE] = self.scale_
        return out

    def predict(self, X: Any) -> FloatArray:
        """Forecasts for steps after the last one of the training; the first column of ``X`` says which. (n_steps,)."""
        X = np.asarray(X, dtype=np.float64)
        ahead = (X[:, 0] - self.last_X_[-1, 0]).round().astype(np.intp)
        if (ahead < 1).any():
            raise ValueError("predict forecasts steps after the training; for earlier ones there is forecast_from")
        farthest = int(ahead.max())
        future = np.full((farthest, X.shape[1]), np.nan)
        future[ahead - 1] = X
        if np.isnan(future).any():
            raise ValueError("the steps to predict leave gaps after the last step of the training")
        n = len(self.last_y_)
        out = self.forecast_from([n], np.vstack([self.last_X_, future]), self.last_y_, horizon=farthest)
        values: FloatArray = out[0, ahead - 1, ForecastOut.VALUE]
        return values

    @abstractmethod
    def _learn(self, X: FloatArray, y: FloatArray, is_known: npt.NDArray[np.bool_]) -> None:
        """Learn from a series without gaps."""

    @abstractmethod
    def _ahead(self, origins: npt.NDArray[np.intp], X: FloatArray, y: FloatArray, horizon: int) -> FloatArray:
        """Values for the steps after each origin, shape (n_origins, horizon)."""

    def _interval(self, X: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
        """How far below and above the forecast the truth may be at each step ahead, shape (horizon,) each.

        Quantiles of the errors of a first fit on the steps after it, widened for their small number as in split
        conformal prediction (Lei et al. 2018, doi:10.1080/01621459.2017.1307116).
        """
        n = len(y)
        start = n - max(int(n * CALIBRATION_SHARE), 1)
        nothing = np.zeros(self.horizon)
        if start < 2 or np.isnan(y[:start]).all():
            return nothing, nothing
        first = clone(self).set_params(season=self.season_)
        first.season_ = self.season_
        first._learn(X[:start], filled(y[:start]), ~np.isnan(y[:start]))
        origins = np.unique(np.linspace(start, n - 1, MOST_CALIBRATION_ORIGINS).round().astype(np.intp))
        steps = origins[:, None] + np.arange(self.horizon)
        # Past the end there is no truth, and no calendar to look up: the last step stands in.
        values = first._ahead(origins, np.vstack([X, np.repeat(X[-1:], self.horizon, axis=0)]), filled(y), self.horizon)
        errors = np.where(steps < n, y[np.minimum(steps, n - 1)], np.nan) - values
        pooled = errors[~np.isnan(errors)]
        if not len(pooled):
            return nothing, nothing
        ends = np.array([_ends(errors[:, step], pooled, self.level) for step in range(self.horizon)])
        return ends[:, 0], ends[:, 1]


def _ends(errors: FloatArray, pooled: FloatArray, level: float) -> tuple[float, float]:
    known = errors[~np.isnan(errors)]
    if len(known) < FEWEST_ERRORS:
        known = pooled
    n = len(known)
    upper = min(np.ceil((n + 1) * (1 + level) / 2) / n, 1.0)
    low, high = np.quantile(known, [1 - upper, upper], method="inverted_cdf")
    return float(low), float(high)
