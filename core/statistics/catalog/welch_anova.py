"""Welch's analysis of variance."""

import numpy as np

from core.errors import UnsuitableData
from core.statistics import checks, effects, pictures, power
from core.statistics.conclude import conclude
from core.statistics.frame import Frame
from core.statistics.many_means import extremes, groups_differ, many_groups_fit
from core.statistics.params import ManyGroupParams
from core.statistics.result import Statistic, TestResult
from core.statistics.samples import FloatArray, many_groups, spreading
from core.statistics.script import groups_code, script
from core.statistics.spec import QuestionGroup, StatisticalTestSpec, Trait
from core.statistics.summary import mean_interval, summarise


def run(frame: Frame, params: ManyGroupParams) -> TestResult:
    """Compare the means of all groups, each with its own spread."""
    from scipy import stats

    found = spreading(many_groups(frame, params.measure, params.group, least=2), "Kruskal-Wallis test")
    for label, part in zip(found.labels, found.values, strict=True):
        if np.ptp(part) == 0:
            raise UnsuitableData(
                f"{params.measure!r} has the same value in all {len(part):,} rows of the group {label!r}.",
                hint="A group without spread gets infinite weight here; leave it out, or take: Kruskal-Wallis test.",
            )
    n, k = found.n, len(found.labels)
    answer = stats.f_oneway(*found.values, equal_var=False)
    f = float(answer.statistic)
    df2 = _denominator(found.values)
    value = omega_squared(found.values)
    low, high = (nc / (nc + n) for nc in effects.noncentral_f(f, k - 1, df2, params.alpha))
    effect = effects.effect(
        "Omega squared (from Welch's F)",
        value,
        (low, high),
        alpha=params.alpha,
        method="noncentral F distribution",
        convention=effects.ETA_SQUARED,
    )
    return conclude(
        SPEC,
        frame,
        sentence=f"{extremes(found)}. {groups_differ(float(answer.pvalue), params.alpha)}",
        statistics=(Statistic(name="F (Welch)", value=f),),
        degrees_of_freedom=(Statistic(name="between", value=k - 1), Statistic(name="within", value=df2)),
        p_value=float(answer.pvalue),
        alpha=params.alpha,
        effect=effect,
        power=power.none("With unequal spreads it depends on each group's spread; no single number tells it."),
        n_used=n,
        n_missing=found.n_missing,
        groups=summarise(found.labels, found.values, params.alpha),
        assumptions=(
            checks.independence(),
            checks.normality(found.values, found.labels, of="values in each group", alternative="kruskal_wallis"),
        ),
        pictures=(
            pictures.group_means(
                params.measure, params.group, found.labels, found.values,
                [mean_interval(part, params.alpha) for part in found.values],
            ),
        ),
        code=script(
            frame, SPEC.label, [params.measure, params.group],
            groups_code(params.measure, params.group, found.labels)
            + "answer = stats.f_oneway(*groups, equal_var=False)\nprint('F', answer.statistic)\nprint('p', "
            "answer.pvalue)",
            labels=True,
        ),
    )  # fmt: skip


def _weights(parts: list[FloatArray] | tuple[FloatArray, ...]) -> tuple[FloatArray, FloatArray, float]:
    weights = np.array([len(part) / part.var(ddof=1) for part in parts])
    shares = weights / weights.sum()
    lam = float(sum((1 - share) ** 2 / (len(part) - 1) for share, part in zip(shares, parts, strict=True)))
    return weights, shares, lam


def _denominator(parts: tuple[FloatArray, ...]) -> float:
    k = len(parts)
    return (k**2 - 1) / (3 * _weights(parts)[2])


def omega_squared(parts: list[FloatArray] | tuple[FloatArray, ...]) -> float:
    """df1 (F - 1) / (df1 (F - 1) + n) with Welch's F, never below 0; NaN when a group does not vary.

    Source:
        Kirk 1996, doi:10.1177/0013164496056005002.
    """
    if any(np.ptp(part) == 0 for part in parts):
        return float("nan")
    k, n = len(parts), sum(map(len, parts))
    weights, shares, lam = _weights(parts)
    means = np.array([part.mean() for part in parts])
    between = float((weights * (means - (shares * means).sum()) ** 2).sum()) / (k - 1)
    f = between / (1 + 2 * (k - 2) / (k**2 - 1) * lam)
    return max(0.0, (k - 1) * (f - 1) / ((k - 1) * (f - 1) + n))


SPEC = StatisticalTestSpec(
    key="welch_anova",
    label="Welch ANOVA",
    group=QuestionGroup.GROUPS,
    params=ManyGroupParams,
    run=run,
    needs="A column of numbers and a column with two or more groups.",
    null_hypothesis="All groups have the same mean.",
    plain="Are the averages of several groups further apart than chance alone would put them? The groups may spread "
    "differently.",
    technical="Group means are weighted by n over their variance; the denominator's degrees of freedom are estimated.",
    use_when=("Three or more separate groups", "Always rather than the classic ANOVA, unless you know better"),
    avoid_when=("The same subjects stand in several groups", "Groups of two or three values"),
    alternative="kruskal_wallis",
    fits=many_groups_fit(85, "It compares all averages at once and does not ask for equal spread."),
    traits=frozenset({Trait.NORMAL}),
    source="Welch 1951, doi:10.1093/biomet/38.3-4.330",
    most_rows=5_000_000,
)
