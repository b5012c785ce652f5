"""What the metrics of clustering, anomaly detection and forecasting promise: reference values, worst and best cases."""

from typing import Any

import numpy as np
import pytest
from sklearn import metrics as reference

from core.outputs import AnomalyOut, ClusterOut, ForecastOut
from core.types import SUPERVISED, Direction, LearningTask
from evaluation.registry import METRICS, metrics_for, primary_metric
from evaluation.resampling import bootstrap_replicates
from evaluation.scoring import score_all, score_outputs
from evaluation.spec import Predictions

TOLERANCE = 1e-9
"""Sums of a few hundred doubles in another order, differences of squares among them."""
N = 300
TASKS = sorted(set(LearningTask) - SUPERVISED)


def make_clusters(*, n_clusters: int = 3, seed: int = 0, noise: int = 0, reference_: bool = True) -> Predictions:
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(N, 3)) + 3 * np.eye(3)[np.arange(N) % 3]
    labels = rng.integers(n_clusters, size=N) if n_clusters != 3 else (np.arange(N) % 3 + (rng.random(N) < 0.2)) % 3
    labels[:noise] = -1
    centres = np.array([X[labels == name].mean(axis=0) for name in range(n_clusters)])
    out = np.empty((N, len(ClusterOut)))
    out[:, ClusterOut.CLUSTER] = labels
    out[:, ClusterOut.WHOLE] = ((X - X.mean(axis=0)) ** 2).sum(axis=1)
    out[:, ClusterOut.OWN] = np.where(
        labels < 0, out[:, ClusterOut.WHOLE], ((X - centres[np.maximum(labels, 0)]) ** 2).sum(axis=1)
    )
    return Predictions(
        task=LearningTask.CLUSTERING,
        y_true=np.arange(N) % 3 if reference_ else np.zeros(N, dtype=int),
        y_out=out,
        n_classes=3 if reference_ else 0,
        X=X,
        columns=("a", "b", "c"),
    )


def make_anomalies(*, reference_: bool = True, seed: int = 0) -> Predictions:
    rng = np.random.default_rng(seed)
    is_odd = np.arange(N) % 10 == 0
    out = np.empty((N, len(AnomalyOut)))
    out[:, AnomalyOut.THRESHOLD] = 1.5
    out[:, AnomalyOut.SCORE] = rng.normal(size=N) + 2 * is_odd
    out[:, AnomalyOut.MADE_UP] = rng.random(N) / 2
    return Predictions(
        task=LearningTask.ANOMALY_DETECTION,
        y_true=is_odd.astype(int) if reference_ else np.zeros(N, dtype=int),
        y_out=out,
        n_classes=2 if reference_ else 0,
        X=rng.normal(size=(N, 4)),
        columns=("a", "b", "c", "d"),
    )


def make_forecasts(*, seed: int = 0, n_origins: int = 12, horizon: int = 5) -> Predictions:
    rng = np.random.default_rng(seed)
    y_true = 100 + rng.normal(size=(n_origins, horizon)) * 5
    y_true[2, 3] = np.nan
    out = np.empty((n_origins, horizon, len(ForecastOut)))
    out[:, :, ForecastOut.VALUE] = np.nan_to_num(y_true, nan=100) + rng.normal(size=(n_origins, horizon)) * 2
    out[:, :, ForecastOut.LOW] = out[:, :, ForecastOut.VALUE] - 2.5
    out[:, :, ForecastOut.HIGH] = out[:, :, ForecastOut.VALUE] + 2.5
    out[:, :, ForecastOut.SCALE] = 4.0
    moments = 1_700_000_000 + 86_400.0 * (np.arange(n_origins)[:, None] * 3 + np.arange(horizon))
    return Predictions(task=LearningTask.FORECASTING, y_true=y_true, y_out=out, X=moments, columns=("datetime",))


MAKERS = {
    LearningTask.CLUSTERING: make_clusters,
    LearningTask.ANOMALY_DETECTION: make_anomalies,
    LearningTask.FORECASTING: make_forecasts,
}


def drawn(predictions: Predictions, seed: int = 1) -> tuple[Any, Any]:
    """Weights as a bootstrap draws them, and the same rows repeated."""
    n = predictions.n_samples
    rows = np.random.default_rng(seed).integers(n, size=n)
    return np.bincount(rows, minlength=n)[None, :].astype(float), rows


def reference_scores(p: Predictions, rows: Any) -> dict[str, float]:
    if p.task is LearningTask.CLUSTERING:
        assert p.X is not None
        X, labels, y = p.X[rows], p.y_out[rows, ClusterOut.CLUSTER], p.y_true[rows]
        return {
            "davies_bouldin": reference.davies_bouldin_score(X, labels),
            "calinski_harabasz": reference.calinski_harabasz_score(X, labels),
            "adjusted_rand": reference.adjusted_rand_score(y, labels),
            "mutual_information": reference.normalized_mutual_info_score(y, labels),
            "in_clusters": float(np.mean(labels >= 0)),
            "loss": p.y_out[rows, ClusterOut.OWN].sum() / p.y_out[rows, ClusterOut.WHOLE].sum(),
        }
    if p.task is LearningTask.ANOMALY_DETECTION:
        scores, y = p.y_out[rows, AnomalyOut.SCORE], p.y_true[rows]
        flags = scores > p.y_out[rows, AnomalyOut.THRESHOLD]
        return {
            "roc_auc": reference.roc_auc_score(y, scores),
            "average_precision": reference.average_precision_score(y, scores),
            "flagged_precision": reference.precision_score(y, flags),
            "flagged_recall": reference.recall_score(y, flags),
            "flagged_share": float(flags.mean()),
            "told_apart": 1 - p.y_out[rows, AnomalyOut.MADE_UP].mean(),
            "loss": p.y_out[rows, AnomalyOut.MADE_UP].mean(),
        }
    y, value = p.y_true[rows].ravel(), p.y_out[rows, :, ForecastOut.VALUE].ravel()
    low, high = (p.y_out[rows, :, end].ravel() for end in (ForecastOut.LOW, ForecastOut.HIGH))
    known = ~np.isnan(y)
    y, value, low, high = y[known], value[known], low[known], high[known]
    return {
        "forecast_mae": reference.mean_absolute_error(y, value),
        "forecast_rmse": reference.root_mean_squared_error(y, value),
        "forecast_smape": float(np.mean(2 * np.abs(y - value) / (np.abs(y) + np.abs(value)))),
        "mase": reference.mean_absolute_error(y, value) / 4,
        "loss": reference.mean_squared_error(y, value) / 16,
        "interval_coverage": float(np.mean((y >= low) & (y <= high))),
        "interval_width": 5.0,
    }


@pytest.mark.parametrize("task", TASKS)
def test_scores_agree_with_the_reference_plain_and_weighted(task: LearningTask) -> None:
    predictions = MAKERS[task]()
    weights, rows = drawn(predictions)
    for weighting, chosen in ((np.ones_like(weights), np.arange(predictions.n_samples)), (weights, rows)):
        for key, expected in reference_scores(predictions, chosen).items():
            found = METRICS[key].score(predictions, weighting)[0]
            assert found == pytest.approx(expected, rel=TOLERANCE), key


def test_silhouettes_agree_with_the_reference_and_count_noise_as_zero() -> None:
    plain, noisy = make_clusters(), make_clusters(noise=40)
    assert plain.X is not None
    labels = plain.y_out[:, ClusterOut.CLUSTER]
    assert score_all(plain)["silhouette"] == pytest.approx(reference.silhouette_score(plain.X, labels), rel=TOLERANCE)
    inside = noisy.y_out[:, ClusterOut.CLUSTER] >= 0
    assert noisy.X is not None
    expected = reference.silhouette_score(noisy.X[inside], noisy.y_out[inside, ClusterOut.CLUSTER]) * inside.mean()
    assert score_all(noisy)["silhouette"] == pytest.approx(expected, rel=TOLERANCE)


@pytest.mark.parametrize("task", TASKS)
def test_every_metric_has_a_value_and_an_interval(task: LearningTask) -> None:
    predictions = MAKERS[task]()
    scores = score_all(predictions)
    assert set(scores) == {spec.key for spec in metrics_for(task)}
    assert primary_metric(task).is_live
    replicates = bootstrap_replicates(predictions, tuple(scores), seed_text="seed", n_resamples=200)
    for key, values in replicates.items():
        assert len(values) == 200
        assert np.isfinite(values).all(), key
        assert values.min() <= scores[key] <= values.max(), key


@pytest.mark.parametrize("make", [make_clusters, make_anomalies])
def test_scores_that_need_a_reference_are_left_out_without_one(make: Any) -> None:
    judged, plain = score_all(make()), score_all(make(reference_=False))
    lost = set(judged) - set(plain)
    assert lost in (
        {"adjusted_rand", "mutual_information"},
        {"roc_auc", "average_precision", "flagged_precision", "flagged_recall"},
    )
    assert {key: judged[key] for key in plain} == plain
    assert set(score_outputs(make(reference_=False))) <= set(plain)


def test_one_single_cluster_scores_as_nothing_found() -> None:
    scores = score_all(make_clusters(n_clusters=1))
    assert (scores["silhouette"], scores["calinski_harabasz"], scores["davies_bouldin"]) == (0, 0, 10)
    assert scores["loss"] == pytest.approx(1, rel=TOLERANCE)
    assert (scores["adjusted_rand"], scores["mutual_information"]) == (0, 0)


def test_perfect_outputs_score_best() -> None:
    clusters, forecasts = make_clusters(), make_forecasts()
    clusters.y_out[:, ClusterOut.CLUSTER] = clusters.y_true
    scores = score_all(clusters)
    assert scores["adjusted_rand"] == pytest.approx(1, rel=TOLERANCE)
    assert scores["mutual_information"] == pytest.approx(1, rel=TOLERANCE)
    forecasts.y_out[:, :, ForecastOut.VALUE] = np.nan_to_num(forecasts.y_true)
    scores = score_all(forecasts)
    assert {scores[key] for key in ("loss", "mase", "forecast_mae", "forecast_rmse", "forecast_smape")} == {0.0}


@pytest.mark.parametrize("task", TASKS)
def test_every_metric_of_the_task_explains_itself_and_names_its_source(task: LearningTask) -> None:
    for spec in metrics_for(task):
        assert len(spec.explanation) > 20, spec.key
        assert spec.direction in Direction
        if spec.key != "loss":
            assert spec.source, spec.key
