"""What every model of the registry promises, so that one file is enough to add one."""

import io
import warnings
from collections.abc import Iterator
from functools import cache
from typing import Any

import joblib
import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from core.types import LearningTask, Split
from models.registry import MODELS
from models.spec import ModelSpec
from models.training import Trainer, TrainingData

CASES = [pytest.param(spec, task, id=f"{spec.key}-{task}") for spec in MODELS.values() for task in sorted(spec.tasks)]
each_model = pytest.mark.parametrize(("spec", "task"), CASES)
SEED = 3


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Threads of OpenMP wait by spinning: on these few rows, beside other work, that takes far longer than the fit."""
    with threadpool_limits(1, user_api="openmp"):
        yield


@cache
def make_data(task: LearningTask, n_train: int = 240, n_classes: int = 3) -> TrainingData:
    """Rows with a signal in the first column and noise in the others."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n_train + 80, 5))
    if task is LearningTask.REGRESSION:
        y: Any = 50_000 + 9_000 * X[:, 0] + rng.normal(size=len(X))
    else:
        y = np.digitize(X[:, 0], np.quantile(X[:, 0], np.linspace(0, 1, n_classes + 1)[1:-1]))
    return TrainingData(
        task=task,
        X_train=X[:n_train],
        y_train=y[:n_train],
        X_validation=X[n_train:],
        y_validation=y[n_train:],
        n_classes=0 if task is LearningTask.REGRESSION else n_classes,
    )


def make_trainer(spec: ModelSpec, data: TrainingData) -> Trainer:
    return spec.trainer(spec.build(spec.params(), data.task, SEED, 1), data)


def predict(estimator: Any, data: TrainingData) -> Any:
    if data.task is LearningTask.REGRESSION:
        return estimator.predict(data.X_validation)
    return estimator.predict_proba(data.X_validation)


def points(trainer: Trainer) -> Iterator[int]:
    while not trainer.is_done:
        trainer.advance()
        yield trainer.step


def stored_and_loaded(value: Any) -> Any:
    buffer = io.BytesIO()
    joblib.dump(value, buffer)
    buffer.seek(0)
    return joblib.load(buffer)


def plain_fit(spec: ModelSpec, data: TrainingData) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a perceptron says that it used all the epochs it was given
        return spec.build(spec.params(), data.task, SEED, 1).fit(data.X_train, data.y_train)


@each_model
def test_watched_training_ends_where_a_plain_fit_ends(spec: ModelSpec, task: LearningTask) -> None:
    data = make_data(task)
    trainer = make_trainer(spec, data)
    steps = list(points(trainer))
    trainer.mark_best()
    expected = predict(plain_fit(spec, data), data)
    # The same arithmetic in the same order; the tolerance allows for sums of trees in another one.
    for found in (
        predict(trainer.estimator(), data),
        predict(trainer.best_estimator(), data),
        trainer.outputs(Split.VALIDATION).y_out,
    ):
        np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)
    assert steps == sorted(set(steps))
    assert steps[-1] == trainer.step == trainer.total
    assert len(steps) >= 10


@each_model
def test_stored_training_continues_to_the_same_end(spec: ModelSpec, task: LearningTask) -> None:
    data = make_data(task)
    whole, first = make_trainer(spec, data), make_trainer(spec, data)
    values = {step: whole.outputs(Split.VALIDATION).y_out.copy() for step in points(whole)}
    while first.step < whole.total // 2:
        first.advance()
    first.mark_best()
    second = stored_and_loaded(first)
    second.attach(data)
    np.testing.assert_allclose(
        second.outputs(Split.VALIDATION).y_out, first.outputs(Split.VALIDATION).y_out, rtol=1e-12, atol=1e-12
    )
    np.testing.assert_array_equal(predict(second.best_estimator(), data), predict(first.best_estimator(), data))
    for step in points(second):
        if step in values:  # which steps become points may depend on the clock, their values may not
            np.testing.assert_array_equal(second.outputs(Split.VALIDATION).y_out, values[step])
    np.testing.assert_array_equal(predict(second.estimator(), data), predict(whole.estimator(), data))


@each_model
def test_checkpoint_leaves_the_rows_out(spec: ModelSpec, task: LearningTask) -> None:
    data = make_data(task)
    trainer = make_trainer(spec, data)
    trainer.advance()
    loaded = stored_and_loaded(trainer)
    row_bytes = data.X_train.tobytes()[:64]
    buffer = io.BytesIO()
    joblib.dump(trainer, buffer)
    assert row_bytes not in buffer.getvalue()
    assert not hasattr(loaded, "data")


@each_model
def test_best_point_is_kept_while_training_goes_on(spec: ModelSpec, task: LearningTask) -> None:
    data = make_data(task)
    trainer = make_trainer(spec, data)
    trainer.advance()
    trainer.advance()
    trainer.mark_best()
    expected = trainer.outputs(Split.VALIDATION).y_out.copy()
    trainer.advance()
    trainer.advance()
    np.testing.assert_allclose(predict(trainer.best_estimator(), data), expected, rtol=1e-12, atol=1e-12)


@each_model
def test_forty_rows_are_enough_and_one_seed_repeats_exactly(spec: ModelSpec, task: LearningTask) -> None:
    data = make_data(task, n_train=40)
    first, second = make_trainer(spec, data), make_trainer(spec, data)
    list(points(first))
    list(points(second))
    np.testing.assert_array_equal(predict(first.estimator(), data), predict(second.estimator(), data))


@each_model
def test_finished_estimator_survives_save_and_load(spec: ModelSpec, task: LearningTask) -> None:
    data = make_data(task, n_train=40)
    trainer = make_trainer(spec, data)
    list(points(trainer))
    estimator = trainer.estimator()
    np.testing.assert_array_equal(predict(stored_and_loaded(estimator), data), predict(estimator, data))


@each_model
def test_finished_estimator_can_be_cloned_and_fitted_again(spec: ModelSpec, task: LearningTask) -> None:
    from sklearn.base import clone

    data = make_data(task, n_train=40)
    trainer = make_trainer(spec, data)
    list(points(trainer))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # see plain_fit
        again = clone(trainer.estimator()).fit(data.X_train, data.y_train)
    np.testing.assert_allclose(predict(again, data), predict(trainer.estimator(), data), rtol=1e-12, atol=1e-12)


@each_model
def test_planted_signal_is_found_better_than_by_a_dummy(spec: ModelSpec, task: LearningTask) -> None:
    data = make_data(task)
    trainer = make_trainer(spec, data)
    list(points(trainer))
    y_out, y_true = predict(trainer.estimator(), data), data.y_validation
    if task is LearningTask.REGRESSION:
        error, dummy = np.mean((y_out - y_true) ** 2), np.var(y_true)
    else:
        error, dummy = np.mean(y_out.argmax(axis=1) != y_true), 1 - np.bincount(y_true).max() / len(y_true)
    assert error < dummy / 2


@pytest.mark.parametrize(
    "spec", [case for case in MODELS.values() if LearningTask.CLASSIFICATION in case.tasks], ids=lambda spec: spec.key
)
def test_class_without_training_rows_gets_probability_zero(spec: ModelSpec) -> None:
    full = make_data(LearningTask.CLASSIFICATION)
    known = full.y_train != 1
    data = TrainingData(
        task=full.task,
        X_train=full.X_train[known],
        y_train=full.y_train[known],
        X_validation=full.X_validation,
        y_validation=full.y_validation,
        n_classes=3,
    )
    trainer = make_trainer(spec, data)
    trainer.advance()
    y_out = trainer.outputs(Split.VALIDATION).y_out
    assert y_out.shape == (80, 3)
    assert not y_out[:, 1].any()
    np.testing.assert_allclose(y_out.sum(axis=1), 1, rtol=1e-9)


@pytest.mark.parametrize("spec", MODELS.values(), ids=lambda spec: spec.key)
def test_every_text_is_written_and_every_field_explained(spec: ModelSpec) -> None:
    texts = (spec.label, spec.family, spec.live, spec.summary, spec.technical, spec.kitchen, spec.source)
    assert all(len(text) > 2 for text in texts)
    assert any(mark in spec.source for mark in ("doi:", "arXiv:"))
    assert len(spec.strengths) >= 2
    assert len(spec.weaknesses) >= 2
    fields = spec.params.model_json_schema()["properties"]
    for name, field in fields.items():
        assert field["title"], name
        assert len(field["description"]) > 10, name
        if field.get("type") in {"number", "integer"}:
            assert {"minimum", "maximum"} <= field.keys(), name
    assert 2 <= sum(bool(field.get("front")) for field in fields.values()) <= 3
