import json

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from core.errors import NotFound
from core.types import LearningTask
from evaluation.charts import roc
from evaluation.curves import downsample
from evaluation.drawing import draw_chart
from evaluation.registry import charts_for
from evaluation.spec import Predictions


def make_binary(n: int = 400) -> Predictions:
    rng = np.random.default_rng(0)
    p = rng.random(n).round(2)  # with ties
    y_true = (rng.random(n) < p).astype(int)
    return Predictions(task=LearningTask.CLASSIFICATION, y_true=y_true, y_out=np.column_stack([1 - p, p]), n_classes=2)


def test_short_curve_stays_as_it_is() -> None:
    steps, values = downsample([1, 2, 3], [5.0, 4.0, 3.0], max_points=3)
    assert (steps.tolist(), values.tolist()) == ([1, 2, 3], [5, 4, 3])


def test_long_curve_keeps_its_ends_and_a_lonely_peak() -> None:
    values = np.zeros(100_000)
    values[45_678] = 1.0
    steps, kept = downsample(np.arange(100_000), values, max_points=200)
    assert len(steps) == len(kept) == 200
    assert (steps[0], steps[-1]) == (0, 99_999)
    assert steps[kept == 1.0].tolist() == [45_678]
    assert (np.diff(steps) > 0).all()


def test_one_million_points_are_reduced_with_gaps_left_out() -> None:
    values = np.sin(np.linspace(0, 20, 1_000_000))
    values[::3] = np.nan
    steps, kept = downsample(np.arange(1_000_000), values)
    assert len(steps) == 1_000
    assert np.isfinite(kept[1:-1]).all()


@pytest.mark.parametrize(("steps", "values", "most"), [([1, 2], [1.0], 10), ([1, 2], [1.0, 2.0], 2)])
def test_what_is_no_curve_is_refused(steps: list[int], values: list[float], most: int) -> None:
    with pytest.raises(ValueError, match=r"one curve|at least 3"):
        downsample(steps, values, most)


def test_confusion_matrix_counts_rows_and_names_the_worst_confusion() -> None:
    predictions = Predictions(
        task=LearningTask.CLASSIFICATION,
        y_true=np.array([0, 0, 0, 1]),
        y_out=np.array([[1, 0], [0, 1], [0, 1], [0, 1]], dtype=float),
        n_classes=2,
    )
    chart = draw_chart("confusion_matrix", predictions, ["no", "yes"])
    assert chart.table == [
        {"true": "no", "predicted": "no", "count": 1, "share": 1 / 3, "share_of_predicted": 1.0},
        {"true": "no", "predicted": "yes", "count": 2, "share": 2 / 3, "share_of_predicted": 2 / 3},
        {"true": "yes", "predicted": "no", "count": 0, "share": 0.0, "share_of_predicted": 0.0},
        {"true": "yes", "predicted": "yes", "count": 1, "share": 1.0, "share_of_predicted": 1 / 3},
    ]
    assert chart.alt == ("Confusion matrix of 4 rows: 2 are right. Most often confused: no taken for yes, 2 times.")
    assert chart.figure["data"][0]["z"] == [[1 / 3, 2 / 3], [0.0, 1.0]]


def test_roc_agrees_with_the_reference_library() -> None:
    predictions = make_binary()
    table = roc.data(predictions, ["a", "b"])
    # The same trapezoids, summed in another order.
    assert table[0]["area"] == pytest.approx(roc_auc_score(predictions.y_true, predictions.y_out[:, 1]), rel=1e-12)
    assert (table[0]["false_positive_rate"], table[0]["true_positive_rate"]) == (0, 0)
    assert (table[-1]["false_positive_rate"], table[-1]["true_positive_rate"]) == (1, 1)


def test_regression_chart_shows_at_most_a_thousand_rows_with_the_extremes() -> None:
    y_true = np.random.default_rng(0).normal(size=5_000)
    chart = draw_chart(
        "predicted_against_truth", Predictions(task=LearningTask.REGRESSION, y_true=y_true, y_out=y_true + 1)
    )
    assert len(chart.table) == 1_000
    assert chart.table[0]["true"] == y_true.min()
    assert chart.table[-1]["true"] == y_true.max()
    assert "off by 1 on average" in chart.alt


def test_each_chart_is_plain_json_with_title_axes_and_words() -> None:
    numbers = Predictions(task=LearningTask.REGRESSION, y_true=np.arange(5.0), y_out=np.arange(5.0))
    for predictions in (make_binary(), numbers):
        for spec in charts_for(predictions.task, n_classes=predictions.n_classes):
            chart = draw_chart(spec.key, predictions, ["a", "b"])
            layout = json.loads(json.dumps(chart.figure))["layout"]
            assert layout["title"]["text"]
            assert layout["xaxis"]["title"]["text"]
            assert layout["yaxis"]["title"]["text"]
            assert json.loads(json.dumps(chart.table)) == chart.table
            assert chart.alt
            assert chart.explanation


def test_the_same_charts_are_offered_for_two_classes_and_for_more() -> None:
    keys = {n: [spec.key for spec in charts_for(LearningTask.CLASSIFICATION, n_classes=n)] for n in (2, 3)}
    assert keys[2] == keys[3]
    assert {"calibration", "confusion_matrix", "cumulative_gain", "lift", "precision_recall", "roc"} <= set(keys[2])


def test_unknown_chart_names_a_close_one() -> None:
    with pytest.raises(NotFound) as caught:
        draw_chart("rocc", make_binary())
    assert caught.value.hint == "Did you mean roc?"
