"""Paired t-test."""

import numpy as np

from core.errors import UnsuitableData
from core.statistics import checks, effects, pictures, power
from core.statistics.conclude import conclude
from core.statistics.frame import Frame
from core.statistics.pairing import pair_fits, paired_columns, pairs_code
from core.statistics.params import PairParams
from core.statistics.result import Estimate, Statistic, TestResult
from core.statistics.samples import paired
from core.statistics.script import script
from core.statistics.spec import QuestionGroup, StatisticalTestSpec, Trait
from core.statistics.summary import mean_interval, sided, summarise
from core.statistics.wording import chance, ends_text, number
from core.wording import short


def run(frame: Frame, params: PairParams) -> TestResult:
    """Test the mean of the differences within pairs."""
    from scipy import stats

    found = paired(frame, params, least=2, instead="Friedman test")
    change, n = found.differences, len(found.x)
    if np.ptp(change) == 0:
        raise UnsuitableData(
            f"All {n:,} differences are {number(float(change[0]))}; they have no spread to measure against.",
            hint="If every pair changes by the same amount no test is needed; the direction alone: Wilcoxon "
            "signed-rank test.",
        )
    answer = stats.ttest_rel(found.y, found.x, alternative=params.alternative)
    mean, se, root = float(change.mean()), float(change.std(ddof=1) / np.sqrt(n)), float(np.sqrt(n))
    critical, one_sided = (float(stats.t.ppf(1 - level, n - 1)) for level in (params.alpha / 2, params.alpha))
    low, high = sided(mean, se, critical, one_sided, params.alternative)
    ends = effects.noncentral_t(float(answer.statistic), n - 1, params.alpha)
    effect = effects.effect(
        "Cohen's d of the differences", float(answer.statistic) / root, (ends[0] / root, ends[1] / root),
        alpha=params.alpha, method="noncentral t distribution", convention=effects.D,
    )  # fmt: skip
    direction = "higher" if mean > 0 else "lower"
    sentence = (
        f"Within {n:,} pairs, {short(found.second)} is on average {number(abs(mean))} {direction} than "
        f"{short(found.first)}; {ends_text(params.alpha, low, high)}. {chance(answer.pvalue, params.alpha)}"
    )
    labels = (found.first, found.second, "difference")
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
            name="Mean difference", value=mean, low=low, high=high, confidence=1 - params.alpha, method="Student's t",
            unit=f"that of {params.first}",
        ),
        effect=effect,
        power=power.of_t(effect.value or 0.0, n, n - 1, params.alpha, params.alternative, effect=effect.name),
        n_used=n,
        n_missing=found.n_missing,
        groups=summarise(labels, (found.x, found.y, change), params.alpha),
        assumptions=(
            checks.independence("pairs"),
            checks.normality((change,), ("difference",), of="differences", alternative="wilcoxon"),
        ),
        pictures=(
            pictures.differences(
                found.first, found.second, found.x, found.y, mean, mean_interval(change, params.alpha)
            ),
        ),
        code=script(
            frame, SPEC.label, paired_columns(params),
            pairs_code(params, found)
            + f"answer = stats.ttest_rel(y, x, alternative={params.alternative!r})\n"
            "print('t', answer.statistic, 'df', answer.df)\nprint('p', answer.pvalue)",
            labels=bool(params.subject),
        ),
    )  # fmt: skip


SPEC = StatisticalTestSpec(
    key="paired_t",
    label="Paired t-test",
    group=QuestionGroup.PAIRED,
    params=PairParams,
    run=run,
    needs="Two columns of numbers in each row; or one, with a column of occasions and one of subjects.",
    null_hypothesis="The mean of the differences within pairs is 0.",
    plain="Did the same subjects change on average, from before to after or from one condition to the other?",
    technical="A one-sample t-test of the differences, with n - 1 degrees of freedom; positive means that the second "
    "value is larger.",
    use_when=("Each subject was measured twice", "Matched pairs, such as twins or left and right"),
    avoid_when=("The rows of the two columns do not belong together", "Few pairs with very skewed differences"),
    alternative="wilcoxon",
    fits=pair_fits(90, "It compares two measurements of the same subjects by their average change."),
    traits=frozenset({Trait.NORMAL}),
    source="Student 1908, doi:10.1093/biomet/6.1.1",
    most_rows=5_000_000,
)
