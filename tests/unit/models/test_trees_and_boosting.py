"""How trees unfold and boosting is watched: cut trees, early ends, shared memory, classes with gaps, the GPU."""

import io
import sys
from collections.abc import Iterator
from typing import Any

import joblib
import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor
from sklearn.utils.estimator_checks import check_estimator
from threadpoolctl import threadpool_limits

from core.errors import UnsuitableData
from core.types import LearningTask, Split
from models import devices
from models.coded import CodedClassifier
from models.live.tree_walk import cut, opening_order, points
from models.registry import MODELS
from models.training import Trainer, TrainingData


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """OpenMP's threads wait by spinning: beside other work that takes far longer than fits of a few rows."""
    with threadpool_limits(1, user_api="openmp"):
        yield


def make_data(n_classes: int = 3, *, n: int = 300, gap: bool = False, noise: float = 0.3) -> TrainingData:
    """``n_classes`` of 0 makes a regression; with ``gap`` no training row has class 1."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n, 4))
    signal = X[:, 0] * X[:, 1] + X[:, 2] + rng.normal(scale=noise, size=n)
    y: Any = signal
    if n_classes:
        y = np.digitize(signal, np.quantile(signal, np.linspace(0, 1, n_classes + 1)[1:-1]))
    train = np.arange(n) < n * 2 // 3
    known = train & (y != 1) if gap else train
    return TrainingData(
        task=LearningTask.CLASSIFICATION if n_classes else LearningTask.REGRESSION,
        X_train=X[known],
        y_train=y[known],
        X_validation=X[~train],
        y_validation=y[~train],
        n_classes=n_classes,
    )


def make_trainer(key: str, data: TrainingData, **params: Any) -> Trainer:
    spec = MODELS[key]
    return spec.trainer(spec.build(spec.params.model_validate(params), data.task, 3, 1), data)


def run_out(trainer: Trainer) -> list[int]:
    steps = []
    while not trainer.is_done:
        trainer.advance()
        steps.append(trainer.step)
    return steps


# --- One tree --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("n_leaves", [2, 3, 7, 20])
def test_a_cut_tree_is_the_one_that_grows_leaf_by_leaf(n_leaves: int) -> None:
    data = make_data(0)
    whole = DecisionTreeRegressor(random_state=0).fit(data.X_train, data.y_train)
    small = cut(whole.tree_, opening_order(whole.tree_) < n_leaves - 1)
    grown = DecisionTreeRegressor(random_state=0, max_leaf_nodes=n_leaves).fit(data.X_train, data.y_train)
    X = data.X_validation.astype(np.float32)
    assert (small.n_leaves, small.node_count) == (n_leaves, 2 * n_leaves - 1)
    assert small.max_depth == grown.get_depth()
    # The same rows in each leaf, their mean summed in another order.
    np.testing.assert_allclose(small.predict(X)[:, 0], grown.predict(data.X_validation), rtol=1e-12)


def test_parents_open_before_their_children_and_the_most_useful_question_first() -> None:
    data = make_data(3)
    tree = DecisionTreeClassifier(random_state=0).fit(data.X_train, data.y_train).tree_
    rank = opening_order(tree)
    inner = np.flatnonzero(tree.children_left != -1)
    assert sorted(rank[inner]) == list(range(len(inner)))
    assert rank[0] == 0
    for side in (tree.children_left, tree.children_right):
        assert (rank[side[inner]] > rank[inner]).all()


def test_points_of_a_tree_are_close_together_at_first() -> None:
    assert points(1) == (1,)
    assert points(2) == (2,)
    assert points(12) == tuple(range(2, 13))
    many = points(3_000)
    assert (many[0], many[-1]) == (2, 3_000)
    assert 30 <= len(many) <= 40
    assert (np.diff(np.diff(many)) >= -1).all()  # rounded


def test_a_tree_that_has_nothing_to_ask_is_one_leaf() -> None:
    data = make_data(3, n=30)
    trainer = make_trainer("decision_tree", data, min_samples_leaf=20)
    assert run_out(trainer) == [1]
    y_out = trainer.outputs(Split.VALIDATION).y_out
    np.testing.assert_allclose(y_out, np.tile(np.bincount(data.y_train) / len(data.y_train), (len(y_out), 1)))


def test_a_cut_tree_survives_save_and_load() -> None:
    data = make_data(3)
    trainer = make_trainer("decision_tree", data, max_depth=20, min_samples_leaf=1)
    for _ in range(5):
        trainer.advance()
    tree = trainer.estimator()
    buffer = io.BytesIO()
    joblib.dump(tree, buffer)
    buffer.seek(0)
    np.testing.assert_array_equal(
        joblib.load(buffer).predict_proba(data.X_validation), tree.predict_proba(data.X_validation)
    )
    assert tree.get_n_leaves() == trainer.step
    assert tree.feature_importances_.sum() == pytest.approx(1)


# --- Boosting --------------------------------------------------------------------------------------------------------


def test_boosting_that_ends_by_itself_has_as_many_steps_as_learners() -> None:
    data = make_data(2, noise=0.0)
    separable = TrainingData(
        task=data.task,
        X_train=data.X_train,
        y_train=(data.X_train[:, 0] > 0).astype(int),
        X_validation=data.X_validation,
        y_validation=(data.X_validation[:, 0] > 0).astype(int),
        n_classes=2,
    )
    trainer = make_trainer("ada_boost", separable)
    assert run_out(trainer) == [1]
    assert trainer.total == 1
    assert len(trainer.estimator().estimators_) == 1
    assert trainer.estimator().get_params()["n_estimators"] == 100


def test_a_boosted_regression_whose_first_learner_is_no_use_ends_with_it_as_a_plain_fit_does() -> None:
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(80, 2)), rng.choice([0.0, 100.0], 80)
    data = TrainingData(
        task=LearningTask.REGRESSION, X_train=X[:60], y_train=y[:60], X_validation=X[60:], y_validation=y[60:]
    )
    trainer = make_trainer("ada_boost", data, max_depth=1)
    assert run_out(trainer) == [1]
    spec = MODELS["ada_boost"]
    plain = spec.build(spec.params.model_validate({"max_depth": 1}), data.task, 3, 1).fit(X[:60], y[:60])
    np.testing.assert_array_equal(trainer.outputs(Split.VALIDATION).y_out, plain.predict(X[60:]))
    np.testing.assert_array_equal(trainer.estimator().predict(X[60:]), plain.predict(X[60:]))


@pytest.mark.parametrize("key", ["gradient_boosting", "xgboost", "lightgbm"])
def test_random_draws_of_rows_do_not_depend_on_where_a_training_was_interrupted(key: str) -> None:
    data, ends = make_data(3), []
    params = {"n_estimators": 30, "subsample": 0.5}
    for interruptions in ((), (4, 11)):
        trainer = make_trainer(key, data, **params)
        left = list(interruptions)
        while not trainer.is_done:
            trainer.advance()
            if left and trainer.step >= left[0]:
                left.pop(0)
                buffer = io.BytesIO()
                joblib.dump(trainer, buffer)
                buffer.seek(0)
                trainer = joblib.load(buffer)
                trainer.attach(data)
        ends.append(trainer.estimator().predict_proba(data.X_validation))
    np.testing.assert_array_equal(ends[0], ends[1])


@pytest.mark.parametrize("key", ["xgboost", "lightgbm"])
def test_a_class_without_training_rows_leaves_a_model_that_names_the_others(key: str) -> None:
    data = make_data(3, gap=True)
    trainer = make_trainer(key, data, n_estimators=10)
    run_out(trainer)
    estimator = trainer.estimator()
    assert estimator.classes_.tolist() == [0, 2]
    assert set(estimator.predict(data.X_validation)) <= {0, 2}
    np.testing.assert_allclose(
        estimator.predict_proba(data.X_validation), trainer.outputs(Split.VALIDATION).y_out[:, [0, 2]], rtol=1e-12
    )


def test_our_estimator_keeps_the_rules_of_the_library() -> None:
    check_estimator(CodedClassifier(LogisticRegression()), on_skip=None)


def test_numbers_too_large_for_trees_are_refused_in_words() -> None:
    data = make_data(3)
    huge = TrainingData(
        task=data.task,
        X_train=data.X_train * 1e60,
        y_train=data.y_train,
        X_validation=data.X_validation,
        y_validation=data.y_validation,
        n_classes=3,
    )
    with pytest.raises(UnsuitableData, match="larger than 3e\\+38"):
        make_trainer("random_forest", huge)


# --- Memory ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["random_forest", "extra_trees", "bagging"])
def test_states_of_an_ensemble_share_their_trees(key: str) -> None:
    trainer = make_trainer(key, make_data(3), n_estimators=20)
    trainer.advance()
    trainer.mark_best()
    first = trainer.estimator().estimators_
    run_out(trainer)
    trees = trainer.estimator().estimators_
    assert all(here is there for here, there in zip(first, trees, strict=False))
    assert all(here is there for here, there in zip(trainer.best_estimator().estimators_, trees, strict=False))
    before = sum(sys.getrefcount(tree) for tree in trees)
    trainer.mark_best()
    assert sum(sys.getrefcount(tree) for tree in trees) == before


# --- The GPU ---------------------------------------------------------------------------------------------------------


def test_only_a_process_that_owns_a_gpu_trains_on_one() -> None:
    import xgboost

    has_cuda = bool(xgboost.build_info()["USE_CUDA"])
    assert devices.xgboost_device() == "cpu"
    devices.own_gpu()
    try:
        assert devices.xgboost_device() == ("cuda" if has_cuda else "cpu")
    finally:
        devices.disown_gpu()
    assert devices.xgboost_device() == "cpu"


def test_the_finished_model_predicts_on_a_machine_without_a_gpu() -> None:
    trainer = make_trainer("xgboost", make_data(3), n_estimators=10)
    run_out(trainer)
    assert '"device":"cpu"' in trainer.estimator().get_booster().save_config()
