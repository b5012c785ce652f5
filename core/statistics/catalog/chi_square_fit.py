"""Chi-square goodness of fit of one column's shares."""

from typing import Annotated

import numpy as np
from pydantic import Field

from core.errors import UnsuitableData
from core.statistics import checks, effects, pictures, power, strokes
from core.statistics.conclude import conclude, warning
from core.statistics.frame import Frame
from core.statistics.params import ColumnKind, CommonParams, column
from core.statistics.result import ResultTable, Statistic, TestResult
from core.statistics.samples import MOST_CELLS_A_SIDE, FloatArray
from core.statistics.script import script
from core.statistics.spec import Fit, Goal, QuestionGroup, StatisticalTestSpec, Trait
from core.statistics.wording import chance, listed
from core.wording import percent, short

Share = Annotated[float, Field(gt=0, le=1e9)]


class GoodnessOfFitParams(CommonParams):
    """A column of categories and the shares to compare with."""

    category: Annotated[str, column(ColumnKind.CATEGORY, "Categories", "The column that is counted.", min_length=1)]
    expected: Annotated[
        dict[str, Share],
        Field(
            max_length=MOST_CELLS_A_SIDE,
            title="Expected shares",
            description="A share or a ratio for each category, such as 3 and 1. Empty means equal shares.",
        ),
    ] = {}  # noqa: RUF012  (pydantic copies it)


def run(frame: Frame, params: GoodnessOfFitParams) -> TestResult:
    """Compare counts with given shares."""
    from scipy import stats

    labels, counts, n_missing = _counts(frame, params)
    n = int(counts.sum())
    shares = _expected(params, labels)
    answer = stats.chisquare(counts, shares * n)
    chi2, df = float(answer.statistic), len(labels) - 1
    low, high = (float(np.sqrt(nc / n)) for nc in effects.noncentral_chi2(chi2, df, params.alpha))
    effect = effects.effect(
        "Cohen's w", float(np.sqrt(chi2 / n)), (low, high), alpha=params.alpha,
        method="noncentral chi-square distribution", convention=effects.R,
    )  # fmt: skip
    found = counts / n
    residuals = (counts - shares * n) / np.sqrt(shares * n * (1 - shares))
    top = int(np.argmax(np.abs(residuals)))
    word = "more" if residuals[top] > 0 else "less"
    sentence = (
        f"{short(params.category)} '{short(labels[top])}' occurs {word} often ({percent(float(found[top]))}) than "
        f"expected ({percent(float(shares[top]))}), the largest of {len(labels)} differences. "
        f"{chance(float(answer.pvalue), params.alpha)}"
    )
    n_small = int((shares * n < checks.LEAST_EXPECTED).sum())
    small = (warning("small_expected", f"{n_small} of {len(labels)} expected counts are below 5."),)
    ends = [effects.wilson(int(k), n, params.alpha) for k in counts]
    return conclude(
        SPEC,
        frame,
        sentence=sentence,
        variant="given shares" if params.expected else "equal shares",
        statistics=(Statistic(name="chi-square", value=chi2),),
        degrees_of_freedom=(Statistic(name="df", value=df),),
        p_value=float(answer.pvalue),
        alpha=params.alpha,
        effect=effect,
        power=power.of_chi2(float(np.sqrt(chi2 / n)), n, df, params.alpha),
        n_used=n,
        n_missing=n_missing,
        tables=(
            ResultTable(
                title="Counts",
                columns=(short(params.category), "Found", "Expected", "Share", "Expected share", "Residual"),
                rows=tuple(
                    (label, int(k), float(e * n), float(k / n), float(e), float(r))
                    for label, k, e, r in zip(labels, counts, shares, residuals, strict=True)
                ),
            ),
        ),
        assumptions=(checks.independence(), checks.expected_counts(shares * n, alternative=None)),
        pictures=(
            pictures.shares(
                f"Shares of {strokes.safe(params.category)}", strokes.safe(params.category), labels, found.tolist(),
                shares.tolist(), ends,
            ),
        ),
        notices=small if n_small else (),
        code=script(
            frame, SPEC.label, [params.category],
            f"labels = {labels!r}\nshares = np.array({[float(share) for share in shares]!r})\n"
            f"counts = as_text(table[{params.category!r}].dropna()).value_counts().reindex(labels, "
            "fill_value=0).to_numpy()\n"
            "answer = stats.chisquare(counts, shares * counts.sum())\n"
            "print('chi-square', answer.statistic)\nprint('p', answer.pvalue)",
            labels=True,
        ),
    )  # fmt: skip


def _counts(frame: Frame, params: GoodnessOfFitParams) -> tuple[list[str], FloatArray, int]:
    values = frame.data[params.category]
    table = values.value_counts(sort=False)
    counted = {str(label): int(n) for label, n in table.items() if n}
    n_missing = int(values.isna().sum())
    if not counted:
        raise UnsuitableData(
            f"{params.category!r} has no values: everything is missing.", hint="Choose another column."
        )
    if len(counted) > MOST_CELLS_A_SIDE:
        raise UnsuitableData(
            f"{params.category!r} has {len(counted):,} different values; up to {MOST_CELLS_A_SIDE} can be counted.",
            hint="If it holds quantities, take: Kolmogorov-Smirnov test of one sample.",
        )
    labels = list(counted)
    if params.expected:
        unknown = [label for label in counted if label not in params.expected]
        if unknown:
            raise UnsuitableData(
                f"There is no expected share for {listed(unknown)}.",
                hint=f"Give one for each of {listed(labels, 8)}.",
                field="params.expected",
            )
        labels += [label for label in params.expected if label not in counted]
    if len(labels) < 2:
        raise UnsuitableData(
            f"{params.category!r} has one value, {labels[0]!r}.",
            hint="With one category there is one share, 100 %; name the others in the expected shares if some were to "
            "occur.",
        )
    return labels, np.array([counted.get(label, 0) for label in labels], dtype=np.float64), n_missing


def _expected(params: GoodnessOfFitParams, labels: list[str]) -> FloatArray:
    ratios = np.array(
        [params.expected.get(label, 1.0) if params.expected else 1.0 for label in labels], dtype=np.float64
    )
    shares: FloatArray = ratios / ratios.sum()
    return shares


SPEC = StatisticalTestSpec(
    key="chi_square_fit",
    label="Chi-square goodness of fit",
    group=QuestionGroup.PROPORTIONS,
    params=GoodnessOfFitParams,
    run=run,
    needs="A column of categories, and the shares to compare with.",
    null_hypothesis="Every category has its expected share.",
    plain="Do the shares of one column fit those that were expected, such as equal shares or those of the population?",
    technical="The squared distances of counts to expected counts, over the latter, follow a chi-square distribution "
    "with categories - 1 degrees of freedom.",
    use_when=("Expected shares are known before the rows were seen",),
    avoid_when=("The shares were estimated from the same rows", "Expected counts below 5"),
    alternative=None,
    fits=tuple(
        Fit(
            goal=goal, categories=(1, 1), groups=(2, 50), rank=85,
            reason="It compares the shares of one column with expected ones.", roles={"category": "category"},
        )
        for goal in (Goal.FIT, Goal.PROPORTION, Goal.DISTRIBUTION)
    ),
    traits=frozenset({Trait.LARGE_COUNTS}),
    source="Pearson 1900, doi:10.1080/14786440009463897",
    most_rows=5_000_000,
)  # fmt: skip
