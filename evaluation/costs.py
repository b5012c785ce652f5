"""What a threshold is worth when each outcome costs or brings something."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evaluation.resampling import affordable_resamples, interval, resample_weights
from evaluation.spec import FloatArray, Predictions
from evaluation.thresholds import USUAL, ThresholdCounts, threshold_counts

GRID = np.round(np.linspace(0, 1, 101), 2)
"""Thresholds that a curve shows."""
N_RESAMPLES = 500


@dataclass(frozen=True, kw_only=True)
class OutcomeValues:
    """What one row of each outcome brings; negative where it costs. The unit is the person's own."""

    true_positive: float
    false_positive: float
    false_negative: float
    true_negative: float

    def of(self, counts: ThresholdCounts) -> FloatArray:
        """The mean value of a row at each cut of ``counts``."""
        missed, left = counts.n_positive - counts.found, counts.n_negative - counts.alarms
        total = (
            counts.found * self.true_positive
            + counts.alarms * self.false_positive
            + missed * self.false_negative
            + left * self.true_negative
        )
        means: FloatArray = total / (counts.n_positive + counts.n_negative)
        return means


@dataclass(frozen=True, kw_only=True)
class Outcomes:
    """Rows of each outcome at one threshold, and what they are worth."""

    threshold: float
    true_positive: int
    false_positive: int
    false_negative: int
    true_negative: int
    value: float
    """Mean of a row."""


@dataclass(frozen=True, kw_only=True)
class CostCurve:
    """The value of thresholds on some rows, with 95 % bootstrap intervals."""

    grid: tuple[Outcomes, ...]
    low: FloatArray
    """Of the value at each threshold of the grid."""
    high: FloatArray
    usual: Outcomes
    best: Outcomes
    best_low: float
    """Of the best threshold itself: where it would lie with other rows of the same kind."""
    best_high: float
    gain: float
    """Of the best threshold over the usual one, a row."""
    gain_low: float
    """Allows for the best threshold having been chosen on these very rows."""
    gain_high: float


def outcomes_at(counts: ThresholdCounts, threshold: float, values: OutcomeValues) -> Outcomes:
    """The outcomes at one threshold."""
    position = counts.at(threshold)
    found, alarms = int(counts.found[position]), int(counts.alarms[position])
    return Outcomes(
        threshold=threshold,
        true_positive=found,
        false_positive=alarms,
        false_negative=int(counts.n_positive) - found,
        true_negative=int(counts.n_negative) - alarms,
        value=float(values.of(counts)[position]),
    )


def cost_curve(predictions: Predictions, values: OutcomeValues, *, seed_text: str) -> CostCurve:
    """Values over thresholds and the best one, from rows of two classes.

    Args:
        predictions: Of two classes; at least one row.
        values: What outcomes bring.
        seed_text: What identifies the rows, so that the draws can be repeated.
    """
    counts = threshold_counts(predictions.y_out[:, 1], predictions.y_true == 1)
    best_at = int(np.argmax(values.of(counts)))
    best = float(counts.thresholds[best_at])
    columns = np.concatenate([counts.positions(GRID), [best_at, counts.at(USUAL)]])
    replicates, best_cuts = _replicates(predictions, values, counts, columns, seed_text)
    replicates, best_values = replicates[:, :-1], replicates[:, -1]
    bounds = np.quantile(replicates[:, : len(GRID)], [0.025, 0.975], axis=0)
    gains = replicates[:, -2] - replicates[:, -1]
    best_low, best_high = interval(counts.thresholds[best_cuts])
    gain_low, gain_high = interval(gains)
    # The best of many thresholds on some rows looks better there than on others, by about as much as the best of a
    # resample looks better in it than in the rows it was drawn from (Efron 1983, doi:10.2307/2288636).
    means = values.of(counts)
    said, true = best_values - replicates[:, -1], means[best_cuts] - means[columns[-1]]
    gain_low -= max(0.0, float((said - true).mean()))
    at_best, at_usual = outcomes_at(counts, best, values), outcomes_at(counts, USUAL, values)
    return CostCurve(
        grid=tuple(outcomes_at(counts, float(threshold), values) for threshold in GRID),
        low=bounds[0],
        high=bounds[1],
        usual=at_usual,
        best=at_best,
        best_low=best_low,
        best_high=best_high,
        gain=at_best.value - at_usual.value,
        gain_low=gain_low,
        gain_high=gain_high,
    )


def _replicates(
    predictions: Predictions,
    values: OutcomeValues,
    counts: ThresholdCounts,
    columns: npt.NDArray[np.intp],
    seed_text: str,
) -> tuple[FloatArray, npt.NDArray[np.intp]]:
    """The mean value of resampled rows at some cuts and at the best one of each resample, and those best cuts.

    The values have the shape (n_resamples, n_columns + 1).
    """
    order = np.argsort(-predictions.y_out[:, 1], kind="stable")
    positive = predictions.y_true[order] == 1
    if_left = np.where(positive, values.false_negative, values.true_negative)
    if_called = np.where(positive, values.true_positive, values.false_positive)
    ends = (counts.found + counts.alarms).astype(np.intp)
    running = np.zeros(len(order) + 1)
    n_resamples = affordable_resamples(len(order), N_RESAMPLES)
    found, best = np.empty((n_resamples, len(columns) + 1)), np.empty(n_resamples, dtype=np.intp)
    row = 0
    for chunk in resample_weights(len(order), n_resamples, seed_text):
        for weighting in chunk:
            drawn = weighting[order]
            np.cumsum(drawn * (if_called - if_left), out=running[1:])
            at_cuts = running[ends]
            best[row] = np.argmax(at_cuts)
            found[row] = (np.sum(drawn * if_left) + at_cuts[np.append(columns, best[row])]) / len(order)
            row += 1
    return found, best
