"""Tukey's honestly significant differences."""

import itertools

import numpy as np

from core.errors import UnsuitableData
from core.statistics import checks, effects, pictures, power, strokes
from core.statistics.conclude import conclude
from core.statistics.frame import Frame
from core.statistics.many_means import many_groups_fit, sums_of_squares
from core.statistics.params import ManyGroupParams
from core.statistics.result import ResultTable, Statistic, TestResult
from core.statistics.samples import Groups, many_groups, spreading
from core.statistics.script import groups_code, script
from core.statistics.spec import QuestionGroup, StatisticalTestSpec, Trait
from core.statistics.summary import mean_interval, summarise
from core.statistics.wording import number, p_text
from core.wording import short

MOST = 12
"""Groups at most: 66 pairs, which is what a table can hold and some seconds can compute."""


def run(frame: Frame, params: ManyGroupParams) -> TestResult:
    """Compare every pair of groups, with one error rate for all pairs together."""
    from scipy import stats

    found = spreading(many_groups(frame, params.measure, params.group, least=2), "Kruskal-Wallis test")
    if len(found.labels) > MOST:
        raise UnsuitableData(
            f"{params.group!r} has {len(found.labels)} groups; up to {MOST} are compared pair by pair.",
            hint="Join small groups, or compare all at once: Welch ANOVA.",
        )
    answer = stats.tukey_hsd(*found.values)
    ends = answer.confidence_interval(1 - params.alpha)
    pairs = list(itertools.combinations(range(len(found.labels)), 2))
    rows = [
        (i, j, float(answer.statistic[i, j]), float(ends.low[i, j]), float(ends.high[i, j]), float(answer.pvalue[i, j]))
        for i, j in pairs
    ]
    df = found.n - len(found.labels)
    deviation = float(np.sqrt(sums_of_squares(found.values)[1] / df))
    top = max(rows, key=lambda row: abs(row[2]))
    effect = effects.effect(
        "Largest difference in pooled deviations (d)", top[2] / deviation, (top[3] / deviation, top[4] / deviation),
        alpha=params.alpha, method="Tukey's simultaneous interval over the pooled deviation", convention=effects.D,
    )  # fmt: skip
    names = [f"{short(found.labels[i], 18)} − {short(found.labels[j], 18)}" for i, j in pairs]
    p_value = min(row[5] for row in rows)
    return conclude(
        SPEC,
        frame,
        sentence=_sentence(found, rows, params.alpha),
        variant="Tukey-Kramer, for groups of any size",
        statistics=(Statistic(name="Pairs", value=len(rows)), Statistic(name="Largest difference", value=top[2])),
        degrees_of_freedom=(Statistic(name="df", value=df),),
        p_value=p_value,
        alpha=params.alpha,
        effect=effect,
        power=power.none("It differs from pair to pair; ask a single pair's t-test."),
        n_used=found.n,
        n_missing=found.n_missing,
        groups=summarise(found.labels, found.values, params.alpha),
        tables=(
            ResultTable(
                title="Differences of means",
                columns=("First", "Second", "Difference", "Low", "High", "Adjusted p"),
                rows=tuple((found.labels[i], found.labels[j], *rest) for i, j, *rest in rows),
            ),
        ),
        assumptions=(
            checks.independence(),
            checks.normality(found.values, found.labels, of="values in each group", alternative="kruskal_wallis"),
            checks.equal_spread(found.values, alternative="welch_anova"),
        ),
        pictures=(
            pictures.intervals(
                f"Differences of mean {strokes.safe(params.measure)}", "Difference of "
                f"{strokes.safe(params.measure)}",
                names, [row[2] for row in rows], [(row[3], row[4]) for row in rows],
                explanation="Intervals hold all true differences at once; a pair whose interval leaves out 0 differs "
                "clearly.",
            ),
            pictures.group_means(
                params.measure, params.group, found.labels, found.values,
                [mean_interval(part, params.alpha) for part in found.values],
            ),
        ),
        code=script(
            frame, SPEC.label, [params.measure, params.group],
            groups_code(params.measure, params.group, found.labels)
            + "answer = stats.tukey_hsd(*groups)\nprint(answer)\n"
            "print('p', answer.pvalue[np.triu_indices(len(groups), 1)].min())",
            labels=True,
        ),
    )  # fmt: skip


def _sentence(found: Groups, rows: list[tuple[int, int, float, float, float, float]], alpha: float) -> str:
    clear = sorted((row for row in rows if row[5] <= alpha), key=lambda row: -abs(row[2]))
    start = f"Of {len(rows)} pairs of {short(found.group)}, {len(clear)} differ clearly in mean {short(found.measure)}"
    if not clear:
        least = p_text(min(row[5] for row in rows))
        return f"{start}; that is no evidence that the groups are equal (smallest adjusted {least})."
    i, j, gap, low, high, p = clear[0]
    high_label, low_label = (found.labels[i], found.labels[j]) if gap > 0 else (found.labels[j], found.labels[i])
    ends = (low, high) if gap > 0 else (-high, -low)
    return (
        f"{start}; the largest gap: '{short(high_label)}' is {number(abs(gap))} above '{short(low_label)}' "
        f"({number(ends[0])} to {number(ends[1])}, adjusted {p_text(p)})."
    )


SPEC = StatisticalTestSpec(
    key="tukey_hsd",
    label="Tukey HSD",
    group=QuestionGroup.GROUPS,
    params=ManyGroupParams,
    run=run,
    needs="A column of numbers and a column with two to twelve groups.",
    null_hypothesis="No pair of groups differs in its mean, given that all spread equally.",
    plain="Which groups differ from which? Every pair is compared, and the false alarms of all pairs together stay "
    "below the significance level.",
    technical="Differences of means over the pooled standard error are referred to the studentised range distribution; "
    "Kramer's form allows unequal group sizes.",
    use_when=("All pairs of groups are of interest", "After an ANOVA that found something, or instead of it"),
    avoid_when=("The spreads differ", "Only one pair was of interest from the start"),
    alternative="kruskal_wallis",
    fits=many_groups_fit(55, "It says which groups differ, pair by pair, without more false alarms."),
    traits=frozenset({Trait.NORMAL, Trait.EQUAL_SPREAD}),
    source="Kramer 1956, doi:10.2307/3001469",
    most_rows=5_000_000,
)
