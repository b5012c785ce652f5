"""z test of two proportions."""

import numpy as np

from core.statistics import checks, effects, pictures, power, strokes
from core.statistics.conclude import conclude, warning
from core.statistics.frame import Frame
from core.statistics.params import SidedParams, TwoCategoryParams
from core.statistics.result import Estimate, Statistic, TestResult
from core.statistics.samples import two_by_two
from core.statistics.script import crosstab_code, script
from core.statistics.spec import QuestionGroup, StatisticalTestSpec, Trait
from core.statistics.tables import counted_tables, two_category_fits
from core.statistics.wording import chance, number
from core.wording import percent, short


class TwoProportionsParams(SidedParams, TwoCategoryParams):
    """Groups and a yes-or-no outcome."""


def run(frame: Frame, params: TwoProportionsParams) -> TestResult:
    """Compare two shares by the normal distribution."""
    from scipy.stats import norm

    found = two_by_two(frame, params.rows, params.columns, instead="Chi-square test of independence")
    (n1, n2), hits = (int(n) for n in found.table.sum(axis=1)), found.table[:, 1]
    p1, p2 = float(hits[0] / n1), float(hits[1] / n2)
    pooled = float(hits.sum() / found.n)
    z = (p1 - p2) / float(np.sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2)))
    p_value = {"two-sided": 2 * norm.sf(abs(z)), "greater": norm.sf(z), "less": norm.cdf(z)}[params.alternative]
    ends = [effects.wilson(int(k), n, params.alpha) for k, n in zip(hits, (n1, n2), strict=True)]
    low = p1 - p2 - float(np.hypot(p1 - ends[0][0], ends[1][1] - p2))
    high = p1 - p2 + float(np.hypot(ends[0][1] - p1, p2 - ends[1][0]))
    h, half = _h(p1, p2), float(norm.ppf(1 - params.alpha / 2) * np.sqrt(1 / n1 + 1 / n2))
    effect = effects.effect(
        "Cohen's h", h, (h - half, h + half), alpha=params.alpha, method="arcsine transformation", convention=effects.D
    )
    outcome, (first, second) = short(found.column_labels[1]), (short(label) for label in found.row_labels)
    points = f"{number(100 * abs(p1 - p2))} percentage points {'more' if p1 > p2 else 'less'} often"
    sentence = (
        f"{short(params.columns)} is '{outcome}' {points} where {short(params.rows)} is '{first}' ({percent(p1)}) than "
        f"where it is '{second}' ({percent(p2)}); {percent(1 - params.alpha)} interval {number(100 * low)} to "
        f"{number(100 * high)} points. {chance(float(p_value), params.alpha)}"
    )
    counted = checks.expected_counts(found.expected, alternative="fisher_exact")
    n_small = int((found.expected < checks.LEAST_EXPECTED).sum())
    small = (warning("small_expected", f"{n_small} of 4 expected counts are below 5."),)
    return conclude(
        SPEC,
        frame,
        sentence=sentence,
        variant="pooled standard error, without continuity correction",
        statistics=(Statistic(name="z", value=z),),
        p_value=float(p_value),
        alternative=params.alternative,
        alpha=params.alpha,
        estimate=Estimate(
            name="Difference of shares", value=p1 - p2, low=low, high=high, confidence=1 - params.alpha,
            method="Newcombe's hybrid score interval (1998, method 10)", unit="share of rows",
        ),
        effect=effect,
        power=power.of_normal(
            h, float(np.sqrt(1 / n1 + 1 / n2)), params.alpha, params.alternative, effect="Cohen's h",
            method="arcsine approximation", most=float(np.pi),
        ),
        n_used=found.n,
        n_missing=found.n_missing,
        tables=counted_tables(found),
        assumptions=(checks.counted_once(found), counted),
        pictures=(
            pictures.shares(
                f"Share of {strokes.safe(params.columns)} = {strokes.safe(outcome)}", strokes.safe(params.rows),
                found.row_labels, (p1, p2), ends=ends,
            ),
        ),
        notices=small if n_small else (),
        code=script(
            frame, SPEC.label, [params.rows, params.columns],
            crosstab_code(params.rows, params.columns, found.row_labels, found.column_labels)
            + _code(params.alternative),
            labels=True,
        ),
    )  # fmt: skip


def _h(p1: float, p2: float) -> float:
    return 2 * float(np.arcsin(np.sqrt(p1)) - np.arcsin(np.sqrt(p2)))


def _code(alternative: str) -> str:
    p = {"two-sided": "2 * stats.norm.sf(abs(z))", "greater": "stats.norm.sf(z)", "less": "stats.norm.cdf(z)"}[
        alternative
    ]
    return f"""hits, n = counts[:, 1], counts.sum(axis=1)
pooled = hits.sum() / n.sum()
z = (hits[0] / n[0] - hits[1] / n[1]) / np.sqrt(pooled * (1 - pooled) * (1 / n).sum())
print('z', z)
print('p', {p})"""


SPEC = StatisticalTestSpec(
    key="two_proportions",
    label="Two-proportion z-test",
    group=QuestionGroup.PROPORTIONS,
    params=TwoProportionsParams,
    run=run,
    needs="A column with two groups and a column with two outcomes.",
    null_hypothesis="Both groups have the same share.",
    plain="Is a share, such as the share of customers who leave, higher in one group than in the other?",
    technical="The difference of the shares over its standard error under a common share is standard normal; its "
    "square is Pearson's chi-square.",
    use_when=("Two groups, a yes-or-no outcome, and counts that are not too small", "A/B tests"),
    avoid_when=("Expected counts below 5", "The same subjects answered twice: take McNemar's test"),
    alternative="fisher_exact",
    fits=two_category_fits(
        85,
        "It compares a share between two groups and gives the difference in points.",
        groups=(2, 2),
        roles=("rows", "columns"),
    )[1:],
    traits=frozenset({Trait.LARGE_COUNTS}),
    source="Newcombe 1998, doi:10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I",
    most_rows=5_000_000,
)
