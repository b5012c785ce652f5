"""Two-way analysis of variance with interaction, type II."""

from dataclasses import dataclass
from typing import Annotated, cast

import numpy as np
import pandas as pd

from core.errors import UnsuitableData
from core.statistics import checks, effects, pictures, power
from core.statistics.conclude import conclude
from core.statistics.frame import Frame
from core.statistics.params import ColumnKind, CommonParams, Measure, column
from core.statistics.result import Effect, Hypothesis, ResultTable, Statistic, TestResult
from core.statistics.samples import FloatArray, different
from core.statistics.script import script
from core.statistics.spec import Fit, Goal, QuestionGroup, StatisticalTestSpec, Trait
from core.statistics.summary import summarise
from core.statistics.wording import listed, p_text
from core.wording import percent, short

MOST_CELLS = 100


class TwoWayParams(CommonParams):
    """A column of numbers and two that split the rows."""

    measure: Measure
    first: Annotated[str, column(ColumnKind.CATEGORY, "First factor", "Splits the rows in one way.", min_length=1)]
    second: Annotated[str, column(ColumnKind.CATEGORY, "Second factor", "Splits them in another way.", min_length=1)]


@dataclass(frozen=True, kw_only=True)
class _Term:
    name: str
    ss: float
    df: int
    f: float
    p: float
    effect: Effect


def run(frame: Frame, params: TwoWayParams) -> TestResult:
    """Test both factors, each beside the other, and their interaction."""
    from scipy import stats

    data, n_missing = _complete(frame, params)
    y = data[params.measure].to_numpy(dtype=np.float64)
    a, b = (_dummies(data[name]) for name in (params.first, params.second))
    ab = np.einsum("ij,ik->ijk", a, b).reshape(len(y), -1)
    one = np.ones((len(y), 1))
    full, both = (_residual(np.hstack(parts), y) for parts in ((one, a, b, ab), (one, a, b)))
    df_error = len(y) - (1 + a.shape[1]) * (1 + b.shape[1])
    if full <= 1e-12 * float(((y - y.mean()) ** 2).sum()):
        raise UnsuitableData(
            f"{params.measure!r} does not vary within the cells.",
            hint="This test measures differences against the spread inside the cells.",
        )
    sizes = (
        (params.first, _residual(np.hstack((one, b)), y) - both, a.shape[1]),
        (params.second, _residual(np.hstack((one, a)), y) - both, b.shape[1]),
        (f"{params.first} × {params.second}", both - full, ab.shape[1]),
    )
    terms = []
    for name, ss, df in sizes:
        ss = max(0.0, ss)
        f = ss / df / (full / df_error)
        ends = [nc / (nc + len(y)) for nc in effects.noncentral_f(f, df, df_error, params.alpha)]
        effect = effects.effect(
            f"Partial eta squared of {short(name)}", ss / (ss + full), (ends[0], ends[1]), alpha=params.alpha,
            method="noncentral F distribution", convention=effects.ETA_SQUARED,
        )  # fmt: skip
        terms.append(_Term(name=name, ss=ss, df=df, f=f, p=float(stats.f.sf(f, df, df_error)), effect=effect))
    crossed = terms[2]
    cells = data.groupby([params.first, params.second], observed=True)[params.measure]
    keys = [cast("tuple[str, str]", key) for key in cells.groups]
    labels = [f"{x} / {z}" for x, z in keys]
    parts = [part.to_numpy(dtype=np.float64) for _, part in cells]
    return conclude(
        SPEC,
        frame,
        sentence=_sentence(params, terms),
        variant="type II sums of squares, with interaction",
        statistics=tuple(Statistic(name=f"F of {short(term.name)}", value=term.f) for term in terms),
        degrees_of_freedom=(
            *(Statistic(name=short(term.name), value=term.df) for term in terms),
            Statistic(name="within", value=df_error),
        ),
        p_value=crossed.p,
        hypotheses=tuple(
            Hypothesis(name=f"{SPEC.label}: {term.name}", p_value=term.p, sentence=_one(params, term)) for term in terms
        ),
        alpha=params.alpha,
        effect=crossed.effect,
        power=power.of_f(
            crossed.effect.value or 0.0, len(y), crossed.df, df_error, params.alpha,
            effect="partial eta squared of the interaction",
        ),
        n_used=len(y),
        n_missing=n_missing,
        groups=summarise(labels, parts, params.alpha),
        tables=(
            ResultTable(
                title="Analysis of variance",
                columns=("Source", "Sum of squares", "df", "F", "p", "Partial eta squared", "Low", "High"),
                rows=(
                    *((t.name, t.ss, t.df, t.f, t.p, t.effect.value, t.effect.low, t.effect.high) for t in terms),
                    ("Within cells", full, df_error, None, None, None, None, None),
                ),
            ),
        ),
        assumptions=(
            checks.independence(),
            checks.normality(parts, labels, of="values in each cell", alternative=None),
            checks.equal_spread(parts, alternative="welch_anova"),
        ),
        pictures=(
            pictures.interaction(
                params.measure, params.first, params.second,
                {key: float(part.mean()) for key, part in zip(keys, parts, strict=True)},
            ),
        ),
        code=script(frame, SPEC.label, [params.measure, params.first, params.second], _code(params), labels=True),
    )  # fmt: skip


def _complete(frame: Frame, params: TwoWayParams) -> tuple[pd.DataFrame, int]:
    different(params.measure, params.first, params.second)
    names = [params.measure, params.first, params.second]
    is_there = frame.data[names].notna().all(axis=1)
    data = frame.data.loc[is_there, names].copy()
    values = data[params.measure].to_numpy()
    if np.isinf(values).any():
        raise UnsuitableData(f"{params.measure!r} holds infinite values.", hint="Replace them by gaps first.")
    if len(data) < 5 or np.ptp(values) == 0:
        raise UnsuitableData(
            f"{params.measure!r} has {len(data):,} complete rows, or only one value in them.",
            hint="Choose columns with more values.",
        )
    for name in names[1:]:
        data[name] = data[name].cat.remove_unused_categories()
        if len(data[name].cat.categories) < 2:
            raise UnsuitableData(
                f"{name!r} has one group with values, {str(data[name].cat.categories[0])!r}.",
                hint="With one factor that varies, take: One-way ANOVA.",
            )
    counts = pd.crosstab(data[params.first], data[params.second])
    if counts.size > MOST_CELLS:
        raise UnsuitableData(
            f"{params.first!r} and {params.second!r} make {counts.size:,} cells; up to {MOST_CELLS} can be compared.",
            hint="Choose columns with fewer values, or test one at a time: One-way ANOVA.",
        )
    empty = [
        f"{counts.index[i]} / {counts.columns[j]}" for i, j in zip(*np.nonzero(counts.to_numpy() == 0), strict=True)
    ]
    if empty:
        raise UnsuitableData(
            f"There is no row for {listed(empty)}.",
            hint="An interaction needs rows in every cell. Join groups, or test one factor at a time: One-way ANOVA.",
        )
    if len(data) <= counts.size:
        raise UnsuitableData(
            f"{len(data):,} rows in {counts.size:,} cells leave no spread within them.",
            hint="It takes two rows in some cells.",
        )
    return data, int((~is_there).sum())


def _dummies(values: pd.Series) -> FloatArray:
    """Effect-free 0/1 columns of all categories but the first."""
    codes = values.cat.codes.to_numpy()
    made: FloatArray = (codes[:, None] == np.arange(1, len(values.cat.categories))).astype(np.float64)
    return made


def _residual(design: FloatArray, y: FloatArray) -> float:
    """Sum of squares that the columns of ``design`` leave."""
    gram = design.T @ design
    fit = np.linalg.solve(gram, design.T @ (y - y.mean()))
    return float(((y - y.mean() - design @ fit) ** 2).sum())


def _one(params: TwoWayParams, term: _Term) -> str:
    word = "has a clear share" if term.p <= params.alpha else "has no clear share"
    share = percent(term.effect.value or 0.0)
    return f"{short(term.name)} {word} in the variance of {short(params.measure)} ({share} partial, {p_text(term.p)})."


def _sentence(params: TwoWayParams, terms: list[_Term]) -> str:
    first, second, crossed = terms
    if crossed.p <= params.alpha:
        start = (
            f"How {short(params.measure)} depends on {short(params.first)} changes with {short(params.second)} "
            f"(interaction {p_text(crossed.p)}, {percent(crossed.effect.value or 0.0)} partial): read the cells, not "
            "the averages."
        )
    else:
        start = (
            f"There is no evidence that {short(params.first)} acts differently across {short(params.second)} "
            f"(interaction {p_text(crossed.p)})."
        )
    return f"{start} {_one(params, first)} {_one(params, second)}"


def _code(params: TwoWayParams) -> str:
    names = [params.measure, params.first, params.second]
    return f"""table = table.dropna(subset={names!r})
y = table[{params.measure!r}].to_numpy(float)
a, b = (pd.get_dummies(as_text(table[name]), drop_first=True).to_numpy(float) for name in {names[1:]!r})
ab = np.hstack([a * b[:, [j]] for j in range(b.shape[1])])
one = np.ones((len(y), 1))


def residual(*parts):
    \"\"\"Sum of squares that a linear model leaves.\"\"\"
    design = np.hstack([one, *parts])
    return ((y - design @ np.linalg.lstsq(design, y, rcond=None)[0]) ** 2).sum()


full, both = residual(a, b, ab), residual(a, b)
df = len(y) - (1 + a.shape[1]) * (1 + b.shape[1])
for name, ss, k in (
    ("first", residual(b) - both, a.shape[1]),
    ("second", residual(a) - both, b.shape[1]),
    ("interaction", both - full, ab.shape[1]),
):
    f = ss / k / (full / df)
    p = stats.f.sf(f, k, df)
    print(name, "F", f, "df", k, df, "p-value", p)
print("p", p)"""


SPEC = StatisticalTestSpec(
    key="two_way_anova",
    label="Two-way ANOVA",
    group=QuestionGroup.GROUPS,
    params=TwoWayParams,
    run=run,
    needs="A column of numbers and two columns of groups.",
    null_hypothesis="The two factors do not interact; and each one, beside the other, makes no difference to the mean.",
    plain="Do two properties together make a difference to an average, and does the effect of one depend on the other?",
    technical="F tests of type II sums of squares: each main effect beside the other one, the interaction beside both. "
    "The p value on top is that of the interaction; the ledger counts all three.",
    use_when=("Two ways to split the rows, every combination occurs",),
    avoid_when=("Some combination has no rows", "The same subjects stand in several cells"),
    alternative=None,
    fits=(
        Fit(
            goal=Goal.DIFFERENCE, numbers=(1, 1), categories=(2, 2), groups=(2, 30), rank=80,
            reason="It takes two properties at once and says whether they act together.",
            roles={"measure": "number", "first": "category", "second": "category 2"},
        ),
    ),
    traits=frozenset({Trait.NORMAL, Trait.EQUAL_SPREAD}),
    has_several_hypotheses=True,
    source="Yates 1934, doi:10.1080/01621459.1934.10502686",
)  # fmt: skip
