"""Kruskal-Wallis test."""

import numpy as np

from core.statistics import checks, effects, pictures, power
from core.statistics.conclude import conclude
from core.statistics.frame import Frame
from core.statistics.many_means import extremes, groups_differ, many_groups_fit
from core.statistics.params import ManyGroupParams
from core.statistics.result import Statistic, TestResult
from core.statistics.samples import FloatArray, many_groups
from core.statistics.script import groups_code, script
from core.statistics.spec import QuestionGroup, StatisticalTestSpec, Trait
from core.statistics.summary import median_interval, summarise


def run(frame: Frame, params: ManyGroupParams) -> TestResult:
    """Compare the ranks of all groups at once."""
    from scipy import stats

    found = many_groups(frame, params.measure, params.group, least=1)
    answer = stats.kruskal(*found.values)
    h, n = float(answer.statistic), found.n
    df1, df2 = len(found.labels) - 1, n - len(found.labels)
    value = epsilon_squared(found.values)
    f = h / df1 / ((n - 1 - h) / df2) if h < n - 1 else float("inf")
    low, high = (nc / (nc + n) for nc in effects.noncentral_f(min(f, 1e12), df1, df2, params.alpha))
    effect = effects.effect(
        "Rank epsilon squared",
        value,
        (low, high),
        alpha=params.alpha,
        method="noncentral F distribution of the ranks (Conover and Iman 1981)",
        convention=effects.ETA_SQUARED,
    )
    return conclude(
        SPEC,
        frame,
        sentence=f"{extremes(found, by='median')}. {groups_differ(float(answer.pvalue), params.alpha)}",
        variant="chi-square approximation, corrected for ties",
        statistics=(Statistic(name="H", value=h),),
        degrees_of_freedom=(Statistic(name="df", value=df1),),
        p_value=float(answer.pvalue),
        alpha=params.alpha,
        effect=effect,
        power=power.none("It depends on the whole shape of each group's distribution; no single number tells it."),
        n_used=n,
        n_missing=found.n_missing,
        groups=summarise(found.labels, found.values, params.alpha),
        assumptions=(
            checks.independence(),
            checks.same_shape(found.values),
            checks.large_groups(found.values),
        ),
        pictures=(
            pictures.group_means(
                params.measure, params.group, found.labels, found.values,
                [median_interval(part, params.alpha) for part in found.values], middle="Median",
            ),
        ),
        code=script(
            frame, SPEC.label, [params.measure, params.group],
            groups_code(params.measure, params.group, found.labels)
            + "answer = stats.kruskal(*groups)\nprint('H', answer.statistic)\nprint('p', answer.pvalue)",
            labels=True,
        ),
    )  # fmt: skip


def epsilon_squared(parts: list[FloatArray] | tuple[FloatArray, ...]) -> float:
    """H / (n - 1): the share of the variance of the ranks that lies between groups; NaN when all values are equal."""
    from scipy.stats import rankdata

    everything = np.concatenate(list(parts))
    if np.ptp(everything) == 0:
        return float("nan")
    ranks = rankdata(everything)
    bounds = np.cumsum([len(part) for part in parts])[:-1]
    middle = ranks.mean()
    between = sum(len(part) * (part.mean() - middle) ** 2 for part in np.split(ranks, bounds))
    return float(between / ((ranks - middle) ** 2).sum())


SPEC = StatisticalTestSpec(
    key="kruskal_wallis",
    label="Kruskal-Wallis test",
    group=QuestionGroup.GROUPS,
    params=ManyGroupParams,
    run=run,
    needs="A column of numbers and a column with two or more groups.",
    null_hypothesis="A random value of any group is as often above as below one of the others.",
    plain="Do the values of some groups tend to be larger than those of others? Only their order counts.",
    technical="An analysis of variance of the ranks of all values; H follows a chi-square distribution with k - 1 "
    "degrees of freedom.",
    use_when=("Several separate groups with skewed values, outliers or grades",),
    avoid_when=("The question is about averages", "The same subjects stand in several groups"),
    alternative=None,
    fits=many_groups_fit(60, "It compares all groups by the order of their values, whatever their distribution."),
    traits=frozenset({Trait.RANKS}),
    source="Kruskal and Wallis 1952, doi:10.1080/01621459.1952.10483441",
)
