import numpy as np
import pytest

import evaluation.resampling as resampling
from core.types import Direction, LearningTask
from evaluation.baseline import baseline_predictions
from evaluation.comparison import PairedTest, paired_difference
from evaluation.registry import METRICS
from evaluation.resampling import affordable_resamples, bootstrap_replicates, interval, score_interval
from evaluation.scoring import score_outputs
from evaluation.spec import Predictions


def make_numbers(n: int = 50, *, error: float = 1.0, seed: int = 0) -> Predictions:
    y_true = np.random.default_rng(0).normal(size=n)
    y_out = y_true + error * np.random.default_rng(seed).normal(size=n)
    return Predictions(task=LearningTask.REGRESSION, y_true=y_true, y_out=y_out)


def test_replicates_repeat_for_one_split_and_differ_for_another() -> None:
    facts = {"metric_keys": ["rmse", "r2"], "n_resamples": 200}
    first = bootstrap_replicates(make_numbers(), seed_text="split a", **facts)
    again = bootstrap_replicates(make_numbers(), seed_text="split a", **facts)
    other = bootstrap_replicates(make_numbers(), seed_text="split b", **facts)
    assert list(first) == ["rmse", "r2"]
    np.testing.assert_array_equal(first["rmse"], again["rmse"])
    assert not np.array_equal(first["rmse"], other["rmse"])


def test_replicates_do_not_depend_on_the_length_of_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = bootstrap_replicates(make_numbers(), ["mae"], seed_text="s", n_resamples=200)
    monkeypatch.setattr(resampling, "CHUNK_VALUES", 50 * 7)
    parts = bootstrap_replicates(make_numbers(), ["mae"], seed_text="s", n_resamples=200)
    np.testing.assert_array_equal(whole["mae"], parts["mae"])


def test_each_replicate_is_the_metric_of_rows_drawn_with_replacement() -> None:
    (weights,) = resampling.resample_weights(50, 20, "s")
    assert weights.shape == (20, 50)
    np.testing.assert_array_equal(weights.sum(axis=1), 50)
    predictions = make_numbers()
    found = bootstrap_replicates(predictions, ["mae"], seed_text="s", n_resamples=20)["mae"]
    rows = np.repeat(np.arange(50), weights[3].astype(int))
    drawn = Predictions(task=predictions.task, y_true=predictions.y_true[rows], y_out=predictions.y_out[rows])
    assert found[3] == pytest.approx(score_outputs(drawn)["mae"], rel=1e-12)


@pytest.mark.parametrize(("n_samples", "expected"), [(1_000, 1_000), (100_000, 500), (10_000_000, 200)])
def test_many_rows_lower_the_resamples_but_not_below_200(n_samples: int, expected: int) -> None:
    assert affordable_resamples(n_samples, 1_000) == expected


def test_bootstrap_interval_agrees_with_the_textbook_error_of_a_mean() -> None:
    predictions = make_numbers(400)
    low, high = interval(bootstrap_replicates(predictions, ["mae"], seed_text="s", n_resamples=1000)["mae"])
    distances = np.abs(predictions.y_true - predictions.y_out)
    expected = 1.96 * distances.std() / 400**0.5
    # Ends of an interval from 1,000 replicates move by some 5 % of its width.
    assert (high - low) / 2 == pytest.approx(expected, rel=0.1)
    assert low < distances.mean() < high


def test_interval_is_made_of_percentiles() -> None:
    assert interval(np.arange(101.0), level=0.9) == pytest.approx((5.0, 95.0))


def test_clearly_better_model_is_distinguishable_in_either_direction() -> None:
    good = bootstrap_replicates(make_numbers(error=0.1), ["rmse", "r2"], seed_text="s", n_resamples=400)
    bad = bootstrap_replicates(make_numbers(error=1.0, seed=5), ["rmse", "r2"], seed_text="s", n_resamples=400)
    for key, direction in (("rmse", Direction.LOWER), ("r2", Direction.HIGHER)):
        test = paired_difference(good[key], bad[key], direction)
        reverse = paired_difference(bad[key], good[key], direction)
        assert test.difference > 0
        assert 0 < test.low < test.high
        assert test.is_distinguishable
        assert test.p_value == pytest.approx(2 / 401)
        assert (reverse.difference, reverse.p_value) == (-test.difference, test.p_value)


def test_the_interval_of_a_calibration_error_holds_its_value_and_mostly_the_truth() -> None:
    """Replicates lie above the value, and the value above the truth; the plain percentiles held it in 2 of 3 cases."""
    spec = METRICS["calibration_error"]
    rng = np.random.default_rng(1)
    held = []
    for number in range(40):
        claimed = rng.integers(0, 10, 500) / 10 + 0.05
        real = 0.5 + 0.7 * (claimed - 0.5)
        predictions = Predictions(
            task=LearningTask.CLASSIFICATION,
            y_true=(rng.random(500) < real).astype(int),
            y_out=np.column_stack([1 - claimed, claimed]),
            n_classes=2,
        )
        value = float(spec.score(predictions, np.ones((1, 500)))[0])
        replicates = bootstrap_replicates(predictions, [spec.key], seed_text=str(number), n_resamples=200)[spec.key]
        low, high = score_interval(spec, value, replicates)
        assert 0 <= low <= value <= high
        held.append(low <= 0.3 * 0.25 <= high)  # the mean of |claimed - real| over ten equal bins
    # Of 40 intervals of 95 %, fewer than 34 would hold it in one case of 300.
    assert sum(held) >= 34


def test_model_is_not_distinguishable_from_itself() -> None:
    values = np.linspace(0, 1, 300)
    assert paired_difference(values, values, Direction.HIGHER) == PairedTest(
        difference=0.0, low=0.0, high=0.0, p_value=1.0, is_distinguishable=False
    )


def test_unpaired_replicates_are_refused() -> None:
    with pytest.raises(ValueError, match="not paired"):
        paired_difference(np.zeros(200), np.zeros(300), Direction.HIGHER)


def test_baseline_says_the_class_shares_or_the_mean() -> None:
    classes = baseline_predictions(
        np.array([0, 0, 0, 2]), np.array([1, 2]), task=LearningTask.CLASSIFICATION, n_classes=3
    )
    np.testing.assert_array_equal(classes.y_out, [[0.75, 0, 0.25]] * 2)
    numbers = baseline_predictions(np.array([1.0, 3.0]), np.array([5.0]), task=LearningTask.REGRESSION)
    np.testing.assert_array_equal(numbers.y_out, [2.0])
