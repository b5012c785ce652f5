"""The paired bootstrap: how much a score would move with other rows of the same kind."""

import hashlib
from collections.abc import Iterator, Sequence

import numpy as np

from evaluation.registry import METRICS
from evaluation.spec import FloatArray, MetricSpec, Predictions

MOST_DRAWS = 50_000_000
"""Rows times resamples: about two seconds of work on one core."""
FEWEST_RESAMPLES = 200
"""Below it the ends of a 95 % interval rest on fewer than five replicates each."""
MOST_PASSES = 200_000_000
"""Rows times resamples times classes of a metric that goes through the rows once for each class: two seconds again."""
CHUNK_VALUES = 2_000_000
"""Weights in memory at once: 16 MB."""


def bootstrap_replicates(
    predictions: Predictions, metric_keys: Sequence[str], *, seed_text: str, n_resamples: int = 1000
) -> dict[str, FloatArray]:
    """Each metric on rows drawn with replacement.

    The draws depend on ``seed_text`` and the two counts alone. Two runs on one split that pass its hash so get the same
    rows in the same replicate, and their replicates can be compared one by one.

    Args:
        predictions: At least one row.
        metric_keys: Metrics of the predictions' task.
        seed_text: What identifies the rows: the digest of the split.
        n_resamples: Lowered, never below 200, where rows times resamples would exceed 50 million.

    Returns:
        Values by metric key, shape (n_resamples,) each; the first ones only of a metric that takes each class by itself
        where there are many. NaN where the drawn rows do not have the score, such as rows of one class alone.

    Source:
        Efron and Tibshirani 1993, An Introduction to the Bootstrap, chapters 6 and 13.
    """
    n_resamples = affordable_resamples(predictions.n_samples, n_resamples)
    parts: dict[str, list[FloatArray]] = {key: [] for key in metric_keys}
    wanted = {key: _wanted(METRICS[key], predictions, n_resamples) for key in metric_keys}
    n_done = 0
    for weights in resample_weights(predictions.n_samples, n_resamples, seed_text):
        # One object for all metrics with as many replicates: they share what they have counted.
        shares = {n: weights[: n - n_done] for n in set(wanted.values()) if n > n_done}
        for key, n in wanted.items():
            if n in shares:
                parts[key].append(METRICS[key].score(predictions, shares[n]))
        n_done += len(weights)
    return {key: np.concatenate(values) for key, values in parts.items()}


def _wanted(spec: MetricSpec, predictions: Predictions, n_resamples: int) -> int:
    if not spec.takes_each_class:
        return n_resamples
    passes = predictions.n_samples * predictions.n_classes
    return min(n_resamples, max(FEWEST_RESAMPLES, MOST_PASSES // passes))


def affordable_resamples(n_samples: int, n_resamples: int) -> int:
    """``n_resamples``, or as many as ``n_samples`` rows allow in reasonable time."""
    return min(n_resamples, max(FEWEST_RESAMPLES, MOST_DRAWS // n_samples))


def interval(replicates: FloatArray, level: float = 0.95) -> tuple[float, float]:
    """The percentile interval that holds ``level`` of the replicates, as (low, high); NaN ones count for nothing.

    Both ends are NaN where no replicate is a number.
    """
    known = replicates[~np.isnan(replicates)]
    if not len(known):
        return float("nan"), float("nan")
    low, high = np.quantile(known, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def score_interval(spec: MetricSpec, value: float, replicates: FloatArray) -> tuple[float, float]:
    """The 95 % interval of a score of ``value``, as (low, high).

    A score that leans high does so twice in a replicate: by the chance of the rows, and by that of the draw. The upper
    end is freed of the second, the lower end of both.
    """
    low, high = interval(replicates)
    if not spec.leans_high or np.isnan(low):
        return low, high
    lean = max(0.0, float(np.nanmean(replicates)) - value)
    return max(0.0, low - 2 * lean), high - lean


def resample_weights(n_samples: int, n_resamples: int, seed_text: str) -> Iterator[FloatArray]:
    """How often each row is drawn, in chunks of shape (n_weightings, n_samples)."""
    name = f"{seed_text}|{n_samples}|{n_resamples}"
    generator = np.random.default_rng(np.frombuffer(hashlib.sha256(name.encode()).digest(), dtype="<u4"))
    chunk = max(1, CHUNK_VALUES // n_samples)
    for start in range(0, n_resamples, chunk):
        weights = np.empty((min(chunk, n_resamples - start), n_samples))
        for row in weights:  # drawn one by one, so that the chunk's length changes nothing
            row[:] = np.bincount(generator.integers(n_samples, size=n_samples), minlength=n_samples)
        yield weights
