"""What every forecaster of the registry promises."""

import io
from collections.abc import Iterator
from functools import cache
from typing import Any

import joblib
import numpy as np
import pandas as pd
import pytest
from threadpoolctl import threadpool_limits

from core.outputs import ForecastOut
from core.types import LearningTask, Split
from evaluation.registry import live_metrics_for
from evaluation.scoring import score_outputs
from evaluation.spec import Predictions
from models.forecasting.naive import NaiveSeasonalForecaster
from models.forecasting.origins import choose_origins
from models.forecasting.outputs import forecast_outputs
from models.forecasting.seasons import seasonal_scale
from models.forecasting.steps import TimeSteps, find_spacing, moments
from models.registry import MODELS
from models.training import Trainer, TrainingData

TASK = LearningTask.FORECASTING
SEED, SEASON, HORIZON, N_TRAIN, N = 3, 7, 14, 280, 400
CASES = [
    pytest.param(key, {"regressor": regressor} if regressor else {}, id=f"{key}{'-' + regressor if regressor else ''}")
    for key, spec in MODELS.items()
    if TASK in spec.tasks
    for regressor in (spec.params.model_json_schema()["properties"].get("regressor", {}).get("enum", [None]))
]
each_model = pytest.mark.parametrize(("key", "params"), CASES)


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Threads wait by spinning: on these few rows, beside other work, that takes far longer than the fit."""
    with threadpool_limits(1):
        yield


@cache
def series() -> tuple[Any, Any]:
    """Steps and values of days with a weekly season, a trend, noise and two gaps."""
    rng = np.random.default_rng(0)
    days = pd.DataFrame({"day": pd.date_range("2024-01-01", periods=N, freq="D")})
    at = moments(days["day"])
    spacing = find_spacing(at, is_calendar=True)
    steps = TimeSteps(kind=spacing.kind, start=spacing.start, step=spacing.step, is_calendar=True)
    week = np.array([0, 2, 4, 6, 9, 20, 15.0])[np.arange(N) % 7]
    y = 100 + 0.1 * np.arange(N) + week + rng.normal(size=N)
    y[[50, 51, 330]] = np.nan
    return steps.fit_transform(days), y


def make_data() -> TrainingData:
    X, y = series()
    return TrainingData(
        task=TASK, X_train=X[:N_TRAIN], y_train=y[:N_TRAIN], X_validation=X[N_TRAIN:], y_validation=y[N_TRAIN:]
    )


def build(key: str, params: dict[str, Any]) -> Any:
    spec = MODELS[key]
    estimator = spec.build(spec.params(**params), TASK, SEED, 1).set_params(horizon=HORIZON, season=SEASON)
    if params.get("regressor") in {"random_forest", "hist_gradient_boosting"}:  # ten trees tell as much here
        estimator.regressor.set_params(**{"n_estimators": 10} if "forest" in params["regressor"] else {"max_iter": 20})
    return estimator


def make_trainer(key: str, params: dict[str, Any]) -> Trainer:
    return MODELS[key].trainer(build(key, params), make_data())


def say(estimator: Any) -> Any:
    X, y = series()
    return forecast_outputs(estimator, choose_origins(N_TRAIN, N, HORIZON), X, y, scale())


def scale() -> float:
    return seasonal_scale(series()[1][:N_TRAIN], SEASON)


def points(trainer: Trainer) -> Iterator[int]:
    while not trainer.is_done:
        trainer.advance()
        yield trainer.step


def stored_and_loaded(value: Any) -> Any:
    buffer = io.BytesIO()
    joblib.dump(value, buffer)
    buffer.seek(0)
    return joblib.load(buffer)


def mase(estimator: Any) -> float:
    _, y = series()
    origins = choose_origins(N_TRAIN, N, HORIZON)
    truth = y[origins[:, None] + np.arange(HORIZON)]
    return float(np.nanmean(np.abs(truth - say(estimator)[:, :, ForecastOut.VALUE])) / scale())


@each_model
def test_watched_training_ends_where_a_plain_fit_ends(key: str, params: dict[str, Any]) -> None:
    trainer = make_trainer(key, params)
    steps = list(points(trainer))
    trainer.mark_best()
    data = make_data()
    expected = say(build(key, params).fit(data.X_train, data.y_train))
    for found in (
        say(trainer.estimator()),
        say(trainer.best_estimator()),
        trainer.outputs(Split.VALIDATION).y_out,
    ):
        np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)
    assert steps == sorted(set(steps))
    assert steps[-1] == trainer.step == trainer.total == N_TRAIN
    assert len(steps) >= 10


@each_model
def test_stored_training_continues_to_the_same_end(key: str, params: dict[str, Any]) -> None:
    whole, first = make_trainer(key, params), make_trainer(key, params)
    values = {step: whole.outputs(Split.VALIDATION).y_out.copy() for step in points(whole)}
    while first.step < whole.total // 2:
        first.advance()
    first.mark_best()
    second = stored_and_loaded(first)
    assert not hasattr(second, "data")
    second.attach(make_data())
    np.testing.assert_array_equal(say(second.best_estimator()), say(first.best_estimator()))
    for step in points(second):
        np.testing.assert_array_equal(second.outputs(Split.VALIDATION).y_out, values[step])
    np.testing.assert_array_equal(say(second.estimator()), say(whole.estimator()))


@each_model
def test_finished_forecaster_survives_save_and_load(key: str, params: dict[str, Any]) -> None:
    data = make_data()
    estimator = build(key, params).fit(data.X_train, data.y_train)
    loaded = stored_and_loaded(estimator)
    np.testing.assert_array_equal(say(loaded), say(estimator))
    np.testing.assert_array_equal(loaded.predict(data.X_validation), estimator.predict(data.X_validation))


@each_model
def test_shuffling_the_future_changes_no_earlier_forecast(key: str, params: dict[str, Any]) -> None:
    X, y = series()
    data = make_data()
    estimator = build(key, params).fit(data.X_train, data.y_train)
    for origin in choose_origins(N_TRAIN, N, HORIZON):
        other = y.copy()
        other[origin:] = np.random.default_rng(int(origin)).permutation(np.nan_to_num(other[origin:])) * 5
        np.testing.assert_array_equal(
            estimator.forecast_from([origin], X, other), estimator.forecast_from([origin], X, y)
        )
        np.testing.assert_array_equal(  # nor does it need to be there
            estimator.forecast_from([origin], X, y[:origin]), estimator.forecast_from([origin], X, y)
        )


@each_model
def test_training_knows_nothing_of_the_validation_part(key: str, params: dict[str, Any]) -> None:
    from dataclasses import replace

    data = make_data()
    other = replace(data, y_validation=-data.y_validation)
    first, second = make_trainer(key, params), MODELS[key].trainer(build(key, params), other)
    list(points(first))
    list(points(second))
    np.testing.assert_array_equal(
        first.estimator().predict(data.X_validation), second.estimator().predict(data.X_validation)
    )


@each_model
def test_planted_season_and_trend_are_found(key: str, params: dict[str, Any]) -> None:
    data = make_data()
    estimator = build(key, params).fit(data.X_train, data.y_train)
    naive = NaiveSeasonalForecaster(horizon=HORIZON, season=1).fit(data.X_train, data.y_train)
    assert mase(estimator) < mase(naive) / 3


@each_model
def test_live_scores_are_finite_and_intervals_hold_about_their_share(key: str, params: dict[str, Any]) -> None:
    trainer = make_trainer(key, params)
    for _ in points(trainer):
        for split in (Split.TRAIN, Split.VALIDATION):
            out = trainer.outputs(split)
            assert len(out.y_true) >= 10
            assert out.y_out.shape == (*out.y_true.shape, len(ForecastOut)) == (len(out.y_true), HORIZON, 4)
            scores = score_outputs(Predictions(task=TASK, y_true=out.y_true, y_out=out.y_out))
            assert set(scores) == {metric.key for metric in live_metrics_for(TASK)}
            assert np.isfinite(list(scores.values())).all()
    # Nominal 0.9; 106 steps in overlapping windows leave some room for chance.
    assert 0.8 <= scores["interval_coverage"] <= 1.0


@each_model
def test_a_short_series_is_forecast_all_the_same(key: str, params: dict[str, Any]) -> None:
    X, y = series()
    estimator = build(key, params).set_params(horizon=3).fit(X[:21], y[:21])
    assert np.isfinite(estimator.forecast_from([21, 22], X, y)).all()


def test_steps_to_predict_must_follow_the_training() -> None:
    data = make_data()
    estimator = build("naive_seasonal", {}).fit(data.X_train, data.y_train)
    with pytest.raises(ValueError, match="steps after the training"):
        estimator.predict(data.X_train[-3:])
    with pytest.raises(ValueError, match="leave gaps"):
        estimator.predict(data.X_validation[3:])
    np.testing.assert_array_equal(
        estimator.predict(data.X_validation[[2, 0, 1]]), estimator.predict(data.X_validation[:3])[[2, 0, 1]]
    )
