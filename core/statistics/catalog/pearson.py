"""Pearson's correlation."""

import numpy as np

from core.statistics import checks, effects, power
from core.statistics.conclude import warning
from core.statistics.correlation import conclude_correlation, plain_scatter, relation_fit
from core.statistics.frame import Frame
from core.statistics.params import TwoNumberParams
from core.statistics.result import Statistic, TestResult
from core.statistics.samples import two_numbers
from core.statistics.spec import QuestionGroup, StatisticalTestSpec, Trait
from core.statistics.wording import number


def run(frame: Frame, params: TwoNumberParams) -> TestResult:
    """Test a straight-line relation of two columns."""
    from scipy import stats

    found = two_numbers(frame, params.x, params.y, least=4)
    n = len(found.x)
    answer = stats.pearsonr(found.x, found.y, alternative=params.alternative)
    r, se = float(np.clip(answer.statistic, -1, 1)), 1 / float(np.sqrt(n - 3))
    effect = effects.effect(
        "Pearson's r", r, effects.correlation_interval(r, se, params.alpha), alpha=params.alpha,
        method="Fisher's z", convention=effects.R,
    )  # fmt: skip
    slope = r * float(found.y.std() / found.x.std())
    perfect = (warning("perfect", "The two columns are exact multiples of each other; is one made from the other?"),)
    return conclude_correlation(
        SPEC, frame, params, found,
        function=f"stats.pearsonr(x, y, alternative={params.alternative!r})",
        statistics=(
            Statistic(name="r", value=r),
            Statistic(name="t", value=effects.finite(r * np.sqrt((n - 2) / max(1e-300, 1 - r * r)))),
        ),
        degrees_of_freedom=(Statistic(name="df", value=n - 2),),
        p_value=float(answer.pvalue),
        effect=effect,
        power=power.of_correlation(r, se, params.alpha, params.alternative, effect="Pearson's r"),
        assumptions=(
            checks.straight_line(found.x, found.y),
            checks.few_outliers((found.x, found.y), (params.x, params.y), alternative="spearman"),
        ),
        picture=plain_scatter(params, found),
        more=f"; the line changes by {number(slope)} for each 1",
        notices=perfect if 1 - abs(r) < 1e-12 else (),
    )  # fmt: skip


SPEC = StatisticalTestSpec(
    key="pearson",
    label="Pearson correlation",
    group=QuestionGroup.RELATION,
    params=TwoNumberParams,
    run=run,
    needs="Two columns of numbers.",
    null_hypothesis="The two columns are not related by a straight line.",
    plain="Do two quantities rise and fall together along a straight line?",
    technical="The correlation over its standard error follows a t distribution with n - 2 degrees of freedom when "
    "both columns are jointly normal.",
    use_when=("A straight line describes the relation", "Values without far-off ones"),
    avoid_when=("A bent relation", "A few huge values decide everything"),
    alternative="spearman",
    fits=relation_fit(85, "It measures how well a straight line describes two quantities."),
    traits=frozenset({Trait.LINEAR}),
    source="Pearson 1895, doi:10.1098/rspl.1895.0041",
)
