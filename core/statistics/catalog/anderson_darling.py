"""Anderson-Darling test of normality."""

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
    """Test whether values could come from a normal distribution, with weight on the tails."""
    from statsmodels.stats.diagnostic import normal_ad

    found = one_sample(frame, params.measure, least=8, instead="a constant is not normal")
    statistic, p_value = (float(value) for value in normal_ad(found.values))
    effect = normal_gap_effect(found.values, params.alpha)
    n = len(found.values)
    return conclude(
        SPEC,
        frame,
        sentence=normal_sentence(found, effect.value or 0.0, p_value, params.alpha),
        variant="mean and deviation estimated, p by Stephens' formula",
        statistics=(Statistic(name="A squared", value=statistic),),
        p_value=p_value,
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
            f"statistic, p = normal_ad(table[{params.measure!r}].dropna().to_numpy(float))\n"
            "print('A squared', statistic)\nprint('p', p)",
            imports=("from statsmodels.stats.diagnostic import normal_ad",),
        ),
    )  # fmt: skip


SPEC = StatisticalTestSpec(
    key="anderson_darling",
    label="Anderson-Darling test",
    group=QuestionGroup.DISTRIBUTION,
    params=OneNumberParams,
    run=run,
    needs="A column of numbers.",
    null_hypothesis="The values come from a normal distribution.",
    plain="Could the values come from a bell curve? It looks harder at the far ends than other tests do.",
    technical="A weighted squared distance between the cumulative shares and the normal curve with estimated mean and "
    "deviation.",
    use_when=("The tails matter: risks, tolerances", "More than 5,000 rows"),
    avoid_when=("As a gate before a t-test",),
    alternative=None,
    fits=distribution_fit(70, "It tests normality with weight on the far ends.", Goal.DISTRIBUTION, Goal.FIT),
    traits=frozenset({Trait.EXACT}),
    source="Anderson and Darling 1952, doi:10.1214/aoms/1177729437",
    most_rows=1_000_000,
)
