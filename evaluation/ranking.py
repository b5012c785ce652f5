"""How well the probability of a class ranks its rows above the others: what ROC and precision-recall areas measure.

The rows are sorted once; each weighting then costs two running sums.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evaluation.spec import FloatArray, Predictions

Positions = npt.NDArray[np.intp]


@dataclass(frozen=True, kw_only=True)
class RankingQuality:
    """Areas for each weighting and ranked class, shape (n_weightings, n_ranked); NaN where a class cannot be ranked."""

    roc_auc: FloatArray
    average_precision: FloatArray


def ranked_classes(predictions: Predictions) -> range:
    """The class codes that are ranked against the rest: code 1 of two, else each of them."""
    return range(1, 2) if predictions.n_classes == 2 else range(predictions.n_classes)


def has_two_classes(predictions: Predictions) -> bool:
    """Whether at least two classes occur among the rows, so that one can be ranked above another."""
    return bool(predictions.n_samples) and bool((predictions.y_true != predictions.y_true[0]).any())


def ranking_quality(predictions: Predictions, weights: FloatArray) -> RankingQuality:
    """Both areas of every ranked class under each of ``weights``.

    Two metrics ask for the same ones in a row, so the last ones are kept with the predictions.

    Source:
        Fawcett 2006, doi:10.1016/j.patrec.2005.10.010, for the area under the ROC curve with ties; average precision
        as a sum over thresholds without interpolation, as in Manning et al. 2008, Introduction to Information
        Retrieval, section 8.4.
    """
    held: tuple[FloatArray, RankingQuality] | None = predictions.__dict__.get("_ranking_quality")
    if held is not None and held[0] is weights:
        return held[1]
    areas = [_areas(ranking, weights) for ranking in _rankings(predictions)]
    quality = RankingQuality(
        roc_auc=np.column_stack([roc for roc, _ in areas]),
        average_precision=np.column_stack([precision for _, precision in areas]),
    )
    predictions.__dict__["_ranking_quality"] = (weights, quality)
    return quality


def mean_of_classes(values: FloatArray) -> FloatArray:
    """The mean over the classes that have a value, shape (n_weightings,); NaN where none has."""
    is_known = ~np.isnan(values)
    n_known = is_known.sum(axis=1)
    sums = np.where(is_known, values, 0.0).sum(axis=1)
    means: FloatArray = np.divide(sums, n_known, out=np.full(len(values), np.nan), where=n_known > 0)
    return means


@dataclass(frozen=True, kw_only=True)
class _Ranking:
    """The rows by falling probability of one class. Rows of one probability are a group: they pass together."""

    order: Positions
    positives: Positions
    """Where in the order the rows of the class are, shape (n_positive,)."""
    group_start: Positions
    """Of each of these rows: where in the order its group starts."""
    group_end: Positions
    """Where it ends, inclusive."""
    positives_before: Positions
    """How many of these rows come before its group."""
    positives_through: Positions
    """How many of these rows come up to the end of its group."""


def _rankings(predictions: Predictions) -> list[_Ranking]:
    held: list[_Ranking] | None = predictions.__dict__.get("_rankings")
    if held is None:
        held = [_rank(predictions.y_out[:, code], predictions.y_true == code) for code in ranked_classes(predictions)]
        predictions.__dict__["_rankings"] = held
    return held


def _rank(y_prob: npt.NDArray[np.floating], is_positive: npt.NDArray[np.bool_]) -> _Ranking:
    order = np.argsort(-y_prob, kind="stable")
    is_new = np.append(True, np.diff(y_prob[order]) != 0)
    group = np.cumsum(is_new) - 1
    starts = np.flatnonzero(is_new)
    ends = np.append(starts[1:], len(order)) - 1
    positives = np.flatnonzero(is_positive[order])
    groups = group[positives]
    return _Ranking(
        order=order,
        positives=positives,
        group_start=starts[groups],
        group_end=ends[groups],
        positives_before=np.searchsorted(groups, groups, side="left"),
        positives_through=np.searchsorted(groups, groups, side="right"),
    )


def _areas(ranking: _Ranking, weights: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The area under the ROC curve and the average precision of one class under each weighting."""
    n_weightings, n_positive = len(weights), len(ranking.positives)
    roc, precision = np.full(n_weightings, np.nan), np.full(n_weightings, np.nan)
    totals, found = np.zeros(weights.shape[1] + 1), np.zeros(n_positive + 1)
    # Row by row everything stays in the cache of the processor; a table of all weightings would not.
    for row, weighting in enumerate(weights):
        in_order = weighting[ranking.order]
        gains = in_order[ranking.positives]
        np.cumsum(in_order, out=totals[1:])
        np.cumsum(gains, out=found[1:])
        if not found[-1]:
            continue
        through, found_through = totals[ranking.group_end + 1], found[ranking.positives_through]
        passed = through > 0
        precision[row] = np.sum(gains[passed] * found_through[passed] / through[passed]) / found[-1]
        n_negative = totals[-1] - found[-1]
        if n_negative:
            before, found_before = totals[ranking.group_start], found[ranking.positives_before]
            alarms = (through - found_through + before - found_before) / 2
            roc[row] = 1 - np.sum(gains * alarms) / (found[-1] * n_negative)
    return roc, precision
