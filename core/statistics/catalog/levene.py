"""Levene's test in the form of Brown and Forsythe."""

import numpy as np

from core.errors import UnsuitableData
from core.statistics import checks, effects, pictures, power
from core.statistics.conclude import conclude
from core.statistics.frame import Frame
from core.statistics.many_means import many_groups_fit, sums_of_squares
from core.statistics.params import ManyGroupParams
from core.statistics.result import Estimate, Statistic, TestResult
from core.statistics.samples import FloatArray, many_groups, spreading
from core.statistics.script import groups_code, script
from core.statistics.spec import QuestionGroup, StatisticalTestSpec, Trait
from core.statistics.summary import mean_interval, summarise
from core.statistics.wording import chance, number
from core.wording import short


def run(frame: Frame, params: ManyGroupParams) -> TestResult:
    """Compare the spreads of all groups."""
    from scipy import stats

    found = spreading(many_groups(frame, params.measure, params.group, least=2), "Chi-square test of independence")
    distances = [np.abs(part - np.median(part)) for part in found.values]
    between, within = sums_of_squares(distances)
    if within == 0:
        raise UnsuitableData(
            "Within each group, all values are equally far from the median; their spread cannot be tested.",
            hint="It takes three or more values in a group. Compare the groups themselves: Kruskal-Wallis test.",
        )
    answer = stats.levene(*found.values, center="median")
    n, df1 = found.n, len(found.labels) - 1
    f, df2 = float(answer.statistic), found.n - len(found.labels)
    eta2 = between / (between + within)
    low, high = (nc / (nc + n) for nc in effects.noncentral_f(f, df1, df2, params.alpha))
    effect = effects.effect(
        "Eta squared of the distances", eta2, (low, high), alpha=params.alpha, method="noncentral F distribution",
        convention=effects.ETA_SQUARED,
    )  # fmt: skip
    deviations = [float(part.std(ddof=1)) for part in found.values]
    wide, narrow = int(np.argmax(deviations)), int(np.argmin(deviations))
    ratio = deviations[wide] / deviations[narrow] if deviations[narrow] > 0 else None
    sentence = (
        f"{short(params.measure)} spreads most where {short(params.group)} is '{short(found.labels[wide])}' (standard "
        f"deviation {number(deviations[wide])}) and least where it is '{short(found.labels[narrow])}' "
        f"({number(deviations[narrow])}). {chance(float(answer.pvalue), params.alpha)}"
    )
    return conclude(
        SPEC,
        frame,
        sentence=sentence,
        variant="distances to the median (Brown-Forsythe)",
        statistics=(Statistic(name="W", value=f),),
        degrees_of_freedom=(Statistic(name="between", value=df1), Statistic(name="within", value=df2)),
        p_value=float(answer.pvalue),
        alpha=params.alpha,
        estimate=_ratio([found.values[wide], found.values[narrow]], ratio, params.alpha),
        effect=effect,
        power=power.of_f(eta2, n, df1, df2, params.alpha, effect="eta squared of the distances"),
        n_used=n,
        n_missing=found.n_missing,
        groups=summarise(found.labels, found.values, params.alpha),
        assumptions=(checks.independence(), checks.large_groups(found.values)),
        pictures=(
            pictures.group_means(
                f"distance of {params.measure} to its median", params.group, found.labels, distances,
                [mean_interval(part, params.alpha) for part in distances],
            ),
        ),
        code=script(
            frame, SPEC.label, [params.measure, params.group],
            groups_code(params.measure, params.group, found.labels)
            + "answer = stats.levene(*groups, center='median')\nprint('W', answer.statistic)\nprint('p', "
            "answer.pvalue)",
            labels=True,
        ),
    )  # fmt: skip


def _ratio(parts: list[FloatArray], ratio: float | None, alpha: float) -> Estimate | None:
    if ratio is None:
        return None

    def of(resampled: object) -> float:
        wide, narrow = (float(part.std(ddof=1)) for part in resampled)  # type: ignore[attr-defined]
        return wide / narrow if narrow > 0 else float("nan")

    (low, high), how = effects.bootstrap(of, parts, ratio, alpha)
    return Estimate(
        name="Ratio of the widest to the narrowest standard deviation", value=ratio, low=low, high=high,
        confidence=1 - alpha, method=how,
    )  # fmt: skip


SPEC = StatisticalTestSpec(
    key="levene",
    label="Levene test (Brown-Forsythe)",
    group=QuestionGroup.GROUPS,
    params=ManyGroupParams,
    run=run,
    needs="A column of numbers and a column with two or more groups.",
    null_hypothesis="All groups spread equally around their medians.",
    plain="Do some groups vary more than others? It asks about the spread, not about the average.",
    technical="An analysis of variance of the absolute distances to each group's median.",
    use_when=("The spread itself is the question: steadiness, fairness, precision",),
    avoid_when=("As a gate before a t-test: take Welch's from the start",),
    alternative=None,
    fits=many_groups_fit(25, "It compares how much groups vary, not where they lie.", least=2),
    traits=frozenset({Trait.EXACT}),
    source="Brown and Forsythe 1974, doi:10.1080/01621459.1974.10482955",
    most_rows=5_000_000,
)
