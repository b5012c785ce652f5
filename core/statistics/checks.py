"""Assumptions: how each is checked, what came out, and what to do about it."""

from collections.abc import Sequence

import numpy as np

from core.statistics.frame import SEED
from core.statistics.result import Assumption, AssumptionState
from core.statistics.samples import Counts, FloatArray
from core.statistics.wording import number, p_text
from core.wording import short

LARGE = 30
"""From so many values on, means are close to normal unless the values are very skewed: a rule of thumb."""
VERY_LARGE = 200
MOST_SHAPIRO = 5_000
"""SciPy's p values of the Shapiro-Wilk test are good up to so many values."""
SPREAD_RATIO = 2.0
"""Standard deviations that differ by more than this factor matter for tests that pool them."""
LEAST_EXPECTED = 5.0
"""Cochran's rule (1954), doi:10.2307/3001616: expected counts of 5, a fifth of them down to 1."""


def independence(what: str = "rows") -> Assumption:
    """What no figure can check."""
    return Assumption(
        name="Independence",
        how=f"It follows from how the {what} came about, not from their values.",
        result=f"Each of the {what} must tell something of its own: no repeated people, no neighbours in time.",
        state=AssumptionState.TO_JUDGE,
        advice="If the same subject stands in several rows, take a paired test or average its rows first.",
    )


def normality(parts: Sequence[FloatArray], labels: Sequence[str], *, of: str, alternative: str | None) -> Assumption:
    """Whether values are normal enough for a test on means, given how many there are.

    Shapiro-Wilk on the values around their group's mean decides for small groups. In large ones it finds departures
    that do not matter, so the skew of the worst group counts instead.
    """
    from scipy import stats

    residuals = np.concatenate([part - part.mean() for part in parts])
    smallest = min(len(part) for part in parts)
    name = f"Normal {of}"
    if len(residuals) < 3 or np.ptp(residuals) == 0:
        return Assumption(
            name=name, how="Too few different values to check.", result="Unknown.", state=AssumptionState.DOUBTFUL,
            advice="Take the p value as a rough guide.", alternative=alternative,
        )  # fmt: skip
    drawn = residuals
    if len(residuals) > MOST_SHAPIRO:
        drawn = np.random.default_rng(SEED).choice(residuals, MOST_SHAPIRO, replace=False)
    p_value = float(stats.shapiro(drawn).pvalue)
    skews = [abs(_skew(part)) for part in parts]
    worst = int(np.argmax(skews))
    state = _normal_state(p_value, skews[worst], smallest)
    advice = {
        AssumptionState.OK: "",
        AssumptionState.DOUBTFUL: "Look at the picture; compare with the test on ranks.",
        AssumptionState.VIOLATED: "Take the test on ranks, or collect more rows.",
    }[state]
    where = f" in {short(labels[worst])!r}" if len(parts) > 1 else ""
    return Assumption(
        name=name,
        how=f"Shapiro-Wilk at 0.05 for fewer than {LARGE} values; with more, skewness up to 1 is fine (up to 2 from "
        f"{VERY_LARGE} values on), as means become normal by themselves.",
        result=f"Shapiro-Wilk {p_text(p_value)}; largest skewness {number(skews[worst])}{where}; smallest group "
        f"{smallest:,}.",
        state=state,
        p_value=p_value,
        advice=advice,
        alternative=None if state is AssumptionState.OK else alternative,
    )


def _normal_state(p_value: float, skew: float, n: int) -> AssumptionState:
    if p_value >= 0.05:
        return AssumptionState.OK
    if n < LARGE:
        return AssumptionState.VIOLATED if skew > 1 or p_value < 0.01 else AssumptionState.DOUBTFUL
    if skew <= (2 if n >= VERY_LARGE else 1):
        return AssumptionState.OK
    return AssumptionState.DOUBTFUL


def _skew(values: FloatArray) -> float:
    from scipy import stats

    return float(stats.skew(values)) if len(values) > 2 and np.ptp(values) > 0 else 0.0


def equal_spread(parts: Sequence[FloatArray], *, alternative: str) -> Assumption:
    """Whether groups spread equally, by Brown and Forsythe's test and by the ratio of the deviations."""
    from scipy import stats

    deviations = [float(np.std(part, ddof=1)) for part in parts if len(part) > 1]
    ratio = max(deviations) / min(deviations) if deviations and min(deviations) > 0 else float("inf")
    usable = [part for part in parts if len(part) > 1]
    p_value = float(stats.levene(*usable, center="median").pvalue) if np.isfinite(ratio) and len(usable) > 1 else 0.0
    sizes = [len(part) for part in parts]
    is_balanced = max(sizes) <= 1.5 * min(sizes)
    if p_value >= 0.05 or ratio <= 1.25:
        state = AssumptionState.OK
    elif ratio <= SPREAD_RATIO or is_balanced:
        state = AssumptionState.DOUBTFUL
    else:
        state = AssumptionState.VIOLATED
    return Assumption(
        name="Equal spread",
        how=f"Brown-Forsythe test at 0.05; a ratio of standard deviations up to 1.25 is fine, above {SPREAD_RATIO:g} "
        "with unequal group sizes it is not.",
        result=f"Brown-Forsythe {p_text(p_value)}; the largest deviation is "
        + (f"{number(ratio)} times the smallest." if np.isfinite(ratio) else "above 0, the smallest is 0."),
        state=state,
        p_value=p_value,
        advice="" if state is AssumptionState.OK else "Take the test that does not assume it.",
        alternative=None if state is AssumptionState.OK else alternative,
    )


def expected_counts(expected: FloatArray, *, alternative: str | None) -> Assumption:
    """Whether counts are large enough for the chi-square distribution."""
    small = int((expected < LEAST_EXPECTED).sum())
    smallest = float(expected.min())
    if not small:
        state = AssumptionState.OK
    elif smallest >= 1 and small <= 0.2 * expected.size:
        state = AssumptionState.DOUBTFUL
    else:
        state = AssumptionState.VIOLATED
    return Assumption(
        name="Large enough counts",
        how="Cochran's rule: no expected count below 5; a fifth of them may go down to 1.",
        result=f"Smallest expected count {number(smallest)}; {small} of {expected.size} cells below 5.",
        state=state,
        advice="" if state is AssumptionState.OK else "Join rare categories, or take an exact test.",
        alternative=None if state is AssumptionState.OK else alternative,
    )


def counted_once(found: Counts) -> Assumption:
    """Independence of counted rows."""
    return independence(f"{found.n:,} rows")


def same_shape(parts: Sequence[FloatArray]) -> Assumption:
    """Whether a rank test may be read as a statement about medians."""
    spreads = [float(np.subtract(*np.percentile(part, [75, 25]))) for part in parts]
    ratio = max(spreads) / min(spreads) if min(spreads) > 0 else float("inf")
    is_alike = ratio <= SPREAD_RATIO
    return Assumption(
        name="Equal shape",
        how=f"Ratio of the groups' middle halves (interquartile ranges), fine up to {SPREAD_RATIO:g}.",
        result=f"Ratio {number(ratio)}." if np.isfinite(ratio) else "One group's middle half has no width.",
        state=AssumptionState.OK if is_alike else AssumptionState.DOUBTFUL,
        advice=""
        if is_alike
        else "The p value stands, but say that values tend to be larger, not that medians differ.",
    )


def straight_line(x: FloatArray, y: FloatArray) -> Assumption:
    """Whether a straight line tells the whole relation: a parabola must not explain much more."""
    scaled = (x - x.mean()) / x.std()
    line = np.polynomial.polynomial.polyfit(scaled, y, 1)
    curve = np.polynomial.polynomial.polyfit(scaled, y, 2) if len(np.unique(x)) > 2 else line
    total = float(((y - y.mean()) ** 2).sum())
    explained = [
        1 - float(((y - np.polynomial.polynomial.polyval(scaled, fit)) ** 2).sum()) / total for fit in (line, curve)
    ]
    gain = explained[1] - explained[0]
    state = AssumptionState.OK if gain < 0.02 else AssumptionState.DOUBTFUL if gain < 0.1 else AssumptionState.VIOLATED
    return Assumption(
        name="Straight line",
        how="A parabola is fitted too; up to 2 points of explained variance more is fine, 10 are too many.",
        result=f"The line explains {100 * explained[0]:.1f} %, the parabola {100 * explained[1]:.1f} % of the "
        "variance.",
        state=state,
        advice="" if state is AssumptionState.OK else "Look at the picture; ranks see any steady rise or fall.",
        alternative=None if state is AssumptionState.OK else "spearman",
    )


def few_outliers(values: Sequence[FloatArray], names: Sequence[str], *, alternative: str | None) -> Assumption:
    """Whether single values far outside decide the answer."""
    shares = []
    for part in values:
        q1, q3 = np.percentile(part, [25, 75])
        far = 3 * (q3 - q1)
        shares.append(float(((part < q1 - far) | (part > q3 + far)).mean()) if q3 > q1 else 0.0)
    worst = int(np.argmax(shares))
    state = AssumptionState.OK if shares[worst] <= 0.005 else AssumptionState.DOUBTFUL
    return Assumption(
        name="No far-off values",
        how="Values more than three times the middle half away from it; up to 0.5 % are fine.",
        result=f"{100 * shares[worst]:.2g} % of {short(names[worst])!r}.",
        state=state,
        advice=""
        if state is AssumptionState.OK
        else "Look at them: errors are to be mended, true extremes to be ranked.",
        alternative=None if state is AssumptionState.OK else alternative,
    )


def large_groups(parts: Sequence[FloatArray], least: int = 5) -> Assumption:
    """Whether groups are large enough for an approximation of the p value."""
    smallest = min(map(len, parts))
    is_fine = smallest >= least
    return Assumption(
        name="Groups of some size",
        how=f"The approximation of the p value is fine from {least} values in each group on.",
        result=f"The smallest group has {smallest:,}.",
        state=AssumptionState.OK if is_fine else AssumptionState.DOUBTFUL,
        advice="" if is_fine else "Take p as a rough guide, or join small groups.",
    )
