"""Pearson's chi-square test of independence."""

import numpy as np

from core.statistics import checks, effects, power
from core.statistics.conclude import conclude, warning
from core.statistics.frame import Frame
from core.statistics.params import TwoCategoryParams
from core.statistics.result import Statistic, TestResult
from core.statistics.samples import counts
from core.statistics.script import crosstab_code, script
from core.statistics.spec import QuestionGroup, StatisticalTestSpec, Trait
from core.statistics.tables import counted_picture, counted_tables, strongest_cell, two_category_fits
from core.statistics.wording import chance


def run(frame: Frame, params: TwoCategoryParams) -> TestResult:
    """Compare a table of counts with what chance alone would give."""
    from scipy import stats

    found = counts(frame, params.rows, params.columns)
    chi2, p_value, df, expected = stats.chi2_contingency(found.table, correction=False)
    n, smaller = found.n, min(found.table.shape)
    v = float(np.sqrt(chi2 / (n * (smaller - 1))))
    low, high = (float(np.sqrt(nc / (n * (smaller - 1)))) for nc in effects.noncentral_chi2(chi2, df, params.alpha))
    effect = effects.effect(
        "Cramér's V", v, (low, min(1.0, high)), alpha=params.alpha, method="noncentral chi-square distribution",
        convention=effects.cramers_convention(smaller),
    )  # fmt: skip
    is_two_by_two = found.table.shape == (2, 2)
    counted = checks.expected_counts(expected, alternative="fisher_exact" if is_two_by_two else None)
    n_small = int((expected < checks.LEAST_EXPECTED).sum())
    small = (warning("small_expected", f"{n_small} of {expected.size} expected counts are below 5."),)
    return conclude(
        SPEC,
        frame,
        sentence=f"{strongest_cell(found)}. {chance(float(p_value), params.alpha)}",
        variant="Pearson, without continuity correction",
        statistics=(Statistic(name="chi-square", value=float(chi2)),),
        degrees_of_freedom=(Statistic(name="df", value=int(df)),),
        p_value=float(p_value),
        alpha=params.alpha,
        effect=effect,
        power=power.of_chi2(float(np.sqrt(chi2 / n)), n, df, params.alpha),
        n_used=n,
        n_missing=found.n_missing,
        tables=counted_tables(found),
        assumptions=(checks.counted_once(found), counted),
        pictures=(counted_picture(found),),
        notices=small if n_small else (),
        code=script(
            frame, SPEC.label, [params.rows, params.columns],
            crosstab_code(params.rows, params.columns, found.row_labels, found.column_labels)
            + "answer = stats.chi2_contingency(counts, correction=False)\n"
            "print('chi-square', answer.statistic, 'df', answer.dof)\nprint('p', answer.pvalue)",
            labels=True,
        ),
    )  # fmt: skip


SPEC = StatisticalTestSpec(
    key="chi_square_independence",
    label="Chi-square test of independence",
    group=QuestionGroup.RELATION,
    params=TwoCategoryParams,
    run=run,
    needs="Two columns of categories.",
    null_hypothesis="The two columns are independent of each other.",
    plain="Do two properties have anything to do with each other, or does each combination occur as often as chance "
    "gives?",
    technical="The squared distances of counts to expected counts, over the latter, follow a chi-square distribution "
    "with (rows - 1)(columns - 1) degrees of freedom.",
    use_when=("Two categories, each row counted once, counts not too small",),
    avoid_when=("Expected counts below 5", "The same subjects are counted twice: take McNemar's test"),
    alternative="fisher_exact",
    fits=two_category_fits(
        80, "It compares how often combinations occur with chance.", groups=(2, 50), roles=("rows", "columns")
    ),
    traits=frozenset({Trait.LARGE_COUNTS}),
    source="Pearson 1900, doi:10.1080/14786440009463897",
    most_rows=5_000_000,
)
