"""One-sample t-test."""

import numpy as np

from core.statistics import checks, effects, pictures, power
from core.statistics.conclude import conclude
from core.statistics.frame import Frame
from core.statistics.params import Hypothesised, Measure, SidedParams
from core.statistics.result import Estimate, Statistic, TestResult
from core.statistics.samples import one_sample
from core.statistics.script import script
from core.statistics.spec import Fit, Goal, QuestionGroup, StatisticalTestSpec, Trait
from core.statistics.summary import mean_interval, sided, summarise
from core.statistics.wording import chance, ends_text, number
from core.wording import short


class OneSampleParams(SidedParams):
    """A column of numbers and the mean to compare with."""

    measure: Measure
    value: Hypothesised = 0.0


def run(frame: Frame, params: OneSampleParams) -> TestResult:
    """Compare a mean with a fixed value."""
    from scipy import stats

    found = one_sample(frame, params.measure, least=2, instead="every row says the same")
    x, n = found.values, len(found.values)
    answer = stats.ttest_1samp(x, params.value, alternative=params.alternative)
    se, mean = float(x.std(ddof=1) / np.sqrt(n)), float(x.mean())
    critical, one_sided = (float(stats.t.ppf(1 - level, n - 1)) for level in (params.alpha / 2, params.alpha))
    low, high = sided(mean, se, critical, one_sided, params.alternative)
    root = float(np.sqrt(n))
    ends = effects.noncentral_t(float(answer.statistic), n - 1, params.alpha)
    effect = effects.effect(
        "Cohen's d", float(answer.statistic) / root, (ends[0] / root, ends[1] / root), alpha=params.alpha,
        method="noncentral t distribution", convention=effects.D,
    )  # fmt: skip
    gap = mean - params.value
    side = "above" if gap > 0 else "below"
    sentence = (
        f"Mean {short(params.measure)} is {number(mean)}, {number(abs(gap))} {side} {number(params.value)}; "
        f"{ends_text(params.alpha, low, high)}. {chance(answer.pvalue, params.alpha)}"
    )
    return conclude(
        SPEC,
        frame,
        sentence=sentence,
        statistics=(Statistic(name="t", value=float(answer.statistic)),),
        degrees_of_freedom=(Statistic(name="df", value=n - 1),),
        p_value=float(answer.pvalue),
        alternative=params.alternative,
        alpha=params.alpha,
        estimate=Estimate(
            name="Mean", value=mean, low=low, high=high, confidence=1 - params.alpha, method="Student's t",
            unit=f"that of {params.measure}",
        ),
        effect=effect,
        power=power.of_t(effect.value or 0.0, n, n - 1, params.alpha, params.alternative, effect="Cohen's d"),
        n_used=n,
        n_missing=found.n_missing,
        groups=summarise((params.measure,), (x,), params.alpha),
        assumptions=(
            checks.independence(),
            checks.normality((x,), (params.measure,), of="values", alternative=None),
        ),
        pictures=(
            pictures.group_means(
                params.measure, "all rows", (f"against {number(params.value)}",), (x,), [mean_interval(x, params.alpha)]
            ),
        ),
        code=script(
            frame, SPEC.label, [params.measure],
            f"values = table[{params.measure!r}].dropna().to_numpy(float)\n"
            f"answer = stats.ttest_1samp(values, {params.value!r}, alternative={params.alternative!r})\n"
            "print('t', answer.statistic, 'df', answer.df)\nprint('p', answer.pvalue)",
        ),
    )  # fmt: skip


SPEC = StatisticalTestSpec(
    key="one_sample_t",
    label="One-sample t-test",
    group=QuestionGroup.MEANS,
    params=OneSampleParams,
    run=run,
    needs="A column of numbers, and a value to compare with.",
    null_hypothesis="The mean equals the hypothesised value.",
    plain="Is the average further from a given value than chance alone would put it?",
    technical="The distance of the mean to the value over its standard error follows a t distribution with n - 1 "
    "degrees of freedom.",
    use_when=("A norm, a target or a promise is given as a number",),
    avoid_when=("The value was taken from the same rows", "Few rows and a very skewed distribution"),
    alternative=None,
    fits=(
        Fit(
            goal=Goal.DIFFERENCE, numbers=(1, 1), rank=80, reason="It compares one average with a value that you name.",
            roles={"measure": "number"},
        ),
    ),
    traits=frozenset({Trait.NORMAL}),
    source="Student 1908, doi:10.1093/biomet/6.1.1",
    most_rows=5_000_000,
)  # fmt: skip
