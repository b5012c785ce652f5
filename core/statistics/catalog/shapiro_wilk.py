"""Shapiro-Wilk test of normality."""

from core.statistics import checks, pictures, power
from core.statistics.conclude import conclude
from core.statistics.distribution import distribution_fit, normal_gap_effect, normal_sentence, size_matters
from core.statistics.frame import Frame
from core.statistics.params import OneNumberParams
from core.statistics.result import Statistic, TestResult
from core.statistics.samples import one_sample
from core.statistics.script import script
from core.statistics.spec import Goal, QuestionGroup, StatisticalTestSpec, Trait
from core.statistics.summary import summarise


def run(frame: Frame, params: OneNumberParams) -> TestResult:
    """Test whether values could come from a normal distribution."""
    from scipy import stats

    found = one_sample(frame, params.measure, least=3, instead="a constant is not normal")
    answer = stats.shapiro(found.values)
    effect = normal_gap_effect(found.values, params.alpha)
    n = len(found.values)
    return conclude(
        SPEC,
        frame,
        sentence=normal_sentence(found, effect.value or 0.0, float(answer.pvalue), params.alpha),
        statistics=(Statistic(name="W", value=float(answer.statistic)),),
        p_value=float(answer.pvalue),
        alpha=params.alpha,
        effect=effect,
        power=power.none("It depends on how the values depart from normal; there is no single effect."),
        n_used=n,
        n_missing=found.n_missing,
        groups=summarise((params.measure,), (found.values,), params.alpha),
        assumptions=(checks.independence(), size_matters(n)),
        pictures=(pictures.quantiles(params.measure, found.values),),
        code=script(
            frame, SPEC.label, [params.measure],
            f"answer = stats.shapiro(table[{params.measure!r}].dropna().to_numpy(float))\n"
            "print('W', answer.statistic)\nprint('p', answer.pvalue)",
        ),
    )  # fmt: skip


SPEC = StatisticalTestSpec(
    key="shapiro_wilk",
    label="Shapiro-Wilk test",
    group=QuestionGroup.DISTRIBUTION,
    params=OneNumberParams,
    run=run,
    needs="A column of numbers.",
    null_hypothesis="The values come from a normal distribution.",
    plain="Could the values come from a bell curve?",
    technical="W compares the best linear estimate of the deviation from ordered values with the usual one; p by "
    "Royston's approximation. Of more than 5,000 rows a sample is tested, as p is not reliable beyond.",
    use_when=("20 to 2,000 rows, and normality itself is the question",),
    avoid_when=("As a gate before a t-test: with many rows it stops what is harmless",),
    alternative=None,
    fits=distribution_fit(85, "It is the most sensitive test of normality.", Goal.DISTRIBUTION, Goal.FIT),
    traits=frozenset({Trait.EXACT}),
    source="Shapiro and Wilk 1965, doi:10.1093/biomet/52.3-4.591",
    most_rows=checks.MOST_SHAPIRO,
)
