"""What watching costs: live training with all scores at every point, against a plain fit and one scoring.

Run from the checkout: ``python -m tests.benchmarks.bench_live_training [model ...]``.
"""

import statistics
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

if __name__ == "__main__":  # so that the plain path of this file works as well
    sys.path.insert(0, str(Path(__file__).parents[2]))

import numpy as np
import numpy.typing as npt

from core.types import LearningTask, Split
from evaluation.scoring import score_outputs
from evaluation.spec import Predictions
from models.anomalies import anomaly_outputs, made_up_rows
from models.clusters import cluster_outputs
from models.forecasting.origins import choose_origins
from models.forecasting.outputs import forecast_outputs
from models.forecasting.seasons import seasonal_scale
from models.registry import MODELS
from models.spec import ModelSpec
from models.training import Outputs, TrainingData, train
from workers.worker import use_one_blas_thread

N_SAMPLES, N_FEATURES, VALIDATION = 20_000, 20, 0.15
N_JOBS, SEED, N_REPEATS = 2, 0, 3


@dataclass(frozen=True)
class Limit:
    """A live training passes by its ratio, or by the seconds it adds."""

    ratio: float
    extra_s: float


ENSEMBLE, OTHER = Limit(1.10, 0.3), Limit(1.5, 0.5)
LIMITS = dict.fromkeys(
    (
        "ada_boost",
        "bagging",
        "decision_tree",
        "extra_trees",
        "gradient_boosting",
        "hist_gradient_boosting",
        "isolation_forest",
        "lightgbm",
        "random_forest",
        "xgboost",
    ),
    ENSEMBLE,
)


ROWS = {"gaussian_process": 700}
"""Models whose time grows with the cube of the rows are measured on fewer; the ratio is what counts."""
SEASON, HORIZON = 24, 24
"""Of the series that forecasters are measured on."""
SLOW_S = 5.0
"""A model that takes longer is measured once."""


def make_data(task: LearningTask, n_samples: int = N_SAMPLES) -> TrainingData:
    X, y = _rows(task, n_samples)
    n_train = round(n_samples * (1 - VALIDATION))
    return TrainingData(
        task=task,
        X_train=X[:n_train],
        y_train=y[:n_train],
        X_validation=X[n_train:],
        y_validation=y[n_train:],
        n_classes=3 if task is LearningTask.CLASSIFICATION else 0,
    )


def _rows(task: LearningTask, n_samples: int) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    from sklearn.datasets import make_blobs, make_classification, make_regression

    if task is LearningTask.CLASSIFICATION:
        return make_classification(n_samples, N_FEATURES, n_informative=10, n_classes=3, random_state=SEED)
    if task is LearningTask.REGRESSION:
        X, y = make_regression(n_samples, N_FEATURES, n_informative=10, noise=20.0, random_state=SEED)
        return X, y - y.min()  # some models take no target below zero
    if task is LearningTask.FORECASTING:
        hours = np.arange(n_samples)
        noise = np.random.default_rng(SEED).normal(size=n_samples)
        return hours[:, None] * 1.0, 50 + 0.001 * hours + 10 * np.sin(2 * np.pi * hours / SEASON) + noise
    X, _ = make_blobs(n_samples, N_FEATURES, centers=8, cluster_std=6.0, random_state=SEED)
    return (X - X.mean(axis=0)) / X.std(axis=0), np.zeros(n_samples, dtype=np.intp)


def build(spec: ModelSpec, task: LearningTask) -> Any:
    estimator = spec.build(spec.params(), task, SEED, N_JOBS)
    return estimator.set_params(horizon=HORIZON, season=SEASON) if task is LearningTask.FORECASTING else estimator


def score(data: TrainingData, outputs: Outputs) -> dict[str, float]:
    return score_outputs(
        Predictions(task=data.task, y_true=outputs.y_true, y_out=outputs.y_out, n_classes=data.n_classes, X=outputs.X)
    )


def run_live(spec: ModelSpec, data: TrainingData) -> int:
    """Train with every score at every point; the number of points."""
    trainer = spec.trainer(build(spec, data.task), data)
    n_scored = 0

    def count_and_score(outputs: Outputs) -> dict[str, float]:
        nonlocal n_scored
        n_scored += 1
        return score(data, outputs)

    train(trainer, count_and_score)
    trainer.estimator()
    return n_scored // 2


def run_plain(spec: ModelSpec, data: TrainingData) -> None:
    estimator = build(spec, data.task).fit(data.X_train, data.y_train)
    for split in (Split.TRAIN, Split.VALIDATION):
        score(data, _plain_outputs(estimator, data, split))


def _plain_outputs(estimator: Any, data: TrainingData, split: Split) -> Outputs:
    X, y_true = (data.X_train, data.y_train) if split is Split.TRAIN else (data.X_validation, data.y_validation)
    match data.task:
        case LearningTask.CLASSIFICATION:
            return Outputs(y_true=y_true, y_out=estimator.predict_proba(X))
        case LearningTask.REGRESSION:
            return Outputs(y_true=y_true, y_out=estimator.predict(X))
        case LearningTask.CLUSTERING:
            return Outputs(y_true=y_true, y_out=cluster_outputs(estimator, X, data.X_train.mean(axis=0)), X=X)
        case LearningTask.ANOMALY_DETECTION:
            return Outputs(y_true=y_true, y_out=anomaly_outputs(estimator, X, made_up_rows(X, data.X_train)), X=X)
        case LearningTask.FORECASTING:
            return _forecasts(estimator, data, split)


def _forecasts(estimator: Any, data: TrainingData, split: Split) -> Outputs:
    """From rolling origins in the validation part, or in an equally long end of the training part."""
    X, y = np.vstack([data.X_train, data.X_validation]), np.concatenate([data.y_train, data.y_validation])
    start = len(data.y_train) - (len(data.y_validation) if split is Split.TRAIN else 0)
    origins = choose_origins(start, start + len(data.y_validation), HORIZON)
    y_out = forecast_outputs(estimator, origins, X, y, seasonal_scale(data.y_train, SEASON))
    return Outputs(y_true=y[origins[:, None] + np.arange(HORIZON)], y_out=y_out)


def seconds(call: Callable[[], object]) -> tuple[float, float]:
    """Wall-clock and processor seconds; the latter tell a dear method from a busy machine."""
    wall, cpu = time.perf_counter(), time.process_time()
    call()
    return time.perf_counter() - wall, time.process_time() - cpu


def measure(spec: ModelSpec, task: LearningTask) -> dict[str, Any]:
    """Plain and live in turn, so that a busy machine hits both alike."""
    data = make_data(task, ROWS.get(spec.key, N_SAMPLES))
    n_points: list[int] = []
    first = seconds(lambda: run_plain(spec, data))
    if first[0] < SLOW_S:
        n_points.append(run_live(spec, data))
    plain, live = [], []
    for _ in range(N_REPEATS if n_points else 1):
        plain.append(seconds(lambda: run_plain(spec, data)))
        live.append(seconds(lambda: n_points.append(run_live(spec, data))))
    plain_s, plain_cpu_s = map(statistics.median, zip(*plain, strict=True))
    live_s, live_cpu_s = map(statistics.median, zip(*live, strict=True))
    limit = LIMITS.get(spec.key, OTHER)
    return {
        "name": f"live {spec.key} {task}",
        "value": round(live_s / plain_s, 3),
        "limit": limit.ratio,
        "unit": f"times a plain fit, or +{limit.extra_s} s",
        "passed": live_s <= limit.ratio * plain_s or live_s - plain_s <= limit.extra_s,
        "plain_s": round(plain_s, 3),
        "live_s": round(live_s, 3),
        "cpu_ratio": round(live_cpu_s / plain_cpu_s, 3),
        "n_points": n_points[-1],
    }


def run() -> list[dict[str, Any]]:
    """The ratio of every model and task."""
    return list(measured())


def measured(keys: tuple[str, ...] = ()) -> Iterator[dict[str, Any]]:
    """The ratio of every model and task, or of the models ``keys``, one after the other."""
    use_one_blas_thread()  # as in a worker
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a plain fit of the perceptron says that it used all its epochs
        for spec in MODELS.values():
            if (not keys or spec.key in keys) and not spec.combines_runs:
                yield from (measure(spec, task) for task in sorted(spec.tasks))


def main() -> int:
    print(f"{'model and task':48} {'plain s':>8} {'live s':>8} {'ratio':>6} {'limit':>6} {'cpu':>6} {'points':>6}")
    has_passed = True
    for row in measured(tuple(sys.argv[1:])):
        has_passed = has_passed and row["passed"]
        print(
            f"{row['name']:48} {row['plain_s']:8.3f} {row['live_s']:8.3f} {row['value']:6.2f} {row['limit']:6.2f} "
            f"{row['cpu_ratio']:6.2f} {row['n_points']:6} {'ok' if row['passed'] else 'MISSED'}",
            flush=True,
        )
    return 0 if has_passed else 1


if __name__ == "__main__":
    sys.exit(main())
