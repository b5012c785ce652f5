"""Kendall's rank correlation."""

import numpy as np

from core.statistics import effects, pictures, power
from core.statistics.conclude import info
from core.statistics.correlation import conclude_correlation, relation_fit
from core.statistics.frame import Frame
from core.statistics.params import TwoNumberParams
from core.statistics.result import Statistic, TestResult
from core.statistics.samples import two_numbers
from core.statistics.spec import QuestionGroup, StatisticalTestSpec, Trait
from core.wording import percent

TAU = effects.Convention(limits=(0.064, 0.194, 0.333), source="Cohen's limits for r, carried over by sin(tau π / 2)")


def run(frame: Frame, params: TwoNumberParams) -> TestResult:
    """Test whether pairs of rows tend to agree in their order."""
    from scipy import stats

    found = two_numbers(frame, params.x, params.y, least=5)
    n = len(found.x)
    answer = stats.kendalltau(found.x, found.y, alternative=params.alternative)
    tau, se = float(answer.statistic), float(np.sqrt(0.437 / (n - 4)))
    effect = effects.effect(
        "Kendall's tau", tau, effects.correlation_interval(tau, se, params.alpha), alpha=params.alpha,
        method="Fisher's z with the standard error of Fieller and others 1957, doi:10.1093/biomet/44.3-4.470",
        convention=TAU,
    )  # fmt: skip
    has_ties = any(len(np.unique(values)) < n for values in (found.x, found.y))
    ties = (info("ties", "Some values are equal; tau-b accounts for them."),)
    return conclude_correlation(
        SPEC, frame, params, found,
        function=f"stats.kendalltau(x, y, alternative={params.alternative!r})",
        statistics=(Statistic(name="tau-b", value=tau),),
        p_value=float(answer.pvalue),
        effect=effect,
        power=power.of_correlation(tau, se, params.alpha, params.alternative, effect="Kendall's tau"),
        assumptions=(),
        picture=pictures.scatter(params.x, params.y, found.x, found.y, with_line=False),
        variant="tau-b; exact for few rows without ties, else by the normal distribution",
        more=f"; of two random rows, the one with more in the first has more in the second in {percent((1 + tau) / 2)} "
        "of cases",
        notices=ties if has_ties else (),
    )  # fmt: skip


SPEC = StatisticalTestSpec(
    key="kendall",
    label="Kendall correlation",
    group=QuestionGroup.RELATION,
    params=TwoNumberParams,
    run=run,
    needs="Two columns of numbers.",
    null_hypothesis="Two random rows agree in the order of both columns as often as they disagree.",
    plain="Take two rows: is the one with more of this also the one with more of that? Tau is how much more often yes "
    "than no.",
    technical="Concordant minus discordant pairs over all pairs, corrected for ties (tau-b).",
    use_when=("Few rows", "Many equal values, such as grades"),
    avoid_when=("The relation rises and then falls",),
    alternative=None,
    fits=relation_fit(60, "It compares the order of pairs of rows; good with few rows and many equal values."),
    traits=frozenset({Trait.RANKS, Trait.EXACT}),
    source="Kendall 1938, doi:10.1093/biomet/30.1-2.81",
    most_rows=200_000,
)
