"""Wilcoxon's signed-rank test."""

from collections.abc import Sequence

import numpy as np

from core.errors import UnsuitableData
from core.statistics import checks, effects, pictures, power, rank_intervals
from core.statistics.conclude import conclude, info
from core.statistics.frame import Frame
from core.statistics.pairing import pair_fits, paired_columns, pairs_code
from core.statistics.params import PairParams
from core.statistics.result import Assumption, AssumptionState, Estimate, Power, Statistic, TestResult
from core.statistics.samples import FloatArray, paired
from core.statistics.script import script
from core.statistics.spec import QuestionGroup, StatisticalTestSpec, Trait
from core.statistics.summary import summarise
from core.statistics.wording import chance, ends_text, number
from core.wording import short

EXACT = 50
"""SciPy's own limit for the exact distribution."""


def run(frame: Frame, params: PairParams) -> TestResult:
    """Test whether differences within pairs lie evenly around 0, by their ranks."""
    from scipy import stats

    found = paired(frame, params, least=2, instead="Friedman test")
    change = found.differences
    moved = change[change != 0]
    if not len(moved):
        raise UnsuitableData(
            f"{found.first!r} and {found.second!r} are equal in all {len(change):,} pairs.",
            hint="Where nothing changes there is nothing to test.",
        )
    has_ties = len(np.unique(np.abs(moved))) < len(moved) or len(moved) < len(change)
    method = "asymptotic" if has_ties or len(moved) > EXACT else "exact"
    answer = stats.wilcoxon(moved, alternative=params.alternative, method=method, correction=method == "asymptotic")
    value = rank_biserial([moved])
    ends, how = effects.bootstrap(rank_biserial, [change], value, params.alpha)
    effect = effects.effect(
        "Matched rank-biserial correlation", value, ends, alpha=params.alpha, method=how, convention=effects.R
    )
    middle, low, high = rank_intervals.pseudo_median(change, params.alpha)
    n_up, n_down = int((change > 0).sum()), int((change < 0).sum())
    typical = f"{number(abs(middle))} {'higher' if middle > 0 else 'lower'}" if middle else "unchanged"
    sentence = (
        f"From {short(found.first)} to {short(found.second)}, {n_up:,} of {len(change):,} pairs rose and {n_down:,} "
        f"fell; the typical value is {typical}; {ends_text(params.alpha, low, high)}. "
        f"{chance(answer.pvalue, params.alpha)}"
    )
    ties = (
        info("ties", "Some differences are 0 or equal in size; zeros were left out and the normal approximation used."),
    )
    return conclude(
        SPEC,
        frame,
        sentence=sentence,
        variant="exact" if method == "exact" else "normal approximation with continuity correction",
        statistics=(Statistic(name="W", value=float(answer.statistic)),),
        p_value=float(answer.pvalue),
        alternative=params.alternative,
        alpha=params.alpha,
        estimate=Estimate(
            name="Pseudo-median of the differences", value=middle, low=low, high=high, confidence=1 - params.alpha,
            method="Tukey, by means of all pairs of differences", unit=f"that of {params.first}",
        ),
        effect=effect,
        power=_power(moved, params),
        n_used=len(change),
        n_missing=found.n_missing,
        groups=summarise((found.first, found.second, "difference"), (found.x, found.y, change), params.alpha),
        assumptions=(checks.independence("pairs"), _symmetry(change)),
        pictures=(pictures.differences(found.first, found.second, found.x, found.y, middle, (low, high)),),
        notices=ties if has_ties else (),
        code=script(
            frame, SPEC.label, paired_columns(params),
            pairs_code(params, found)
            + "change = y - x\nchange = change[change != 0]\n"
            f"answer = stats.wilcoxon(change, alternative={params.alternative!r}, method={method!r}, "
            f"correction={method == 'asymptotic'})\nprint('W', answer.statistic)\nprint('p', answer.pvalue)",
            labels=bool(params.subject),
        ),
    )  # fmt: skip


def rank_biserial(parts: Sequence[FloatArray]) -> float:
    """Rank sum of the rises minus that of the falls, as a share of both; zeros left out (Kerby 2014)."""
    from scipy.stats import rankdata

    moved = parts[0][parts[0] != 0]
    if not len(moved):
        return float("nan")
    ranks = rankdata(np.abs(moved))
    return float((ranks * np.sign(moved)).sum() / ranks.sum())


def _power(moved: FloatArray, params: PairParams) -> Power:
    """Noether 1987: P(sum of two differences > 0) has a standard error of 1 / sqrt(3 n) around one half."""
    ordered = np.sort(moved)
    above = len(ordered) - np.searchsorted(ordered, -ordered, side="right")
    share = float(above.mean()) / len(ordered)
    return power.of_normal(
        share - 0.5, float(1 / np.sqrt(3 * len(moved))), params.alpha, params.alternative,
        effect="P(sum of two differences > 0) minus one half", method="normal approximation, Noether 1987", most=0.5,
    )  # fmt: skip


def _symmetry(change: FloatArray) -> Assumption:
    from scipy.stats import skew

    value = abs(float(skew(change))) if np.ptp(change) > 0 else 0.0
    is_fine = value <= 1
    return Assumption(
        name="Symmetric differences",
        how="Skewness of the differences, fine up to 1.",
        result=f"Skewness {number(value)}.",
        state=AssumptionState.OK if is_fine else AssumptionState.DOUBTFUL,
        advice="" if is_fine else "The p value then mixes centre and shape; look at how many rose and fell.",
    )


SPEC = StatisticalTestSpec(
    key="wilcoxon",
    label="Wilcoxon signed-rank test",
    group=QuestionGroup.PAIRED,
    params=PairParams,
    run=run,
    needs="Two columns of numbers in each row; or one, with a column of occasions and one of subjects.",
    null_hypothesis="The differences within pairs lie symmetrically around 0.",
    plain="Did the same subjects tend to rise or to fall? Only the order of the changes counts, so single huge ones do "
    "no harm.",
    technical="Non-zero differences are ranked by size; W is the smaller of the rank sums of rises and falls. Exact up "
    "to 50 pairs without ties, else by the normal distribution.",
    use_when=("Each subject was measured twice and the changes are skewed or few", "Ratings"),
    avoid_when=("The rows of the two columns do not belong together", "The question is about the average change"),
    alternative=None,
    fits=pair_fits(65, "It compares two measurements of the same subjects by the order of their changes."),
    traits=frozenset({Trait.RANKS}),
    source="Wilcoxon 1945, doi:10.2307/3001968",
    most_rows=300_000,
)
