import subprocess
import sys
import threading
import warnings
from collections.abc import Iterator

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from core.errors import TrainingDiverged, UnsuitableData
from core.types import SUPERVISED, LearningTask, Split
from models.catalog.mlp import MLPParams
from models.live._pace import Pace
from models.live._stepped import SteppedCall
from models.live.learning_curve import _sizes
from models.registry import MODELS
from models.training import Callback, StepEnd, TrainingData, train


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Threads of OpenMP wait by spinning: on these few rows, beside other work, that takes far longer than the fit."""
    with threadpool_limits(1, user_api="openmp"):
        yield


def make_data(*, n: int = 120, task: LearningTask = LearningTask.CLASSIFICATION, noise: float = 1.0) -> TrainingData:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n, 4))
    signal = X[:, 0] + noise * rng.normal(size=n)
    y = (signal > 0).astype(int) if task is LearningTask.CLASSIFICATION else signal
    half = n // 2
    return TrainingData(
        task=task,
        X_train=X[:half],
        y_train=y[:half],
        X_validation=X[half:],
        y_validation=y[half:],
        n_classes=2 if task is LearningTask.CLASSIFICATION else 0,
    )


def make_mlp_trainer(params: MLPParams, data: TrainingData, n_epochs: int | None = None):
    spec = MODELS["mlp"]
    estimator = spec.build(params, data.task, 0, 1)
    if n_epochs is not None:
        estimator.set_params(max_iter=n_epochs, early_stopping=False)
    return spec.trainer(estimator, data)


def test_listing_models_imports_no_learning_library() -> None:
    code = "import sys, models.registry; print([m for m in ('sklearn', 'scipy', 'pandas') if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert found.stdout.strip() == "[]"


def test_registry_holds_the_models_by_their_public_keys() -> None:
    classes, numbers = frozenset({LearningTask.CLASSIFICATION}), frozenset({LearningTask.REGRESSION})
    expected = {
        "bayesian_ridge": numbers,
        "bernoulli_nb": classes,
        "dummy": SUPERVISED,
        "elastic_net": numbers,
        "gaussian_nb": classes,
        "gaussian_process": SUPERVISED,
        "hist_gradient_boosting": SUPERVISED,
        "huber": numbers,
        "k_neighbors": SUPERVISED,
        "lasso": numbers,
        "lda": classes,
        "linear_regression": numbers,
        "linear_svm": SUPERVISED,
        "logistic_regression": classes,
        "mlp": SUPERVISED,
        "poisson": numbers,
        "qda": classes,
        "quantile_regression": numbers,
        "random_forest": SUPERVISED,
        "ridge": numbers,
        "sgd": SUPERVISED,
        "svm": classes,
        "svr": numbers,
    }
    assert {key: spec.tasks for key, spec in MODELS.items() if key in expected} == expected


def test_training_rows_of_one_class_are_refused() -> None:
    data = make_data()
    one = TrainingData(
        task=data.task,
        X_train=data.X_train,
        y_train=np.zeros_like(data.y_train),
        X_validation=data.X_validation,
        y_validation=data.y_validation,
        n_classes=2,
    )
    spec = MODELS["random_forest"]
    with pytest.raises(UnsuitableData, match="All 60 training rows belong to one class"):
        spec.trainer(spec.build(spec.params(), one.task, 0, 1), one)


def test_more_neighbours_than_rows_are_refused() -> None:
    spec, data = MODELS["k_neighbors"], make_data(n=40)
    with pytest.raises(UnsuitableData, match="20 training rows, fewer than the 50 neighbours"):
        spec.trainer(spec.build(spec.params(n_neighbors=50), data.task, 0, 1), data)


def test_early_stopping_ends_after_its_patience_and_brings_the_best_epoch_back() -> None:
    data = make_data(noise=3.0)
    trainer = make_mlp_trainer(MLPParams(early_stopping=True, patience=3, learning_rate=0.05, epochs=200), data)
    losses = []
    while not trainer.is_done:
        trainer.advance()
        out = trainer.outputs(Split.VALIDATION)
        losses.append(-np.log(np.maximum(out.y_out[np.arange(60), out.y_true], np.finfo(float).eps)).mean())
    best = int(np.argmin(losses)) + 1
    assert trainer.step == trainer.total == best + 3 < 200
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it uses all its epochs
        plain = MODELS["mlp"].build(MLPParams(learning_rate=0.05), data.task, 0, 1)
        plain.set_params(max_iter=best).fit(data.X_train, data.y_train)
    np.testing.assert_allclose(
        trainer.estimator().predict_proba(data.X_validation), plain.predict_proba(data.X_validation), rtol=1e-12
    )


def test_small_batches_than_rows_are_taken_without_a_warning() -> None:
    trainer = make_mlp_trainer(MLPParams(batch_size=1000), make_data())
    trainer.advance()
    assert trainer.step == 1


def test_weights_that_leave_the_numbers_are_reported_as_diverged() -> None:
    data = make_data(task=LearningTask.REGRESSION)
    huge = TrainingData(
        task=data.task,
        X_train=data.X_train * 1e200,
        y_train=data.y_train,
        X_validation=data.X_validation,
        y_validation=data.y_validation,
    )
    with pytest.raises(TrainingDiverged, match="epoch 1"):
        make_mlp_trainer(MLPParams(), huge).advance()


def test_loop_stops_when_a_callback_asks_and_says_why() -> None:
    class StopAt(Callback):
        def __init__(self) -> None:
            self.seen: list[int] = []

        def on_step_end(self, end: StepEnd) -> None:
            self.seen.append(end.step)
            if end.step == 3:
                end.request_stop("enough")
                end.request_stop("later reasons do not count")

    callback = StopAt()
    trainer = make_mlp_trainer(MLPParams(epochs=10), make_data())
    reason = train(trainer, lambda outputs: {"loss": float(len(outputs.y_true))}, [callback])
    assert (reason, callback.seen, trainer.step) == ("enough", [1, 2, 3], 3)


@pytest.mark.parametrize("n_rows", [3_001, 20_000, 1_000_000])
def test_smaller_fits_of_a_learning_curve_have_half_of_the_rows_together(n_rows: int) -> None:
    sizes = _sizes(n_rows, fewest=10, largest_cheap_part=1.0)
    assert sizes == sorted(set(sizes))
    assert sizes[-1] == n_rows
    assert len(sizes) >= 10
    assert sum(sizes[:-1]) <= n_rows / 2


@pytest.mark.parametrize(("n_rows", "least"), [(10, 1), (11, 2), (60, 10), (3_000, 13)])
def test_learning_curve_of_few_rows_has_as_many_points_as_they_allow(n_rows: int, least: int) -> None:
    sizes = _sizes(n_rows, fewest=10, largest_cheap_part=1.0)
    assert sizes[0] >= min(10, n_rows)
    assert sizes[-1] == n_rows
    assert len(sizes) >= least - 1


def test_pace_gives_enough_points_whatever_the_clock_says() -> None:
    pace, step, n_points = Pace(100, multiple=2), 0, 0
    first = pace.begin(0)
    assert first == 2
    while step < 100:
        units = pace.begin(step)
        assert units % 2 == 0
        step, n_points = step + units, n_points + 1
        pace.end(units)
    assert step == 100
    assert n_points >= 25


def test_stepped_call_runs_only_when_asked_and_hands_errors_over() -> None:
    log = []

    def call(stepped: SteppedCall) -> None:
        log.append("begun")
        stepped.pause()
        log.append("middle")
        raise ValueError("broken inside")

    stepped = SteppedCall(call)
    assert log == []
    assert stepped.proceed() is True
    assert log == ["begun"]
    with pytest.raises(ValueError, match="broken inside"):
        stepped.proceed()
    assert log == ["begun", "middle"]


def test_abandoned_solver_leaves_no_thread_behind() -> None:
    spec, data = MODELS["logistic_regression"], make_data()
    before = set(threading.enumerate())
    trainer = spec.trainer(spec.build(spec.params(), data.task, 0, 1), data)
    trainer.advance()
    (solver,) = set(threading.enumerate()) - before
    del trainer
    solver.join(timeout=5)
    assert not solver.is_alive()


def test_forest_votes_do_not_depend_on_how_trees_were_grouped() -> None:
    spec, data = MODELS["random_forest"], make_data()
    outputs = {}
    for n_jobs in (1, 2):
        trainer = spec.trainer(spec.build(spec.params(n_estimators=20), data.task, 0, n_jobs), data)
        while not trainer.is_done:
            trainer.advance()
        outputs[n_jobs] = trainer.outputs(Split.TRAIN).y_out
    np.testing.assert_array_equal(outputs[1], outputs[2])


def test_slices_of_ensembles_have_as_many_trees_as_the_best_point() -> None:
    data = make_data()
    for key, count in (("random_forest", "n_estimators"), ("hist_gradient_boosting", "max_iter")):
        spec = MODELS[key]
        trainer = spec.trainer(spec.build(spec.params(), data.task, 0, 1), data)
        trainer.advance()
        trainer.mark_best()
        at = trainer.step
        trainer.advance()
        assert trainer.best_estimator().get_params()[count] == at
        assert trainer.estimator().get_params()[count] == trainer.step
