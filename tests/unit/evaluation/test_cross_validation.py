import math

import numpy as np
import pytest
from scipy import stats

from core.resampling import FoldScores
from evaluation.cross_validation import corrected_interval, summarise


def fold(number: int, score: float | None) -> FoldScores:
    facts = {"repeat": 0, "fold": number, "n_train": 80, "n_validation": 20}
    if score is None:
        return FoldScores(**facts, error="one class")
    return FoldScores(**facts, scores={"f1": score, "loss": 1 - score}, baseline={"f1": 0.5, "loss": 0.7})


def test_the_interval_is_that_of_nadeau_and_bengio() -> None:
    values = [0.8, 0.82, 0.79, 0.85, 0.81]
    low, high = corrected_interval(values, n_train=80, n_test=20)
    scale = math.sqrt((1 / 5 + 20 / 80) * np.var(values, ddof=1))
    assert (low, high) == pytest.approx(stats.t.interval(0.95, df=4, loc=np.mean(values), scale=scale))
    plain = stats.t.interval(0.95, df=4, loc=np.mean(values), scale=stats.sem(values))
    assert high - low == pytest.approx((plain[1] - plain[0]) * math.sqrt(1 + 5 * 20 / 80))


def test_it_holds_the_true_score_about_as_often_as_it_says() -> None:
    """Scores of folds of one data set share their luck; the correlation that the correction assumes is 1 in k."""
    rng, n, k = np.random.default_rng(0), 4_000, 5
    shared, own = rng.normal(size=(n, 1)) * math.sqrt(1 / k), rng.normal(size=(n, k)) * math.sqrt(1 - 1 / k)
    ends = [corrected_interval(list(row), n_train=80, n_test=20) for row in shared + own]
    held = np.mean([low <= 0 <= high for low, high in ends])
    assert held == pytest.approx(0.95, abs=0.012)  # three standard deviations of a share of 4,000


def test_failed_folds_are_left_out_of_the_summary() -> None:
    found = {metric.metric: metric for metric in summarise([fold(0, 0.8), fold(1, None), fold(2, 0.6)])}
    assert set(found) == {"f1", "loss"}
    assert found["f1"].mean == pytest.approx(0.7)
    assert found["f1"].std == pytest.approx(np.std([0.8, 0.6], ddof=1))
    assert found["f1"].baseline == 0.5


def test_a_single_fold_has_no_interval_and_no_fold_no_summary() -> None:
    assert summarise([fold(0, 0.8)])[0].low is None
    assert summarise([fold(0, None)]) == ()
    with pytest.raises(ValueError, match="at least two"):
        corrected_interval([0.5], n_train=8, n_test=2)
