"""Thresholds and what they are worth, against counting by hand."""

import numpy as np
import pytest
from sklearn.metrics import precision_recall_curve, roc_curve

from core.types import LearningTask
from evaluation.costs import GRID, OutcomeValues, cost_curve, outcomes_at
from evaluation.spec import Predictions
from evaluation.thresholds import is_called, threshold_counts

EVEN = OutcomeValues(true_positive=0, false_positive=-1, false_negative=-1, true_negative=0)
DEAR_MISSES = OutcomeValues(true_positive=2, false_positive=-1, false_negative=-10, true_negative=0.5)


def make_binary(n: int = 500, *, digits: int = 2, seed: int = 0) -> Predictions:
    rng = np.random.default_rng(seed)
    p = rng.random(n).round(digits)
    y_true = (rng.random(n) < p).astype(int)
    return Predictions(task=LearningTask.CLASSIFICATION, y_true=y_true, y_out=np.column_stack([1 - p, p]), n_classes=2)


def counted_by_hand(predictions: Predictions, threshold: float) -> tuple[int, int, int, int]:
    called = [p > threshold or threshold <= 0 for p in predictions.y_out[:, 1]]
    pairs = list(zip(predictions.y_true, called, strict=True))
    return pairs.count((1, True)), pairs.count((0, True)), pairs.count((1, False)), pairs.count((0, False))


def value_by_hand(counts: tuple[int, int, int, int], values: OutcomeValues) -> float:
    each = (values.true_positive, values.false_positive, values.false_negative, values.true_negative)
    return sum(n * value for n, value in zip(counts, each, strict=True)) / sum(counts)


@pytest.mark.parametrize("threshold", [0.0, 0.001, 0.25, 0.5, 0.505, 0.99, 1.0])
def test_outcomes_are_those_of_counting_row_by_row(threshold: float) -> None:
    predictions = make_binary()
    counts = threshold_counts(predictions.y_out[:, 1], predictions.y_true == 1)
    found = outcomes_at(counts, threshold, DEAR_MISSES)
    by_hand = counted_by_hand(predictions, threshold)
    assert (found.true_positive, found.false_positive, found.false_negative, found.true_negative) == by_hand
    # The same sum of a few hundred terms in another order.
    assert found.value == pytest.approx(value_by_hand(by_hand, DEAR_MISSES), rel=1e-12)


def test_the_usual_threshold_calls_what_is_predicted() -> None:
    predictions = make_binary(digits=1)
    assert (predictions.y_out[:, 1] == 0.5).any()
    np.testing.assert_array_equal(is_called(predictions.y_out[:, 1], 0.5), predictions.y_pred == 1)


def test_rates_at_every_cut_agree_with_the_reference_library() -> None:
    predictions = make_binary()
    y_prob, is_positive = predictions.y_out[:, 1], predictions.y_true == 1
    counts = threshold_counts(y_prob, is_positive)
    false_rate, true_rate, _ = roc_curve(is_positive, y_prob, drop_intermediate=False)
    np.testing.assert_allclose(counts.recall, true_rate, rtol=1e-12)
    np.testing.assert_allclose(counts.false_alarm_rate, false_rate, rtol=1e-12)
    precision, recall, _ = precision_recall_curve(is_positive, y_prob)
    np.testing.assert_allclose(counts.precision[1:], precision[-2::-1], rtol=1e-12)
    np.testing.assert_allclose(counts.recall[1:], recall[-2::-1], rtol=1e-12)


def test_every_threshold_calls_what_its_cut_says() -> None:
    predictions = make_binary(40)
    y_prob = predictions.y_out[:, 1]
    counts = threshold_counts(y_prob, predictions.y_true == 1)
    assert (np.diff(counts.thresholds) <= 0).all()
    for position, threshold in enumerate(counts.thresholds):
        assert counts.at(float(threshold)) == position
        assert is_called(y_prob, float(threshold)).sum() == counts.found[position] + counts.alarms[position]


@pytest.mark.parametrize("values", [EVEN, DEAR_MISSES])
def test_no_threshold_beats_the_best_one(values: OutcomeValues) -> None:
    predictions = make_binary()
    curve = cost_curve(predictions, values, seed_text="s")
    tried = [value_by_hand(counted_by_hand(predictions, t), values) for t in np.linspace(0, 1, 401)]
    assert curve.best.value >= max(tried) - 1e-12
    assert curve.gain == pytest.approx(curve.best.value - curve.usual.value)


def test_dear_misses_lower_the_threshold_to_where_theory_puts_it() -> None:
    # Of calibrated probabilities the best threshold is the one at which a call and no call are worth the same.
    curve = cost_curve(make_binary(20_000, digits=4), DEAR_MISSES, seed_text="s")
    gain_if_case, loss_if_not = 2 - -10, 0.5 - -1
    expected = loss_if_not / (gain_if_case + loss_if_not)
    assert curve.best_low <= expected <= curve.best_high
    assert curve.best.threshold == pytest.approx(expected, abs=0.06)
    assert curve.gain_low > 0


def test_where_half_is_best_already_a_gain_is_hardly_ever_claimed() -> None:
    """Of calibrated probabilities and even costs no threshold beats 0.5; the best one of some rows only seems to."""
    claims = 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        y_prob = 1 / (1 + np.exp(-1.5 * rng.normal(size=300)))
        predictions = Predictions(
            task=LearningTask.CLASSIFICATION,
            y_true=(rng.random(300) < y_prob).astype(int),
            y_out=np.column_stack([1 - y_prob, y_prob]),
            n_classes=2,
        )
        claims += cost_curve(predictions, EVEN, seed_text=str(seed)).gain_low > 0
    # One side of a 95 % interval errs in 2.5 % of all cases: of 40 more than 3 would come about in 2 %.
    assert claims <= 3


def test_intervals_hold_the_values_and_repeat() -> None:
    predictions = make_binary()
    curve = cost_curve(predictions, EVEN, seed_text="s")
    values = np.array([outcomes.value for outcomes in curve.grid])
    assert len(curve.grid) == len(GRID) == 101
    assert ((curve.low <= values) & (values <= curve.high)).all()
    again = cost_curve(predictions, EVEN, seed_text="s")
    np.testing.assert_array_equal(curve.low, again.low)
    # Half a 95 % interval of a mean of 500 rows; the ends of one from 500 resamples move by some 5 % of its width.
    errors = np.abs((predictions.y_out[:, 1] > 0.5) - predictions.y_true)
    expected = 1.96 * errors.std() / len(errors) ** 0.5
    assert (curve.high[50] - curve.low[50]) / 2 == pytest.approx(expected, rel=0.15)


def test_one_probability_for_all_rows_leaves_all_or_nothing() -> None:
    y_out = np.tile([0.7, 0.3], (10, 1))
    predictions = Predictions(
        task=LearningTask.CLASSIFICATION, y_true=np.array([0] * 7 + [1] * 3), y_out=y_out, n_classes=2
    )
    curve = cost_curve(predictions, EVEN, seed_text="s")
    assert (curve.best.true_positive, curve.best.false_positive) == (0, 0)
    assert curve.best.value == pytest.approx(-0.3)
