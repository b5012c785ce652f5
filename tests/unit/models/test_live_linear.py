"""Strategies of linear models, machines and learning curves, beyond what every model promises."""

import warnings
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy import optimize
from sklearn.exceptions import ConvergenceWarning
from threadpoolctl import threadpool_limits

from core.errors import NumericalFailure, TooFewRows, UnsuitableData
from core.types import LearningTask, Split
from models.live._needs import Needs, failures_in_words, refuse_extremes
from models.live.learning_curve import LearningCurveTrainer, _row_order
from models.registry import MODELS
from models.training import Trainer, TrainingData

CLASSIFICATION, REGRESSION = LearningTask.CLASSIFICATION, LearningTask.REGRESSION


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Threads of OpenMP and BLAS wait by spinning: on few rows, beside other work, that takes longer than the fit."""
    with threadpool_limits(1):
        yield


def make_data(task: LearningTask, *, n: int = 160, n_classes: int = 3, n_columns: int = 5) -> TrainingData:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n, n_columns))
    signal = 2 * X[:, 0] - X[:, 1] + rng.normal(size=n)
    edges = np.quantile(signal, np.linspace(0, 1, n_classes + 1)[1:-1])
    y: Any = np.digitize(signal, edges) if task is CLASSIFICATION else 1_000 + 50 * signal
    half = n // 2
    return TrainingData(
        task=task,
        X_train=X[:half],
        y_train=y[:half],
        X_validation=X[half:],
        y_validation=y[half:],
        n_classes=n_classes if task is CLASSIFICATION else 0,
    )


def make_trainer(key: str, data: TrainingData, **params: Any) -> Trainer:
    spec = MODELS[key]
    return spec.trainer(spec.build(spec.params(**params), data.task, 7, 1), data)


def plain(key: str, data: TrainingData, **params: Any) -> Any:
    spec = MODELS[key]
    return spec.build(spec.params(**params), data.task, 7, 1).fit(data.X_train, data.y_train)


def run(trainer: Trainer) -> Trainer:
    while not trainer.is_done:
        trainer.advance()
    return trainer


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize(
    "params", [{"loss": "robust"}, {"balance_classes": True}, {"schedule": "constant", "alpha": 0.1}], ids=str
)
def test_epochs_of_stochastic_descent_are_those_of_a_fit_whatever_its_settings(
    params: dict[str, Any], n_classes: int
) -> None:
    data = make_data(CLASSIFICATION, n_classes=n_classes)
    found = run(make_trainer("sgd", data, **params)).estimator()
    expected = plain("sgd", data, **params)
    # The library gathers its scaling over epochs, here it is applied after each: another rounding.
    np.testing.assert_allclose(found.coef_, expected.coef_, rtol=1e-11, atol=1e-12)
    np.testing.assert_allclose(found.intercept_, expected.intercept_, rtol=1e-11, atol=1e-12)
    assert (found.t_, found.n_iter_) == (expected.t_, expected.n_iter_)


def test_stochastic_descent_stops_early_and_brings_the_best_epoch_back() -> None:
    data = make_data(CLASSIFICATION)
    trainer = run(make_trainer("sgd", data, early_stopping=True, patience=3, learning_rate=0.1, epochs=300))
    n_epochs = trainer.estimator().n_iter_
    assert trainer.step == trainer.total == n_epochs + 3 < 300
    shorter = plain("sgd", data, learning_rate=0.1).set_params(max_iter=n_epochs).fit(data.X_train, data.y_train)
    np.testing.assert_allclose(trainer.estimator().coef_, shorter.coef_, rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("key", ["lasso", "elastic_net"])
@pytest.mark.parametrize("n_columns", [5, 200], ids=["few columns", "more columns than rows"])
def test_each_point_of_a_penalty_path_is_the_solution_for_its_penalty(key: str, n_columns: int) -> None:
    data = make_data(REGRESSION, n_columns=n_columns)
    trainer = make_trainer(key, data, tol=1e-8)
    trainer.advance()
    assert not trainer.estimator().regressor_.coef_.any()
    for _ in range(9):
        trainer.advance()
    inner = trainer.estimator().regressor_
    assert inner.coef_.any()
    assert inner.alpha > 0.01
    again = plain(key, data, tol=1e-8).set_params(regressor__alpha=inner.alpha).fit(data.X_train, data.y_train)
    # Two ways to a solution that is known up to a duality gap of 1e-8 of the target's variance.
    np.testing.assert_allclose(inner.coef_, again.regressor_.coef_, atol=1e-4)
    np.testing.assert_allclose(inner.intercept_, again.regressor_.intercept_, atol=1e-4)


def test_a_penalty_that_silences_everything_still_gives_a_curve() -> None:
    trainer = run(make_trainer("lasso", make_data(REGRESSION), alpha=1.0))
    assert trainer.step == trainer.total
    assert not trainer.estimator().regressor_.coef_.any()


@pytest.mark.parametrize("key", ["huber", "poisson"])
def test_watching_a_solver_leaves_the_library_as_it_was(key: str) -> None:
    original = optimize.minimize
    data = make_data(REGRESSION)
    trainer = make_trainer(key, data)
    trainer.advance()
    assert optimize.minimize is original
    run(trainer)
    assert optimize.minimize is original


def test_iterations_of_a_solver_lower_its_loss_down_to_that_of_the_fit() -> None:
    data = make_data(REGRESSION)
    trainer = make_trainer("poisson", data)
    errors = []
    while not trainer.is_done:
        trainer.advance()
        out = trainer.outputs(Split.TRAIN)
        errors.append(float(np.mean((out.y_out - out.y_true) ** 2)))
    assert errors[-1] < errors[0]
    fitted = plain("poisson", data)
    assert len(errors) == fitted.n_iter_
    np.testing.assert_allclose(trainer.estimator().coef_, fitted.coef_, rtol=1e-12)


def test_outliers_do_not_tilt_a_huber_regression() -> None:
    data = make_data(REGRESSION)
    y = data.y_train.copy()
    y[:4] += 100_000
    bent = replace(data, y_train=y)
    robust = run(make_trainer("huber", bent)).estimator().predict(data.X_validation)
    squares = run(make_trainer("linear_regression", bent)).estimator().predict(data.X_validation)
    truth = data.y_validation
    assert np.mean((robust - truth) ** 2) < 0.1 * np.mean((squares - truth) ** 2)


def test_counts_below_zero_are_refused_with_the_number() -> None:
    data = make_data(REGRESSION)
    with pytest.raises(UnsuitableData, match=r"values below zero \(-2\)"):
        make_trainer("poisson", replace(data, y_train=np.maximum(data.y_train - 1_000, -2.0)))
    with pytest.raises(UnsuitableData, match="zero in all 80 training rows"):
        make_trainer("poisson", replace(data, y_train=np.zeros(80)))


def test_probabilities_of_a_machine_come_from_rows_it_had_not_learned_from() -> None:
    rng = np.random.default_rng(0)
    data = replace(make_data(CLASSIFICATION, n_classes=2), y_train=rng.integers(0, 2, 80))
    machine = run(make_trainer("svm", data, C=100, automatic_reach=False, gamma=1)).estimator()
    inner = machine.calibrated_classifiers_[0].estimator
    assert np.mean(inner.predict(data.X_train) == data.y_train) == 1.0  # it knows every row by heart
    # ... and still does not claim to know others: a sigmoid of the decisions on these rows would say 0 or 1.
    assert np.abs(machine.predict_proba(data.X_validation)[:, 1] - 0.5).mean() < 0.1


@pytest.mark.parametrize(
    ("key", "n_rare", "message"),
    [("svm", 2, "at least 3 of each class"), ("linear_svm", 1, "three? folds|3 folds"), ("qda", 1, "single row")],
)
def test_rare_classes_are_refused_where_a_method_needs_more_of_them(key: str, n_rare: int, message: str) -> None:
    data = make_data(CLASSIFICATION, n_classes=2)
    y = np.zeros(80, dtype=int)
    y[:n_rare] = 1
    with pytest.raises(TooFewRows, match=message):
        make_trainer(key, replace(data, y_train=y))


def test_two_rows_of_two_classes_are_too_few_for_a_shared_spread() -> None:
    data = make_data(CLASSIFICATION, n_classes=2)
    both = replace(data, X_train=data.X_train[:2], y_train=np.array([0, 1]))
    with pytest.raises(TooFewRows, match="2 training rows for 2 classes"):
        make_trainer("lda", both)


def test_a_curve_begins_with_as_many_of_each_class_as_are_needed() -> None:
    data = make_data(CLASSIFICATION)
    y = np.zeros(80, dtype=int)
    y[60:64], y[70:75] = 1, 2
    first = y[_row_order(replace(data, y_train=y), of_each_class=3)[:9]]
    assert np.bincount(first).tolist() == [3, 3, 3]
    assert sorted(_row_order(data, of_each_class=3)) == list(range(80))


class WarnsOfRows:
    """Says with how many rows it was fitted."""

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        del deep
        return {}

    def fit(self, X: Any, y: Any) -> "WarnsOfRows":
        del X
        warnings.warn(f"{len(y)} rows", ConvergenceWarning, stacklevel=1)
        self.mean = y.mean()
        return self

    def predict(self, X: Any) -> Any:
        return np.full(len(X), self.mean)


def test_only_the_warnings_about_all_rows_reach_the_log() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        run(LearningCurveTrainer(WarnsOfRows(), make_data(REGRESSION)))
    assert [str(warning.message) for warning in caught] == ["80 rows"]


@pytest.mark.parametrize(
    ("key", "params"),
    [
        ("logistic_regression", {"max_iter": 10, "tol": 1e-6}),
        ("huber", {"max_iter": 10}),
        ("svm", {}),
        ("linear_svm", {}),
    ],
)
def test_a_solver_that_has_not_settled_says_so(key: str, params: dict[str, Any]) -> None:
    task = REGRESSION if key == "huber" else CLASSIFICATION
    data = make_data(task)
    data = replace(data, X_train=data.X_train * np.logspace(0, 4, 5))
    trainer = make_trainer(key, data, **params)
    if key == "svm":
        trainer._plain.set_params(estimator__max_iter=5)
    if key == "linear_svm":
        trainer._plain.set_params(estimator__max_iter=1)
    with pytest.warns(ConvergenceWarning, match=r"converge|Solver terminated early"):
        run(trainer)


def test_numbers_that_cannot_be_squared_are_refused_with_the_largest() -> None:
    with pytest.raises(UnsuitableData, match=r"as large as 1\.0e\+120"):
        refuse_extremes(np.array([[1.0, -1e120]]))
    with pytest.raises(UnsuitableData, match=r"largest number in the columns is 1\.0e-200"):
        refuse_extremes(np.array([[1e-200, 0.0]]))
    refuse_extremes(np.zeros((3, 2)))


def test_failures_of_the_arithmetic_are_told_and_mistakes_of_ours_are_not_hidden() -> None:
    with pytest.raises(NumericalFailure, match="Singular matrix"), failures_in_words():
        np.linalg.inv(np.zeros((2, 2)))
    with pytest.raises(ValueError, match="could not be broadcast"), failures_in_words():
        np.zeros(2) + np.zeros(3)


def test_needs_count_rows_and_classes() -> None:
    data = make_data(CLASSIFICATION)
    assert Needs(rows=5, rows_per_class=4, rows_beyond_classes=1).smallest_part(data) == 12
    assert Needs(rows_beyond_classes=1).smallest_part(data) == 4
    with pytest.raises(TooFewRows, match="80 training rows, and at least 100 are needed"):
        Needs(rows=100).check(data)


def test_more_rows_than_a_model_takes_are_refused_by_its_name() -> None:
    MODELS["gaussian_process"].refuse_too_many(2_000)
    with pytest.raises(UnsuitableData, match="Gaussian process takes at most 2,000 training rows; there are 2,001"):
        MODELS["gaussian_process"].refuse_too_many(2_001)
    with pytest.raises(UnsuitableData, match="takes at most 20 classes; there are 200"):
        MODELS["gaussian_process"].refuse_too_many(2_000, n_classes=200)
    MODELS["ridge"].refuse_too_many(10**9, n_classes=200)


@pytest.mark.parametrize(("kernel", "gamma"), [("rbf", 0.3), ("linear", 0.1), ("poly", 0.2), ("sigmoid", 0.05)])
def test_kernels_are_those_of_their_formulas(kernel: str, gamma: float) -> None:
    from sklearn.metrics.pairwise import pairwise_kernels

    data = make_data(REGRESSION)
    machine = plain("svr", data, kernel=kernel, automatic_reach=False, gamma=gamma, degree=2).regressor_
    settings = {
        "rbf": {"gamma": gamma},
        "linear": {},
        "poly": {"gamma": gamma, "degree": 2, "coef0": 1.0},
        "sigmoid": {"gamma": gamma, "coef0": 0.0},
    }[kernel]
    values = pairwise_kernels(data.X_validation, machine.support_vectors_, metric=kernel, **settings)
    # Another order of summation over the support vectors.
    np.testing.assert_allclose(
        machine.predict(data.X_validation), values @ machine.dual_coef_[0] + machine.intercept_, rtol=1e-8, atol=1e-10
    )
