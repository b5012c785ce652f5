"""What every metric promises: hand values, the best and the worst case, and agreement with scikit-learn."""

import numpy as np
import pytest
from sklearn import metrics as reference

from core.types import SUPERVISED, Direction, LearningTask
from evaluation.registry import METRICS, primary_metric
from evaluation.scoring import score_outputs
from evaluation.spec import Predictions

# Sums of a few hundred doubles in another order; R2 subtracts two of them.
TOLERANCE = 1e-12
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
            "loss": reference.mean_squared_error(p.y_true, p.y_out, sample_weight=weights),
            "mae": reference.mean_absolute_error(p.y_true, p.y_out, sample_weight=weights),
            "r2": reference.r2_score(p.y_true, p.y_out, sample_weight=weights),
            "rmse": reference.root_mean_squared_error(p.y_true, p.y_out, sample_weight=weights),
        }
    y_pred = p.y_out.argmax(axis=1)
    facts = {"average": "binary" if p.n_classes == 2 else "macro", "zero_division": 0, "sample_weight": weights}
    return {
        "accuracy": reference.accuracy_score(p.y_true, y_pred, sample_weight=weights),
        "balanced_accuracy": reference.balanced_accuracy_score(p.y_true, y_pred, sample_weight=weights),
        "f1": reference.f1_score(p.y_true, y_pred, **facts),
        "loss": reference.log_loss(p.y_true, p.y_out, sample_weight=weights, labels=range(p.n_classes)),
        "precision": reference.precision_score(p.y_true, y_pred, **facts),
        "recall": reference.recall_score(p.y_true, y_pred, **facts),
    }


CASES = [make_classes(2), make_classes(3), make_classes(7), make_numbers()]


@pytest.mark.parametrize("predictions", CASES, ids=["two classes", "three classes", "seven classes", "numbers"])
def test_all_metrics_agree_with_the_reference_library(predictions: Predictions) -> None:
    weightings = np.vstack([np.ones(N), np.random.default_rng(1).integers(0, 4, (3, N))]).astype(float)
    expected = [reference_scores(predictions, weights) for weights in weightings]
    for key, spec in METRICS.items():
        if predictions.task in spec.tasks:
            found = spec.score(predictions, weightings)
            np.testing.assert_allclose(found, [row[key] for row in expected], rtol=TOLERANCE, err_msg=key)
    assert score_outputs(predictions) == pytest.approx(expected[0], rel=TOLERANCE)


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


def test_numbers_by_hand() -> None:
    predictions = Predictions(
        task=LearningTask.REGRESSION, y_true=np.array([1.0, 2.0, 6.0]), y_out=np.array([1.0, 4.0, 6.0])
    )
    assert score_outputs(predictions) == pytest.approx(
        {"loss": 4 / 3, "mae": 2 / 3, "r2": 1 - 4 / 14, "rmse": (4 / 3) ** 0.5}
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


def test_nothing_to_score_is_refused() -> None:
    with pytest.raises(ValueError, match="no row"):
        score_outputs(Predictions(task=LearningTask.REGRESSION, y_true=np.empty(0), y_out=np.empty(0)))


def test_each_task_has_a_loss_a_primary_metric_and_explanations() -> None:
    assert METRICS["loss"].tasks == SUPERVISED
    assert {task: primary_metric(task).key for task in SUPERVISED} == {
        LearningTask.CLASSIFICATION: "f1",
        LearningTask.REGRESSION: "rmse",
    }
    assert all(len(spec.explanation) > 30 and spec.label for spec in METRICS.values())
