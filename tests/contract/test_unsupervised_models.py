"""What every clustering and every anomaly detector of the registry promises."""

import io
import warnings
from collections.abc import Iterator
from functools import cache
from typing import Any

import joblib
import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from core.errors import UnsuitableData
from core.outputs import AnomalyOut, ClusterOut
from core.types import UNLABELLED, LearningTask, Split
from evaluation.registry import live_metrics_for
from evaluation.scoring import score_outputs
from evaluation.spec import Predictions
from models.anomalies import anomaly_outputs, made_up_rows
from models.clusters import cluster_outputs
from models.registry import MODELS
from models.spec import ModelSpec
from models.training import Trainer, TrainingData

CASES = [
    pytest.param(spec, task, id=f"{spec.key}-{task}")
    for spec in MODELS.values()
    for task in sorted(spec.tasks & UNLABELLED)
]
each_model = pytest.mark.parametrize(("spec", "task"), CASES)
SEED = 3
N_CLUSTERS = 4
CENTRES = 6.0 * np.array([[0, 0, 0], [1, 1, 0], [0, 1, 1], [1, 0, 1]])


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Threads wait by spinning: on these few rows, beside other work, that takes far longer than the fit."""
    with threadpool_limits(1):
        yield


@cache
def make_data(task: LearningTask, n_train: int = 240, n_validation: int = 80) -> TrainingData:
    """Four dense clouds; for anomaly detection, one cloud and one row in twenty far away from it."""
    rng = np.random.default_rng(0)
    n = n_train + n_validation
    X = rng.normal(size=(n, 3))
    if task is LearningTask.CLUSTERING:
        X += CENTRES[np.arange(n) % N_CLUSTERS]
    else:
        X[::20] += rng.choice([-8.0, 8.0], size=(len(X[::20]), 3))
    return TrainingData(
        task=task,
        X_train=X[:n_train],
        y_train=np.zeros(n_train, dtype=np.intp),
        X_validation=X[n_train:],
        y_validation=np.zeros(n_validation, dtype=np.intp),
    )


def truth(n: int = 80, *, task: LearningTask, first: int = 240) -> Any:
    rows = np.arange(first, first + n)
    return rows % N_CLUSTERS if task is LearningTask.CLUSTERING else (rows % 20 == 0).astype(int)


def build(spec: ModelSpec, task: LearningTask) -> Any:
    return spec.build(spec.params(), task, SEED, 1)


def make_trainer(spec: ModelSpec, data: TrainingData) -> Trainer:
    return spec.trainer(build(spec, data.task), data)


def say(estimator: Any, data: TrainingData) -> Any:
    """The outputs of a finished estimator for the validation rows."""
    if data.task is LearningTask.CLUSTERING:
        return cluster_outputs(estimator, data.X_validation, data.X_train.mean(axis=0))
    return anomaly_outputs(estimator, data.X_validation, made_up_rows(data.X_validation, data.X_train))


def points(trainer: Trainer) -> Iterator[int]:
    while not trainer.is_done:
        trainer.advance()
        yield trainer.step


def stored_and_loaded(value: Any) -> Any:
    buffer = io.BytesIO()
    joblib.dump(value, buffer)
    buffer.seek(0)
    return joblib.load(buffer)


@each_model
def test_watched_training_ends_where_a_plain_fit_ends(spec: ModelSpec, task: LearningTask) -> None:
    data = make_data(task)
    trainer = make_trainer(spec, data)
    steps = list(points(trainer))
    trainer.mark_best()
    expected = say(build(spec, task).fit(data.X_train), data)
    # The same arithmetic but for sums in another order.
    for found in (
        say(trainer.estimator(), data),
        say(trainer.best_estimator(), data),
        trainer.outputs(Split.VALIDATION).y_out,
    ):
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)
    assert steps == sorted(set(steps))
    assert steps[-1] == trainer.step == trainer.total
    # Rounds that settle early are all there is to see; other methods choose how many points they show.
    assert len(steps) >= (3 if trainer.step_name == "rounds" else 10)


@each_model
def test_stored_training_continues_to_the_same_end(spec: ModelSpec, task: LearningTask) -> None:
    data = make_data(task)
    whole, first = make_trainer(spec, data), make_trainer(spec, data)
    values = {step: whole.outputs(Split.VALIDATION).y_out.copy() for step in points(whole)}
    while first.step < whole.step // 2:
        first.advance()
    first.mark_best()
    second = stored_and_loaded(first)
    second.attach(data)
    np.testing.assert_array_equal(second.outputs(Split.VALIDATION).y_out, first.outputs(Split.VALIDATION).y_out)
    np.testing.assert_array_equal(say(second.best_estimator(), data), say(first.best_estimator(), data))
    for step in points(second):
        if step in values:  # which steps become points may depend on the clock, their values may not
            np.testing.assert_array_equal(second.outputs(Split.VALIDATION).y_out, values[step])
    np.testing.assert_array_equal(say(second.estimator(), data), say(whole.estimator(), data))


@each_model
def test_checkpoint_of_a_new_training_leaves_the_rows_out(spec: ModelSpec, task: LearningTask) -> None:
    trainer = make_trainer(spec, make_data(task))
    assert not hasattr(stored_and_loaded(trainer), "data")


@each_model
def test_best_point_is_kept_while_training_goes_on(spec: ModelSpec, task: LearningTask) -> None:
    data = make_data(task)
    trainer = make_trainer(spec, data)
    trainer.advance()
    trainer.advance()
    trainer.mark_best()
    expected = trainer.outputs(Split.VALIDATION).y_out.copy()
    trainer.advance()
    np.testing.assert_allclose(say(trainer.best_estimator(), data), expected, rtol=1e-9, atol=1e-9)


@each_model
def test_forty_rows_are_enough_and_one_seed_repeats_exactly(spec: ModelSpec, task: LearningTask) -> None:
    data = make_data(task, n_train=40, n_validation=20)
    first, second = make_trainer(spec, data), make_trainer(spec, data)
    list(points(first))
    list(points(second))
    np.testing.assert_array_equal(say(first.estimator(), data), say(second.estimator(), data))


@each_model
def test_finished_estimator_survives_save_and_load_and_can_be_fitted_again(spec: ModelSpec, task: LearningTask) -> None:
    from sklearn.base import clone

    data = make_data(task)
    trainer = make_trainer(spec, data)
    list(points(trainer))
    estimator = trainer.estimator()
    np.testing.assert_array_equal(say(stored_and_loaded(estimator), data), say(estimator, data))
    np.testing.assert_allclose(
        say(clone(estimator).fit(data.X_train), data), say(estimator, data), rtol=1e-9, atol=1e-9
    )


@each_model
def test_planted_structure_is_found(spec: ModelSpec, task: LearningTask) -> None:
    from sklearn.metrics import adjusted_rand_score, roc_auc_score

    data = make_data(task)
    trainer = make_trainer(spec, data)
    list(points(trainer))
    out = say(trainer.estimator(), data)
    if task is LearningTask.CLUSTERING:
        # Clouds six deviations apart: at most some rows at their rims are left as noise.
        assert adjusted_rand_score(truth(task=task), out[:, ClusterOut.CLUSTER]) > 0.8
    else:
        assert roc_auc_score(truth(task=task), out[:, AnomalyOut.SCORE]) > 0.95


@each_model
def test_loss_of_training_rows_falls_below_that_of_knowing_nothing(spec: ModelSpec, task: LearningTask) -> None:
    data = make_data(task)
    trainer = make_trainer(spec, data)
    losses = []
    for _ in points(trainer):
        out = trainer.outputs(Split.TRAIN)
        scores = score_outputs(Predictions(task=task, y_true=out.y_true, y_out=out.y_out, X=out.X))
        assert set(scores) == {metric.key for metric in live_metrics_for(task)}
        assert np.isfinite(list(scores.values())).all()
        losses.append(scores["loss"])
    assert losses[-1] < (1.0 if task is LearningTask.CLUSTERING else 0.5) / 2
    assert losses[-1] <= losses[0] + 0.02


@each_model
def test_nothing_depends_on_what_stands_in_the_target(spec: ModelSpec, task: LearningTask) -> None:
    from dataclasses import replace

    data = make_data(task)
    named = replace(data, y_train=np.arange(240) % 7, y_validation=np.arange(80) % 5)
    first, second = make_trainer(spec, data), make_trainer(spec, named)
    list(points(first))
    list(points(second))
    np.testing.assert_array_equal(say(first.estimator(), data), say(second.estimator(), data))


@pytest.mark.parametrize("key", ["k_means", "gaussian_mixture"])
def test_more_clusters_than_different_rows_are_refused(key: str) -> None:
    spec, data = MODELS[key], make_data(LearningTask.CLUSTERING)
    few = TrainingData(
        task=data.task,
        X_train=np.repeat(data.X_train[:3], 20, axis=0),
        y_train=np.zeros(60),
        X_validation=data.X_validation,
        y_validation=data.y_validation,
    )
    with pytest.raises(
        UnsuitableData, match="4 clusters were asked for, but the 60 training rows hold only 3 different"
    ):
        make_trainer(spec, few)


def test_more_neighbours_than_rows_are_refused() -> None:
    spec, data = MODELS["local_outlier_factor"], make_data(LearningTask.ANOMALY_DETECTION, n_train=20)
    with pytest.raises(UnsuitableData, match="20 training rows, too few for each to have 20 neighbours"):
        make_trainer(spec, data)


def test_centres_placed_first_show_what_each_further_cluster_brings() -> None:
    data = make_data(LearningTask.CLUSTERING)
    trainer = make_trainer(MODELS["k_means"], data)
    spread = []
    for _ in range(N_CLUSTERS):
        trainer.advance()
        out = trainer.outputs(Split.TRAIN)
        spread.append(out.y_out[:, ClusterOut.OWN].sum())
        assert len(np.unique(out.y_out[:, ClusterOut.CLUSTER])) == trainer.step
    assert spread == sorted(spread, reverse=True)


@pytest.mark.parametrize("share", [0.0, 0.1])
def test_share_of_anomalies_sets_the_threshold_as_the_library_does(share: float) -> None:
    spec, data = MODELS["isolation_forest"], make_data(LearningTask.ANOMALY_DETECTION)
    estimator = spec.build(spec.params(share=share, n_estimators=20), data.task, SEED, 1)
    trainer = spec.trainer(estimator, data)
    list(points(trainer))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        plain = spec.build(spec.params(share=share, n_estimators=20), data.task, SEED, 1).fit(data.X_train)
    np.testing.assert_array_equal(trainer.estimator().predict(data.X_train), plain.predict(data.X_train))
    assert trainer.estimator().offset_ == pytest.approx(plain.offset_, rel=1e-12)
