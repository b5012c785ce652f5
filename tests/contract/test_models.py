"""What every model of the registry promises, so that one file is enough to add one."""

import io
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import joblib
import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from core.errors import WorkbenchError
from core.types import SUPERVISED, LearningTask, Split
from models.registry import MODELS
from models.spec import ModelSpec
from models.training import Outputs, Trainer, TrainingData, train

CASES = [
    pytest.param(spec, task, id=f"{spec.key}-{task}")
    for spec in MODELS.values()
    if not spec.combines_runs  # they learn from finished runs: tests/unit/models/test_combining.py
    for task in sorted(spec.tasks & SUPERVISED)
]
each_model = pytest.mark.parametrize(("spec", "task"), CASES)
SEED = 3
# Solvers that have not settled say so to the person who watches; how the log tells it is tested elsewhere.
pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Threads of OpenMP and BLAS wait by spinning: on few rows, beside other work, that takes longer than the fit."""
    with threadpool_limits(1):
        yield


@cache
def make_data(task: LearningTask, n_train: int = 240, n_classes: int = 3) -> TrainingData:
    """Rows with a signal in the first column and noise in the others."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n_train + 80, 5))
    if task is LearningTask.REGRESSION:
        y: Any = 50_000 + 9_000 * X[:, 0] + rng.normal(size=len(X))
    else:
        # Classes that overlap a little: without that a tree of three leaves would know everything.
        signal = X[:, 0] + rng.normal(scale=0.15, size=len(X))
        y = np.digitize(signal, np.quantile(signal, np.linspace(0, 1, n_classes + 1)[1:-1]))
    return TrainingData(
        task=task,
        X_train=X[:n_train],
        y_train=y[:n_train],
        X_validation=X[n_train:],
        y_validation=y[n_train:],
        n_classes=0 if task is LearningTask.REGRESSION else n_classes,
    )


def data_for(spec: ModelSpec, task: LearningTask) -> TrainingData:
    """Fewer rows for a model of cubic cost."""
    return make_data(task, n_train=60 if spec.max_rows is not None and spec.max_rows <= 5_000 else 240)


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
    return spec.build(spec.params(), data.task, SEED, 1).fit(data.X_train, data.y_train)


@each_model
def test_watched_training_ends_where_a_plain_fit_ends(spec: ModelSpec, task: LearningTask) -> None:
    data = data_for(spec, task)
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
    # Where a solver settles sooner, each of its iterations is a point.
    assert len(steps) >= 10 or (trainer.step_name == "iterations" and len(steps) == trainer.total)


@each_model
def test_stored_training_continues_to_the_same_end(spec: ModelSpec, task: LearningTask) -> None:
    data = data_for(spec, task)
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
    data = data_for(spec, task)
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
    data = data_for(spec, task)
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
    again = clone(trainer.estimator()).fit(data.X_train, data.y_train)
    np.testing.assert_allclose(predict(again, data), predict(trainer.estimator(), data), rtol=1e-12, atol=1e-12)


@each_model
def test_planted_signal_is_found_better_than_by_a_dummy(spec: ModelSpec, task: LearningTask) -> None:
    if spec.family == "Baseline":
        return
    data = data_for(spec, task)
    trainer = make_trainer(spec, data)
    list(points(trainer))
    y_out, y_true = predict(trainer.estimator(), data), data.y_validation
    if task is LearningTask.REGRESSION:
        error, dummy = np.mean((y_out - y_true) ** 2), np.var(y_true)
    else:
        error, dummy = np.mean(y_out.argmax(axis=1) != y_true), 1 - np.bincount(y_true).max() / len(y_true)
    assert error < dummy * 2 / 3  # a model of yes-or-no columns can only tell two of the three classes apart


AWKWARD = {
    "one column": lambda X: X[:, :1],
    "constant columns": lambda X: np.column_stack([X, np.zeros(len(X)), np.full(len(X), 7.0)]),
    "only constant columns": lambda X: np.full((len(X), 2), 3.0),
    "repeated columns": lambda X: np.column_stack([X, X, X[:, :1] * 2]),
    "more columns than rows": lambda X: np.tile(X, 20) + np.random.default_rng(1).normal(size=(len(X), 100)),
    "huge numbers": lambda X: X * 1e200,
    "numbers beyond single precision": lambda X: X * 1e60,
    "tiny numbers": lambda X: X * 1e-200,
    "two rows": lambda X: X,
}


@pytest.mark.parametrize("awkward", AWKWARD, ids=lambda name: name.replace(" ", "-"))
@each_model
@pytest.mark.filterwarnings("ignore")  # what a library says of such numbers is not the question here
def test_awkward_rows_are_learned_from_or_refused_in_words(spec: ModelSpec, task: LearningTask, awkward: str) -> None:
    """Whatever the numbers are, there is a model that answers with numbers or a sentence for a person."""
    data = _awkward_data(task, awkward)
    refusal, estimator = _trained(spec, data)
    if refusal is not None:
        assert refusal.message.endswith(".")
        assert refusal.hint
        assert awkward not in {"one column", "constant columns", "repeated columns"}, refusal.message
        return
    y_out = np.asarray(predict(estimator, data), dtype=float)
    # Infinite values are refused when the run is scored.
    assert not np.isnan(y_out).any() or awkward in {"huge numbers", "numbers beyond single precision"}
    assert len(y_out) == len(data.y_validation)


def _trained(spec: ModelSpec, data: TrainingData) -> tuple[WorkbenchError | None, Any]:
    try:
        trainer = make_trainer(spec, data)
        train(trainer, lambda outputs: {"loss": _loss(outputs)})
    except WorkbenchError as error:
        return error, None
    return None, trainer.estimator()


def _awkward_data(task: LearningTask, awkward: str) -> TrainingData:
    plain = make_data(task, n_train=48)
    n_train = 2 if awkward == "two rows" else 48
    # Two rows of two classes: the first of each.
    part = np.sort(np.unique(plain.y_train, return_index=True)[1])[:n_train] if n_train == 2 else slice(None)
    X = AWKWARD[awkward](np.concatenate([plain.X_train[part], plain.X_validation]))
    n = len(plain.y_train[part])
    return replace(plain, X_train=X[:n], X_validation=X[n:], y_train=plain.y_train[part])


def _loss(outputs: Outputs) -> float:
    if outputs.y_out.ndim == 1:
        with np.errstate(over="ignore", invalid="ignore"):
            return float(np.mean((outputs.y_out - outputs.y_true) ** 2))
    return float(np.mean(1 - outputs.y_out[np.arange(len(outputs.y_true)), outputs.y_true]))


@pytest.mark.parametrize(
    "spec",
    [case for case in MODELS.values() if LearningTask.CLASSIFICATION in case.tasks and not case.combines_runs],
    ids=lambda spec: spec.key,
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
    np.testing.assert_allclose(y_out.sum(axis=1), 1, rtol=1e-6)  # some libraries answer in single precision


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
            assert {"minimum", "exclusiveMinimum"} & field.keys(), name
            assert {"maximum", "exclusiveMaximum"} & field.keys(), name
    assert min(2, len(fields)) <= sum(bool(field.get("front")) for field in fields.values()) <= 3
