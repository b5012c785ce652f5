"""Where a model is worse than elsewhere: its score on parts of the rows, beside the score on all others.

The rows are resampled once, and every slice is scored on the same resamples; the spread of the gap between slice and
rest gives its interval and its p value, by Student's t with the rows of the smaller side. Percentiles alone could not
tell p values apart that are small enough to survive a correction for hundreds of slices.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
import numpy.typing as npt

from core.statistics.ledger import benjamini_hochberg, holm
from core.types import Direction, LearningTask
from evaluation.binning import Bins
from evaluation.resampling import interval, resample_weights
from evaluation.spec import FloatArray, MetricSpec, Predictions

N_RESAMPLES = 200
"""A standard deviation is then known to about 5 %."""
MOST_WORK = 600_000_000
"""Rows times resamples times slices, about ten seconds; more rows are sampled down to it."""
FEWEST_ROWS = 2_000
FEWEST_OF_CLASS = 5
"""Rows that two classes need in a slice before a score of classes, no mean over rows, is worth a look."""
MOST_PAIR_COLUMNS = 6
"""Columns whose pairs are looked at: those with the worst slices of their own."""

Correction = Literal["holm", "fdr"]


@dataclass(frozen=True, kw_only=True)
class Slice:
    """Some rows, their score, and the score of all others."""

    columns: tuple[str, ...]
    values: tuple[str, ...]
    n_rows: int
    score: float
    low: float
    """95 % interval of the score."""
    high: float
    rest: float
    gap: float
    """How much worse than the rest, in the metric's unit: positive is worse whatever the metric's direction."""
    gap_low: float
    gap_high: float
    p_value: float
    adjusted: float
    """The p value corrected for all slices that were or could have been looked at."""


@dataclass(frozen=True, kw_only=True)
class _Found:
    columns: tuple[str, ...]
    values: tuple[str, ...]
    n_rows: int
    score: float
    low: float
    high: float
    rest: float
    gap: float
    half: float
    """Half of the 95 % interval of the gap."""
    p_value: float


@dataclass(frozen=True, kw_only=True)
class Slices:
    """All slices with enough rows, those that are surely worst first."""

    slices: tuple[Slice, ...]
    n_tests: int
    """Slices that the correction counts."""
    n_rows: int
    """Rows that were scored: all of them, or a sample."""


def find_slices(
    predictions: Predictions,
    bins: Mapping[str, Bins],
    metric: MetricSpec,
    *,
    seed_text: str,
    min_rows: int = 30,
    pairs: bool = False,
    correction: Correction = "holm",
    on_fraction: Callable[[float], None] = lambda _: None,
) -> Slices:
    """Score each part of each column, and with ``pairs`` each pair of parts of the columns that look worst.

    Args:
        predictions: At least one row.
        bins: Parts of the columns, each of all rows.
        metric: Of the predictions' task.
        seed_text: What identifies the rows, so that the draws can be repeated.
        min_rows: Smaller slices, and those that leave a smaller rest, are left out.
        pairs: Whether to look at pairs of columns.
        correction: Holm bounds the chance of any false alarm, fdr the share of false alarms among the findings.
        on_fraction: Told how far it is.
    """
    n_cells = sum(len(part.names) for part in bins.values())
    wanted = n_cells + (_most_pair_cells(bins) if pairs else 0)
    predictions, bins = _sampled(predictions, bins, max(wanted, 1), seed_text)
    scorer = _Scorer(predictions, metric, seed_text, min_rows)
    found = []
    for position, (name, part) in enumerate(bins.items()):
        on_fraction(position / (2 * len(bins)) if pairs else position / len(bins))
        found += scorer.scored((name,), _cells([part]))
    n_tests = len(found)
    if pairs:
        # Which pairs are looked at was chosen by these rows, so every pair that might have been counts as a test.
        n_tests += sum(len(a.names) * len(b.names) for a, b in combinations(bins.values(), 2))
        chosen = list(combinations(_worst_columns(found), 2))
        for position, names in enumerate(chosen):
            on_fraction(0.5 + position / (2 * len(chosen)))
            found += scorer.scored(names, _cells([bins[name] for name in names]))
    return Slices(slices=_ranked(found, n_tests, correction), n_tests=n_tests, n_rows=predictions.n_samples)


def _most_pair_cells(bins: Mapping[str, Bins]) -> int:
    sizes = sorted((len(part.names) for part in bins.values()), reverse=True)[:MOST_PAIR_COLUMNS]
    return sum(a * b for a, b in combinations(sizes, 2))


def _sampled(
    predictions: Predictions, bins: Mapping[str, Bins], n_slices: int, seed_text: str
) -> tuple[Predictions, Mapping[str, Bins]]:
    """All rows, or as many as the work allows, the same ones each time."""
    most = max(FEWEST_ROWS, MOST_WORK // (N_RESAMPLES * n_slices))
    if predictions.n_samples <= most:
        return predictions, bins
    seed = np.frombuffer(seed_text.encode().ljust(4)[:4096], dtype=np.uint8)
    rows = np.sort(np.random.default_rng(seed).choice(predictions.n_samples, most, replace=False))
    return _part(predictions, rows), {
        name: Bins(names=part.names, codes=part.codes[rows]) for name, part in bins.items()
    }


def _part(predictions: Predictions, rows: npt.NDArray[np.intp]) -> Predictions:
    return Predictions(
        task=predictions.task,
        y_true=predictions.y_true[rows],
        y_out=predictions.y_out[rows],
        n_classes=predictions.n_classes,
    )


def _cells(parts: Sequence[Bins]) -> Iterator[tuple[tuple[str, ...], npt.NDArray[np.bool_]]]:
    """Each combination of parts with its name and its rows."""
    codes = np.ravel_multi_index([part.codes for part in parts], [len(part.names) for part in parts])
    for code in np.unique(codes):
        positions = np.unravel_index(int(code), [len(part.names) for part in parts])
        names = tuple(part.names[int(position)] for part, position in zip(parts, positions, strict=True))
        yield names, codes == code


class _Scorer:
    """Scores slices and their rests on the same resamples."""

    def __init__(self, predictions: Predictions, metric: MetricSpec, seed_text: str, min_rows: int) -> None:
        self._predictions = predictions
        self._metric = metric
        self._min_rows = min_rows
        self._weights = np.concatenate(list(resample_weights(predictions.n_samples, N_RESAMPLES, seed_text)))
        self._sign = -1.0 if metric.direction is Direction.HIGHER else 1.0

    def scored(
        self, columns: tuple[str, ...], cells: Iterator[tuple[tuple[str, ...], npt.NDArray[np.bool_]]]
    ) -> list[_Found]:
        return [found for values, mask in cells if (found := self._score(columns, values, mask)) is not None]

    def _score(self, columns: tuple[str, ...], values: tuple[str, ...], mask: npt.NDArray[np.bool_]) -> _Found | None:
        from scipy.stats import t

        inside, outside = np.flatnonzero(mask), np.flatnonzero(~mask)
        if min(len(inside), len(outside)) < self._min_rows:
            return None
        slice_, rest = _part(self._predictions, inside), _part(self._predictions, outside)
        if not (self._can_be_scored(slice_) and self._can_be_scored(rest)):
            return None
        weights, weights_rest = self._weights[:, inside], self._weights[:, outside]
        drawn = (weights.sum(axis=1) > 0) & (weights_rest.sum(axis=1) > 0)
        replicates = self._metric.score(slice_, weights[drawn])
        gaps = self._sign * (replicates - self._metric.score(rest, weights_rest[drawn]))
        gaps = gaps[np.isfinite(gaps)]
        score, score_rest = self._value(slice_), self._value(rest)
        spread = float(gaps.std(ddof=1)) if len(gaps) > 1 else 0.0
        if not (math.isfinite(score) and math.isfinite(score_rest)) or spread == 0:
            return None
        low, high = interval(replicates)
        n_free = min(len(inside), len(outside)) - 1
        gap = self._sign * (score - score_rest)
        return _Found(
            columns=columns,
            values=values,
            n_rows=len(inside),
            score=score,
            low=low,
            high=high,
            rest=score_rest,
            gap=gap,
            half=float(t.ppf(0.975, n_free)) * spread,
            p_value=2 * float(t.sf(abs(gap) / spread, n_free)),
        )

    def _can_be_scored(self, part: Predictions) -> bool:
        if not self._metric.is_defined(part):
            return False
        if self._metric.is_mean or part.task is not LearningTask.CLASSIFICATION:
            return True
        return int(np.count_nonzero(np.bincount(part.y_true) >= FEWEST_OF_CLASS)) >= 2

    def _value(self, part: Predictions) -> float:
        values: FloatArray = self._metric.score(part, np.ones((1, part.n_samples)))
        return float(values[0])


def _worst_columns(found: Sequence[_Found]) -> list[str]:
    """Columns by their worst slice, as far as it is sure."""
    surest: dict[str, float] = {}
    for each in found:
        (name,) = each.columns
        surest[name] = max(surest.get(name, -math.inf), _surely_worse(each))
    return sorted(surest, key=lambda name: (-surest[name], name))[:MOST_PAIR_COLUMNS]


def _surely_worse(found: _Found) -> float:
    return found.gap - found.half


def _ranked(found: Sequence[_Found], n_tests: int, correction: Correction) -> tuple[Slice, ...]:
    adjust = holm if correction == "holm" else benjamini_hochberg
    # Tests that might have been made and were not are ones without any evidence.
    p_values = [each.p_value for each in found] + [1.0] * (n_tests - len(found))
    adjusted = adjust(p_values)[: len(found)] if found else []
    slices = [
        (
            -_surely_worse(each),
            Slice(
                columns=each.columns,
                values=each.values,
                n_rows=each.n_rows,
                score=each.score,
                low=each.low,
                high=each.high,
                rest=each.rest,
                gap=each.gap,
                gap_low=each.gap - each.half,
                gap_high=each.gap + each.half,
                p_value=each.p_value,
                adjusted=p,
            ),
        )
        for each, p in zip(found, adjusted, strict=True)
    ]
    return tuple(slice_ for _, slice_ in sorted(slices, key=lambda pair: pair[0]))
