"""Tests that several detectors share. All are valid for any distribution: they use ranks or counts."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
CodeArray = npt.NDArray[np.int64]

Z95 = 1.959963984540054
TINY = 1e-12
LEAST_EXPECTED = 5.0
"""Counts that a chi-squared test expects in each cell; rarer rows and columns are put together."""


@dataclass(frozen=True)
class Tested:
    """A test and its effect."""

    statistic: float
    p_value: float
    effect: float
    n: int
    extra: Any = None


def correlation_p(r: Any, n: Any) -> Any:
    """Two-sided p-values of correlations of so many rows (Student's t), of any shape."""
    from scipy import stats

    r, n = np.asarray(r, dtype=np.float64), np.asarray(n, dtype=np.float64)
    df = np.maximum(n - 2, 1)
    t = np.abs(r) * np.sqrt(df / np.maximum(1 - r**2, 1e-15))
    return np.where(n > 3, 2 * stats.t.sf(t, df), 1.0)


def correlation_interval(r: float, n: float) -> tuple[float, float]:
    """The 95 % interval of a correlation (Fisher's z)."""
    if n <= 4:
        return (-1.0, 1.0)
    z, half = np.arctanh(np.clip(r, -1 + 1e-12, 1 - 1e-12)), Z95 / np.sqrt(n - 3)
    return float(np.tanh(z - half)), float(np.tanh(z + half))


def group_sums(codes: CodeArray, values: FloatArray, k: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Count, sum and sum of squares of each group. Codes from 0 to k - 1, no gaps in ``values``."""
    counts = np.bincount(codes, minlength=k).astype(np.float64)
    sums = np.asarray(np.bincount(codes, weights=values, minlength=k), dtype=np.float64)
    squares = np.asarray(np.bincount(codes, weights=values * values, minlength=k), dtype=np.float64)
    return counts, sums, squares


def one_way(codes: CodeArray, values: FloatArray, k: int) -> Tested:
    """One-way analysis of variance; the effect is eta squared, less what chance gives (epsilon squared).

    ``extra`` is the mean of each group.
    """
    from scipy import stats

    counts, sums, squares = group_sums(codes, values, k)
    present = counts > 0
    n, groups = float(counts.sum()), int(present.sum())
    means = np.divide(sums, counts, out=np.zeros(k), where=present)
    if groups < 2 or n <= groups:
        return Tested(0.0, 1.0, 0.0, int(n), means)
    total = float(squares.sum() - sums.sum() ** 2 / n)
    between = float((counts * (means - sums.sum() / n) ** 2).sum())
    within = max(total - between, 0.0)
    if total <= TINY * max(1.0, abs(float(squares.sum()))):
        return Tested(0.0, 1.0, 0.0, int(n), means)
    f = (between / (groups - 1)) / max(within / (n - groups), TINY * total)
    effect = max(0.0, (between - (groups - 1) * within / (n - groups)) / total)
    return Tested(f, float(stats.f.sf(f, groups - 1, n - groups)), effect, int(n), means)


def crossed(a: CodeArray, b: CodeArray, n_a: int, n_b: int) -> FloatArray:
    """Counts of each pair of categories where both are known. Shape (n_a, n_b)."""
    both = (a >= 0) & (b >= 0)
    return np.bincount(a[both] * n_b + b[both], minlength=n_a * n_b).reshape(n_a, n_b).astype(np.float64)


def independence(table: FloatArray) -> Tested:
    """Pearson's chi-squared test; the effect is Cramér's V less what chance gives.

    Source:
        Bergsma 2013, doi:10.1016/j.jkss.2012.10.002, for the correction.
    """
    from scipy import stats

    table = _dense(table)
    n = float(table.sum())
    if min(table.shape) < 2 or n < 20:
        return Tested(0.0, 1.0, 0.0, int(n))
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / n
    statistic = float(((table - expected) ** 2 / expected).sum())
    rows, columns = table.shape
    df = (rows - 1) * (columns - 1)
    phi2 = max(0.0, statistic / n - df / (n - 1))
    size = min(rows - (rows - 1) ** 2 / (n - 1), columns - (columns - 1) ** 2 / (n - 1)) - 1
    v = float(np.sqrt(phi2 / size)) if size > 0 else 0.0
    return Tested(statistic, float(stats.chi2.sf(statistic, df)), min(1.0, v), int(n))


def _dense(table: FloatArray) -> FloatArray:
    """The table without empty lines, the rarest ones put together until every expected count is large enough."""
    table = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0]
    while min(table.shape) >= 2:
        n = table.sum()
        rows, columns = table.sum(axis=1), table.sum(axis=0)
        if rows.min() * columns.min() / n >= LEAST_EXPECTED:
            return table
        table = _merged(table) if rows.min() * len(rows) <= columns.min() * len(columns) else _merged(table.T).T
    return table


def _merged(table: FloatArray) -> FloatArray:
    order = np.argsort(table.sum(axis=1))
    rest = table[order[2:]]
    return np.vstack([rest, table[order[:2]].sum(axis=0)])


def v_interval(table: FloatArray) -> tuple[float, float]:
    """The 95 % interval of Cramér's V, from 200 tables drawn with the observed shares."""
    table = _dense(table)
    if min(table.shape) < 2:
        return (0.0, 1.0)
    rng = np.random.default_rng(0)
    n = int(table.sum())
    drawn = rng.multinomial(n, (table / table.sum()).ravel(), size=200).reshape(200, *table.shape)
    found = [_plain_v(each.astype(np.float64)) for each in drawn]
    low, high = np.quantile(found, [0.025, 0.975])
    return float(low), float(high)


def _plain_v(table: FloatArray) -> float:
    n = table.sum()
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / n
    chi2 = float(np.divide((table - expected) ** 2, expected, out=np.zeros_like(table), where=expected > 0).sum())
    df = (table.shape[0] - 1) * (table.shape[1] - 1)
    return float(np.sqrt(max(0.0, chi2 / n - df / (n - 1)) / (min(table.shape) - 1)))


def mean_difference(a: FloatArray, b: FloatArray) -> Tested:
    """Welch's test of two means; the effect is ``a`` less ``b``, ``extra`` its 95 % interval."""
    from scipy import stats

    n_a, n_b = len(a), len(b)
    if min(n_a, n_b) < 2:
        return Tested(0.0, 1.0, 0.0, n_a + n_b, (0.0, 0.0))
    v_a, v_b = float(a.var(ddof=1)) / n_a, float(b.var(ddof=1)) / n_b
    difference, error = float(a.mean() - b.mean()), float(np.sqrt(v_a + v_b))
    if error == 0:
        return Tested(0.0, 1.0, difference, n_a + n_b, (difference, difference))
    df = (v_a + v_b) ** 2 / (v_a**2 / max(1, n_a - 1) + v_b**2 / max(1, n_b - 1))
    half = float(stats.t.ppf(0.975, df)) * error
    p = float(2 * stats.t.sf(abs(difference / error), df))
    return Tested(difference / error, p, difference, n_a + n_b, (difference - half, difference + half))


def lag_correlation(values: FloatArray) -> float:
    """Correlation of neighbours, in the order given; gaps are passed over."""
    known = values[np.isfinite(values)]
    if len(known) < 10:
        return 0.0
    centred = known - known.mean()
    total = float(centred @ centred)
    return float(centred[1:] @ centred[:-1]) / total if total > 0 else 0.0


WANDERING = 0.5
"""Product of two memories from which series wander, so that steps from neighbour to neighbour must agree as well."""
AGREED = 1e-4
NO_EVIDENCE = 1e9


def deflation(fitted: FloatArray, residual: FloatArray) -> float:
    """How many times too large a statistic of independent rows is when neighbouring rows are alike, at least 1.

    Both what explains and what is left must remember their neighbours: then rows repeat each other's evidence. For
    autoregressive series of order 1 it is the factor by which the variance of a slope is underestimated. Series that
    wander, as random walks do, agree by chance over any length; they are evidence only if their steps agree too.

    Args:
        fitted: What explains, on the scale and with the sign of what is explained; NaN where it is not known.
        residual: What it leaves.

    Source:
        Bartlett 1935, doi:10.2307/2342284; Granger and Newbold 1974, doi:10.1016/0304-4076(74)90034-7, for walks.
    """
    product = max(0.0, lag_correlation(fitted)) * max(0.0, lag_correlation(residual))
    if product < 0.01:
        return 1.0
    if product > WANDERING and not _steps_agree(fitted, residual):
        return NO_EVIDENCE
    product = min(product, 0.9999)
    return (1 + product) / (1 - product)


def _steps_agree(fitted: FloatArray, residual: FloatArray) -> bool:
    known = np.isfinite(fitted) & np.isfinite(residual)
    steps, all_steps = np.diff(fitted[known]), np.diff(fitted[known] + residual[known])
    if len(steps) < 10 or steps.std() <= TINY or all_steps.std() <= TINY:
        return False
    r = float(np.corrcoef(steps, all_steps)[0, 1])
    return r > 0 and float(correlation_p(r, len(steps))) < AGREED


def thinned_by_memory(values: FloatArray) -> float:
    """The share of rows that count as independent when neighbours are alike; 1 for a sorted column."""
    known = values[np.isfinite(values)]
    steps = np.diff(known)
    if len(known) < 10 or np.all(steps >= 0) or np.all(steps <= 0):
        return 1.0
    memory = lag_correlation(known)
    return (1 - memory) / (1 + memory) if memory > 0.1 else 1.0


def deflated_f_p(f: float, df_1: int, n: int, factor: float) -> float:
    """The p-value of an F statistic whose rows count for less."""
    from scipy import stats

    left = max(n / factor - df_1 - 1, 1.0)
    return float(stats.f.sf(f / factor, df_1, left))


def deflated_r_p(r: float, n: int, factor: float) -> float:
    """The p-value of a correlation whose rows count for less."""
    return float(correlation_p(r, max(n / factor, 4.0)))


def benefit(r: float) -> float:
    """A correlation-like effect, 0 to 1, on the common scale of strengths: 0.3 is half-way."""
    return float(np.clip(abs(r) / (abs(r) + 0.3) * 1.3, 0, 1))


@dataclass(frozen=True)
class FarOut:
    """Values at one end that stand apart from all others."""

    p_value: float
    k: int
    """How many."""
    is_high: bool
    border: float
    """The nearest value that is not one of them."""
    nearest: float
    """The nearest value that is one of them."""
    ratio: float = 1.0
    """Distance of the nearest from the median, by that of the border."""


TAIL_SHARE, MOST_TAIL, LEAST_TAIL = 0.2, 600, 20
MOST_APART = 25
DISTINCT_IN_TAIL = 10
WORTH_FITTING, MOST_FITTED = 0.05, 4
WEIGHTS = np.linspace(0.0, 1.2, 25)
"""Weights of a tail that are tried: 0 is exponential, 0.25 Student's t with 4 degrees of freedom, 1 Cauchy."""
NOT_WORSE = 1.0
"""Loss of log-likelihood that a heavier tail may have. On tails of known weight (t, log-normal, Laplace) p-values below
0.0001 then come at their rate or below."""


def far_out(values: FloatArray) -> FarOut | None:
    """The most surprising gap in the tails of some finite values, if they have enough different ones.

    The gaps of ordered values from an exponential tail, each times its rank, are independent and equally distributed
    (Rényi), so the one behind the k farthest values against the mean of those further in is F distributed with 2 and
    2 m degrees of freedom. Lighter tails make the test more careful. Heavier ones are first put on the scale on which
    they are exponential, for the heaviest generalised Pareto tail that the values further in allow. The p-value counts
    both ends and all k that were tried.

    Source:
        Rényi 1953, Acta Math. Acad. Sci. Hung. 4, for the gaps; Pickands 1975, doi:10.1214/aos/1176343003, for tails.
    """
    found = [_far_at(values, is_high=True), _far_at(values, is_high=False)]
    known = [each for each in found if each is not None]
    if not known:
        return None
    best = min(known, key=lambda each: each.p_value)
    return replace(best, p_value=min(1.0, 2 * best.p_value))


def _far_at(values: FloatArray, *, is_high: bool) -> FarOut | None:
    middle = float(np.median(values))
    away = values - middle if is_high else middle - values
    away = np.sort(away[away > 0])[::-1]
    tail = away[: int(np.clip(TAIL_SHARE * len(values), LEAST_TAIL, MOST_TAIL))]
    if len(tail) < LEAST_TAIL or len(np.unique(tail)) < DISTINCT_IN_TAIL:
        return None
    most = int(np.clip(len(values) // 50, 1, min(MOST_APART, len(tail) // 4)))
    excess = tail - tail[-1]
    # By the ratio rather than by the p-value, which is 0 for many of them once it underflows.
    likely = sorted(range(1, most + 1), key=lambda k: -gap_ratio(excess, k))[:MOST_FITTED]
    p, k = gap_p(excess, likely[0]), likely[0]
    if p * most < WORTH_FITTING:
        p, k = min((gap_p(exponential_scale(excess, k), k), k) for k in likely)
    sign = 1 if is_high else -1
    border, nearest = float(tail[k]), float(tail[k - 1])
    ratio = nearest / max(border, 1e-300)
    return FarOut(min(1.0, most * p), k, is_high, middle + sign * border, middle + sign * nearest, ratio)


def gap_ratio(falling: FloatArray, k: int) -> float:
    """The gap behind the ``k`` largest of some falling values, times k, by the mean of those further in."""
    gaps = np.arange(1, len(falling)) * -np.diff(falling)
    inner = float(gaps[k:].mean())
    return float(gaps[k - 1]) / inner if inner > 0 else 0.0


def gap_p(falling: FloatArray, k: int) -> float:
    """The p-value of that gap when the values come from an exponential tail."""
    from scipy import stats

    return float(stats.f.sf(gap_ratio(falling, k), 2, 2 * (len(falling) - 1 - k)))


def exponential_scale(excess: FloatArray, k: int) -> FloatArray:
    """Falling excesses on the scale on which the heaviest likely tail is exponential; the ``k`` largest fit nothing."""
    inner = excess[k:-1]
    border = float(inner[0])
    if border <= 0:
        return excess
    base = float(inner.mean())
    scales = base * np.geomspace(0.15, 2.5, 50)
    ratios = inner[None, :] / scales[:, None]
    best, heaviest = -np.inf, (0.0, base)
    found = []
    for weight in WEIGHTS:
        if weight == 0:
            fits = -len(inner) * np.log(scales) - ratios.sum(axis=1) - k * border / scales
        else:
            logs = np.log1p(weight * ratios)
            fits = -len(inner) * np.log(scales) - (1 + 1 / weight) * logs.sum(axis=1) - k / weight * logs[:, 0]
        at = int(np.argmax(fits))
        found.append((float(fits[at]), float(weight), float(scales[at])))
        best = max(best, float(fits[at]))
    for fit, weight, scale in found:
        if fit >= best - NOT_WORSE:
            heaviest = (weight, scale)
    weight, scale = heaviest
    return excess if weight == 0 else np.log1p(weight * excess / scale) / weight
