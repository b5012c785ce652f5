"""Missing values and categories that an estimator takes as they are: live, stored and by a plain fit alike."""

import io
from collections.abc import Iterator
from typing import Any

import joblib
import numpy as np
import pytest
from sklearn.base import clone
from threadpoolctl import threadpool_limits

from core.types import LearningTask, Split
from models.native import with_categories
from models.registry import MODELS
from models.training import TrainingData

TASKS = (LearningTask.CLASSIFICATION, LearningTask.REGRESSION)
WITH_MISSING = sorted(key for key, spec in MODELS.items() if spec.handles_missing and spec.tasks & set(TASKS))
WITH_CATEGORIES = sorted(key for key, spec in MODELS.items() if spec.handles_categories)


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """OpenMP's threads wait by spinning: beside other work that takes far longer than fits of a few rows."""
    with threadpool_limits(1, user_api="openmp"):
        yield


def make_data(task: LearningTask, *, categorical: bool) -> TrainingData:
    """Columns: a number with gaps, a code of eight categories in an order that means nothing, noise."""
    rng = np.random.default_rng(0)
    n = 400
    number, code = rng.normal(size=n), rng.integers(0, 8, size=n)
    signal = np.where(np.isin(code, [0, 3, 5, 6]), 1.0, -1.0) + 0.5 * number
    X = np.column_stack([np.where(rng.random(n) < 0.2, np.nan, number), code, rng.normal(size=n)])
    X[rng.random(n) < 0.05, 1] = np.nan
    y: Any = signal if task is LearningTask.REGRESSION else (signal > 0).astype(int)
    return TrainingData(
        task=task,
        X_train=X[:300],
        y_train=y[:300],
        X_validation=X[300:],
        y_validation=y[300:],
        n_classes=0 if task is LearningTask.REGRESSION else 2,
        categorical=(1,) if categorical else (),
    )


def predict(estimator: Any, data: TrainingData) -> Any:
    if data.task is LearningTask.REGRESSION:
        return estimator.predict(data.X_validation)
    return estimator.predict_proba(data.X_validation)


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize(
    ("key", "categorical"), [(key, False) for key in WITH_MISSING] + [(key, True) for key in WITH_CATEGORIES]
)
def test_gaps_and_codes_are_learned_from_like_in_a_plain_fit(key: str, categorical: bool, task: LearningTask) -> None:
    spec, data = MODELS[key], make_data(task, categorical=categorical)
    trainer = spec.trainer(spec.build(spec.params(), task, 3, 1), data)
    while not trainer.is_done:
        trainer.advance()
        trainer.mark_best()
        if trainer.step * 2 < trainer.total:
            halfway = trainer.outputs(Split.VALIDATION).y_out.copy()
            np.testing.assert_allclose(predict(trainer.best_estimator(), data), halfway, rtol=1e-12, atol=1e-12)
    plain = with_categories(spec.build(spec.params(), task, 3, 1), data.categorical, 3).fit(data.X_train, data.y_train)
    expected = predict(plain, data)
    np.testing.assert_allclose(trainer.outputs(Split.VALIDATION).y_out, expected, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(predict(trainer.estimator(), data), expected, rtol=1e-12, atol=1e-12)
    again = clone(trainer.estimator()).fit(data.X_train, data.y_train)
    np.testing.assert_allclose(predict(again, data), expected, rtol=1e-12, atol=1e-12)
    buffer = io.BytesIO()
    joblib.dump(trainer.estimator(), buffer)
    buffer.seek(0)
    np.testing.assert_array_equal(predict(joblib.load(buffer), data), predict(trainer.estimator(), data))


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("key", WITH_CATEGORIES)
def test_stored_training_on_categories_goes_on_to_the_same_end(key: str, task: LearningTask) -> None:
    spec, data = MODELS[key], make_data(task, categorical=True)
    ends = []
    for is_interrupted in (False, True):
        trainer = spec.trainer(spec.build(spec.params(), task, 3, 1), data)
        while not trainer.is_done:
            trainer.advance()
            if is_interrupted and trainer.step > 20:
                is_interrupted = False
                buffer = io.BytesIO()
                joblib.dump(trainer, buffer)
                buffer.seek(0)
                trainer = joblib.load(buffer)
                trainer.attach(data)
        ends.append(predict(trainer.estimator(), data))
    np.testing.assert_array_equal(ends[0], ends[1])


def test_the_three_that_bin_take_categories() -> None:
    assert WITH_CATEGORIES == ["hist_gradient_boosting", "lightgbm", "xgboost"]
