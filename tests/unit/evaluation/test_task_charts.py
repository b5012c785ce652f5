"""Charts of clustering, anomaly detection and forecasting."""

import json
from typing import Any

import numpy as np
import pytest

from core.outputs import AnomalyOut, ClusterOut, ForecastOut
from core.types import LearningTask
from evaluation.charts import (
    anomalous_rows,
    anomaly_scores,
    cluster_profiles,
    cluster_sizes,
    forecast_over_time,
    horizon_error,
)
from evaluation.forecasts import newest
from evaluation.registry import charts_for
from tests.contract.test_task_metrics import MAKERS, make_anomalies, make_clusters, make_forecasts

EACH = [pytest.param(task, spec, id=spec.key) for task in MAKERS for spec in charts_for(task)]


def test_anomaly_scores_that_differ_by_rounding_alone_have_a_histogram() -> None:
    predictions = make_anomalies()
    scores = np.full(len(predictions.y_out), 3.0)
    scores[0] = np.nextafter(3.0, 4.0)
    predictions.y_out[:, AnomalyOut.SCORE] = scores
    table = anomaly_scores.data(predictions, [])
    assert sum(row["normal"] + row["flagged"] for row in table) == len(scores)
    assert table[0]["low"] < 3.0 < table[-1]["high"]


@pytest.mark.parametrize(("task", "spec"), EACH)
def test_each_chart_is_plain_json_with_title_axes_and_words(task: LearningTask, spec: Any) -> None:
    table = spec.data(MAKERS[task](), ["x", "y", "z"])
    figure = spec.draw(table)
    layout = json.loads(json.dumps(figure, allow_nan=False))["layout"]
    assert layout["title"]["text"]
    assert layout["xaxis"]["title"]["text"]
    assert layout["yaxis"]["title"]["text"]
    assert json.loads(json.dumps(table, allow_nan=False)) == table
    assert table
    assert len(spec.alt(table)) > 20
    assert len(spec.explanation) > 20


@pytest.mark.parametrize("spec", charts_for(LearningTask.CLUSTERING), ids=lambda spec: spec.key)
@pytest.mark.parametrize("kind", ["noise only", "one cluster"])
def test_charts_of_no_structure_can_still_be_drawn(spec: Any, kind: str) -> None:
    predictions = make_clusters(n_clusters=1)
    if kind == "noise only":
        predictions.y_out[:, ClusterOut.CLUSTER] = -1
    table = spec.data(predictions, [])
    json.dumps(spec.draw(table), allow_nan=False)
    assert spec.alt(table)


def test_sizes_name_what_most_rows_of_a_cluster_are() -> None:
    table = cluster_sizes.data(make_clusters(noise=10), ["x", "y", "z"])
    assert [row["cluster"] for row in table] == ["Cluster 1", "Cluster 2", "Cluster 3", "Noise"]
    assert sum(row["rows"] for row in table) == 300
    assert [row["mostly"] for row in table[:3]] == ["x", "y", "z"]


def test_profiles_are_means_in_deviations_of_all_rows() -> None:
    predictions = make_clusters()
    assert predictions.X is not None
    scaled = (predictions.X - predictions.X.mean(axis=0)) / predictions.X.std(axis=0)
    inside = predictions.y_out[:, ClusterOut.CLUSTER] == 1
    found = {
        row["column"]: row["mean"] for row in cluster_profiles.data(predictions, []) if row["cluster"] == "Cluster 2"
    }
    np.testing.assert_allclose([found[name] for name in "abc"], scaled[inside].mean(axis=0), rtol=1e-12)


def test_the_oddest_row_stands_first_with_the_column_that_makes_it_odd() -> None:
    predictions = make_anomalies()
    assert predictions.X is not None
    predictions.X[17, 2] = 50.0
    predictions.y_out[17, AnomalyOut.SCORE] = 99.0
    first = [row for row in anomalous_rows.data(predictions, []) if row["place"] == 1]
    assert max(first, key=lambda row: row["distance"])["column"] == "c"
    assert "stands out most in c" in anomalous_rows.alt(anomalous_rows.data(predictions, []))


def test_each_moment_is_drawn_once_by_its_newest_forecast() -> None:
    predictions = make_forecasts()
    assert newest(predictions)[:4] == [(0, 0), (0, 1), (0, 2), (1, 0)]
    table = forecast_over_time.data(predictions, [])
    moments = [row["moment"] for row in table]
    assert moments == sorted(set(moments))
    assert moments[0] == "2023-11-14T22:13:20"
    by_moment = {row["moment"]: row["truth"] for row in table}
    assert None not in [by_moment[moment] for moment in moments[:6]]


def test_error_by_steps_ahead_leaves_unknown_truths_out() -> None:
    predictions = make_forecasts()
    table = horizon_error.data(predictions, [])
    assert [row["origins"] for row in table] == [12, 12, 12, 11, 12]
    errors = np.abs(predictions.y_true - predictions.y_out[:, :, ForecastOut.VALUE])
    np.testing.assert_allclose([row["error"] for row in table], np.nanmean(errors, axis=0), rtol=1e-12)
