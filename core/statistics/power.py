"""What a number of rows can find: power by noncentral distributions, or by the normal one where there is none."""

from collections.abc import Callable

import numpy as np

from core.statistics.effects import finite
from core.statistics.result import Power

WANTED = 0.8
"""Power that is asked for by custom (Cohen 1988)."""


def of_t(d: float, n_effective: float, df: float, alpha: float, alternative: str, *, effect: str) -> Power:
    """Power of a t-test by the noncentral t distribution.

    Args:
        d: The standardised difference that was found.
        n_effective: Times d squared it gives the squared noncentrality: n, or n1 n2 / (n1 + n2).
        df: Degrees of freedom.
        alpha: Significance level.
        alternative: two-sided, greater or less.
        effect: What d is called.
    """
    from scipy import stats

    root = np.sqrt(n_effective)

    def above(delta: float, level: float) -> float:
        critical = stats.t.ppf(1 - level, df)
        if df > 2_000:
            return float(stats.norm.sf(critical - delta * root))
        value = float(stats.nct.sf(critical, df, delta * root))
        return value if np.isfinite(value) else float(delta * root > critical)  # SciPy gives NaN far out in the tails

    def power(delta: float) -> float:
        if alternative == "two-sided":
            return above(abs(delta), alpha / 2) + above(-abs(delta), alpha / 2)
        return above(delta if alternative == "greater" else -delta, alpha)

    sign = -1.0 if alternative == "less" else 1.0
    return _power(power, d, 20 / root, sign=sign, effect=effect, method="noncentral t distribution")


def of_f(eta2: float, n: int, df1: float, df2: float, alpha: float, *, effect: str) -> Power:
    """Power of an F test by the noncentral F distribution; effects as (partial) eta squared."""
    from scipy import stats

    critical = stats.f.ppf(1 - alpha, df1, df2)

    def power(size: float) -> float:
        value = float(stats.ncf.sf(critical, df1, df2, size / (1 - size) * n)) if size else alpha
        return value if np.isfinite(value) else 1.0

    return _power(power, min(eta2, 0.999), 0.999, effect=effect, method="noncentral F distribution")


def of_chi2(w: float, n: int, df: float, alpha: float) -> Power:
    """Power of a chi-square test by the noncentral chi-square distribution; w as Cohen defines it."""
    from scipy import stats

    critical = stats.chi2.ppf(1 - alpha, df)

    def power(size: float) -> float:
        return float(stats.ncx2.sf(critical, df, size**2 * n)) if size else alpha

    return _power(power, w, 20 / np.sqrt(n), effect="Cohen's w", method="noncentral chi-square distribution")


def of_normal(
    size: float, se: float, alpha: float, alternative: str, *, effect: str, method: str, most: float
) -> Power:
    """Power when an estimate is normal with standard error ``se`` whatever the truth."""
    from scipy.stats import norm

    def power(delta: float) -> float:
        if alternative == "two-sided":
            critical = norm.ppf(1 - alpha / 2)
            return float(norm.sf(critical - delta / se) + norm.sf(critical + delta / se))
        return float(norm.sf(norm.ppf(1 - alpha) - (delta if alternative == "greater" else -delta) / se))

    sign = -1.0 if alternative == "less" else 1.0
    return _power(power, size, most, sign=sign, effect=effect, method=method)


def of_correlation(r: float, se: float, alpha: float, alternative: str, *, effect: str) -> Power:
    """Power of a correlation test on Fisher's z scale."""
    on_scale = of_normal(
        float(np.arctanh(np.clip(r, -0.999999, 0.999999))),
        se,
        alpha,
        alternative,
        effect=effect,
        method="Fisher's z",
        most=12,
    )
    return on_scale.model_copy(
        update={"detectable": None if on_scale.detectable is None else float(np.tanh(on_scale.detectable))}
    )


def none(reason: str) -> Power:
    """No power, and why."""
    return Power(reason=reason)


def _power(
    power: Callable[[float], float], found: float, most: float, *, effect: str, method: str, sign: float = 1.0
) -> Power:
    from scipy.optimize import brentq

    detectable = None
    if power(sign * most) > WANTED > power(0.0):
        detectable = sign * float(brentq(lambda size: power(sign * size) - WANTED, 0.0, most, xtol=1e-9))
    achieved = finite(power(found))
    return Power(
        achieved=None if achieved is None else min(1.0, max(0.0, achieved)),
        detectable=detectable,
        effect=effect,
        method=method,
        reason="" if detectable is not None else "No effect of any size would be found in 80 of 100 such tables.",
    )
