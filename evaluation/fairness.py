"""How a model treats groups: what it says of each, how right it is, and how easily chance would make such gaps."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evaluation.binning import Bins
from evaluation.resampling import interval
from evaluation.spec import FloatArray

N_RESAMPLES = 500
N_SHUFFLES = 500
FEWEST_OF_KIND = 10
"""Rows that a rate of a group rests on before it takes part in a gap."""

RATES = ("selection_rate", "true_positive_rate", "false_positive_rate", "precision")


@dataclass(frozen=True, kw_only=True)
class GroupCounts:
    """Rows of each group, shape (n_groups,): calls are rows that the model says are of the class."""

    true_positive: FloatArray
    false_positive: FloatArray
    false_negative: FloatArray
    true_negative: FloatArray

    @property
    def parts(self) -> Mapping[str, tuple[FloatArray, FloatArray]]:
        """Hits and rows behind each rate."""
        called = self.true_positive + self.false_positive
        cases = self.true_positive + self.false_negative
        others = self.false_positive + self.true_negative
        return {
            "selection_rate": (called, cases + others),
            "true_positive_rate": (self.true_positive, cases),
            "false_positive_rate": (self.false_positive, others),
            "precision": (self.true_positive, called),
        }


@dataclass(frozen=True, kw_only=True)
class Gap:
    """How far groups are apart in one respect."""

    key: str
    value: float
    low: float
    """95 % bootstrap interval. A largest gap is never negative, so it leans to the high side with small groups."""
    high: float
    p_value: float | None
    """How often groups that were shuffled at random are as far apart; None where that was not asked."""


def group_counts(
    is_case: npt.NDArray[np.bool_], is_called: npt.NDArray[np.bool_], codes: npt.NDArray[np.intp], n_groups: int
) -> GroupCounts:
    """The counts of each group."""
    kinds = np.bincount(codes * 4 + 2 * is_case + is_called, minlength=4 * n_groups).reshape(n_groups, 4)
    negatives, alarms, misses, hits = kinds.T.astype(np.float64)
    return GroupCounts(true_positive=hits, false_positive=alarms, false_negative=misses, true_negative=negatives)


def class_gaps(
    is_case: npt.NDArray[np.bool_], is_called: npt.NDArray[np.bool_], groups: Bins, *, seed: int
) -> tuple[Gap, ...]:
    """Demographic parity (difference and ratio), equal opportunity and equalised odds.

    Groups take part in a rate that rests on at least ten of their rows; a gap that fewer than two groups have is left
    out. Shuffling keeps how often a class is true or said as it is: for rates among cases, groups are shuffled among
    cases and among others by themselves.

    Source:
        Hardt, Price and Srebro 2016, arXiv:1610.02413, for equal opportunity and equalised odds.
    """
    n_groups = len(groups.names)
    generator = np.random.default_rng(seed)
    real = _gaps(group_counts(is_case, is_called, groups.codes, n_groups))
    drawn: dict[str, list[float]] = {key: [] for key in real}
    n_rows = len(is_case)
    for _ in range(N_RESAMPLES):
        rows = generator.integers(n_rows, size=n_rows)
        for key, value in _gaps(group_counts(is_case[rows], is_called[rows], groups.codes[rows], n_groups)).items():
            drawn.get(key, []).append(value)
    shuffled: dict[str, list[float]] = {key: [] for key in real}
    cases, others = np.flatnonzero(is_case), np.flatnonzero(~is_case)
    for _ in range(N_SHUFFLES):
        mixed = generator.permutation(groups.codes)
        within = groups.codes.copy()
        within[cases] = generator.permutation(within[cases])
        within[others] = generator.permutation(within[others])
        overall = _gaps(group_counts(is_case, is_called, mixed, n_groups))
        by_truth = _gaps(group_counts(is_case, is_called, within, n_groups))
        for key in real:
            source = overall if key.startswith("demographic") else by_truth
            if key in source:
                shuffled[key].append(source[key])
    return tuple(_gap(key, value, drawn[key], shuffled[key]) for key, value in real.items())


def mean_gap(errors: FloatArray, groups: Bins, *, seed: int) -> Gap | None:
    """The largest difference between groups in their mean error; None with fewer than two groups of ten rows."""
    generator = np.random.default_rng(seed)
    codes, n_groups, n_rows = groups.codes, len(groups.names), len(errors)

    def largest(values: FloatArray, of: npt.NDArray[np.intp]) -> float | None:
        counts = np.bincount(of, minlength=n_groups)
        means = np.bincount(of, values, n_groups)[counts >= FEWEST_OF_KIND] / counts[counts >= FEWEST_OF_KIND]
        return float(np.ptp(means)) if len(means) > 1 else None

    real = largest(errors, codes)
    if real is None:
        return None
    draws = (generator.integers(n_rows, size=n_rows) for _ in range(N_RESAMPLES))
    drawn = [value for rows in draws if (value := largest(errors[rows], codes[rows])) is not None]
    mixed = [largest(errors, generator.permutation(codes)) for _ in range(N_SHUFFLES)]
    return _gap("mean_error_difference", real, drawn, [value for value in mixed if value is not None])


def _gap(key: str, value: float, drawn: list[float], shuffled: list[float]) -> Gap:
    low, high = interval(np.array(drawn)) if drawn else (value, value)
    is_ratio = key.endswith("ratio")
    as_far: Callable[[float], bool] = (lambda other: other <= value) if is_ratio else (lambda other: other >= value)
    p_value = (sum(map(as_far, shuffled)) + 1) / (len(shuffled) + 1) if shuffled else None
    return Gap(key=key, value=value, low=low, high=high, p_value=p_value)


def _gaps(counts: GroupCounts) -> dict[str, float]:
    rates = {name: _known_rates(*parts) for name, parts in counts.parts.items()}
    found: dict[str, float] = {}
    selection = rates["selection_rate"]
    if len(selection) > 1:
        found["demographic_parity_difference"] = float(np.ptp(selection))
        if selection.max() > 0:
            found["demographic_parity_ratio"] = float(selection.min() / selection.max())
    among_cases, among_others = rates["true_positive_rate"], rates["false_positive_rate"]
    if len(among_cases) > 1:
        found["equal_opportunity_difference"] = float(np.ptp(among_cases))
        if len(among_others) > 1:
            found["equalised_odds_difference"] = float(max(np.ptp(among_cases), np.ptp(among_others)))
    return found


def _known_rates(hits: FloatArray, rows: FloatArray) -> FloatArray:
    enough = rows >= FEWEST_OF_KIND
    rates: FloatArray = hits[enough] / rows[enough]
    return rates
