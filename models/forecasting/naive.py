"""The forecast that any other one has to beat: as it was a season ago."""

import numpy as np
import numpy.typing as npt

from models.forecasting.base import FloatArray, SeriesForecaster


class NaiveSeasonalForecaster(SeriesForecaster):
    """Repeats the last season, and adds on request the mean change over a season.

    Args:
        horizon: See ``SeriesForecaster``.
        season: See ``SeriesForecaster``; 1 repeats the last value.
        level: See ``SeriesForecaster``.
        drift: Whether the mean change over a season in the training steps goes on.
    """

    def __init__(self, horizon: int = 12, season: int = 0, level: float = 0.9, drift: bool = False) -> None:
        self.horizon = horizon
        self.season = season
        self.level = level
        self.drift = drift

    def _learn(self, X: FloatArray, y: FloatArray, is_known: npt.NDArray[np.bool_]) -> None:
        del X, is_known
        n_steps = len(y) - self.season_
        self.change_ = float((y[self.season_ :] - y[:n_steps]).mean()) if self.drift and n_steps > 0 else 0.0

    def _ahead(self, origins: npt.NDArray[np.intp], X: FloatArray, y: FloatArray, horizon: int) -> FloatArray:
        del X
        ahead = np.arange(horizon)
        seasons = ahead // self.season_ + 1
        places = origins[:, None] + ahead - seasons * self.season_
        # Where less than a season is known, the last value stands in for it.
        places = np.where(places < 0, np.maximum(origins[:, None] - 1, 0), places)
        values: FloatArray = y[places] + seasons * self.change_
        return values
