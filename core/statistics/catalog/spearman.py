"""Spearman's rank correlation."""

import numpy as np

from core.statistics import effects, pictures, power
from core.statistics.conclude import info
from core.statistics.correlation import conclude_correlation, relation_fit
from core.statistics.frame import Frame
from core.statistics.params import TwoNumberParams
from core.statistics.result import Statistic, TestResult
from core.statistics.samples import two_numbers
from core.statistics.spec import QuestionGroup, StatisticalTestSpec, Trait


def run(frame: Frame, params: TwoNumberParams) -> TestResult:
    """Test a steady relation of two columns by their ranks."""
    from scipy import stats

    found = two_numbers(frame, params.x, params.y, least=4)
    n = len(found.x)
    answer = stats.spearmanr(found.x, found.y, alternative=params.alternative)
    rho = float(np.clip(answer.statistic, -1, 1))
    se = float(np.sqrt((1 + rho**2 / 2) / (n - 3)))
    effect = effects.effect(
        "Spearman's rho", rho, effects.correlation_interval(rho, se, params.alpha), alpha=params.alpha,
        method="Fisher's z with the standard error of Bonett and Wright 2000, doi:10.1007/BF02294183",
        convention=effects.R,
    )  # fmt: skip
    ranks = stats.rankdata(found.x), stats.rankdata(found.y)
    has_ties = any(len(np.unique(values)) < n for values in (found.x, found.y))
    few = (info("small_sample", "Below 10 rows the p value of the t approximation is rough."),)
    ties = (info("ties", "Equal values share their mean rank."),)
    return conclude_correlation(
        SPEC, frame, params, found,
        function=f"stats.spearmanr(x, y, alternative={params.alternative!r})",
        statistics=(Statistic(name="rho", value=rho),),
        degrees_of_freedom=(Statistic(name="df", value=n - 2),),
        p_value=float(answer.pvalue),
        effect=effect,
        power=power.of_correlation(
            rho, 1.03 / float(np.sqrt(n - 3)), params.alpha, params.alternative, effect="Spearman's rho"
        ),
        assumptions=(),
        picture=pictures.scatter(params.x, params.y, ranks[0], ranks[1], of="Rank of "),
        variant="t approximation",
        notices=(ties if has_ties else ()) + (few if n < 10 else ()),
    )  # fmt: skip


SPEC = StatisticalTestSpec(
    key="spearman",
    label="Spearman correlation",
    group=QuestionGroup.RELATION,
    params=TwoNumberParams,
    run=run,
    needs="Two columns of numbers.",
    null_hypothesis="The order of one column says nothing about that of the other.",
    plain="Do two quantities rise and fall together, along whatever steady curve? Only the order of the values counts.",
    technical="Pearson's correlation of the ranks, with a t distribution of n - 2 degrees of freedom.",
    use_when=("Skewed values, outliers, grades", "A relation that rises steadily but not in a line"),
    avoid_when=("The relation rises and then falls", "The slope of a line is what you are after"),
    alternative=None,
    fits=relation_fit(70, "It sees any steady rise or fall, and single far-off values do no harm."),
    traits=frozenset({Trait.RANKS}),
    source="Spearman 1904, doi:10.2307/1412159",
)
