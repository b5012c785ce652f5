"""Kolmogorov-Smirnov test of two samples."""

import numpy as np

from core.statistics import checks, effects, pictures, power
from core.statistics.conclude import conclude, info
from core.statistics.frame import Frame
from core.statistics.params import CommonParams, Group, Measure, Wanted
from core.statistics.result import Statistic, TestResult
from core.statistics.samples import two_groups
from core.statistics.script import groups_code, script
from core.statistics.spec import Fit, Goal, QuestionGroup, StatisticalTestSpec, Trait
from core.statistics.summary import summarise
from core.statistics.wording import chance, number
from core.wording import percent, short

EXACT = 10_000
"""SciPy's own limit for the exact distribution."""


class TwoSampleKSParams(CommonParams):
    """A column of numbers and one that splits the rows in two."""

    measure: Measure
    group: Group
    groups: Wanted = ()


def run(frame: Frame, params: TwoSampleKSParams) -> TestResult:
    """Compare the whole distributions of two groups."""
    from scipy import stats

    found = two_groups(frame, params.measure, params.group, params.groups, least=2, instead="Kruskal-Wallis test")
    x, y = found.values
    method = "exact" if max(len(x), len(y)) <= EXACT and len(x) * len(y) <= 4_000_000 else "asymp"
    answer = stats.ks_2samp(x, y, method=method)
    d = float(answer.statistic)
    half = effects.dkw(len(x), params.alpha / 2) + effects.dkw(len(y), params.alpha / 2)
    effect = effects.effect(
        "D, the largest gap", d, (max(0.0, d - half), min(1.0, d + half)), alpha=params.alpha, method=effects.DKW,
        convention=None,
    )  # fmt: skip
    place = float(answer.statistic_location)
    below = [float((part <= place).mean()) for part in (x, y)]
    first, second = (f"'{short(label)}'" for label in found.labels)
    sentence = (
        f"The distributions of {short(params.measure)} are furthest apart at {number(place)}: {percent(below[0])} of "
        f"{short(params.group)} {first} and {percent(below[1])} of {second} are at most that. "
        f"{chance(float(answer.pvalue), params.alpha)}"
    )
    has_ties = len(np.unique(np.concatenate([x, y]))) < found.n
    ties = (info("ties", "Some values are equal; the true p is at most the one given."),)
    return conclude(
        SPEC,
        frame,
        sentence=sentence,
        variant="exact" if method == "exact" else "asymptotic",
        statistics=(Statistic(name="D", value=d), Statistic(name="At", value=place)),
        p_value=float(answer.pvalue),
        alpha=params.alpha,
        effect=effect,
        power=power.none("It depends on where the distributions differ; there is no single effect."),
        n_used=found.n,
        n_missing=found.n_missing,
        groups=summarise(found.labels, found.values, params.alpha),
        assumptions=(checks.independence(),),
        pictures=(pictures.steps(params.measure, found.labels, found.values),),
        notices=ties if has_ties else (),
        code=script(
            frame, SPEC.label, [params.measure, params.group],
            groups_code(params.measure, params.group, found.labels)
            + f"answer = stats.ks_2samp(*groups, method={method!r})\nprint('D', answer.statistic)\nprint('p', "
            "answer.pvalue)",
            labels=True,
        ),
    )  # fmt: skip


SPEC = StatisticalTestSpec(
    key="ks_two_sample",
    label="Kolmogorov-Smirnov test of two samples",
    group=QuestionGroup.DISTRIBUTION,
    params=TwoSampleKSParams,
    run=run,
    needs="A column of numbers and a column with two groups.",
    null_hypothesis="Both groups have the same distribution.",
    plain="Do two groups differ in any way: place, spread or shape?",
    technical="D is the largest distance between both cumulative shares; p from its exact distribution for up to some "
    "thousand rows, else from the limit.",
    use_when=("Any difference matters, not only that of averages", "To compare old rows with new ones"),
    avoid_when=("Only averages matter: other tests see those better", "Values that repeat a lot"),
    alternative=None,
    fits=(
        Fit(
            goal=Goal.DISTRIBUTION, numbers=(1, 1), categories=(1, 1), groups=(2, 2), rank=85,
            reason="It compares whole distributions, not only "
            "averages.", roles={"measure": "number", "group": "category"},
        ),
        Fit(
            goal=Goal.DIFFERENCE, numbers=(1, 1), categories=(1, 1), groups=(2, 2), rank=30,
            reason="It sees any difference, also in spread and "
            "shape.", roles={"measure": "number", "group": "category"},
        ),
    ),
    traits=frozenset({Trait.EXACT}),
    source="Smirnov 1939, Bulletin of Moscow University 2",
)  # fmt: skip
