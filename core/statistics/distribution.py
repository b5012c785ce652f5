"""What tests of a distribution's shape share."""

import numpy as np

from core.statistics import effects
from core.statistics.result import Assumption, AssumptionState, Effect
from core.statistics.samples import FloatArray, Sample
from core.statistics.spec import Fit, Goal
from core.statistics.wording import number, p_text
from core.wording import percent, short


def distribution_fit(rank: int, reason: str, *goals: Goal) -> tuple[Fit, ...]:
    """One column of numbers."""
    return tuple(
        Fit(goal=goal, numbers=(1, 1), rank=rank, reason=reason, roles={"measure": "number"}) for goal in goals
    )


def gap_to_normal(values: FloatArray) -> float:
    """Largest distance of the cumulative shares to the normal curve with the same mean and deviation."""
    from scipy.stats import norm

    values = np.sort(values)
    n, spread = len(values), values.std(ddof=1)
    expected = norm.cdf((values - values.mean()) / spread)
    ranks = np.arange(1, n + 1) / n
    return float(max((ranks - expected).max(), (expected - ranks + 1 / n).max()))


def normal_gap_effect(values: FloatArray, alpha: float) -> Effect:
    """The gap with its interval."""
    value, half = gap_to_normal(values), effects.dkw(len(values), alpha)
    return effects.effect(
        "Largest gap to the normal curve", value, (max(0.0, value - half), min(1.0, value + half)), alpha=alpha,
        method=effects.DKW, convention=None,
    )  # fmt: skip


def normal_sentence(found: Sample, gap: float, p_value: float, alpha: float) -> str:
    """What a test of normality says, with the shape in words."""
    from scipy.stats import kurtosis, skew

    bent, tails = float(skew(found.values)), float(kurtosis(found.values))
    side = "symmetric" if abs(bent) < 0.5 else "skewed to the right" if bent > 0 else "skewed to the left"
    weight = "usual tails" if abs(tails) < 1 else "heavy tails" if tails > 0 else "light tails"
    shape = f"{side} (skewness {number(bent)}) with {weight} (excess kurtosis {number(tails)})"
    end = (
        f"Normal values would rarely look like this ({p_text(p_value)})."
        if p_value <= alpha
        else f"Normal values look like this often enough ({p_text(p_value)}); that does not make them normal."
    )
    return (
        f"{short(found.name)} is {shape}; its cumulative shares stray up to {percent(gap)} from the normal curve. {end}"
    )


def size_matters(n: int) -> Assumption:
    """A reminder of what a test of normality can say at this size."""
    is_small, is_large = n < 20, n > 2_000
    return Assumption(
        name="A fitting number of rows",
        how="Below 20 rows hardly anything is found, above 2,000 even what does not matter.",
        result=f"{n:,} rows.",
        state=AssumptionState.DOUBTFUL if is_small or is_large else AssumptionState.OK,
        advice="Look at the picture rather than at p." if is_small or is_large else "",
    )
