"""Statistical tests against textbooks, statsmodels, brute force and simulation."""

import itertools
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from core.errors import UnsuitableData
from core.statistics import effects, power, rank_intervals
from core.statistics.ledger import benjamini_hochberg, holm
from core.statistics.result import TestResult as Answer
from tests.statistics_cases import answer, counted, grouped, make_table

EXACT = 1e-9
"""Relative: the same formula in another order of operations."""
PRINTED = 6e-5
"""Absolute: the reference prints four decimals."""
SOLVED = 1e-5
"""Relative: ends are found by a root search."""

EXTRA_SLEEP = (
    [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0],
    [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4],
)
"""Hours of sleep that two drugs added for ten patients (Student 1908)."""
PLANTS = (
    [4.17, 5.58, 5.18, 6.11, 4.50, 4.61, 5.17, 4.53, 5.33, 5.14],
    [4.81, 4.17, 4.41, 3.59, 5.87, 3.83, 6.03, 4.89, 4.32, 4.69],
    [6.31, 5.12, 5.54, 5.50, 5.37, 5.29, 4.92, 6.15, 5.80, 5.26],
)
"""Dried weights of plants under a control and two treatments (Dobson 1983)."""
DEPRESSION = (
    [1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30],
    [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29],
)
"""Depression before and after therapy (Hollander and Wolfe 1973)."""
MEN = [148, 154, 158, 160, 161, 162, 166, 170, 182, 195, 236]
"""Weights of eleven men in pounds (Shapiro and Wilk 1965)."""

TWO = {"measure": "measure", "group": "group"}
COUNTS = {"rows": "rows", "columns": "columns"}


def two(x: Any, y: Any, test: str, **params: Any) -> Answer:
    return answer(test, grouped(x, y), **TWO, **params)


def pairs(x: Any, y: Any, test: str, **params: Any) -> Answer:
    names = {"first": "x", "second": "y"} if test in ("paired_t", "wilcoxon") else {"x": "x", "y": "y"}
    return answer(test, pd.DataFrame({"x": x, "y": y}, dtype=float), **names, **params)


def statistic(found: Answer) -> float:
    assert found.statistics[0].value is not None
    return found.statistics[0].value


def ends(found: Any) -> tuple[float, float, float]:
    assert found is not None
    assert found.value is not None
    return (found.value, found.low, found.high)


# --- printed examples ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("found", "value", "df", "p"),
    [
        (lambda: two(*EXTRA_SLEEP, "student_t"), -1.8608, 18, 0.07919),
        (lambda: two(*EXTRA_SLEEP, "welch_t"), -1.8608, 17.776, 0.07939),
        (lambda: pairs(*EXTRA_SLEEP, "paired_t"), 4.0621, 9, 0.002833),
        (lambda: answer("one_way_anova", grouped(*PLANTS), **TWO), 4.8461, 2, 0.01591),
        (lambda: answer("welch_anova", grouped(*PLANTS), **TWO), 5.181, 2, 0.01739),
        (lambda: answer("kruskal_wallis", grouped(*PLANTS), **TWO), 7.9882, 2, 0.01842),
    ],
)
def test_examples_from_textbooks(found: Callable[[], Answer], value: float, df: float, p: float) -> None:
    result = found()
    assert statistic(result) == pytest.approx(value, abs=6e-4 if value == 5.181 else PRINTED)
    assert result.degrees_of_freedom[0].value == pytest.approx(df, abs=6e-4)
    assert result.p_value == pytest.approx(p, abs=PRINTED)


def test_sleep_as_differences_with_their_intervals() -> None:
    assert ends(two(*EXTRA_SLEEP, "welch_t").estimate) == pytest.approx((-1.58, -3.3654832, 0.2054832), abs=1e-7)
    assert ends(pairs(*EXTRA_SLEEP, "paired_t").estimate) == pytest.approx((1.58, 0.7001142, 2.4598858), abs=1e-7)


def test_one_sided_tests_look_in_the_named_direction() -> None:
    x, y = EXTRA_SLEEP
    less, more = (two(x, y, "welch_t", alternative=side) for side in ("less", "greater"))
    assert less.p_value == pytest.approx(two(x, y, "welch_t").p_value / 2, rel=EXACT)
    assert less.p_value + more.p_value == pytest.approx(1.0, rel=EXACT)
    assert less.estimate is not None
    assert (less.estimate.low, more.estimate and more.estimate.high) == (None, None)


def test_tea_tasting_lady_is_right_six_times_of_eight() -> None:
    found = answer("fisher_exact", counted([[3, 1], [1, 3]]), **COUNTS)
    assert found.p_value == pytest.approx(0.4857, abs=PRINTED)
    # The printed ends, 0.2117 and 621.9, come from a coarse root search.
    assert ends(found.effect) == pytest.approx((6.408309, 0.2117329, 621.9337505), rel=1e-2)
    hypergeometric = sum(math.comb(4, k) * math.comb(4, 4 - k) for k in (3, 4)) / math.comb(8, 4)
    assert answer("fisher_exact", counted([[3, 1], [1, 3]]), **COUNTS, alternative="greater").p_value == pytest.approx(
        hypergeometric, rel=EXACT
    )


def test_pairwise_differences_of_plants() -> None:
    found = answer("tukey_hsd", grouped(*PLANTS), **TWO)
    printed = {("A", "B"): (0.371, 0.3908711), ("A", "C"): (-0.494, 0.1979960), ("B", "C"): (-0.865, 0.0120064)}
    rows = {(row[0], row[1]): (row[2], row[5]) for row in found.tables[0].rows}
    for pair, (gap, p) in printed.items():
        assert rows[pair] == pytest.approx((gap, p), abs=PRINTED)
    assert found.p_value == pytest.approx(0.0120064, abs=PRINTED)


def test_depression_falls_by_ranks() -> None:
    found = pairs(*DEPRESSION, "wilcoxon")
    assert (statistic(found), found.p_value) == (5.0, pytest.approx(0.0390625, rel=EXACT))
    assert found.variant == "exact"


def test_weights_of_men_are_not_normal() -> None:
    found = answer("shapiro_wilk", pd.DataFrame({"kg": MEN}), measure="kg")
    assert (statistic(found), found.p_value) == (pytest.approx(0.78881, abs=1e-5), pytest.approx(0.006704, abs=1e-6))


# --- another library, or another way ---------------------------------------------------------------------------------


def test_means_agree_with_statsmodels() -> None:
    from statsmodels.stats.weightstats import DescrStatsW, ttest_ind

    x, y = EXTRA_SLEEP
    for test, usevar in (("student_t", "pooled"), ("welch_t", "unequal")):
        t, p, df = ttest_ind(x, y, usevar=usevar)
        found = two(x, y, test)
        assert (statistic(found), found.p_value, found.degrees_of_freedom[0].value) == pytest.approx(
            (t, p, df), rel=EXACT
        )
    t, p, df = DescrStatsW(np.array(x)).ttest_mean(0.3)
    found = answer("one_sample_t", pd.DataFrame({"x": x}), measure="x", value=0.3)
    assert (statistic(found), found.p_value, found.degrees_of_freedom[0].value) == pytest.approx((t, p, df), rel=EXACT)


@pytest.mark.parametrize("seed", [0, 1])
def test_two_way_anova_agrees_with_linear_models_of_statsmodels(seed: int) -> None:
    from statsmodels.formula.api import ols
    from statsmodels.stats.anova import anova_lm

    table = make_table(seed)
    found = answer("two_way_anova", table, measure="value", first="two", second="three")
    model = ols("value ~ C(two) * C(three)", data=table.dropna(subset=["value", "two", "three"])).fit()
    reference = anova_lm(model, typ=2)
    rows = [(row[1], row[2], row[3], row[4]) for row in found.tables[0].rows[:3]]
    expected = reference[["sum_sq", "df", "F", "PR(>F)"]].to_numpy()[:3]
    np.testing.assert_allclose(np.array(rows, dtype=float), expected, rtol=1e-8)
    assert [part.p_value for part in found.hypotheses] == pytest.approx(list(expected[:, 3]), rel=1e-8)


def test_groups_agree_with_statsmodels() -> None:
    from statsmodels.stats.multicomp import pairwise_tukeyhsd
    from statsmodels.stats.oneway import anova_oneway

    table = grouped(*PLANTS)
    for test, use_var in (("one_way_anova", "equal"), ("welch_anova", "unequal")):
        reference = anova_oneway(table["measure"], table["group"], use_var=use_var)
        found = answer(test, table, **TWO)
        assert (statistic(found), found.p_value) == pytest.approx((reference.statistic, reference.pvalue), rel=1e-8)
    reference = pairwise_tukeyhsd(table["measure"], table["group"])
    found = answer("tukey_hsd", table, **TWO)
    # statsmodels gives second minus first, and interpolates the studentised range to about four digits.
    assert [-row[2] for row in found.tables[0].rows] == pytest.approx(list(reference.meandiffs), rel=EXACT)
    assert [row[5] for row in found.tables[0].rows] == pytest.approx(list(reference.pvalues), abs=1e-3)


def test_levene_is_an_analysis_of_variance_of_distances_to_the_median() -> None:
    found = answer("levene", grouped(*PLANTS), **TWO)
    distances = [np.abs(np.array(part) - np.median(part)) for part in PLANTS]
    reference = answer("one_way_anova", grouped(*distances), **TWO)
    assert (statistic(found), found.p_value) == pytest.approx((statistic(reference), reference.p_value), rel=EXACT)


def test_kruskal_wallis_and_friedman_by_their_formulas() -> None:
    n = 30
    ranks = np.split(stats.rankdata(np.concatenate(PLANTS)), 3)
    h = 12 / (n * (n + 1)) * sum(part.sum() ** 2 / 10 for part in ranks) - 3 * (n + 1)
    ties = sum(count**3 - count for count in np.unique(np.concatenate(ranks), return_counts=True)[1])
    found = answer("kruskal_wallis", grouped(*PLANTS), **TWO)
    assert statistic(found) == pytest.approx(h / (1 - ties / (n**3 - n)), rel=EXACT)
    assert found.effect.value == pytest.approx(statistic(found) / (n - 1), rel=EXACT)

    values = np.array(PLANTS).T
    within = stats.rankdata(values, axis=1)
    q = 12 / (10 * 3 * 4) * (within.sum(axis=0) ** 2).sum() - 3 * 10 * 4
    table = pd.DataFrame(values, columns=["a", "b", "c"])
    found = answer("friedman", table, columns=("a", "b", "c"))
    assert (statistic(found), found.effect.value) == pytest.approx((q, q / (10 * 2)), rel=EXACT)
    assert found.p_value == pytest.approx(math.exp(-q / 2), rel=EXACT)  # chi-square with two degrees of freedom


def test_mann_whitney_counts_out_every_division_of_the_rows() -> None:
    x, y = [1.1, 2.3, 3.4, 9.9], [2.2, 4.4, 5.5, 6.6, 7.7]
    found = two(x, y, "mann_whitney")
    everything = np.array(x + y)

    def u(chosen: tuple[int, ...]) -> float:
        rest = np.delete(everything, chosen)
        return float((everything[list(chosen)][:, None] > rest[None, :]).sum())

    all_u = np.array([u(chosen) for chosen in itertools.combinations(range(9), 4)])
    observed = u((0, 1, 2, 3))
    assert statistic(found) == observed
    assert found.p_value == pytest.approx(
        min(1, 2 * min((all_u <= observed).mean(), (all_u >= observed).mean())), rel=EXACT
    )
    assert found.effect.value == pytest.approx(2 * observed / 20 - 1, rel=EXACT)


def test_wilcoxon_counts_out_every_pattern_of_signs() -> None:
    d = np.array(DEPRESSION[1]) - np.array(DEPRESSION[0])
    ranks = stats.rankdata(np.abs(d))
    sums = np.array([(ranks * signs).sum() for signs in itertools.product([0, 1], repeat=len(d))])
    observed = float((ranks * (d > 0)).sum())
    found = pairs(*DEPRESSION, "wilcoxon")
    assert found.p_value == pytest.approx(2 * min((sums <= observed).mean(), (sums >= observed).mean()), rel=EXACT)
    assert found.effect.value == pytest.approx((2 * observed - ranks.sum()) / ranks.sum(), rel=EXACT)


def test_counts_agree_with_statsmodels_and_formulas() -> None:
    from statsmodels.stats.contingency_tables import Table, mcnemar
    from statsmodels.stats.proportion import confint_proportions_2indep, proportions_ztest

    counts = np.array([[30, 14, 9], [12, 25, 20]])
    found = answer("chi_square_independence", counted(counts), **COUNTS)
    reference = Table(counts, shift_zeros=False).test_nominal_association()
    assert (statistic(found), found.p_value) == pytest.approx((reference.statistic, reference.pvalue), rel=EXACT)
    assert found.effect.value == pytest.approx(math.sqrt(reference.statistic / counts.sum()), rel=EXACT)

    square = np.array([[30, 14], [12, 25]])
    found = answer("two_proportions", counted(square), **COUNTS)
    z, p = proportions_ztest(square[:, 1], square.sum(axis=1))
    assert (statistic(found), found.p_value) == pytest.approx((z, p), rel=EXACT)
    assert found.estimate is not None
    newcombe = confint_proportions_2indep(14, 44, 25, 37, method="newcomb", compare="diff")
    assert (found.estimate.low, found.estimate.high) == pytest.approx(newcombe, rel=EXACT)
    h = 2 * (math.asin(math.sqrt(14 / 44)) - math.asin(math.sqrt(25 / 37)))
    assert found.effect.value == pytest.approx(h, rel=EXACT)

    answers = pd.DataFrame(
        [(a, b) for (a, b), n in zip(itertools.product("ny", "ny"), square.ravel(), strict=True) for _ in range(n)],
        columns=["before", "after"],
    )
    found = answer("mcnemar", answers, rows="before", columns="after")
    assert found.p_value == pytest.approx(mcnemar(square, exact=True).pvalue, rel=EXACT)
    assert found.effect.value == pytest.approx(14 / 26 - 0.5, rel=EXACT)


def test_peas_of_mendel_fit_nine_to_three_to_three_to_one() -> None:
    kinds = {"round yellow": 315, "round green": 108, "wrinkled yellow": 101, "wrinkled green": 32}
    ratios = {"round yellow": 9.0, "round green": 3.0, "wrinkled yellow": 3.0, "wrinkled green": 1.0}
    table = pd.DataFrame({"pea": [kind for kind, n in kinds.items() for _ in range(n)]})
    found = answer("chi_square_fit", table, category="pea", expected=ratios)
    chi2 = sum((n - 556 * ratios[kind] / 16) ** 2 / (556 * ratios[kind] / 16) for kind, n in kinds.items())
    assert statistic(found) == pytest.approx(chi2, rel=EXACT)
    assert (chi2, found.p_value) == (pytest.approx(0.470, abs=5e-4), pytest.approx(0.9254, abs=PRINTED))
    assert found.effect.value == pytest.approx(math.sqrt(chi2 / 556), rel=EXACT)


def test_correlations_agree_with_regressions_and_counting() -> None:
    from statsmodels.api import OLS, add_constant

    rng = np.random.default_rng(4)
    x = rng.normal(size=25)
    y = 0.5 * x + rng.normal(size=25)
    line = OLS(y, add_constant(x)).fit()
    found = pairs(x, y, "pearson")
    assert (found.effect.value, found.p_value) == pytest.approx((math.sqrt(line.rsquared), line.pvalues[1]), rel=1e-8)
    z = math.atanh(found.effect.value or 0)
    half = stats.norm.ppf(0.975) / math.sqrt(22)
    assert (found.effect.low, found.effect.high) == pytest.approx((math.tanh(z - half), math.tanh(z + half)), rel=EXACT)

    by_ranks = pairs(stats.rankdata(x), stats.rankdata(y), "pearson")
    found = pairs(x, y, "spearman")
    assert (found.effect.value, found.p_value) == pytest.approx((by_ranks.effect.value, by_ranks.p_value), rel=EXACT)

    signs = [np.sign((x[i] - x[j]) * (y[i] - y[j])) for i, j in itertools.combinations(range(25), 2)]
    assert pairs(x, y, "kendall").effect.value == pytest.approx(np.mean(signs), rel=EXACT)


def test_kendall_counts_out_every_order() -> None:
    y = np.array([2.0, 1.0, 4.0, 3.0, 6.0, 5.0])
    found = pairs(np.arange(6.0), y, "kendall")

    def tau(order: Any) -> float:
        return sum(1 if order[i] < order[j] else -1 for i, j in itertools.combinations(range(6), 2)) / 15

    every = np.array([tau(order) for order in itertools.permutations(range(6))])
    assert found.effect.value == pytest.approx(tau(y), rel=EXACT)
    assert found.p_value == pytest.approx((np.abs(every) >= abs(tau(y)) - 1e-12).mean(), rel=EXACT)


def test_distributions_agree_with_other_implementations() -> None:
    rng = np.random.default_rng(5)
    x, y = rng.normal(size=40), rng.normal(0.5, 1, 7)
    table = pd.DataFrame({"x": x})
    found = answer("anderson_darling", table, measure="x")
    reference = stats.anderson(x, "norm", method="interpolate")
    assert statistic(found) == pytest.approx(reference.statistic, rel=1e-8)
    known = {0.15: 0.561, 0.05: 0.752, 0.01: 1.035}  # critical values of Stephens 1986 for large n
    assert found.p_value > 0.15 or statistic(found) > known[0.15] * 0.95

    found = answer("ks_one_sample", table, measure="x", location=0.0, scale=1.0)
    ordered = np.sort(x)
    cdf = stats.norm.cdf(ordered)
    d = max((np.arange(1, 41) / 40 - cdf).max(), (cdf - np.arange(40) / 40).max())
    assert (statistic(found), found.p_value) == pytest.approx((d, stats.kstwo.sf(d, 40)), rel=1e-8)

    fitted = answer("ks_one_sample", table, measure="x")
    assert fitted.variant == "estimated parameters, p by Lilliefors"
    assert fitted.p_value <= answer("ks_one_sample", table, measure="x", location=x.mean(), scale=x.std(ddof=1)).p_value

    short = x[:6]
    found = two(short, y, "ks_two_sample")
    everything = np.concatenate([short, y])

    def gap(chosen: tuple[int, ...]) -> float:
        a, b = everything[list(chosen)], np.delete(everything, chosen)
        return max(abs((a <= t).mean() - (b <= t).mean()) for t in everything)

    every = np.array([gap(chosen) for chosen in itertools.combinations(range(13), 6)])
    assert found.p_value == pytest.approx((every >= statistic(found) - 1e-12).mean(), rel=1e-8)


# --- effect sizes and their intervals --------------------------------------------------------------------------------


def test_effects_of_means_by_hand() -> None:
    x, y = (np.array(part) for part in EXTRA_SLEEP)
    pooled = math.sqrt((9 * x.var(ddof=1) + 9 * y.var(ddof=1)) / 18)
    assert two(x, y, "student_t").effect.value == pytest.approx((x.mean() - y.mean()) / pooled, rel=EXACT)
    mean = math.sqrt((x.var(ddof=1) + y.var(ddof=1)) / 2)
    assert two(x, y, "welch_t").effect.value == pytest.approx((x.mean() - y.mean()) / mean, rel=EXACT)
    change = y - x
    assert pairs(x, y, "paired_t").effect.value == pytest.approx(change.mean() / change.std(ddof=1), rel=EXACT)
    between, within = 3.76634, 10.49209  # sums of squares as printed for the plants
    assert answer("one_way_anova", grouped(*PLANTS), **TWO).effect.value == pytest.approx(
        between / (between + within), abs=1e-6
    )


def test_ends_by_noncentral_distributions_put_the_statistic_on_its_quantiles() -> None:
    low, high = effects.noncentral_t(2.5, 30, 0.05)
    assert [stats.nct.cdf(2.5, 30, end) for end in (low, high)] == pytest.approx([0.975, 0.025], rel=SOLVED)
    low, high = effects.noncentral_f(6.0, 3, 80, 0.1)
    assert [stats.ncf.cdf(6.0, 3, 80, end) for end in (low, high)] == pytest.approx([0.95, 0.05], rel=SOLVED)
    low, high = effects.noncentral_chi2(18.0, 4, 0.05)
    assert [stats.ncx2.cdf(18.0, 4, end) for end in (low, high)] == pytest.approx([0.975, 0.025], rel=SOLVED)
    assert effects.noncentral_f(0.4, 3, 80, 0.05)[0] == 0.0


@pytest.mark.parametrize("size", [4_900.0, 5_100.0])
def test_large_statistics_have_the_same_ends_by_their_normal_limits(size: float) -> None:
    by_chi2 = effects.noncentral_chi2(size, 4, 0.05)
    assert by_chi2 == pytest.approx((size - 3.92 * math.sqrt(size), size + 3.92 * math.sqrt(size)), rel=5e-3)
    low, high = effects.noncentral_f(size / 3, 3, 2_000, 0.05)
    assert (low / size, high / size) == pytest.approx((0.915, 1.092), abs=0.01)


def test_intervals_of_rank_tests_are_ordered_differences() -> None:
    rng = np.random.default_rng(6)
    x, y = rng.normal(size=23).round(1), rng.normal(0.4, 1, 31).round(1)
    differences = np.sort((x[:, None] - y[None, :]).ravel())
    middle, low, high = rank_intervals.shift(x, y, 0.05)
    k = int(23 * 31 / 2 - stats.norm.ppf(0.975) * math.sqrt(23 * 31 * 55 / 12))
    assert (middle, low, high) == pytest.approx(
        (np.median(differences), differences[k - 1], differences[-k]), abs=1e-12
    )

    walsh = np.sort([(x[i] + x[j]) / 2 for i, j in itertools.combinations_with_replacement(range(23), 2)])
    middle, low, high = rank_intervals.pseudo_median(x, 0.05)
    k = 73  # critical value of the signed-rank test for n = 23 at 0.05, two-sided, in the usual tables
    assert (middle, low, high) == pytest.approx((np.median(walsh), walsh[k], walsh[-k - 1]), abs=1e-12)


N_SIMULATED = 500
MISSED = 4 * math.sqrt(0.95 * 0.05 / N_SIMULATED)
"""Four standard errors of a coverage of 95 % over the simulations."""


def covered(simulate: Callable[[np.random.Generator], tuple[float, float]], truth: float) -> float:
    rng = np.random.default_rng(7)
    hits = 0
    for _ in range(N_SIMULATED):
        low, high = simulate(rng)
        hits += low <= truth <= high
    return hits / N_SIMULATED


def test_interval_of_cohens_d_covers_the_truth() -> None:
    def simulate(rng: np.random.Generator) -> tuple[float, float]:
        t = stats.ttest_ind(rng.normal(0.6, 1, 18), rng.normal(0, 1, 25)).statistic
        scale = math.sqrt(1 / 18 + 1 / 25)
        low, high = effects.noncentral_t(float(t), 41, 0.05)
        return low * scale, high * scale

    assert covered(simulate, 0.6) == pytest.approx(0.95, abs=MISSED)


def test_interval_of_superiority_covers_the_truth() -> None:
    def simulate(rng: np.random.Generator) -> tuple[float, float]:
        x, y = rng.normal(0.8, 1, 20), rng.normal(0, 1, 20)
        theta = float((x[:, None] > y[None, :]).mean())
        return effects.superiority_interval(theta, 20, 20, 0.05)

    assert covered(simulate, float(stats.norm.cdf(0.8 / math.sqrt(2)))) == pytest.approx(0.95, abs=MISSED)


def test_interval_of_rank_correlation_covers_the_truth() -> None:
    def simulate(rng: np.random.Generator) -> tuple[float, float]:
        x = rng.normal(size=40)
        y = 0.6 * x + 0.8 * rng.normal(size=40)
        rho = float(stats.spearmanr(x, y).statistic)
        return effects.correlation_interval(rho, math.sqrt((1 + rho**2 / 2) / 37), 0.05)

    assert covered(simulate, 6 / math.pi * math.asin(0.3)) == pytest.approx(0.95, abs=MISSED)


def test_bootstrap_covers_the_truth_and_repeats_exactly() -> None:
    def simulate(rng: np.random.Generator) -> tuple[float, float]:
        values = rng.normal(3, 2, 60)
        (low, high), _ = effects.bootstrap(lambda parts: float(parts[0].mean()), [values], float(values.mean()), 0.05)
        assert low is not None
        assert high is not None
        return low, high

    # Resampling is a little too narrow with 60 rows, about 94 %.
    assert covered(simulate, 3.0) == pytest.approx(0.94, abs=MISSED)
    same = [simulate(np.random.default_rng(8)) for _ in range(2)]
    assert same[0] == same[1]


def test_bootstrap_of_many_rows_is_scaled_to_all_of_them() -> None:
    values = np.random.default_rng(9).normal(0, 1, 100_000)
    (low, high), how = effects.bootstrap(lambda parts: float(parts[0].mean()), [values], float(values.mean()), 0.05)
    assert "of 20,000 rows, scaled to all" in how
    assert low is not None
    assert high is not None
    assert (high - low) / 2 == pytest.approx(1.96 / math.sqrt(100_000), rel=0.1)  # 1,000 resamples: about 3 %


def test_no_effect_is_found_in_its_share_of_empty_tables() -> None:
    rng = np.random.default_rng(10)
    found = {"welch_t": 0, "mann_whitney": 0, "kruskal_wallis": 0}
    for _ in range(300):
        table = grouped(rng.normal(size=12), rng.normal(size=15))
        for test in found:
            found[test] += answer(test, table, **TWO).is_significant
    # 300 tables at 5 %: 15 on average, four standard deviations are 15.
    assert all(2 <= n <= 30 for n in found.values()), found


# --- power -----------------------------------------------------------------------------------------------------------


def test_power_agrees_with_statsmodels() -> None:
    from statsmodels.stats.power import FTestAnovaPower, GofChisquarePower, NormalIndPower, TTestIndPower, TTestPower

    found = power.of_t(0.5, 20 * 30 / 50, 48, 0.05, "two-sided", effect="d")
    reference = TTestIndPower()
    assert found.achieved == pytest.approx(reference.power(0.5, 20, 0.05, ratio=1.5), rel=1e-6)
    assert found.detectable == pytest.approx(
        reference.solve_power(nobs1=20, alpha=0.05, ratio=1.5, power=0.8), rel=1e-5
    )

    found = power.of_t(0.4, 25, 24, 0.05, "greater", effect="d")
    assert found.achieved == pytest.approx(TTestPower().power(0.4, 25, 0.05, alternative="larger"), rel=1e-6)

    eta2 = 0.1
    found = power.of_f(eta2, 60, 2, 57, 0.05, effect="eta squared")
    f = math.sqrt(eta2 / (1 - eta2))
    assert found.achieved == pytest.approx(FTestAnovaPower().power(f, 60, 0.05, k_groups=3), rel=1e-6)

    found = power.of_chi2(0.3, 90, 4, 0.05)
    assert found.achieved == pytest.approx(GofChisquarePower().power(0.3, 90, 0.05, n_bins=5), rel=1e-6)

    se = math.sqrt(1 / 40 + 1 / 50)
    found = power.of_normal(0.4, se, 0.05, "two-sided", effect="h", method="", most=3.0)
    assert found.achieved == pytest.approx(NormalIndPower().power(0.4, 40, 0.05, ratio=1.25), rel=1e-6)


def test_what_cannot_be_found_has_no_detectable_effect() -> None:
    found = two([1.0, 2.0], [1.5, 2.6], "mann_whitney")
    assert (found.power.detectable, found.power.reason) == (
        None,
        "No effect of any size would be found in 80 of 100 such tables.",
    )


# --- many tests ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [0, 1, 2, 17])
def test_adjusted_p_values_agree_with_statsmodels(n: int) -> None:
    from statsmodels.stats.multitest import multipletests

    p_values = [*np.random.default_rng(n).random(n) ** 3, *([0.04, 0.04] if n == 17 else [])]
    if not p_values:
        assert (holm([]), benjamini_hochberg([])) == ([], [])
        return
    assert holm(p_values) == pytest.approx(list(multipletests(p_values, method="holm")[1]), rel=EXACT)
    assert benjamini_hochberg(p_values) == pytest.approx(list(multipletests(p_values, method="fdr_bh")[1]), rel=EXACT)


# --- extremes --------------------------------------------------------------------------------------------------------


def test_separated_groups_and_perfect_relations_have_ends_that_exist() -> None:
    apart = two(np.arange(10.0), np.arange(100.0, 110.0), "mann_whitney")
    assert (apart.effect.value, apart.effect.low) == (-1.0, -1.0)
    assert apart.effect.high is not None
    assert -1 < apart.effect.high < 0
    for test in ("pearson", "spearman", "kendall"):
        same = pairs(np.arange(20.0), np.arange(20.0) * 3 + 1, test)
        assert same.effect.value == pytest.approx(1.0, abs=1e-12)
    ranked = answer("kruskal_wallis", grouped(*(np.arange(10.0) + 100 * i for i in range(3))), **TWO)
    assert ranked.effect.value == pytest.approx(0.89, abs=0.01)
    table = pd.DataFrame({"a": np.arange(12.0), "b": np.arange(12.0) + 5, "c": np.arange(12.0) + 9})
    agreed = answer("friedman", table, columns=("a", "b", "c"))
    assert ends(agreed.effect) == (1.0, pytest.approx(1.0, abs=1e-6), pytest.approx(1.0, abs=1e-6))


def test_an_empty_cell_leaves_the_odds_without_a_bound_on_one_side() -> None:
    found = answer("fisher_exact", counted([[8, 0], [3, 6]]), **COUNTS)
    assert (found.effect.value, found.effect.high) == (None, None)
    assert found.effect.low is not None
    assert found.effect.low > 1
    assert "without bound (at least" in found.sentence


def test_huge_effects_on_many_rows_are_answered() -> None:
    rng = np.random.default_rng(11)
    table = grouped(rng.normal(0, 1, 4_000), rng.normal(9, 1, 4_000), rng.normal(20, 1, 4_000))
    assert answer("one_way_anova", table, **TWO).effect.word == "large"
    assert answer("kruskal_wallis", table, **TWO).effect.word == "large"
    assert two(rng.normal(0, 1, 4_000), rng.normal(9, 1, 4_000), "student_t").effect.word == "large"
    counts = answer("chi_square_independence", counted([[4_000, 10], [10, 4_000]]), **COUNTS)
    assert (counts.effect.low, counts.effect.high) == (pytest.approx(0.96, abs=0.03), pytest.approx(1.0, abs=0.03))


def test_odds_of_many_rows_have_an_interval_that_joins_the_exact_one() -> None:
    exact, fast = (answer("fisher_exact", counted(np.array([[200, 300], [250, 240]]) * k), **COUNTS) for k in (5, 6))
    assert ("conditional" in exact.effect.method, "Woolf" in fast.effect.method) == (True, True)
    (value, low, high), (_, fast_low, fast_high) = (np.log(ends(found.effect)) for found in (exact, fast))
    # Width shrinks with the root of the rows; the exact interval is a little wider.
    assert (fast_low - value, fast_high - value) == pytest.approx(
        ((low - value) * math.sqrt(5 / 6), (high - value) * math.sqrt(5 / 6)), rel=0.03
    )


def test_more_rows_than_can_be_counted_exactly_are_refused() -> None:
    table = pd.DataFrame({"rows": ["a", "b"] * 500_001, "columns": ["x", "x", "y", "y"] * 250_000 + ["x", "y"]})
    with pytest.raises(UnsuitableData, match="1,000,002 rows are too many") as caught:
        answer("fisher_exact", table, **COUNTS)
    assert "Chi-square test of independence" in caught.value.hint
