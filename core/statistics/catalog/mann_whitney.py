"""Mann-Whitney U test."""

import numpy as np

from core.statistics import checks, effects, pictures, power, rank_intervals
from core.statistics.conclude import conclude, info
from core.statistics.frame import Frame
from core.statistics.params import TwoGroupParams
from core.statistics.result import Estimate, Power, Statistic, TestResult
from core.statistics.samples import two_groups
from core.statistics.script import groups_code, script
from core.statistics.spec import QuestionGroup, StatisticalTestSpec, Trait
from core.statistics.summary import median_interval, summarise
from core.statistics.two_means import two_means_fit
from core.statistics.wording import chance, ends_text, number
from core.wording import percent, short

EXACT = 8
"""SciPy's own limit: with more values in both groups, or with ties, the normal approximation serves."""


def run(frame: Frame, params: TwoGroupParams) -> TestResult:
    """Compare the order of the values of two groups."""
    from scipy import stats

    found = two_groups(frame, params.measure, params.group, params.groups, least=1, instead="Kruskal-Wallis test")
    x, y = found.values
    n_x, n_y = len(x), len(y)
    has_ties = len(np.unique(np.concatenate([x, y]))) < found.n
    method = "asymptotic" if has_ties or min(n_x, n_y) > EXACT else "exact"
    answer = stats.mannwhitneyu(x, y, alternative=params.alternative, method=method)
    theta = float(answer.statistic) / (n_x * n_y)
    low, high = effects.superiority_interval(theta, n_x, n_y, params.alpha)
    effect = effects.effect(
        "Rank-biserial correlation", 2 * theta - 1, (2 * low - 1, 2 * high - 1), alpha=params.alpha,
        method="Newcombe 2006, method 5", convention=effects.RANK_BISERIAL,
    )  # fmt: skip
    gap, gap_low, gap_high = rank_intervals.shift(x, y, params.alpha)
    first, second = (f"'{short(label)}'" for label in found.labels)
    sentence = (
        f"A random {short(params.measure)} from {short(params.group)} {first} is above one from {second} in "
        f"{percent(theta)} of cases (ties count half), typically by {number(gap)}; "
        f"{ends_text(params.alpha, gap_low, gap_high)}. {chance(answer.pvalue, params.alpha)}"
    )
    ties = (info("ties", "Some values are equal; the normal approximation with a correction for ties was used."),)
    return conclude(
        SPEC,
        frame,
        sentence=sentence,
        variant="exact" if method == "exact" else "normal approximation with continuity correction",
        statistics=(
            Statistic(name="U", value=float(answer.statistic)),
            Statistic(name="Probability of superiority", value=theta),
        ),
        p_value=float(answer.pvalue),
        alternative=params.alternative,
        alpha=params.alpha,
        estimate=Estimate(
            name="Shift (Hodges-Lehmann)", value=gap, low=gap_low, high=gap_high, confidence=1 - params.alpha,
            method="Moses, by ranks of all differences", unit=f"that of {params.measure}",
        ),
        effect=effect,
        power=_power(theta, n_x, n_y, params),
        n_used=found.n,
        n_missing=found.n_missing,
        groups=summarise(found.labels, found.values, params.alpha),
        assumptions=(checks.independence(), checks.same_shape(found.values)),
        pictures=(
            pictures.group_means(
                params.measure, params.group, found.labels, found.values,
                [median_interval(part, params.alpha) for part in found.values], middle="Median",
            ),
        ),
        notices=ties if has_ties else (),
        code=script(
            frame, SPEC.label, [params.measure, params.group],
            groups_code(params.measure, params.group, found.labels)
            + f"answer = stats.mannwhitneyu(*groups, alternative={params.alternative!r}, method={method!r})\n"
            "print('U', answer.statistic)\nprint('p', answer.pvalue)",
            labels=True,
        ),
    )  # fmt: skip


def _power(theta: float, n_x: int, n_y: int, params: TwoGroupParams) -> Power:
    """Noether 1987, doi:10.1080/01621459.1987.10478478, told as rank-biserial correlation."""
    n = n_x + n_y
    se = 2 * float(np.sqrt(n / (12 * n_x * n_y)))
    return power.of_normal(
        2 * theta - 1, se, params.alpha, params.alternative, effect="rank-biserial correlation",
        method="normal approximation, Noether 1987", most=1.0,
    )  # fmt: skip


SPEC = StatisticalTestSpec(
    key="mann_whitney",
    label="Mann-Whitney U test",
    group=QuestionGroup.MEANS,
    params=TwoGroupParams,
    run=run,
    needs="A column of numbers and a column with two groups.",
    null_hypothesis="A random value of one group is as often above as below one of the other.",
    plain="Do the values of one group tend to be larger than those of the other? Only their order counts, so single "
    "huge values do no harm.",
    technical="All values are ranked together; U counts the pairs in which the first group is larger. Its exact "
    "distribution is used up to 8 values in a group without ties, else the normal one.",
    use_when=("Skewed values, outliers, or grades whose distances mean little", "Few rows"),
    avoid_when=("The question is about averages or sums, such as total cost", "Rows come in pairs"),
    alternative=None,
    fits=two_means_fit(60, "It compares two groups by the order of their values, whatever their distribution."),
    traits=frozenset({Trait.RANKS}),
    source="Mann and Whitney 1947, doi:10.1214/aoms/1177730491",
)
