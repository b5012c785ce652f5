"""What every metric promises: hand values, the best and the worst case, and agreement with scikit-learn."""

import numpy as np
import pytest
from sklearn import metrics as reference

from core.types import SUPERVISED, Direction, LearningTask
from evaluation.quantiles import weighted_median
from evaluation.registry import METRICS, primary_metric
from evaluation.scoring import defined_metrics, score_all, score_outputs
from evaluation.spec import Predictions

# Sums of a few hundred doubles in another order; R2 subtracts two of them.
TOLERANCE = 1e-12
SMALLEST = 1e-14
"""Sums that cancel to nearly 0, as kappa and the Poisson deviance do, leave the rounding of their terms."""
N = 300


def make_classes(n_classes: int, *, seed: int = 0, n: int = N) -> Predictions:
    rng = np.random.default_rng(seed)
    y_out = rng.dirichlet(np.ones(n_classes), n)
    y_true = np.where(rng.random(n) < 0.5, y_out.argmax(axis=1), rng.integers(n_classes, size=n))
    return Predictions(task=LearningTask.CLASSIFICATION, y_true=y_true, y_out=y_out, n_classes=n_classes)


def make_numbers(*, seed: int = 0, n: int = N) -> Predictions:
    rng = np.random.default_rng(seed)
    y_true = rng.normal(1_000, 50, n)
    return Predictions(task=LearningTask.REGRESSION, y_true=y_true, y_out=y_true + rng.normal(0, 20, n))


def reference_scores(p: Predictions, weights: np.ndarray) -> dict[str, float]:
    if p.task is LearningTask.REGRESSION:
        return {
            "explained_variance": reference.explained_variance_score(p.y_true, p.y_out, sample_weight=weights),
            "loss": reference.mean_squared_error(p.y_true, p.y_out, sample_weight=weights),
            "mape": reference.mean_absolute_percentage_error(p.y_true, p.y_out, sample_weight=weights),
            "max_error": reference.max_error(p.y_true[weights > 0], p.y_out[weights > 0]),
            "median_ae": reference.median_absolute_error(p.y_true, p.y_out, sample_weight=weights),
            "mse": reference.mean_squared_error(p.y_true, p.y_out, sample_weight=weights),
            "poisson_deviance": reference.mean_poisson_deviance(p.y_true, p.y_out, sample_weight=weights),
            "rmsle": reference.root_mean_squared_log_error(p.y_true, p.y_out, sample_weight=weights),
            "smape": np.average(2 * abs(p.y_true - p.y_out) / (abs(p.y_true) + abs(p.y_out)), weights=weights),
            "mae": reference.mean_absolute_error(p.y_true, p.y_out, sample_weight=weights),
            "r2": reference.r2_score(p.y_true, p.y_out, sample_weight=weights),
            "rmse": reference.root_mean_squared_error(p.y_true, p.y_out, sample_weight=weights),
        }
    y_pred = p.y_out.argmax(axis=1)
    facts = {"average": "binary" if p.n_classes == 2 else "macro", "zero_division": 0, "sample_weight": weights}
    scores = {
        "accuracy": reference.accuracy_score(p.y_true, y_pred, sample_weight=weights),
        "brier": reference.brier_score_loss(p.y_true, p.y_out, sample_weight=weights, labels=range(p.n_classes)),
        "calibration_error": gap_in_bins(p, weights),
        "kappa": reference.cohen_kappa_score(p.y_true, y_pred, sample_weight=weights),
        "mcc": reference.matthews_corrcoef(p.y_true, y_pred, sample_weight=weights),
        "f1_weighted": reference.f1_score(p.y_true, y_pred, **(facts | {"average": "weighted"})),
        "log_loss": reference.log_loss(p.y_true, p.y_out, sample_weight=weights, labels=range(p.n_classes)),
        "specificity": share_left_in_peace(p, y_pred, weights),
        "balanced_accuracy": reference.balanced_accuracy_score(p.y_true, y_pred, sample_weight=weights),
        "f1": reference.f1_score(p.y_true, y_pred, **facts),
        "loss": reference.log_loss(p.y_true, p.y_out, sample_weight=weights, labels=range(p.n_classes)),
        "precision": reference.precision_score(p.y_true, y_pred, **facts),
        "recall": reference.recall_score(p.y_true, y_pred, **facts),
    }
    y_score = p.y_out[:, 1] if p.n_classes == 2 else p.y_out
    truth = p.y_true if p.n_classes == 2 else np.eye(p.n_classes)[p.y_true]
    scores["roc_auc"] = reference.roc_auc_score(p.y_true, y_score, multi_class="ovr", sample_weight=weights)
    scores["average_precision"] = reference.average_precision_score(truth, y_score, sample_weight=weights)
    if p.n_classes == 2:
        scores["f1_macro"] = reference.f1_score(p.y_true, y_pred, **(facts | {"average": "macro"}))
    if p.n_classes >= 6:
        labels = range(p.n_classes)
        scores["top_3_accuracy"] = reference.top_k_accuracy_score(
            p.y_true, p.y_out, k=3, sample_weight=weights, labels=labels
        )
    return scores


def gap_in_bins(p: Predictions, weights: np.ndarray) -> float:
    """The calibration error as its definition reads: bin by bin, row by row."""
    if p.n_classes == 2:
        claimed, came_true = p.y_out[:, 1], p.y_true
    else:
        claimed, came_true = p.y_out.max(axis=1), p.y_true == p.y_out.argmax(axis=1)
    gaps = 0.0
    for low in range(10):
        rows = [row for row, value in enumerate(claimed) if low <= value * 10 < low + 1 or (low == 9 and value == 1)]
        gaps += abs(sum(weights[row] * (claimed[row] - came_true[row]) for row in rows))
    return gaps / weights.sum()


def share_left_in_peace(p: Predictions, y_pred: np.ndarray, weights: np.ndarray) -> float:
    counts = reference.multilabel_confusion_matrix(p.y_true, y_pred, sample_weight=weights)
    by_class = counts[:, 0, 0] / (counts[:, 0, 0] + counts[:, 0, 1])
    return by_class[1] if p.n_classes == 2 else by_class.mean()


CASES = [make_classes(2), make_classes(3), make_classes(7), make_numbers()]


@pytest.mark.parametrize("predictions", CASES, ids=["two classes", "three classes", "seven classes", "numbers"])
def test_all_metrics_agree_with_the_reference_library(predictions: Predictions) -> None:
    weightings = np.vstack([np.ones(N), np.random.default_rng(1).integers(0, 4, (3, N))]).astype(float)
    expected = [reference_scores(predictions, weights) for weights in weightings]
    specs = defined_metrics(predictions)
    assert {spec.key for spec in specs} == set(expected[0])
    for spec in specs:
        found = spec.score(predictions, weightings)
        reference_values = [row[spec.key] for row in expected]
        np.testing.assert_allclose(found, reference_values, rtol=TOLERANCE, atol=SMALLEST, err_msg=spec.key)
    assert score_all(predictions) == pytest.approx(expected[0], rel=TOLERANCE, abs=SMALLEST)
    live = {spec.key for spec in specs if spec.is_live}
    assert score_outputs(predictions) == {key: value for key, value in score_all(predictions).items() if key in live}


def test_two_classes_by_hand() -> None:
    y_out = np.array([[0.9, 0.1], [0.4, 0.6], [0.2, 0.8], [0.7, 0.3]])
    predictions = Predictions(task=LearningTask.CLASSIFICATION, y_true=np.array([0, 0, 1, 1]), y_out=y_out, n_classes=2)
    assert score_outputs(predictions) == pytest.approx(
        {
            "accuracy": 0.5,
            "balanced_accuracy": 0.5,
            "f1": 0.5,
            "loss": -np.log([0.9, 0.4, 0.8, 0.3]).mean(),
            "precision": 0.5,
            "recall": 0.5,
        }
    )
    assert score_all(predictions) == pytest.approx(
        score_outputs(predictions)
        | {
            "average_precision": 0.5 * (1 / 1) + 0.5 * (2 / 3),
            "brier": (0.1**2 + 0.6**2 + 0.2**2 + 0.7**2) / 4,
            "calibration_error": (0.1 + 0.6 + 0.2 + 0.7) / 4,
            "f1_macro": 0.5,
            "f1_weighted": 0.5,
            "kappa": 0.0,
            "log_loss": -np.log([0.9, 0.4, 0.8, 0.3]).mean(),
            "mcc": 0.0,
            "roc_auc": 0.75,
            "specificity": 0.5,
        }
    )


def test_numbers_by_hand() -> None:
    predictions = Predictions(
        task=LearningTask.REGRESSION, y_true=np.array([1.0, 2.0, 6.0]), y_out=np.array([1.0, 4.0, 6.0])
    )
    assert score_outputs(predictions) == pytest.approx(
        {"loss": 4 / 3, "mae": 2 / 3, "r2": 1 - 4 / 14, "rmse": (4 / 3) ** 0.5}
    )
    assert score_all(predictions) == pytest.approx(
        score_outputs(predictions)
        | {
            "explained_variance": 1 - (4 / 3 - 4 / 9) / (14 / 3),
            "mape": 1 / 3,
            "max_error": 2.0,
            "median_ae": 0.0,
            "mse": 4 / 3,
            "poisson_deviance": 2 * (2 * np.log(0.5) + 2) / 3,
            "rmsle": (np.log(5 / 3) ** 2 / 3) ** 0.5,
            "smape": 2 / 3 / 3,
        }
    )


@pytest.mark.parametrize("n_classes", [2, 3])
def test_perfect_and_worst_classes(n_classes: int) -> None:
    y_true = np.arange(30) % n_classes
    perfect = np.eye(n_classes)[y_true]
    facts = {"task": LearningTask.CLASSIFICATION, "y_true": y_true, "n_classes": n_classes}
    best = score_outputs(Predictions(y_out=perfect, **facts))
    worst = score_outputs(Predictions(y_out=np.roll(perfect, 1, axis=1), **facts))
    assert best == {key: 0.0 if METRICS[key].direction is Direction.LOWER else 1.0 for key in best}
    assert worst.pop("loss") == pytest.approx(-np.log(np.finfo(float).eps))
    assert set(worst.values()) == {0.0}
    perfect_scores = score_all(Predictions(y_out=perfect, **facts))
    assert perfect_scores == pytest.approx(
        {key: 0.0 if METRICS[key].direction is Direction.LOWER else 1.0 for key in perfect_scores}
    )


def test_perfect_numbers_and_a_constant_target() -> None:
    y_true = np.array([3.0, 4.0, 8.0])
    perfect = Predictions(task=LearningTask.REGRESSION, y_true=y_true, y_out=y_true.copy())
    assert score_outputs(perfect) == {"loss": 0.0, "mae": 0.0, "r2": 1.0, "rmse": 0.0}
    constant = np.full(3, 0.1)
    wrong = Predictions(task=LearningTask.REGRESSION, y_true=constant, y_out=y_true)
    right = Predictions(task=LearningTask.REGRESSION, y_true=constant, y_out=constant.copy())
    assert score_outputs(wrong)["r2"] == 0.0
    assert score_outputs(right)["r2"] == 1.0


def test_class_that_is_never_predicted_counts_as_zero_and_never_present_not_at_all() -> None:
    y_out = np.eye(4)[[0, 0, 1, 1]]
    predictions = Predictions(task=LearningTask.CLASSIFICATION, y_true=np.array([0, 2, 1, 1]), y_out=y_out, n_classes=4)
    found = score_outputs(predictions)
    assert found["precision"] == pytest.approx((0.5 + 1 + 0) / 3)
    assert found["recall"] == pytest.approx((1 + 1 + 0) / 3)


def test_rows_of_one_class_have_no_area_under_a_curve() -> None:
    y_out = np.array([[0.2, 0.8], [0.6, 0.4]])
    facts = {"task": LearningTask.CLASSIFICATION, "y_out": y_out, "n_classes": 2}
    one_class = Predictions(y_true=np.array([1, 1]), **facts)
    assert not {"roc_auc", "average_precision"} & set(score_all(one_class))
    both = Predictions(y_true=np.array([0, 1]), **facts)
    areas = METRICS["roc_auc"].score(both, np.array([[1.0, 1.0], [1.0, 0.0], [0.0, 1.0]]))
    np.testing.assert_array_equal(areas, [0.0, np.nan, np.nan])


def test_tied_probabilities_count_half() -> None:
    y_out = np.column_stack([1 - np.tile([0.3, 0.7], 50), np.tile([0.3, 0.7], 50)])
    y_true = np.random.default_rng(2).integers(0, 2, 100)
    predictions = Predictions(task=LearningTask.CLASSIFICATION, y_true=y_true, y_out=y_out, n_classes=2)
    weights = np.random.default_rng(3).integers(0, 3, (5, 100)).astype(float)
    for key, function in (
        ("roc_auc", reference.roc_auc_score),
        ("average_precision", reference.average_precision_score),
    ):
        expected = [function(y_true, y_out[:, 1], sample_weight=row) for row in weights]
        np.testing.assert_allclose(METRICS[key].score(predictions, weights), expected, rtol=TOLERANCE)


def test_a_class_without_rows_is_left_out_of_the_mean_of_areas() -> None:
    predictions = make_classes(3)
    rows = predictions.y_true != 2
    part = Predictions(
        task=predictions.task, y_true=predictions.y_true[rows], y_out=predictions.y_out[rows], n_classes=3
    )
    by_class = [reference.roc_auc_score(part.y_true == code, part.y_out[:, code]) for code in (0, 1)]
    assert score_all(part)["roc_auc"] == pytest.approx(np.mean(by_class), rel=TOLERANCE)


@pytest.mark.parametrize(
    ("y_true", "y_out", "lacking"),
    [
        ([0.0, 2.0], [1.0, 2.0], {"mape"}),
        ([1.0, 2.0], [-1.5, 2.0], {"rmsle", "poisson_deviance"}),
        ([1.0, 2.0], [0.0, 2.0], {"poisson_deviance"}),
        ([-0.5, 2.0], [0.5, 2.0], {"poisson_deviance"}),
        ([-3.0, 2.0], [0.5, 2.0], {"rmsle", "poisson_deviance"}),
    ],
)
def test_scores_of_numbers_that_have_none_are_left_out(
    y_true: list[float], y_out: list[float], lacking: set[str]
) -> None:
    predictions = Predictions(task=LearningTask.REGRESSION, y_true=np.array(y_true), y_out=np.array(y_out))
    every = {key for key, spec in METRICS.items() if LearningTask.REGRESSION in spec.tasks}
    assert every - set(score_all(predictions)) == lacking


def test_a_weighted_median_is_the_median_of_repeated_rows() -> None:
    generator = np.random.default_rng(4)
    values, weights = generator.normal(size=9), generator.integers(0, 4, (200, 9)).astype(float)
    weights[:, 0] += 1
    expected = [np.median(np.repeat(values, row.astype(int))) for row in weights]
    np.testing.assert_allclose(weighted_median(values, weights), expected, rtol=TOLERANCE)


def test_nothing_to_score_is_refused() -> None:
    with pytest.raises(ValueError, match="no row"):
        score_outputs(Predictions(task=LearningTask.REGRESSION, y_true=np.empty(0), y_out=np.empty(0)))


def test_each_task_has_a_loss_a_primary_metric_and_explanations() -> None:
    assert METRICS["loss"].tasks == frozenset(LearningTask)
    assert {task: primary_metric(task).key for task in SUPERVISED} == {
        LearningTask.CLASSIFICATION: "f1",
        LearningTask.REGRESSION: "rmse",
    }
    assert all(len(spec.explanation) > 30 and spec.label for spec in METRICS.values())
