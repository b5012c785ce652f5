"""Effect sizes: their intervals, and the words that people have agreed on for them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.statistics.frame import SEED
from core.statistics.result import Effect
from core.statistics.samples import FloatArray

COHEN = "Cohen 1988, Statistical Power Analysis for the Behavioral Sciences"
N_RESAMPLES = 1_000
"""Bootstrap resamples: the ends of a 95 % interval then vary by about a twentieth of its width."""
MOST_RESAMPLED = 20_000
"""Rows in a resample at most; with more, a part is resampled and the interval scaled to all rows."""

LARGE = 5_000.0
"""Statistics beyond are taken as normal: the noncentral distributions become slow, and alike to three digits."""

Word = Literal["", "negligible", "small", "medium", "large"]
_WORDS: tuple[Word, ...] = ("negligible", "small", "medium", "large")


@dataclass(frozen=True, kw_only=True)
class Convention:
    """Where small, medium and large begin."""

    limits: tuple[float, float, float]
    source: str

    def word(self, size: float) -> Word:
        """The word for an effect of this size, its sign left aside."""
        return _WORDS[sum(abs(size) >= limit for limit in self.limits)]

    @property
    def text(self) -> str:
        """The limits and their source, in words."""
        small, medium, large = (f"{limit:.3g}" for limit in self.limits)
        return f"small from {small}, medium from {medium}, large from {large} ({self.source})"


D = Convention(limits=(0.2, 0.5, 0.8), source=COHEN)
R = Convention(limits=(0.1, 0.3, 0.5), source=COHEN)
ETA_SQUARED = Convention(limits=(0.01, 0.06, 0.14), source=COHEN)
G = Convention(limits=(0.05, 0.15, 0.25), source=COHEN)
RANK_BISERIAL = Convention(limits=(0.12, 0.28, 0.42), source="Vargha and Delaney 2000, doi:10.3102/10769986025002101")
ODDS = Convention(limits=(1.68, 3.47, 6.71), source="Chen, Cohen and Chen 2010, doi:10.1080/03610911003650383")
KENDALL_W = Convention(limits=(0.1, 0.3, 0.5), source=COHEN)


def cramers_convention(n_smaller: int) -> Convention:
    """Cohen's limits for w, carried over to Cramér's V of a table whose smaller side has ``n_smaller`` categories."""
    root = (n_smaller - 1) ** 0.5
    return Convention(limits=(0.1 / root, 0.3 / root, 0.5 / root), source=f"{COHEN}, for {n_smaller} categories")


def effect(
    name: str,
    value: float | None,
    ends: tuple[float | None, float | None],
    *,
    alpha: float,
    method: str,
    convention: Convention | None,
    neutral: float = 0.0,
) -> Effect:
    """An effect with its word; without a convention it has none."""
    known = value is not None and convention is not None
    return Effect(
        name=name,
        value=finite(value),
        low=finite(ends[0]),
        high=finite(ends[1]),
        confidence=1 - alpha,
        method=method,
        word=convention.word(value) if known and convention is not None and value is not None else "",
        convention=convention.text if convention else "There are no agreed words for this one.",
        neutral=neutral,
    )


def finite(value: float | None) -> float | None:
    """``value`` as a float; None for what is not finite."""
    return float(value) if value is not None and np.isfinite(value) else None


# --- intervals by inverting a noncentral distribution ----------------------------------------------------------------


def noncentral_t(t: float, df: float, alpha: float) -> tuple[float, float]:
    """Interval of the noncentrality of a t statistic (Cumming and Finch 2001)."""
    from scipy import stats

    if df > 2_000 or abs(t) > 30:  # where the noncentral t is a normal to three digits, and its algorithm slow
        half = stats.norm.ppf(1 - alpha / 2) * np.sqrt(1 + t**2 / (2 * df))
        return t - half, t + half

    width = 6 * np.sqrt(1 + t**2 / (2 * df))

    def below(nc: float) -> float:
        value = float(stats.nct.cdf(t, df, nc))
        return value if np.isfinite(value) else float(nc < t)  # SciPy gives NaN far out in the tails

    def end(q: float) -> float:
        return _solve(lambda nc: below(nc) - q, t - width, t + width)

    return end(1 - alpha / 2), end(alpha / 2)


def noncentral_f(f: float, df1: float, df2: float, alpha: float) -> tuple[float, float]:
    """Interval of the noncentrality of an F statistic, never below 0 (Steiger 2004)."""
    from scipy import stats

    if f * df1 > LARGE:
        nc = f * df1
        relative = 2 * ((df1 + nc) ** 2 + (df1 + 2 * nc) * df2) / (df2 * (df1 + nc) ** 2)
        half = float(stats.norm.ppf(1 - alpha / 2) * np.sqrt(relative))
        return nc * float(np.exp(-half)), nc * float(np.exp(half))
    return _noncentral(
        lambda nc: float(stats.ncf.cdf(f, df1, df2, nc)), lambda: float(stats.f.cdf(f, df1, df2)), f * df1, alpha
    )


def noncentral_chi2(chi2: float, df: float, alpha: float) -> tuple[float, float]:
    """Interval of the noncentrality of a chi-square statistic, never below 0 (Smithson 2003)."""
    from scipy import stats

    if chi2 > LARGE:
        half = float(stats.norm.ppf(1 - alpha / 2)) * 2 * np.sqrt(chi2)
        return chi2 - half, chi2 + half
    return _noncentral(
        lambda nc: float(stats.ncx2.cdf(chi2, df, nc)), lambda: float(stats.chi2.cdf(chi2, df)), chi2, alpha
    )


def _noncentral(
    cdf: Callable[[float], float], central: Callable[[], float], scale: float, alpha: float
) -> tuple[float, float]:
    at_zero = central()
    high = scale + 10 * np.sqrt(scale + 1) + 20

    def end(q: float) -> float:
        return 0.0 if at_zero <= q else _solve(lambda nc: cdf(nc) - q, 1e-9, high)

    return end(1 - alpha / 2), end(alpha / 2)


def _solve(function: Callable[[float], float], low: float, high: float) -> float:
    """A root of a falling function; where it has none between the ends, the end that is nearer to one."""
    from scipy.optimize import brentq

    at_low, at_high = function(low), function(high)
    if not at_low > 0:
        return low
    if not at_high < 0:
        return high
    return float(brentq(function, low, high, xtol=1e-8))


# --- intervals by formulas -------------------------------------------------------------------------------------------


def correlation_interval(r: float, se: float, alpha: float) -> tuple[float, float]:
    """Interval of a correlation by Fisher's z, with the standard error of z."""
    from scipy.stats import norm

    if abs(r) >= 1:
        return r, r
    z, half = np.arctanh(r), norm.ppf(1 - alpha / 2) * se
    return float(np.tanh(z - half)), float(np.tanh(z + half))


def superiority_interval(theta: float, n_x: int, n_y: int, alpha: float) -> tuple[float, float]:
    """Interval of P(X > Y) + P(X = Y)/2 by Newcombe's fifth method.

    Source:
        Newcombe 2006, doi:10.1002/sim.2324.
    """
    from scipy.optimize import brentq
    from scipy.stats import norm

    z2, n_star = norm.ppf(1 - alpha / 2) ** 2, (n_x + n_y) / 2 - 1

    def excess(t: float) -> float:
        variance = t * (1 - t) * (1 + n_star * (1 - t) / (2 - t) + n_star * t / (1 + t)) / (n_x * n_y)
        return float((t - theta) ** 2 - z2 * variance)

    # The ends of [0, 1] are roots too, but not the ones that are looked for.
    low = brentq(excess, 0.0, min(theta, 1 - 1e-12), xtol=1e-10) if theta > 0 else 0.0
    high = brentq(excess, max(theta, 1e-12), 1.0, xtol=1e-10) if theta < 1 else 1.0
    return float(low), float(high)


def wilson(k: int, n: int, alpha: float) -> tuple[float, float]:
    """Wilson's interval of a share (Wilson 1927)."""
    from scipy.stats import norm

    z = norm.ppf(1 - alpha / 2)
    share = k / n
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    return max(0.0, float(middle - half)), min(1.0, float(middle + half))


def clopper_pearson(k: int, n: int, alpha: float) -> tuple[float, float]:
    """The exact interval of a share (Clopper and Pearson 1934)."""
    from scipy.stats import beta

    low = float(beta.ppf(alpha / 2, k, n - k + 1)) if k else 0.0
    high = float(beta.ppf(1 - alpha / 2, k + 1, n - k)) if k < n else 1.0
    return low, high


DKW = "Dvoretzky-Kiefer-Wolfowitz inequality (Massart 1990), which is wide rather than narrow"


def dkw(n: int, alpha: float) -> float:
    """How far cumulative shares of ``n`` rows stray from the truth at most, in all but ``alpha`` of cases."""
    return float(np.sqrt(np.log(2 / alpha) / (2 * n)))


# --- intervals by resampling -----------------------------------------------------------------------------------------


def bootstrap(
    statistic: Callable[[Sequence[FloatArray]], float], groups: Sequence[FloatArray], value: float, alpha: float
) -> tuple[tuple[float | None, float | None], str]:
    """Bias-corrected percentile interval from seeded resamples within each group, and how it was made (Efron 1981).

    Of more than 20,000 rows a part is resampled and its interval scaled by the square root of the share
    (m out of n bootstrap, Bickel, Götze and van Zwet 1997).

    Args:
        statistic: Groups (rows along the first axis) to a number; NaN counts as not computable.
        groups: The data.
        value: The statistic of all of the data.
        alpha: One minus the confidence.
    """
    rng = np.random.default_rng(SEED)
    n = sum(map(len, groups))
    share = min(1.0, MOST_RESAMPLED / n)
    parts = [
        group if share == 1 else group[rng.choice(len(group), max(2, round(len(group) * share)), replace=False)]
        for group in groups
    ]
    found = [statistic([part[rng.integers(0, len(part), len(part))] for part in parts]) for _ in range(N_RESAMPLES)]
    replicates = np.array([value for value in found if np.isfinite(value)])
    if len(replicates) < N_RESAMPLES / 2:
        return (None, None), "no interval: most resamples do not vary"
    centre = value if share == 1 else statistic(parts)
    low, high = np.quantile(replicates, _levels(replicates, centre, alpha))
    method = f"bias-corrected bootstrap, {N_RESAMPLES:,} seeded resamples"
    if share < 1:
        low, high = (value + (end - centre) * np.sqrt(share) for end in (low, high))
        method += f" of {MOST_RESAMPLED:,} rows, scaled to all"
    return (float(low), float(high)), method


def _levels(replicates: FloatArray, centre: float, alpha: float) -> list[float]:
    """Which quantiles to take: those of a plain interval, moved by how far the replicates lie beside the estimate."""
    from scipy.stats import norm

    below = float((replicates < centre).mean() + (replicates == centre).mean() / 2)
    bias = norm.ppf(np.clip(below, 0.5 / len(replicates), 1 - 0.5 / len(replicates)))
    return [float(norm.cdf(2 * bias + norm.ppf(level))) for level in (alpha / 2, 1 - alpha / 2)]
