"""One-way analysis of variance."""

from core.statistics import checks, effects, pictures, power
from core.statistics.conclude import conclude
from core.statistics.frame import Frame
from core.statistics.many_means import extremes, groups_differ, many_groups_fit, sums_of_squares
from core.statistics.params import ManyGroupParams
from core.statistics.result import ResultTable, Statistic, TestResult
from core.statistics.samples import many_groups, spreading
from core.statistics.script import groups_code, script
from core.statistics.spec import QuestionGroup, StatisticalTestSpec, Trait
from core.statistics.summary import mean_interval, summarise
from core.wording import percent, short


def run(frame: Frame, params: ManyGroupParams) -> TestResult:
    """Compare the means of all groups at once."""
    from scipy import stats

    found = spreading(many_groups(frame, params.measure, params.group, least=2), "Kruskal-Wallis test")
    n, k = found.n, len(found.labels)
    answer = stats.f_oneway(*found.values)
    f, df1, df2 = float(answer.statistic), k - 1, n - k
    between, within = sums_of_squares(found.values)
    eta2 = between / (between + within)
    low, high = (nc / (nc + n) for nc in effects.noncentral_f(f, df1, df2, params.alpha))
    effect = effects.effect(
        "Eta squared", eta2, (low, high), alpha=params.alpha, method="noncentral F distribution",
        convention=effects.ETA_SQUARED,
    )  # fmt: skip
    return conclude(
        SPEC,
        frame,
        sentence=f"{extremes(found)}; {short(params.group)} accounts for {percent(eta2)} of the variance. "
        f"{groups_differ(float(answer.pvalue), params.alpha)}",
        statistics=(Statistic(name="F", value=f),),
        degrees_of_freedom=(Statistic(name="between", value=df1), Statistic(name="within", value=df2)),
        p_value=float(answer.pvalue),
        alpha=params.alpha,
        effect=effect,
        power=power.of_f(eta2, n, df1, df2, params.alpha, effect="eta squared"),
        n_used=n,
        n_missing=found.n_missing,
        groups=summarise(found.labels, found.values, params.alpha),
        tables=(
            ResultTable(
                title="Analysis of variance",
                columns=("Source", "Sum of squares", "df", "Mean square", "F", "p"),
                rows=(
                    (short(params.group), between, df1, between / df1, f, float(answer.pvalue)),
                    ("Within groups", within, df2, within / df2, None, None),
                ),
            ),
        ),
        assumptions=(
            checks.independence(),
            checks.normality(found.values, found.labels, of="values in each group", alternative="kruskal_wallis"),
            checks.equal_spread(found.values, alternative="welch_anova"),
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
            + "answer = stats.f_oneway(*groups)\nprint('F', answer.statistic)\nprint('p', answer.pvalue)",
            labels=True,
        ),
    )  # fmt: skip


SPEC = StatisticalTestSpec(
    key="one_way_anova",
    label="One-way ANOVA",
    group=QuestionGroup.GROUPS,
    params=ManyGroupParams,
    run=run,
    needs="A column of numbers and a column with two or more groups.",
    null_hypothesis="All groups have the same mean, given that they spread equally.",
    plain="Are the averages of several groups further apart than chance alone would put them? One answer for all "
    "groups, instead of one for each pair.",
    technical="The mean square between groups over the mean square within them follows an F distribution with k - 1 "
    "and n - k degrees of freedom.",
    use_when=("Three or more separate groups that spread equally",),
    avoid_when=("The spreads differ", "The same subjects stand in several groups"),
    alternative="welch_anova",
    fits=many_groups_fit(75, "It compares all averages at once, if the groups spread equally."),
    traits=frozenset({Trait.NORMAL, Trait.EQUAL_SPREAD}),
    source="Fisher 1925, Statistical Methods for Research Workers",
    most_rows=5_000_000,
)
