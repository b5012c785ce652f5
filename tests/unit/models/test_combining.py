"""Voting and stacking of fitted members: the arithmetic, and that no row judges what has learned from it."""

import io
import warnings
from collections.abc import Iterator
from typing import Any

import joblib
import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor
from threadpoolctl import threadpool_limits

from core.errors import UnsuitableData
from core.types import LearningTask, Split
from models.registry import MODELS
from models.training import Trainer, TrainingData

TASKS = (LearningTask.CLASSIFICATION, LearningTask.REGRESSION)
SEED = 5


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """OpenMP's threads wait by spinning: beside other work that takes far longer than fits of a few rows."""
    with threadpool_limits(1, user_api="openmp"):
        yield


def make_data(task: LearningTask, *, n_classes: int = 3, n: int = 200) -> TrainingData:
    rng = np.random.default_rng(1)
    frame = pd.DataFrame(rng.normal(size=(n, 4)), columns=["a", "b", "c", "d"])
    signal = frame["a"] + frame["b"] * frame["c"] + rng.normal(scale=0.3, size=n)
    y: Any = signal.to_numpy()
    if task is LearningTask.CLASSIFICATION:
        y = np.digitize(y, np.quantile(y, np.linspace(0, 1, n_classes + 1)[1:-1]))
    return TrainingData(
        task=task,
        X_train=frame.iloc[: n * 3 // 4],  # type: ignore[arg-type]  # members take raw rows
        y_train=y[: n * 3 // 4],
        X_validation=frame.iloc[n * 3 // 4 :],  # type: ignore[arg-type]
        y_validation=y[n * 3 // 4 :],
        n_classes=n_classes if task is LearningTask.CLASSIFICATION else 0,
    )


def members(data: TrainingData) -> list[tuple[str, Any]]:
    kinds: tuple[Any, ...] = (LinearRegression(), DecisionTreeRegressor(random_state=0), KNeighborsRegressor())
    if data.task is LearningTask.CLASSIFICATION:
        kinds = (LogisticRegression(), DecisionTreeClassifier(random_state=0), KNeighborsClassifier())
    return [
        (f"member_{number}", make_pipeline(StandardScaler(), kind).fit(data.X_train, data.y_train))
        for number, kind in enumerate(kinds)
    ]


def make_trainer(key: str, data: TrainingData, **params: Any) -> Trainer:
    spec = MODELS[key]
    named = members(data)
    if key == "voting":
        named = [(name, FrozenEstimator(each)) for name, each in named]
    estimator = spec.build(spec.params.model_validate(params), data.task, SEED, 1).set_params(estimators=named)
    return spec.trainer(estimator, data)


def run_out(trainer: Trainer) -> list[int]:
    steps = []
    while not trainer.is_done:
        trainer.advance()
        steps.append(trainer.step)
    return steps


def predict(estimator: Any, data: TrainingData, X: Any = None) -> Any:
    X = data.X_validation if X is None else X
    return estimator.predict(X) if data.task is LearningTask.REGRESSION else estimator.predict_proba(X)


@pytest.mark.parametrize("weights", [(), (1.0, 2.0, 0.5)])
@pytest.mark.parametrize("task", TASKS)
def test_a_vote_is_the_weighted_mean_of_the_members_so_far(task: LearningTask, weights: tuple[float, ...]) -> None:
    data = make_data(task)
    trainer = make_trainer("voting", data, weights=weights)
    said = [predict(member, data) for _, member in members(data)]
    for n in (1, 2, 3):
        trainer.advance()
        expected = np.average(said[:n], axis=0, weights=weights[:n] or None)
        for found in (trainer.outputs(Split.VALIDATION).y_out, predict(trainer.estimator(), data)):
            np.testing.assert_allclose(found, expected, rtol=1e-12)
    assert trainer.is_done


def test_a_vote_fits_nothing_again() -> None:
    data = make_data(LearningTask.CLASSIFICATION)
    trainer = make_trainer("voting", data)
    run_out(trainer)
    asked = [member for _, member in trainer._plain.estimators]  # type: ignore[attr-defined]
    assert [id(a) for a in trainer.estimator().estimators_] == [id(a) for a in asked]


@pytest.mark.parametrize("final", ["linear", "trees"])
@pytest.mark.parametrize(("task", "n_classes"), [(TASKS[0], 2), (TASKS[0], 3), (TASKS[1], 0)])
def test_a_watched_stack_ends_where_a_plain_fit_ends(task: LearningTask, n_classes: int, final: str) -> None:
    data = make_data(task, n_classes=max(n_classes, 2))
    trainer = make_trainer("stacking", data, final=final, folds=4)
    assert run_out(trainer) == list(range(1, 13))
    spec = MODELS["stacking"]
    params = spec.params.model_validate({"final": final, "folds": 4})
    plain = spec.build(params, task, SEED, 1).set_params(
        estimators=[(name, clone(each)) for name, each in members(data)]
    )
    plain.fit(data.X_train, data.y_train)
    expected = predict(plain, data)
    # The same fits in the same order; solvers stop at a tolerance of their own.
    np.testing.assert_allclose(predict(trainer.estimator(), data), expected, rtol=1e-9)
    np.testing.assert_allclose(trainer.outputs(Split.VALIDATION).y_out, expected, rtol=1e-9)
    assert trainer.estimator().get_params()["cv"].get_n_splits() == 4


@pytest.mark.parametrize("task", TASKS)
def test_the_final_estimator_never_learns_from_an_answer_about_a_row_that_its_member_knows(task: LearningTask) -> None:
    data = make_data(task)
    trainer = make_trainer("stacking", data, folds=5)
    run_out(trainer)
    tree = 1
    said = trainer._said[tree]  # type: ignore[attr-defined]
    knows_by_heart = predict(members(data)[tree][1], data, data.X_train)
    if task is LearningTask.CLASSIFICATION:
        assert (knows_by_heart.argmax(axis=1) == data.y_train).all()
        assert 0.3 < (said.argmax(axis=1) == data.y_train).mean() < 0.95
    else:
        assert np.abs(knows_by_heart - data.y_train).max() == 0
        assert np.abs(said[:, 0] if said.ndim == 2 else said).std() > 0
        assert np.abs(said.ravel() - data.y_train).mean() > 0.1


@pytest.mark.parametrize("task", TASKS)
def test_a_stored_stack_goes_on_to_the_same_end(task: LearningTask) -> None:
    data = make_data(task)
    whole, first = make_trainer("stacking", data), make_trainer("stacking", data)
    run_out(whole)
    for _ in range(7):
        first.advance()
    first.mark_best()
    buffer = io.BytesIO()
    joblib.dump(first, buffer)
    buffer.seek(0)
    second = joblib.load(buffer)
    second.attach(data)
    np.testing.assert_array_equal(predict(second.best_estimator(), data), predict(first.best_estimator(), data))
    np.testing.assert_array_equal(second.outputs(Split.TRAIN).y_out, first.outputs(Split.TRAIN).y_out)
    run_out(second)
    np.testing.assert_array_equal(predict(second.estimator(), data), predict(whole.estimator(), data))


@pytest.mark.parametrize("key", ["voting", "stacking"])
@pytest.mark.parametrize("task", TASKS)
def test_every_point_is_what_its_estimator_says(key: str, task: LearningTask) -> None:
    data = make_data(task)
    trainer = make_trainer(key, data)
    while not trainer.is_done:
        trainer.advance()
        trainer.mark_best()
        found = trainer.outputs(Split.VALIDATION).y_out
        np.testing.assert_allclose(predict(trainer.best_estimator(), data), found, rtol=1e-12)


def test_a_class_rarer_than_the_folds_is_refused_in_words() -> None:
    data = make_data(LearningTask.CLASSIFICATION)
    y = np.where(np.arange(len(data.y_train)) < 3, 2, np.arange(len(data.y_train)) % 2)
    rare = TrainingData(
        task=data.task,
        X_train=data.X_train,
        y_train=y,
        X_validation=data.X_validation,
        y_validation=data.y_validation,
        n_classes=3,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(UnsuitableData, match="A class has 3 training rows, fewer than the 5 folds"):
            make_trainer("stacking", rare)
