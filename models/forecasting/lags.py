"""Forecasts by any regressor that is shown the values before."""

from typing import Any

import numpy as np
import numpy.typing as npt

from models.forecasting.base import FloatArray, SeriesForecaster

LONGEST_LEVEL = 28
"""Steps whose mean is called the present level: a season, but no more than this."""
MOST_PAST = 1 / 3
"""At most this share of the training steps may be asked for as the past of one step."""


class LagForecaster(SeriesForecaster):
    """A regressor learns the next value from the last ones; longer forecasts feed on their own values.

    Lags, rolling means and target are taken as distances from the present level, the mean of the last season, so that
    methods which cannot leave the range of what they saw, such as trees, still follow a trend.

    Args:
        regressor: Any unfitted regressor of scikit-learn's kind.
        horizon: See ``SeriesForecaster``.
        season: See ``SeriesForecaster``.
        level: See ``SeriesForecaster``.
        lags: How many of the last values are shown; those one and two seasons before come on top.
        rolling: Whether means of the last values and of the last season are shown.
        calendar: Whether the calendar parts in ``X`` are shown.

    Source:
        Hyndman and Athanasopoulos 2021, Forecasting: principles and practice, chapters 7 and 12, otexts.com/fpp3;
        feeding on own forecasts: Ben Taieb et al. 2012, doi:10.1016/j.eswa.2012.01.039.
    """

    def __init__(
        self,
        regressor: Any = None,
        horizon: int = 12,
        season: int = 0,
        level: float = 0.9,
        lags: int = 12,
        rolling: bool = True,
        calendar: bool = True,
    ) -> None:
        self.regressor = regressor
        self.horizon = horizon
        self.season = season
        self.level = level
        self.lags = lags
        self.rolling = rolling
        self.calendar = calendar

    def _learn(self, X: FloatArray, y: FloatArray, is_known: npt.NDArray[np.bool_]) -> None:
        from sklearn.base import clone
        from sklearn.linear_model import Ridge
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler

        self.lags_ = self._lags(len(y))
        self.past_ = max(self.lags_)
        windows = np.lib.stride_tricks.sliding_window_view(y, self.past_)[:-1]
        features, level = self._features(windows, X[self.past_ :])
        taken = is_known[self.past_ :]
        inner = Ridge() if self.regressor is None else clone(self.regressor)
        self.regressor_ = make_pipeline(StandardScaler(), inner)
        self.regressor_.fit(features[taken], (y[self.past_ :] - level)[taken])

    def _ahead(self, origins: npt.NDArray[np.intp], X: FloatArray, y: FloatArray, horizon: int) -> FloatArray:
        # (n_origins, past): what is known at each origin; before the first step its value stands in
        places = origins[:, None] + np.arange(-self.past_, 0)
        windows = y[np.maximum(places, 0)]
        values = np.empty((len(origins), horizon))
        for step in range(horizon):
            features, level = self._features(windows, X[origins + step])
            values[:, step] = self.regressor_.predict(features) + level
            windows = np.column_stack([windows[:, 1:], values[:, step]])
        return values

    def _lags(self, n_steps: int) -> list[int]:
        """Ascending distances to look back, as far as the series is long enough to learn from."""
        most = max(int(n_steps * MOST_PAST), 1)
        wanted = {*range(1, self.lags + 1), self.season_, 2 * self.season_}
        return sorted(lag for lag in wanted if lag <= most)

    def _features(self, windows: FloatArray, X: FloatArray) -> tuple[FloatArray, FloatArray]:
        """What the regressor is shown for the steps after ``windows``, and the level at each; by columns.

        Args:
            windows: The last ``past_`` values before each step, shape (n_steps, past_).
            X: The steps themselves, shape (n_steps, n_features).
        """
        width = self.past_
        near = min(max(self.season_, 1), LONGEST_LEVEL, width)
        level = windows[:, width - near :].mean(axis=1)
        parts = [windows[:, [width - lag for lag in self.lags_]] - level[:, None]]
        if self.rolling:
            spans = sorted({min(span, width) for span in (3, self.season_, 2 * self.season_) if span > 1})
            parts += [(windows[:, width - span :].mean(axis=1) - level)[:, None] for span in spans if span != near]
        if self.calendar and X.shape[1] > 1:
            parts.append(X[:, 1:])
        return np.ascontiguousarray(np.hstack(parts)), level
