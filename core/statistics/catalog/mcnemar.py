"""McNemar's test of paired yes-or-no answers."""

import numpy as np

from core.errors import UnsuitableData
from core.statistics import checks, effects, power
from core.statistics.conclude import conclude
from core.statistics.frame import Frame
from core.statistics.params import TwoCategoryParams
from core.statistics.result import Estimate, Statistic, TestResult
from core.statistics.samples import Counts, two_by_two
from core.statistics.script import crosstab_code, script
from core.statistics.spec import Fit, Goal, QuestionGroup, StatisticalTestSpec, Trait
from core.statistics.tables import counted_picture, counted_tables
from core.statistics.wording import chance, listed, number
from core.wording import percent, short

EXACT = 1_000
"""Up to so many changed pairs the binomial distribution is summed; beyond, it is a normal one to three digits."""


def run(frame: Frame, params: TwoCategoryParams) -> TestResult:
    """Test whether changes in one direction are as frequent as in the other."""
    from scipy import stats

    found = _same_labels(two_by_two(frame, params.rows, params.columns, instead="Chi-square test of independence"))
    n, up, down = found.n, int(found.table[0, 1]), int(found.table[1, 0])
    changed = up + down
    if not changed:
        raise UnsuitableData(
            f"{params.rows!r} and {params.columns!r} are equal in all {n:,} rows.",
            hint="Where nothing changes there is nothing to test.",
        )
    is_exact = changed <= EXACT
    statistic = (up - down) ** 2 / changed
    p_value = float(stats.binomtest(up, changed).pvalue) if is_exact else float(stats.chi2.sf(statistic, 1))
    low, high = effects.clopper_pearson(up, changed, params.alpha)
    effect = effects.effect(
        "Cohen's g", up / changed - 0.5, (low - 0.5, high - 0.5), alpha=params.alpha,
        method="Clopper-Pearson, from the share of changed pairs", convention=effects.G,
    )  # fmt: skip
    gap, ends = _difference(up, down, n, params.alpha)
    yes = short(found.column_labels[1])
    before, after = (float(found.table[1].sum() / n), float(found.table[:, 1].sum() / n))
    sentence = (
        f"'{yes}' goes from {percent(before)} in {short(params.rows)} to {percent(after)} in {short(params.columns)}: "
        f"{up:,} rows changed to it, {down:,} away from it; {percent(1 - params.alpha)} interval of the change "
        f"{number(100 * ends[0])} to {number(100 * ends[1])} points. {chance(p_value, params.alpha)}"
    )
    return conclude(
        SPEC,
        frame,
        sentence=sentence,
        variant="exact, by the binomial distribution" if is_exact else "chi-square approximation",
        statistics=(
            Statistic(name="Changes to", value=up),
            Statistic(name="Changes away", value=down),
            Statistic(name="chi-square", value=statistic),
        ),
        p_value=p_value,
        alpha=params.alpha,
        estimate=Estimate(
            name="Change of the share", value=gap, low=ends[0], high=ends[1], confidence=1 - params.alpha,
            method="Bonett and Price 2012, doi:10.3102/1076998611411915", unit="share of rows",
        ),
        effect=effect,
        power=power.of_normal(
            up / changed - 0.5, 0.5 / float(np.sqrt(changed)), params.alpha, "two-sided", effect="Cohen's g",
            method=f"normal approximation for {changed:,} changed pairs", most=0.5,
        ),
        n_used=n,
        n_missing=found.n_missing,
        tables=counted_tables(found),
        assumptions=(checks.independence("pairs"),),
        pictures=(counted_picture(found),),
        code=script(
            frame, SPEC.label, [params.rows, params.columns],
            crosstab_code(params.rows, params.columns, found.row_labels, found.column_labels)
            + "up, down = int(counts[0, 1]), int(counts[1, 0])\n"
            + (
                "p = stats.binomtest(up, up + down).pvalue\n"
                if is_exact
                else "p = stats.chi2.sf((up - down) ** 2 / (up + down), 1)\n"
            )
            + "print('p', p)",
            labels=True,
        ),
    )  # fmt: skip


def _same_labels(found: Counts) -> Counts:
    if set(found.row_labels) != set(found.column_labels):
        raise UnsuitableData(
            f"{found.rows!r} holds {listed(list(found.row_labels))}, {found.columns!r} holds "
            f"{listed(list(found.column_labels))}.",
            hint="Both columns must be the same question asked twice. For two different questions take: Fisher's exact "
            "test.",
        )
    return found


def _difference(up: int, down: int, n: int, alpha: float) -> tuple[float, tuple[float, float]]:
    from scipy.stats import norm

    p_up, p_down = (up + 1) / (n + 2), (down + 1) / (n + 2)
    half = float(norm.ppf(1 - alpha / 2) * np.sqrt((p_up + p_down - (p_up - p_down) ** 2) / (n + 2)))
    return (up - down) / n, (max(-1.0, p_up - p_down - half), min(1.0, p_up - p_down + half))


SPEC = StatisticalTestSpec(
    key="mcnemar",
    label="McNemar test",
    group=QuestionGroup.PAIRED,
    params=TwoCategoryParams,
    run=run,
    needs="Two columns with the same two values: one question asked twice of the same subjects.",
    null_hypothesis="Changes in one direction are as frequent as in the other.",
    plain="Did the same subjects change their answer more often one way than the other?",
    technical="Only pairs that changed count; among them the number in one direction is binomial with one half.",
    use_when=("Yes or no, before and after", "Two classifiers judged on the same rows"),
    avoid_when=("The rows are different subjects in each column",),
    alternative=None,
    fits=(
        Fit(
            goal=Goal.BEFORE_AFTER, categories=(2, 2), groups=(2, 2), rank=90,
            reason="It compares two yes-or-no answers of the same subjects.",
            roles={"rows": "category", "columns": "category 2"},
        ),
    ),
    traits=frozenset({Trait.EXACT}),
    source="McNemar 1947, doi:10.1007/BF02295996",
    most_rows=5_000_000,
)  # fmt: skip
