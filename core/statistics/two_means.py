"""What Student's and Welch's t-test share."""

import numpy as np

from core.statistics import checks, effects, pictures, power
from core.statistics.conclude import conclude
from core.statistics.frame import Frame
from core.statistics.params import TwoGroupParams
from core.statistics.result import Assumption, Effect, Estimate, Power, Statistic, TestResult
from core.statistics.samples import FloatArray, Groups, spreading, two_groups
from core.statistics.script import groups_code, script
from core.statistics.spec import Fit, Goal, StatisticalTestSpec
from core.statistics.summary import mean_interval, sided, summarise
from core.statistics.wording import chance, compared, ends_text
from core.wording import short


def two_means_fit(rank: int, reason: str) -> tuple[Fit, ...]:
    """A column of numbers against a category of two."""
    return (
        Fit(
            goal=Goal.DIFFERENCE,
            numbers=(1, 1),
            categories=(1, 1),
            groups=(2, 2),
            rank=rank,
            reason=reason,
            roles={"measure": "number", "group": "category"},
        ),
    )


def run_two_means(spec: StatisticalTestSpec, frame: Frame, params: TwoGroupParams, *, equal_var: bool) -> TestResult:
    """Compare two means, with a common spread or with one each."""
    from scipy import stats

    instead = "One-way ANOVA" if equal_var else "Welch ANOVA"
    found = two_groups(frame, params.measure, params.group, params.groups, least=2, instead=instead)
    spreading(found, "Mann-Whitney U test")
    x, y = found.values
    answer = stats.ttest_ind(x, y, equal_var=equal_var, alternative=params.alternative)
    df, gap = float(answer.df), float(x.mean() - y.mean())
    se = _standard_error(x, y, equal_var=equal_var)
    critical, one_sided = stats.t.ppf(1 - params.alpha / 2, df), stats.t.ppf(1 - params.alpha, df)
    low, high = sided(gap, se, critical, one_sided, params.alternative)
    effect = _pooled_d(x, y, params.alpha) if equal_var else _separate_d(x, y, params.alpha)
    means = (float(x.mean()), float(y.mean()))
    labels = (found.labels[0], found.labels[1])
    sentence = (
        f"{compared(f'Mean {short(params.measure)}', params.group, labels, means)}; "
        f"{ends_text(params.alpha, low, high)}. {chance(answer.pvalue, params.alpha)}"
    )
    return conclude(
        spec,
        frame,
        sentence=sentence,
        variant="equal variances" if equal_var else "unequal variances, Welch-Satterthwaite degrees of freedom",
        statistics=(Statistic(name="t", value=effects.finite(answer.statistic)),),
        degrees_of_freedom=(Statistic(name="df", value=df),),
        p_value=float(answer.pvalue),
        alternative=params.alternative,
        alpha=params.alpha,
        estimate=Estimate(
            name="Difference of means", value=gap, low=low, high=high, confidence=1 - params.alpha,
            method="Student's t", unit=f"that of {params.measure}",
        ),
        effect=effect,
        power=_power(effect, found, df, params),
        n_used=found.n,
        n_missing=found.n_missing,
        groups=summarise(found.labels, found.values, params.alpha),
        assumptions=_assumptions(found, equal_var=equal_var),
        pictures=(
            pictures.group_means(
                params.measure, params.group, found.labels, found.values,
                [mean_interval(part, params.alpha) for part in found.values],
            ),
        ),
        code=script(
            frame, spec.label, [params.measure, params.group],
            groups_code(params.measure, params.group, found.labels)
            + f"answer = stats.ttest_ind(*groups, equal_var={equal_var}, alternative={params.alternative!r})\n"
            "print('t', answer.statistic, 'df', answer.df)\nprint('p', answer.pvalue)",
            labels=True,
        ),
    )  # fmt: skip


def _standard_error(x: FloatArray, y: FloatArray, *, equal_var: bool) -> float:
    n_x, n_y, var_x, var_y = len(x), len(y), x.var(ddof=1), y.var(ddof=1)
    if equal_var:
        pooled = ((n_x - 1) * var_x + (n_y - 1) * var_y) / (n_x + n_y - 2)
        return float(np.sqrt(pooled * (1 / n_x + 1 / n_y)))
    return float(np.sqrt(var_x / n_x + var_y / n_y))


def _pooled_d(x: FloatArray, y: FloatArray, alpha: float) -> Effect:
    n_x, n_y = len(x), len(y)
    scale = float(np.sqrt(1 / n_x + 1 / n_y))
    t = float((x.mean() - y.mean()) / _standard_error(x, y, equal_var=True))
    low, high = effects.noncentral_t(t, n_x + n_y - 2, alpha)
    return effects.effect(
        "Cohen's d", t * scale, (low * scale, high * scale), alpha=alpha,
        method="noncentral t distribution, pooled deviation", convention=effects.D,
    )  # fmt: skip


def _separate_d(x: FloatArray, y: FloatArray, alpha: float) -> Effect:
    """D by the root mean square of both deviations; interval by Bonett 2008, doi:10.1037/1082-989X.13.2.99."""
    from scipy.stats import norm

    var_x, var_y, df_x, df_y = x.var(ddof=1), y.var(ddof=1), len(x) - 1, len(y) - 1
    mean_var = (var_x + var_y) / 2
    d = float((x.mean() - y.mean()) / np.sqrt(mean_var))
    variance = d**2 * (var_x**2 / df_x + var_y**2 / df_y) / (8 * mean_var**2) + (var_x / df_x + var_y / df_y) / mean_var
    half = float(norm.ppf(1 - alpha / 2) * np.sqrt(variance))
    return effects.effect(
        "Cohen's d", d, (d - half, d + half), alpha=alpha,
        method="Bonett 2008, for unequal spread", convention=effects.D,
    )  # fmt: skip


def _power(effect: Effect, found: Groups, df: float, params: TwoGroupParams) -> Power:
    n_x, n_y = (len(part) for part in found.values)
    return power.of_t(
        effect.value or 0.0, n_x * n_y / (n_x + n_y), df, params.alpha, params.alternative, effect="Cohen's d"
    )


def _assumptions(found: Groups, *, equal_var: bool) -> tuple[Assumption, ...]:
    listed = [
        checks.independence(),
        checks.normality(found.values, found.labels, of="values in each group", alternative="mann_whitney"),
    ]
    if equal_var:
        listed.append(checks.equal_spread(found.values, alternative="welch_t"))
    return tuple(listed)
