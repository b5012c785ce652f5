"""A forecaster on longer and longer stretches of the past."""

from typing import Any

import numpy as np

from core.types import Split
from models.forecasting.origins import FEWEST_ORIGINS, choose_origins
from models.forecasting.outputs import forecast_outputs
from models.forecasting.seasons import find_season, seasonal_scale
from models.training import Outputs, Trainer, TrainingData

N_SMALLER = 11
FEWEST_STEPS = 8
SMALLEST_SHARE = 0.1
CHEAP_STEPS = 3_000
"""Up to here a fit takes milliseconds: the stretches go all the way up instead of minding their sum."""
LARGEST_STRETCH, SHRINK = 0.2, 0.6
"""Of more steps, the largest smaller stretch has this share and each one before it 0.6 times as many: half in sum."""
FEW_STEPS = 20_000


class HistoryTrainer(Trainer):
    """Fits anew on growing stretches that all end where the training part ends; the last one is the whole part.

    Each point is judged from rolling origins in the validation part: at each of them the forecaster knows the values
    before, and forecasts the whole horizon. It is not fitted again there. The training curve shows origins at the end
    of the training part.
    """

    step_name = "steps"
    volatile = frozenset({"data", "_X", "_y", "_sizes", "_fitted", "_best"})

    def __init__(self, estimator: Any, data: TrainingData) -> None:
        """Take an unfitted ``SeriesForecaster``."""
        self._plain = estimator
        self._best_step = 0
        self.total = len(data.y_train)
        self.attach(data)

    def attach(self, data: TrainingData) -> None:
        """Take the steps; the fits of a continued checkpoint are repeated."""
        super().attach(data)
        self._X = np.vstack([data.X_train, data.X_validation]).astype(np.float64, copy=False)
        self._y = np.concatenate([data.y_train, data.y_validation]).astype(np.float64, copy=False)
        self._sizes = _sizes(self.total, fewest=max(FEWEST_STEPS, 2 * self._plain.season))
        self._scale = seasonal_scale(data.y_train, self._plain.season or find_season(data.y_train))
        self._fitted = self._fit(self.step) if self.step else None
        self._best = self._fit(self._best_step) if self._best_step not in {0, self.step} else self._fitted

    def advance(self) -> None:
        """Fit on the next longer stretch."""
        self.step = next(size for size in self._sizes if size > self.step)
        self._fitted = self._fit(self.step)

    def outputs(self, split: Split) -> Outputs:
        """Forecasts from rolling origins, shape (n_origins, horizon, 4), beside what came."""
        horizon, n = self._plain.horizon, self.total
        if split is Split.TRAIN:
            stretch = max(len(self._y) - n, horizon + FEWEST_ORIGINS - 1)
            origins = choose_origins(max(n - stretch, 1), n, horizon)
        else:
            origins = choose_origins(n, len(self._y), horizon)
        y_true = self._y[origins[:, None] + np.arange(horizon)]
        with self._threads():
            y_out = forecast_outputs(self._fitted, origins, self._X, self._y, self._scale)
        return Outputs(y_true=y_true, y_out=y_out)

    def mark_best(self) -> None:
        """Keep a reference: each stretch has a forecaster of its own."""
        self._best, self._best_step = self._fitted, self.step

    def best_estimator(self) -> Any:
        """The forecaster of the best stretch."""
        return self._best

    def estimator(self) -> Any:
        """The forecaster of the present stretch."""
        return self._fitted

    def _fit(self, n_steps: int) -> Any:
        from sklearn.base import clone

        first = self.total - n_steps
        with self._threads():
            return clone(self._plain).fit(self.data.X_train[first:], self.data.y_train[first:])

    def _threads(self) -> Any:
        """One thread for short series: on so few rows several of them mostly wait for each other."""
        from threadpoolctl import threadpool_limits

        return threadpool_limits(1 if self.total < FEW_STEPS else None)


def _sizes(n_steps: int, *, fewest: int) -> list[int]:
    """Ascending lengths of the stretches, the last one ``n_steps``."""
    if n_steps <= CHEAP_STEPS:
        smallest = min(max(fewest, int(n_steps * SMALLEST_SHARE)), n_steps)
        smaller = np.geomspace(smallest, n_steps, N_SMALLER + 1)[:-1]
    else:
        largest = max(n_steps * LARGEST_STRETCH, min(2 * fewest, n_steps))
        smaller = np.geomspace(max(fewest, largest * SHRINK ** (N_SMALLER - 1)), largest, N_SMALLER)
    return [*sorted({size for size in smaller.round().astype(int).tolist() if size < n_steps}), n_steps]
