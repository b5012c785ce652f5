"""Fisher's exact test of two times two counts."""

import numpy as np
import numpy.typing as npt

from core.errors import UnsuitableData
from core.statistics import checks, effects, power
from core.statistics.conclude import conclude, info
from core.statistics.frame import Frame
from core.statistics.params import Alternative, SidedParams, TwoCategoryParams
from core.statistics.result import Effect, Power, Statistic, TestResult
from core.statistics.samples import two_by_two
from core.statistics.script import crosstab_code, script
from core.statistics.spec import QuestionGroup, StatisticalTestSpec, Trait
from core.statistics.tables import counted_picture, counted_tables, ratio_text, two_category_fits
from core.statistics.wording import chance, interval
from core.wording import percent, short

EXACT_INTERVAL = 5_000
"""Rows up to which the interval of the odds ratio is exact; its time grows with the square of the counts."""
MOST = 1_000_000
"""Rows at most: beyond, the hypergeometric sums take long and the chi-square test is as good."""


class FisherParams(SidedParams, TwoCategoryParams):
    """Two columns with two values each."""


def run(frame: Frame, params: FisherParams) -> TestResult:
    """Test the odds ratio of two times two counts by the hypergeometric distribution."""
    from scipy import stats

    found = two_by_two(frame, params.rows, params.columns, instead="Chi-square test of independence")
    if found.n > MOST:
        raise UnsuitableData(
            f"{found.n:,} rows are too many for exact counting.",
            hint="With so many rows take: Chi-square test of independence.",
        )
    table = found.table
    p_value = float(stats.fisher_exact(table, alternative=params.alternative).pvalue)
    effect = _odds_ratio(table, params.alpha)
    value = effect.value
    if value is not None and value > 0:
        effect = effect.model_copy(update={"word": effects.ODDS.word(max(value, 1 / value))})
    first, second = (float(row[1] / row.sum()) for row in table)
    sentence = (
        f"{short(params.columns)} is '{short(found.column_labels[1])}' in {percent(first)} of rows where "
        f"{short(params.rows)} is '{short(found.row_labels[0])}' and in {percent(second)} where it is "
        f"'{short(found.row_labels[1])}'; odds ratio {ratio_text(value)} ({interval(effect.low, effect.high)}). "
        f"{chance(p_value, params.alpha)}"
    )
    zero = (info("zero_cell", "A cell is empty, so the odds ratio has a bound on one side only."),)
    return conclude(
        SPEC,
        frame,
        sentence=sentence,
        variant="exact, by the hypergeometric distribution",
        statistics=(Statistic(name="Odds ratio", value=value),),
        p_value=p_value,
        alternative=params.alternative,
        alpha=params.alpha,
        effect=effect,
        power=_power(first, second, int(table[0].sum()), int(table[1].sum()), params.alpha, params.alternative),
        n_used=found.n,
        n_missing=found.n_missing,
        tables=counted_tables(found),
        assumptions=(checks.counted_once(found),),
        pictures=(counted_picture(found),),
        notices=zero if bool(np.any(table == 0)) else (),
        code=script(
            frame, SPEC.label, [params.rows, params.columns],
            crosstab_code(params.rows, params.columns, found.row_labels, found.column_labels)
            + f"answer = stats.fisher_exact(counts, alternative={params.alternative!r})\nprint('p', answer.pvalue)",
            labels=True,
        ),
    )  # fmt: skip


def _odds_ratio(table: npt.NDArray[np.int64], alpha: float) -> Effect:
    """The conditional estimate with its exact interval; from some thousand rows on Woolf's, which takes no time."""
    from scipy.stats import norm
    from scipy.stats.contingency import odds_ratio

    value: float | None
    ends: tuple[float | None, float | None]
    if table.sum() <= EXACT_INTERVAL:
        ratio = odds_ratio(table)
        found = ratio.confidence_interval(1 - alpha)
        value, ends = ratio.statistic, (found.low, found.high)
        method = "conditional, by the noncentral hypergeometric distribution"
    else:
        (a, b), (c, d) = (table + 0.5 * bool((table == 0).any())).astype(np.float64)
        half = float(norm.ppf(1 - alpha / 2) * np.sqrt(1 / a + 1 / b + 1 / c + 1 / d))
        value = a * d / (b * c)
        ends = (value * np.exp(-half), value * np.exp(half))
        method = "Woolf 1955, doi:10.1111/j.1469-1809.1955.tb01348.x"
    return effects.effect(
        "Odds ratio", effects.finite(value), ends, alpha=alpha, method=method, convention=effects.ODDS, neutral=1.0
    )


def _power(first: float, second: float, n1: int, n2: int, alpha: float, alternative: Alternative) -> Power:
    h = 2 * float(np.arcsin(np.sqrt(second)) - np.arcsin(np.sqrt(first)))
    return power.of_normal(
        h, float(np.sqrt(1 / n1 + 1 / n2)), alpha, alternative, effect="Cohen's h",
        method="arcsine approximation; the exact test has a little less", most=float(np.pi),
    )  # fmt: skip


SPEC = StatisticalTestSpec(
    key="fisher_exact",
    label="Fisher's exact test",
    group=QuestionGroup.PROPORTIONS,
    params=FisherParams,
    run=run,
    needs="Two columns with two values each.",
    null_hypothesis="The odds are the same in both rows of the table.",
    plain="Is a share higher in one group than in the other? It counts out all tables that could have come about, so "
    "it is right for the smallest numbers.",
    technical="With both margins fixed, the count in a cell is hypergeometric; p sums the probabilities of tables that "
    "are at most as likely as the one found.",
    use_when=("Two times two counts, some of them small",),
    avoid_when=("Thousands of rows, where the chi-square test gives the same", "Paired answers: take McNemar's test"),
    alternative=None,
    fits=two_category_fits(
        70, "It is exact for two times two counts, however small.", groups=(2, 2), roles=("rows", "columns")
    ),
    traits=frozenset({Trait.EXACT}),
    source="Fisher 1922, doi:10.2307/2340521",
    most_rows=5_000_000,
)
