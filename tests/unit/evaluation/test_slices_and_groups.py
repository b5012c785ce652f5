"""Slices and groups on tables in which the truth is planted."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from core.types import LearningTask
from evaluation.binning import MISSING, OTHERS, Bins, column_bins
from evaluation.fairness import class_gaps, group_counts, mean_gap
from evaluation.registry import METRICS
from evaluation.slices import find_slices
from evaluation.spec import Predictions

ACCURACY, MAE, F1 = METRICS["accuracy"], METRICS["mae"], METRICS["f1"]


def make_table(n: int = 3_000, *, seed: int = 0) -> tuple[Predictions, dict[str, Bins]]:
    """Predictions that are wrong in 10 % of the rows, in 40 % where ``colour`` is red."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "colour": rng.choice(["red", "green", "blue"], n),
            "size": rng.normal(size=n),
            "shape": rng.choice(["round", "square"], n),
        }
    )
    y_true = rng.integers(0, 2, n)
    is_wrong = rng.random(n) < np.where(frame["colour"] == "red", 0.4, 0.1)
    said = np.where(is_wrong, 1 - y_true, y_true)
    predictions = Predictions(
        task=LearningTask.CLASSIFICATION, y_true=y_true, y_out=np.eye(2)[said] * 0.8 + 0.1, n_classes=2
    )
    return predictions, {str(name): column_bins(frame[name]) for name in frame}


# --- parts of columns ------------------------------------------------------------------------------------------------


def test_numbers_become_ranges_of_about_as_many_rows_and_the_missing_a_part_of_their_own() -> None:
    values = pd.Series([*np.arange(100.0), None, None])
    bins = column_bins(values, n_ranges=4)
    assert bins.names == ("up to 24.75", "24.75 to 49.5", "49.5 to 74.25", "above 74.25", MISSING)
    assert np.bincount(bins.codes).tolist() == [25, 25, 25, 25, 2]


def test_few_numbers_booleans_and_texts_are_taken_value_by_value() -> None:
    assert column_bins(pd.Series([1.0, 2.0, 2.0])).names == ("2", "1")
    assert column_bins(pd.Series([True, False, True])).names == ("True", "False")
    many = column_bins(pd.Series([f"k{n % 20}" for n in range(100)] + ["k3"] * 5), most_values=4)
    assert (len(many.names), many.names[0], many.names[-1]) == (4, "k3", OTHERS)


def test_times_are_ranges_and_infinite_numbers_fall_at_the_ends() -> None:
    times = column_bins(pd.Series(pd.date_range("2024-01-01", periods=40)), n_ranges=2)
    assert times.names == ("up to 2024-01-20", "above 2024-01-20")
    ends = column_bins(pd.Series([-np.inf, *np.arange(20.0), np.inf]), n_ranges=2)
    assert ends.codes[0] == 0
    assert ends.codes[-1] == len(ends.names) - 1


def test_an_empty_column_is_one_part() -> None:
    assert column_bins(pd.Series([None, None], dtype=object)).names == (MISSING,)


# --- slices ----------------------------------------------------------------------------------------------------------


def test_the_planted_slice_is_found_and_no_other_is_called_worse() -> None:
    predictions, bins = make_table()
    found = find_slices(predictions, bins, ACCURACY, seed_text="s")
    worst = found.slices[0]
    assert (worst.columns, worst.values) == (("colour",), ("red",))
    rows = bins["colour"].codes == bins["colour"].names.index("red")
    right = predictions.y_pred == predictions.y_true
    assert worst.n_rows == rows.sum()
    assert worst.score == pytest.approx(right[rows].mean())
    assert worst.rest == pytest.approx(right[~rows].mean())
    assert worst.gap == pytest.approx(right[~rows].mean() - right[rows].mean())
    worse = [each.values for each in found.slices if each.adjusted < 0.05 and each.gap > 0]
    assert worse == [("red",)]


def test_the_spread_of_a_gap_is_that_of_two_independent_means() -> None:
    predictions, bins = make_table()
    worst = find_slices(predictions, bins, ACCURACY, seed_text="s").slices[0]
    n_rest = predictions.n_samples - worst.n_rows
    variance = worst.score * (1 - worst.score) / worst.n_rows + worst.rest * (1 - worst.rest) / n_rest
    # A standard deviation from 200 resamples is known to 5 %.
    assert (worst.gap_high - worst.gap_low) / 2 / 1.96 == pytest.approx(variance**0.5, rel=0.15)


def test_without_any_difference_holm_lets_hardly_a_slice_through() -> None:
    alarms = 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        y_true = rng.normal(size=600)
        predictions = Predictions(task=LearningTask.REGRESSION, y_true=y_true, y_out=y_true + rng.normal(size=600))
        bins = {f"c{i}": column_bins(pd.Series(rng.normal(size=600))) for i in range(8)}
        found = find_slices(predictions, bins, MAE, seed_text=str(seed))
        assert found.n_tests == 32
        alarms += any(each.adjusted < 0.05 for each in found.slices)
    # 5 % of 40 tables is 2; seven or more would come by chance once in three hundred times.
    assert alarms <= 6


def test_pairs_count_as_tests_whether_they_were_looked_at_or_not() -> None:
    predictions, bins = make_table()
    single = find_slices(predictions, bins, ACCURACY, seed_text="s")
    pairs = find_slices(predictions, bins, ACCURACY, seed_text="s", pairs=True)
    sizes = [len(part.names) for part in bins.values()]
    assert pairs.n_tests == single.n_tests + sizes[0] * sizes[1] + sizes[0] * sizes[2] + sizes[1] * sizes[2]
    assert any(len(each.columns) == 2 for each in pairs.slices)
    red = next(each for each in pairs.slices if each.values == ("red",))
    assert red.adjusted >= single.slices[0].adjusted


def test_small_slices_and_scores_that_a_slice_does_not_have_are_left_out() -> None:
    predictions, _ = make_table(200)
    codes = np.zeros(200, dtype=np.intp)
    codes[:5] = 1
    few = {"few": Bins(names=("many", "few"), codes=codes)}
    assert find_slices(predictions, few, ACCURACY, seed_text="s").slices == ()
    by_truth = {"truth": Bins(names=("0", "1"), codes=predictions.y_true.astype(np.intp))}
    assert find_slices(predictions, by_truth, F1, seed_text="s").slices == ()
    assert len(find_slices(predictions, by_truth, ACCURACY, seed_text="s").slices) == 2


def test_many_rows_are_sampled_the_same_way_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evaluation.slices.MOST_WORK", 1)
    predictions, bins = make_table()
    found = find_slices(predictions, bins, ACCURACY, seed_text="s")
    assert found.n_rows == 2_000
    assert found == find_slices(predictions, bins, ACCURACY, seed_text="s")


# --- groups ----------------------------------------------------------------------------------------------------------


def make_groups(n: int, shares: tuple[float, float], *, seed: int = 0) -> tuple[np.ndarray, np.ndarray, Bins]:
    """Cases in every second row; calls by chance, in group a and group b with the given shares."""
    rng = np.random.default_rng(seed)
    codes = rng.integers(0, 2, n)
    return rng.random(n) < 0.5, rng.random(n) < np.array(shares)[codes], Bins(names=("a", "b"), codes=codes)


def test_counts_of_groups_by_hand() -> None:
    is_case = np.array([True, True, False, False, True])
    is_called = np.array([True, False, True, False, True])
    counts = group_counts(is_case, is_called, np.array([0, 0, 0, 1, 1]), 2)
    assert counts.true_positive.tolist() == [1, 1]
    assert counts.false_positive.tolist() == [1, 0]
    assert counts.false_negative.tolist() == [1, 0]
    assert counts.true_negative.tolist() == [0, 1]
    hits, rows = counts.parts["selection_rate"]
    assert (hits.tolist(), rows.tolist()) == ([2, 1], [3, 2])
    hits, rows = counts.parts["precision"]
    assert (hits.tolist(), rows.tolist()) == ([1, 1], [2, 1])


def test_gaps_are_those_of_the_rates() -> None:
    is_case, is_called, groups = make_groups(4_000, (0.3, 0.5))
    gaps = {gap.key: gap for gap in class_gaps(is_case, is_called, groups, seed=1)}
    in_b = groups.codes == 1
    shares = is_called[~in_b].mean(), is_called[in_b].mean()
    assert gaps["demographic_parity_difference"].value == pytest.approx(shares[1] - shares[0])
    assert gaps["demographic_parity_ratio"].value == pytest.approx(shares[0] / shares[1])
    found = is_called[~in_b & is_case].mean(), is_called[in_b & is_case].mean()
    alarms = is_called[~in_b & ~is_case].mean(), is_called[in_b & ~is_case].mean()
    assert gaps["equal_opportunity_difference"].value == pytest.approx(found[1] - found[0])
    odds = max(found[1] - found[0], alarms[1] - alarms[0])
    assert gaps["equalised_odds_difference"].value == pytest.approx(odds)
    for gap in gaps.values():
        assert gap.low <= gap.value <= gap.high
        assert gap.p_value == pytest.approx(1 / 501)


def test_groups_that_are_treated_alike_have_no_small_p_values_beyond_chance() -> None:
    p_values = [
        gap.p_value
        for seed in range(12)
        for gap in class_gaps(*make_groups(300, (0.4, 0.4), seed=seed), seed=seed)
        if gap.key == "demographic_parity_difference"
    ]
    # 5 % of 12 is 0.6; four or more would come by chance once in five hundred times.
    assert sum(p < 0.05 for p in p_values if p is not None) <= 3


def test_the_p_value_of_shuffling_is_near_that_of_two_proportions() -> None:
    is_case, is_called, groups = make_groups(400, (0.40, 0.47), seed=3)
    gap = next(g for g in class_gaps(is_case, is_called, groups, seed=1) if g.key.endswith("parity_difference"))
    sizes = np.bincount(groups.codes)
    share = is_called.mean()
    z = gap.value / (share * (1 - share) * (1 / sizes[0] + 1 / sizes[1])) ** 0.5
    assert gap.p_value is not None
    # 500 shuffles know a share of about 0.3 to 0.02; ties of whole counts add as much.
    assert gap.p_value == pytest.approx(2 * norm.sf(z), abs=0.08)


def test_groups_with_too_few_rows_of_a_kind_take_no_part() -> None:
    is_case, is_called, groups = make_groups(400, (0.3, 0.5))
    codes = np.where(np.arange(400) < 5, 2, groups.codes)
    with_few = Bins(names=("a", "b", "few"), codes=codes)
    without = class_gaps(is_case, is_called, with_few, seed=1)
    by_hand = [is_called[codes == code].mean() for code in (0, 1)]
    assert without[0].value == pytest.approx(abs(by_hand[1] - by_hand[0]))
    tiny = Bins(names=("a", "b"), codes=np.r_[np.zeros(8, int), np.ones(8, int)])
    assert class_gaps(is_case[:16], is_called[:16], tiny, seed=1) == ()


def test_mean_errors_of_groups() -> None:
    rng = np.random.default_rng(0)
    codes = rng.integers(0, 2, 1_000)
    errors = rng.normal(size=1_000) + 0.5 * codes
    gap = mean_gap(errors, Bins(names=("a", "b"), codes=codes), seed=1)
    assert gap is not None
    assert gap.value == pytest.approx(errors[codes == 1].mean() - errors[codes == 0].mean())
    assert gap.low < gap.value < gap.high
    assert gap.p_value == pytest.approx(1 / 501)
    assert mean_gap(errors[:12], Bins(names=("a", "b"), codes=codes[:12]), seed=1) is None
