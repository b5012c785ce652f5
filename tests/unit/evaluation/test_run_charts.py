"""The tables behind the charts of runs, against the reference library and counting by hand."""

import json

import numpy as np
import pytest
from sklearn import metrics as reference
from sklearn.calibration import calibration_curve

from core.types import LearningTask
from evaluation.charting import MOST_CLASSES, by_class
from evaluation.charts import confusion_matrix
from evaluation.charts.confusion_matrix import MOST_CLASSES as MOST_IN_MATRIX
from evaluation.charts.confusion_matrix import OTHERS
from evaluation.drawing import Chart, draw_chart
from evaluation.registry import charts_for
from evaluation.spec import Predictions


def make_classes(n_classes: int, n: int = 800, *, seed: int = 0) -> tuple[Predictions, list[str]]:
    rng = np.random.default_rng(seed)
    y_out = rng.dirichlet(np.ones(n_classes), n)
    y_true = np.where(rng.random(n) < 0.5, y_out.argmax(axis=1), rng.integers(n_classes, size=n))
    labels = [f"class {code}" for code in range(n_classes)]
    return Predictions(task=LearningTask.CLASSIFICATION, y_true=y_true, y_out=y_out, n_classes=n_classes), labels


def make_numbers(n: int = 800) -> Predictions:
    rng = np.random.default_rng(1)
    y_true = rng.normal(10, 3, n)
    return Predictions(task=LearningTask.REGRESSION, y_true=y_true, y_out=y_true + rng.normal(0, 1, n))


def drawn(key: str, n_classes: int) -> tuple[Chart, Predictions]:
    predictions, labels = make_classes(n_classes)
    return draw_chart(key, predictions, labels), predictions


@pytest.mark.parametrize("n_classes", [2, 4])
@pytest.mark.parametrize(
    ("key", "score"), [("roc", reference.roc_auc_score), ("precision_recall", reference.average_precision_score)]
)
def test_areas_of_each_class_agree_with_the_reference_library(key: str, score: object, n_classes: int) -> None:
    chart, predictions = drawn(key, n_classes)
    groups = by_class(chart.table)
    assert list(groups) == (["class 1"] if n_classes == 2 else [f"class {code}" for code in range(n_classes)])
    for label, rows in groups.items():
        code = int(label.split()[1])
        expected = score(predictions.y_true == code, predictions.y_out[:, code])  # type: ignore[operator]
        assert rows[0]["area"] == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("key", ["roc", "precision_recall"])
def test_the_operating_point_of_two_classes_is_that_of_the_predictions(key: str) -> None:
    chart, predictions = drawn(key, 2)
    (usual,) = [row for row in chart.table if row["is_usual_threshold"]]
    if key == "roc":
        negative = predictions.y_true == 0
        assert usual["true_positive_rate"] == reference.recall_score(predictions.y_true, predictions.y_pred)
        assert usual["false_positive_rate"] == (predictions.y_pred[negative] == 1).mean()
    else:
        assert usual["recall"] == reference.recall_score(predictions.y_true, predictions.y_pred)
        assert usual["precision"] == reference.precision_score(predictions.y_true, predictions.y_pred)
    assert "Threshold 0.5" in [trace["name"] for trace in chart.figure["data"]]
    many, _ = drawn(key, 3)
    assert not any(row["is_usual_threshold"] for row in many.table)


def test_calibration_agrees_with_the_reference_library() -> None:
    chart, predictions = drawn("calibration", 2)
    observed, stated = calibration_curve(predictions.y_true, predictions.y_out[:, 1], n_bins=10)
    np.testing.assert_allclose([row["observed_share"] for row in chart.table], observed)
    np.testing.assert_allclose([row["mean_probability"] for row in chart.table], stated)
    assert sum(row["rows"] for row in chart.table) == predictions.n_samples
    brier = reference.brier_score_loss(predictions.y_true, predictions.y_out[:, 1])
    assert chart.table[0]["brier"] == pytest.approx(brier)
    assert all(row["low"] <= row["observed_share"] <= row["high"] for row in chart.table)


def test_gain_and_lift_say_what_calling_the_likeliest_rows_brings() -> None:
    gain, predictions = drawn("cumulative_gain", 2)
    lift, _ = drawn("lift", 2)
    y_prob, is_case = predictions.y_out[:, 1], predictions.y_true == 1
    for row in (*gain.table[5::50], *lift.table[5::50]):
        called = y_prob > row["threshold"]
        assert row["called"] == pytest.approx(called.mean())
        found = is_case[called].sum() / is_case.sum()
        assert row.get("found", found) == pytest.approx(found)
        assert row.get("lift", found / called.mean()) == pytest.approx(found / called.mean())
    assert (gain.table[0]["found"], gain.table[-1]["found"]) == (0, 1)
    assert lift.table[-1]["lift"] == pytest.approx(1)
    assert min(row["called"] for row in lift.table) >= 0.01


def test_probabilities_of_both_classes_are_counted_in_bins() -> None:
    chart, predictions = drawn("score_distribution", 2)
    for label, rows in by_class(chart.table).items():
        of_class = predictions.y_out[predictions.y_true == int(label.split()[1]), 1]
        expected, _ = np.histogram(of_class, np.linspace(0, 1, 21))
        assert [row["rows"] for row in rows] == expected.tolist()
        assert sum(row["share"] for row in rows) == pytest.approx(1)


def test_of_many_classes_the_frequent_ones_are_shown_and_the_matrix_joins_the_rest() -> None:
    predictions, labels = make_classes(60, 2_000)
    for key in ("roc", "calibration", "lift"):
        assert len(by_class(draw_chart(key, predictions, labels).table)) == MOST_CLASSES
    chart = draw_chart("confusion_matrix", predictions, labels)
    names = list(dict.fromkeys(row["true"] for row in chart.table))
    assert (len(names), names[-1]) == (MOST_IN_MATRIX, OTHERS)
    assert sum(row["count"] for row in chart.table) == 2_000
    right = sum(row["count"] for row in chart.table if row["true"] == row["predicted"] != OTHERS)
    shown = [labels.index(name) for name in names[:-1]]
    assert right == sum(((predictions.y_true == code) & (predictions.y_pred == code)).sum() for code in shown)


def test_the_matrix_is_drawn_as_shares_or_counts_with_a_marker_on_each_cell() -> None:
    chart, _ = drawn("confusion_matrix", 3)
    for measure in ("share", "share_of_predicted", "count"):
        heat, cells = confusion_matrix.draw(chart.table, measure)["data"]
        assert heat["z"] == [[row[measure] for row in chart.table[start : start + 3]] for start in (0, 3, 6)]
        assert list(zip(cells["y"], cells["x"], strict=True)) == [(r["true"], r["predicted"]) for r in chart.table]


def test_residuals_and_their_quantiles_are_those_of_the_rows() -> None:
    predictions = make_numbers()
    residual = predictions.y_true - predictions.y_out
    cloud = draw_chart("residuals", predictions)
    assert len(cloud.table) == 800
    assert {round(row["residual"], 9) for row in cloud.table} == {round(float(value), 9) for value in residual}
    bars = draw_chart("residual_distribution", predictions).table
    assert sum(row["rows"] for row in bars) == 800
    # The bell ends where the bars do: half a per cent of the rows is beyond either end.
    assert sum(row["normal"] for row in bars) == pytest.approx(800, rel=0.03)
    quantiles = draw_chart("error_quantiles", predictions).table
    assert quantiles[90]["error"] == pytest.approx(np.quantile(np.abs(residual), 0.9))
    assert quantiles[-1]["error"] == np.abs(residual).max()


@pytest.mark.parametrize("n_classes", [2, 9])
def test_no_chart_of_many_rows_is_heavy(n_classes: int) -> None:
    predictions, labels = make_classes(n_classes, 30_000)
    for spec in charts_for(LearningTask.CLASSIFICATION, n_classes=n_classes):
        chart = draw_chart(spec.key, predictions, labels)
        assert len(json.dumps([chart.figure, chart.table])) < 300_000, spec.key


def test_rows_of_one_class_or_one_value_can_be_drawn() -> None:
    one = Predictions(
        task=LearningTask.CLASSIFICATION, y_true=np.ones(5, dtype=int), y_out=np.tile([0.3, 0.7], (5, 1)), n_classes=2
    )
    perfect = Predictions(task=LearningTask.REGRESSION, y_true=np.arange(3.0), y_out=np.arange(3.0))
    for predictions in (one, perfect):
        for spec in charts_for(predictions.task, n_classes=predictions.n_classes):
            chart = draw_chart(spec.key, predictions, ["no", "yes"])
            json.dumps([chart.figure, chart.table], allow_nan=False)
            assert chart.alt


def test_series_are_told_apart_without_colour() -> None:
    predictions, labels = make_classes(6)
    for key in ("roc", "precision_recall", "cumulative_gain", "lift"):
        traces = draw_chart(key, predictions, labels).figure["data"]
        dashes = [trace["line"]["dash"] for trace in traces if trace["name"].startswith("class")]
        assert len(set(dashes)) == len(dashes) == 6
