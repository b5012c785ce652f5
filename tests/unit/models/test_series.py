"""From rows to one series: spacing, steps, seasons, origins; and what the naive forecast says."""

import numpy as np
import pandas as pd
import pytest

from core.outputs import ForecastOut
from models.forecasting.grid import build_grid
from models.forecasting.lags import LagForecaster
from models.forecasting.naive import NaiveSeasonalForecaster
from models.forecasting.origins import choose_origins
from models.forecasting.seasons import filled, find_season, seasonal_scale
from models.forecasting.steps import TimeSteps, find_spacing, moments


def times(frequency: str, n: int = 60, start: str = "2020-01-31") -> pd.Series:
    return pd.Series(pd.date_range(start, periods=n, freq=frequency))


@pytest.mark.parametrize(
    ("frequency", "words", "seasons"),
    [
        ("15min", "15 minutes", (96, 672, 35064)),
        ("h", "1 hour", (24, 168, 8766)),
        ("D", "1 day", (7, 365)),
        ("W", "1 week", (52,)),
        ("ME", "1 month", (12,)),
        ("MS", "1 month", (12,)),
        ("QS", "3 months", (4,)),
        ("YS", "12 months", ()),
    ],
)
def test_spacing_of_a_calendar_is_found(frequency: str, words: str, seasons: tuple[int, ...]) -> None:
    found = find_spacing(moments(times(frequency)), is_calendar=True)
    assert (found.words, found.seasons) == (words, seasons)


def test_missing_days_stay_as_unknown_steps_and_rows_of_one_day_are_averaged() -> None:
    day = times("D", 10).drop([3, 4]).repeat(2)
    values = pd.Series(np.arange(16.0))
    grid = build_grid(day.sample(frac=1, random_state=0).reset_index(drop=True), values)
    assert (grid.spacing.words, grid.n_added, grid.n_averaged, len(grid.y)) == ("1 day", 2, 16, 10)
    assert np.flatnonzero(np.isnan(grid.y)).tolist() == [3, 4]
    frame = grid.frame("day")
    assert frame["day"].iloc[3] == pd.Timestamp("2020-02-03")


def test_months_without_a_row_begin_on_their_first_day() -> None:
    month = times("MS", 12).drop(5)
    grid = build_grid(month.reset_index(drop=True), pd.Series(np.arange(11.0)))
    assert (grid.n_added, len(grid.y)) == (1, 12)
    assert grid.frame("m")["m"].iloc[5] == pd.Timestamp("2020-07-01")


def test_irregular_rows_are_counted() -> None:
    at = pd.Series(np.cumsum(np.random.default_rng(0).exponential(size=50)))
    grid = build_grid(at, pd.Series(np.arange(50.0)))
    assert (grid.spacing.kind, grid.spacing.words, len(grid.y), grid.n_added) == ("rows", "1 row", 50, 0)


def test_trading_days_are_counted_since_weekends_would_leave_too_many_gaps() -> None:
    grid = build_grid(times("B", 60), pd.Series(np.arange(60.0)))
    assert grid.spacing.kind == "rows"


def test_rows_without_a_time_are_left_out_and_one_moment_is_no_series() -> None:
    day = times("D", 5)
    day[2] = pd.NaT
    assert build_grid(day, pd.Series(np.arange(5.0))).n_untimed == 1
    with pytest.raises(ValueError, match="two different moments"):
        build_grid(pd.Series([3, 3]), pd.Series([1.0, 2.0]))


def test_steps_of_later_moments_go_on_from_the_training() -> None:
    frame = pd.DataFrame({"day": times("D", 10)})
    spacing = find_spacing(moments(frame["day"]), is_calendar=True)
    steps = TimeSteps(kind=spacing.kind, start=spacing.start, step=spacing.step, is_calendar=True).fit(frame)
    later = steps.transform(pd.DataFrame({"day": pd.to_datetime(["2020-02-12", "2020-02-11"])}))
    assert later[:, 0].tolist() == [12, 11]
    names = steps.get_feature_names_out().tolist()
    assert names == ["day_step", *(f"day_weekday_{number}" for number in range(7))]
    assert later[0, 1:].tolist() == [0, 0, 1, 0, 0, 0, 0]  # a Wednesday
    counted = TimeSteps().fit(pd.DataFrame({"t": [1.0, 2.5, 9.0]}))
    assert counted.transform(pd.DataFrame({"t": [2.5, 20.0, 11.0]}))[:, 0].tolist() == [1, 4, 3]


@pytest.mark.parametrize("season", [4, 7, 12, 24])
def test_planted_season_is_found_with_and_without_a_usual_one(season: int) -> None:
    rng = np.random.default_rng(0)
    y = 0.05 * np.arange(300) + 3 * rng.normal(size=season)[np.arange(300) % season] + 0.5 * rng.normal(size=300)
    y[10:13] = np.nan
    assert find_season(y) % season == 0
    assert find_season(y, usual=(season, 365)) == season


def test_noise_trends_and_constants_have_no_season() -> None:
    rng = np.random.default_rng(1)
    assert find_season(rng.normal(size=400), usual=(7, 365)) == 1
    assert find_season(np.arange(400.0), usual=(7,)) == 1
    assert find_season(np.ones(50)) == 1
    assert find_season(np.array([1.0, 2.0])) == 1


def test_gaps_are_filled_from_the_past_only() -> None:
    y = np.array([np.nan, 1, np.nan, np.nan, 4, np.nan])
    assert filled(y).tolist() == [1, 1, 1, 1, 4, 4]


def test_scale_is_the_mean_change_over_a_season_of_known_values() -> None:
    y = np.array([1.0, 5, 3, np.nan, 6, 5])
    assert seasonal_scale(y, 2) == pytest.approx((2 + 3) / 2)
    assert seasonal_scale(np.array([1.0, 2, 1, 2, 1, 2]), 2) == 1.0  # repeats exactly: steps count instead
    assert seasonal_scale(np.ones(9), 3) == 0


def test_naive_forecast_repeats_the_season_before_each_origin() -> None:
    y = np.arange(12.0)
    X = np.arange(20.0)[:, None]
    naive = NaiveSeasonalForecaster(horizon=5, season=3).fit(X[:12], y)
    assert naive.forecast_from([6, 12], X, y)[:, :, ForecastOut.VALUE].tolist() == [[3, 4, 5, 3, 4], [9, 10, 11, 9, 10]]
    assert naive.predict(X[12:17]).tolist() == [9, 10, 11, 9, 10]
    drifting = NaiveSeasonalForecaster(horizon=5, season=3, drift=True).fit(X[:12], y)
    assert drifting.predict(X[12:17]).tolist() == [12, 13, 14, 15, 16]


def test_intervals_hold_about_their_share_of_new_values() -> None:
    rng = np.random.default_rng(0)
    y = 20 + 5 * np.sin(2 * np.pi * np.arange(1200) / 12) + rng.normal(size=1200)
    X = np.arange(1200.0)[:, None]
    for level in (0.5, 0.9):
        estimator = LagForecaster(horizon=6, season=12, level=level).fit(X[:600], y[:600])
        origins = choose_origins(600, 1200, 6)
        out = estimator.forecast_from(origins, X, y)
        truth = y[origins[:, None] + np.arange(6)]
        inside = np.mean((truth >= out[:, :, ForecastOut.LOW]) & (truth <= out[:, :, ForecastOut.HIGH]))
        # 360 steps give a standard deviation of about 0.03; errors along a path go together.
        assert abs(inside - level) < 0.1


@pytest.mark.parametrize(
    ("start", "stop", "horizon", "n"), [(0, 100, 10, 10), (0, 100, 5, 20), (0, 12, 5, 8), (0, 900, 5, 60)]
)
def test_origins_have_their_whole_horizon_and_are_at_least_ten_where_they_fit(
    start: int, stop: int, horizon: int, n: int
) -> None:
    origins = choose_origins(start, stop, horizon)
    assert len(origins) == n
    assert (origins[0], origins[-1]) == (start, stop - horizon)
    assert (np.diff(origins) > 0).all()


def test_no_origin_fits_a_horizon_longer_than_the_stretch() -> None:
    assert len(choose_origins(5, 9, 5)) == 0
