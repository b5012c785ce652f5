"""Friedman's test of repeated measurements."""

from typing import Annotated

import numpy as np

from core.errors import UnsuitableData
from core.statistics import checks, effects, pictures, power
from core.statistics.conclude import conclude
from core.statistics.frame import Frame
from core.statistics.many_means import groups_differ
from core.statistics.params import ColumnKind, CommonParams, column
from core.statistics.result import Statistic, TestResult
from core.statistics.samples import FloatArray, pivoted, repeated
from core.statistics.script import script
from core.statistics.spec import Fit, Goal, QuestionGroup, StatisticalTestSpec, Trait
from core.statistics.summary import median_interval, summarise
from core.statistics.wording import listed, number
from core.wording import short


class FriedmanParams(CommonParams):
    """Three or more columns of one row, or rows of a subject."""

    columns: Annotated[
        tuple[str, ...],
        column(
            ColumnKind.NUMBER, "Measurements", "Three or more; or one, if rows are paired.", min_length=1, max_length=30
        ),
    ]
    group: Annotated[
        str, column(ColumnKind.CATEGORY, "Occasions", "Says which measurement a row is, if each has its own row.")
    ] = ""
    subject: Annotated[
        str, column(ColumnKind.ANY, "Subject", "Says which rows belong together, if each measurement has its own row.")
    ] = ""


def run(frame: Frame, params: FriedmanParams) -> TestResult:
    """Compare three or more measurements of the same subjects by their ranks within each subject."""
    from scipy import stats

    values, names, n_missing = _values(frame, params)
    if (np.ptp(values, axis=1) == 0).all():
        raise UnsuitableData(
            "Within every subject, all measurements are equal.", hint="Where nothing changes there is nothing to test."
        )
    n, k = values.shape
    answer = stats.friedmanchisquare(*values.T)
    w = kendalls_w([values])
    f = (n - 1) * w / (1 - w) if w < 1 else float("inf")
    ends = effects.noncentral_f(min(f, 1e12), k - 1, (k - 1) * (n - 1), params.alpha)
    low, high = (nc / (nc + n * (k - 1)) for nc in ends)
    effect = effects.effect(
        "Kendall's W",
        w,
        (low, high),
        alpha=params.alpha,
        method="noncentral F distribution (Iman and Davenport 1980)",
        convention=effects.KENDALL_W,
    )
    ranks = np.asarray(stats.rankdata(values, axis=1)).mean(axis=0)
    last, first = int(np.argmin(ranks)), int(np.argmax(ranks))
    sentence = (
        f"Within {n:,} subjects, '{short(names[first])}' ranks highest (mean rank {number(float(ranks[first]))} of "
        f"{k}) and '{short(names[last])}' lowest ({number(float(ranks[last]))}). "
        f"{groups_differ(float(answer.pvalue), params.alpha)}"
    )
    parts = [values[:, index] for index in range(k)]
    measure = params.columns[0] if params.subject else "value"
    return conclude(
        SPEC,
        frame,
        sentence=sentence,
        variant="chi-square approximation, corrected for ties",
        statistics=(Statistic(name="chi-square", value=float(answer.statistic)),),
        degrees_of_freedom=(Statistic(name="df", value=k - 1),),
        p_value=float(answer.pvalue),
        alpha=params.alpha,
        effect=effect,
        power=power.none("It depends on the whole shape of each measurement's distribution; no single number tells "
        "it."),
        n_used=n,
        n_missing=n_missing,
        groups=summarise(names, parts, params.alpha),
        assumptions=(checks.independence("subjects"), checks.large_groups(parts, 10)),
        pictures=(
            pictures.group_means(
                measure, "measurement", names, parts, [median_interval(part, params.alpha) for part in parts],
                middle="Median",
            ),
        ),
        code=script(
            frame, SPEC.label, [*params.columns, params.group, params.subject], _code(params, names),
            labels=bool(params.subject),
        ),
    )  # fmt: skip


def _values(frame: Frame, params: FriedmanParams) -> tuple[FloatArray, list[str], int]:
    if params.group and params.subject:
        values, names, n_missing = pivoted(frame, params.columns[0], params.group, params.subject, least=3)
    else:
        names = list(params.columns)
        values, n_missing = repeated(frame, names, least=3)
    if len(names) < 3:
        raise UnsuitableData(
            f"There are {len(names)} measurements ({listed(names)}); this test compares three or more.",
            hint="For two measurements of the same subjects, take: Wilcoxon signed-rank test.",
        )
    if len(values) < 3:
        raise UnsuitableData(
            f"{len(values)} subjects have every measurement; this test needs at least 3.",
            hint="It takes more subjects.",
        )
    return values, names, n_missing


def kendalls_w(parts: list[FloatArray]) -> float:
    """Agreement of the subjects' rankings, 0 to 1, corrected for ties; NaN when nothing varies."""
    from scipy.stats import rankdata

    values = parts[0]
    n, k = values.shape
    ranks = rankdata(values, axis=1)
    ordered = np.sort(ranks, axis=1)
    ties = 0.0
    if (np.diff(ordered, axis=1) == 0).any():
        ties = float(sum(((c := np.unique(row, return_counts=True)[1]) ** 3 - c).sum() for row in ranks))
    s = float(((ranks.sum(axis=0) - n * (k + 1) / 2) ** 2).sum())
    most = n**2 * (k**3 - k) - n * ties
    return 12 * s / most if most > 0 else float("nan")


def _code(params: FriedmanParams, names: list[str]) -> str:
    if params.group and params.subject:
        measure = params.columns[0]
        lines = (
            f"table = table.dropna(subset={[measure, params.group, params.subject]!r})\n"
            f"table = table.assign(**{{{params.group!r}: as_text(table[{params.group!r}])}})\n"
            f"wide = table.pivot(index={params.subject!r}, columns={params.group!r}, values={measure!r})\n"
            f"values = wide[{names!r}].dropna().to_numpy(float)\n"
        )
    else:
        lines = f"values = table[{names!r}].dropna().to_numpy(float)\n"
    return lines + (
        "answer = stats.friedmanchisquare(*values.T)\nprint('chi-square', answer.statistic)\nprint('p', answer.pvalue)"
    )


SPEC = StatisticalTestSpec(
    key="friedman",
    label="Friedman test",
    group=QuestionGroup.PAIRED,
    params=FriedmanParams,
    run=run,
    needs="Three or more columns of numbers in each row; or one, with a column of occasions and one of subjects.",
    null_hypothesis="Within a subject, every order of the measurements is equally likely.",
    plain="Do three or more measurements of the same subjects differ? Each subject ranks its own measurements; only "
    "the order counts.",
    technical="Ranks within each subject are summed; the statistic follows a chi-square distribution with k - 1 "
    "degrees of freedom when there are enough subjects.",
    use_when=("Every subject was measured three or more times", "Several judges rated the same things"),
    avoid_when=("Different subjects stand in the groups", "Two measurements only"),
    alternative=None,
    fits=(
        Fit(
            goal=Goal.BEFORE_AFTER, numbers=(3, 30), rank=85,
            reason="It compares three or more measurements of the same subjects.", roles={"columns": "numbers"},
        ),
        Fit(
            goal=Goal.BEFORE_AFTER, numbers=(1, 1), categories=(1, 1), groups=(3, 30), is_paired=True, rank=85,
            reason="It compares three or more measurements of the same subjects.",
            roles={"columns": "numbers", "group": "category", "subject": "paired by"},
        ),
    ),
    traits=frozenset({Trait.RANKS}),
    source="Friedman 1937, doi:10.1080/01621459.1937.10503522",
)  # fmt: skip
