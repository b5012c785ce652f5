"""Kolmogorov-Smirnov test of one sample."""

from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field

from core.errors import UnsuitableData
from core.statistics import checks, effects, pictures, power
from core.statistics.conclude import conclude, warning
from core.statistics.distribution import distribution_fit
from core.statistics.frame import Frame
from core.statistics.params import OneNumberParams
from core.statistics.result import Statistic, TestResult
from core.statistics.samples import FloatArray, one_sample
from core.statistics.script import script
from core.statistics.spec import Goal, QuestionGroup, StatisticalTestSpec, Trait
from core.statistics.summary import summarise
from core.statistics.wording import number, p_text
from core.wording import percent, short

Parameter = Annotated[float | None, Field(ge=-1e15, le=1e15)]


class OneSampleKSParams(OneNumberParams):
    """A column of numbers and the distribution to compare with."""

    distribution: Annotated[
        Literal["normal", "exponential", "uniform"],
        Field(title="Distribution", description="What the values are compared with."),
    ] = "normal"
    location: Annotated[
        Parameter,
        Field(title="Mean or start", description="Mean of the normal, start of the others. Empty estimates it."),
    ] = None
    scale: Annotated[
        float | None,
        Field(gt=0, le=1e15, title="Deviation or width", description="Deviation of the normal, mean distance to the "
        "start of the exponential, width of the uniform. Empty estimates it."),
    ] = None  # fmt: skip


def run(frame: Frame, params: OneSampleKSParams) -> TestResult:
    """Compare cumulative shares with a distribution that is given, or fitted first."""
    from scipy import stats

    found = one_sample(frame, params.measure, least=4, instead="a constant follows no distribution")
    values, n = found.values, len(found.values)
    location, scale, is_given = _parameters(params, values)
    curve = getattr(stats, _SCIPY[params.distribution])(location, scale)
    d, p_value = _compared(params.distribution, values, curve.cdf if is_given else None)
    half = effects.dkw(n, params.alpha)
    effect = effects.effect(
        "D, the largest gap", d, (max(0.0, d - half), min(1.0, d + half)), alpha=params.alpha, method=effects.DKW,
        convention=None,
    )  # fmt: skip
    named = (
        f"{params.distribution} distribution ({_NAMES[params.distribution].format(number(location), number(scale))})"
    )
    end = (
        f"Such values would rarely stray so far ({p_text(p_value)})."
        if p_value <= params.alpha
        else f"Such values stray as far often enough ({p_text(p_value)}); that does not make them "
        f"{params.distribution}."
    )
    has_ties = len(np.unique(values)) < n
    ties = (warning("ties", "Equal values: the test is made for values without repetitions, so p is only rough."),)
    grid = np.linspace(values.min(), values.max(), 200)
    return conclude(
        SPEC,
        frame,
        sentence=f"The cumulative shares of {short(params.measure)} stray up to {percent(d)} from the {named}. {end}",
        variant="given parameters" if is_given else "estimated parameters, p by Lilliefors",
        statistics=(Statistic(name="D", value=d),),
        p_value=p_value,
        alpha=params.alpha,
        effect=effect,
        power=power.none("It depends on where the distributions differ; there is no single effect."),
        n_used=n,
        n_missing=found.n_missing,
        groups=summarise((params.measure,), (values,), params.alpha),
        assumptions=(checks.independence(),),
        pictures=(
            pictures.steps(
                params.measure, ["Found"], [values], (params.distribution.capitalize(), grid, curve.cdf(grid))
            ),
        ),
        notices=ties if has_ties else (),
        code=script(frame, SPEC.label, [params.measure], *_code(params, is_given=is_given)),
    )


_SCIPY = {"normal": "norm", "exponential": "expon", "uniform": "uniform"}
_NAMES = {
    "normal": "mean {}, deviation {}",
    "exponential": "from {} on, mean distance {}",
    "uniform": "from {}, width {}",
}


def _parameters(params: OneSampleKSParams, values: FloatArray) -> tuple[float, float, bool]:
    """Location, scale, and whether they were given."""
    if params.location is not None and params.scale is not None:
        return params.location, params.scale, True
    if params.location is not None or params.scale is not None:
        raise UnsuitableData(
            "One parameter is given and the other is not.",
            hint="Give both, or none to have both estimated.",
            field="params.scale",
        )
    if params.distribution == "uniform":
        raise UnsuitableData(
            "The ends of a uniform distribution cannot be estimated from the rows that are tested.",
            hint="Give start and width as they are known beforehand.",
            field="params.location",
        )
    if params.distribution == "normal":
        return float(values.mean()), float(values.std(ddof=1)), False
    if values.min() < 0:
        raise UnsuitableData(
            f"The smallest value is {number(float(values.min()))}; an exponential distribution starts at 0.",
            hint="Give start and mean distance, or take the normal distribution.",
            field="params.distribution",
        )
    return 0.0, float(values.mean()), False


def _compared(distribution: str, values: FloatArray, cdf: Any) -> tuple[float, float]:
    """D and p: Kolmogorov's for a given curve, Lilliefors' for a fitted one."""
    if cdf is not None:
        from scipy.stats import kstest

        answer = kstest(values, cdf)
        return float(answer.statistic), float(answer.pvalue)
    from statsmodels.stats.diagnostic import lilliefors

    d, p_value = lilliefors(values, dist="norm" if distribution == "normal" else "exp", pvalmethod="table")
    return float(d), float(p_value)


def _code(params: OneSampleKSParams, *, is_given: bool) -> tuple[str]:
    read = f"values = table[{params.measure!r}].dropna().to_numpy(float)\n"
    if is_given:
        name = _SCIPY[params.distribution]
        body = (
            f"answer = stats.kstest(values, {name!r}, args=({params.location!r}, {params.scale!r}))\n"
            "d, p = answer.statistic, answer.pvalue\n"
        )
    else:
        short_name = "norm" if params.distribution == "normal" else "exp"
        body = (
            "from statsmodels.stats.diagnostic import lilliefors\n\n"
            f"d, p = lilliefors(values, dist={short_name!r}, pvalmethod='table')\n"
        )
    return (f"{read}{body}print('D', d)\nprint('p', p)",)


SPEC = StatisticalTestSpec(
    key="ks_one_sample",
    label="Kolmogorov-Smirnov test of one sample",
    group=QuestionGroup.DISTRIBUTION,
    params=OneSampleKSParams,
    run=run,
    needs="A column of numbers, and a distribution to compare with.",
    null_hypothesis="The values come from the named distribution.",
    plain="Could the values come from a given distribution: normal, exponential or uniform?",
    technical="D is the largest distance of the cumulative shares to the curve. With given parameters its distribution "
    "is Kolmogorov's; with estimated ones p comes from Lilliefors' tables, between 0.001 and 0.99.",
    use_when=("A named distribution, above all with parameters that are known beforehand",),
    avoid_when=("Normality alone: Shapiro-Wilk sees more", "Counts and other values that repeat"),
    alternative=None,
    fits=distribution_fit(75, "It compares with a distribution that you name.", Goal.FIT)
    + distribution_fit(55, "It compares with a distribution that you name.", Goal.DISTRIBUTION),
    traits=frozenset({Trait.EXACT}),
    source="Massey 1951, doi:10.1080/01621459.1951.10500769; Lilliefors 1967, doi:10.1080/01621459.1967.10482916",
    most_rows=1_000_000,
)
