"""What the folds of a cross-validation say together."""

import math
from collections.abc import Sequence

import numpy as np

from core.resampling import FoldScores, MetricSummary

LEVEL = 0.95


def corrected_interval(
    values: Sequence[float], *, n_train: float, n_test: float, level: float = LEVEL
) -> tuple[float, float]:
    """An interval for the mean score that minds that folds learn from much the same rows.

    The corrected resampled t interval: the variance of the mean of n values is taken as (1/n + n_test / n_train) times
    their variance instead of 1/n, with n - 1 degrees of freedom. It is exact for no scheme; a plain t interval is
    clearly too narrow for all of them.

    Args:
        values: One score for each fold of each repeat, at least two.
        n_train: Rows that a fold learns from, on average.
        n_test: Rows that it is judged by, on average.
        level: In (0, 1).

    Returns:
        Its ends. Not clipped to the range of the metric.

    Source:
        Nadeau and Bengio 2003, Inference for the generalization error, doi:10.1023/A:1024068626366; for repeated k-fold
        Bouckaert and Frank 2004, doi:10.1007/978-3-540-24775-3_3.
    """
    from scipy.special import stdtrit

    n = len(values)
    if n < 2:
        raise ValueError("an interval needs at least two values")
    mean, variance = float(np.mean(values)), float(np.var(values, ddof=1))
    half = float(stdtrit(n - 1, (1 + level) / 2)) * math.sqrt((1 / n + n_test / n_train) * variance)
    return mean - half, mean + half


def summarise(folds: Sequence[FoldScores]) -> tuple[MetricSummary, ...]:
    """Mean, deviation and interval of every metric that all folds with scores have, in key order."""
    done = [fold for fold in folds if fold.scores]
    if not done:
        return ()
    keys = sorted(set.intersection(*(set(fold.scores) for fold in done)))
    n_train = float(np.mean([fold.n_train for fold in done]))
    n_test = float(np.mean([fold.n_validation for fold in done]))
    found = []
    for key in keys:
        values = [fold.scores[key] for fold in done]
        low, high = corrected_interval(values, n_train=n_train, n_test=n_test) if len(values) > 1 else (None, None)
        found.append(
            MetricSummary(
                metric=key,
                mean=float(np.mean(values)),
                std=float(np.std(values, ddof=1)) if len(values) > 1 else 0.0,
                low=low,
                high=high,
                baseline=float(np.mean([fold.baseline[key] for fold in done])),
            )
        )
    return tuple(found)
