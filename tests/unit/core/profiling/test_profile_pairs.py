"""What columns say of each other, against pandas, scipy and scikit-learn."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from scipy.stats import chi2_contingency, entropy
from sklearn.metrics import mutual_info_score

from core.profiling import associations, target, twins
from core.profiling.facts import MatrixKind, TableFacts
from tests.profiling import profile_of

ROUNDING = 1e-9
"""Products are added up in another order than the reference adds them."""


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    rng = np.random.default_rng(8)
    n = 800
    x = rng.normal(size=n)
    city = rng.choice(["Rome", "Oslo", "Bonn"], n)
    size = np.where(city == "Rome", 3.0, 1.0) + rng.normal(size=n)
    gap = rng.random(n) < 0.2
    return pd.DataFrame(
        {
            "x": x,
            "y": np.where(gap, np.nan, np.exp(x + 0.3 * rng.normal(size=n))),
            "z": np.where(rng.random(n) < 0.1, np.nan, rng.integers(0, 5, n).astype(float)),
            "w": np.where(gap, np.nan, size),
            "city": city,
            "land": np.where(rng.random(n) < 0.8, np.where(city == "Oslo", "N", "other"), None),
            "flag": rng.random(n) < 0.3,
        }
    )


@pytest.fixture(scope="module")
def facts(frame: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> TableFacts:
    return profile_of(frame, tmp_path_factory.mktemp("pairs"), target="city").facts


def values_of(facts: TableFacts, kind: MatrixKind) -> pd.DataFrame:
    matrix = facts.matrix(kind)
    assert matrix is not None
    return pd.DataFrame(matrix.values, index=list(matrix.rows), columns=list(matrix.columns), dtype=float)


@pytest.mark.parametrize("kind", ["pearson", "spearman"])
def test_correlations_agree_with_pandas_pair_by_pair(frame: pd.DataFrame, facts: TableFacts, kind: MatrixKind) -> None:
    ours = values_of(facts, kind)
    theirs = frame[list(ours.columns)].corr(method=kind)  # type: ignore[arg-type]  # one of the two names it knows
    assert list(ours.columns) == ["x", "y", "z", "w"]
    np.testing.assert_allclose(ours, theirs, rtol=ROUNDING)


def test_gaps_correlate_as_pandas_says(frame: pd.DataFrame, facts: TableFacts) -> None:
    ours = values_of(facts, "missing")
    theirs = frame[list(ours.columns)].isna().astype(float).corr()
    np.testing.assert_allclose(ours, theirs, rtol=ROUNDING, atol=ROUNDING)
    assert ours.loc["y", "w"] == pytest.approx(1.0)


def reference_v(table: npt.NDArray[np.float64]) -> float:
    n, (r, k) = table.sum(), table.shape
    phi2 = chi2_contingency(table, correction=False).statistic / n
    corrected = max(0.0, phi2 - (r - 1) * (k - 1) / (n - 1))
    return float(np.sqrt(corrected / min(r - (r - 1) ** 2 / (n - 1) - 1, k - (k - 1) ** 2 / (n - 1) - 1)))


def test_cramers_v_is_that_of_scipys_chi_squared(frame: pd.DataFrame, facts: TableFacts) -> None:
    ours = values_of(facts, "cramers_v")
    for first, second in (("city", "land"), ("city", "flag"), ("land", "flag")):
        table = pd.crosstab(frame[first], frame[second]).to_numpy(float)
        assert ours.loc[first, second] == pytest.approx(reference_v(table), rel=ROUNDING)


def test_the_correlation_ratio_is_the_share_between_groups(frame: pd.DataFrame, facts: TableFacts) -> None:
    known = frame.dropna(subset=["w"])
    means = known.groupby("city")["w"].transform("mean")
    between, total = ((means - known["w"].mean()) ** 2).sum(), ((known["w"] - known["w"].mean()) ** 2).sum()
    assert values_of(facts, "eta").loc["city", "w"] == pytest.approx(np.sqrt(between / total), rel=ROUNDING)


def test_mutual_information_agrees_with_scikit_learn(frame: pd.DataFrame, facts: TableFacts) -> None:
    assert facts.target_facts is not None
    flag = next(one for one in facts.target_facts.dependences if one.column == "flag")
    expected = mutual_info_score(frame["city"], frame["flag"])
    assert flag.mutual_information == pytest.approx(expected, rel=ROUNDING)
    whole = entropy(frame["city"].value_counts())
    chance = (3 - 1) * (2 - 1) / (2 * len(frame))
    assert flag.information_share == pytest.approx(max(0.0, expected - chance) / whole, rel=ROUNDING, abs=ROUNDING)


def test_columns_that_do_not_vary_have_no_correlation() -> None:
    table = np.column_stack([np.ones(10), np.arange(10.0), np.full(10, np.nan)])
    result = associations.pearson(table)
    assert np.isnan(result[0]).all()
    assert np.isnan(result[2]).all()
    assert result[1, 1] == pytest.approx(1.0)


def test_large_offsets_do_not_spoil_correlations() -> None:
    rng = np.random.default_rng(9)
    x = rng.normal(size=500)
    table = np.column_stack([x + 1e9, x * 1e-200, 3 - x])
    # 1e9 leaves seven digits of x after the point
    np.testing.assert_allclose(associations.pearson(table), [[1, 1, -1], [1, 1, -1], [-1, -1, 1]], atol=1e-6)


def test_a_score_needs_rows_that_it_was_not_learned_from() -> None:
    rng = np.random.default_rng(10)
    labels = rng.integers(0, 2, 400)
    assert target.class_score(np.arange(400), labels) == 0.0
    assert target.class_score(labels, labels) == 1.0
    assert target.class_score(rng.integers(0, 5, 400), labels) < 0.1
    values = rng.normal(size=400)
    assert target.number_score(target.binned(values, 50), values) > 0.97
    assert target.number_score(rng.integers(0, 5, 400), values) < 0.05


def test_equal_and_nearly_equal_columns_are_found(tmp_path: Path) -> None:
    rng = np.random.default_rng(11)
    x = rng.normal(size=4_000).round(3)
    near = x.copy()
    near[:40] += 1
    names = [f"n{i % 50}" for i in range(4_000)]
    frame = pd.DataFrame({"x": x, "copy": x, "near": near, "name": names, "other": names[::-1], "same": names})
    pairs = [(one.first, one.second, one.share) for one in profile_of(frame, tmp_path / "a").facts.twins]
    assert pairs == [("x", "copy", 1.0), ("name", "same", 1.0), ("x", "near", 0.99), ("copy", "near", 0.99)]
    quick = profile_of(frame, tmp_path / "b", level="quick").facts.twins
    assert [(one.first, one.second) for one in quick] == [("x", "copy"), ("name", "same")]


def test_repeated_rows_are_counted_or_estimated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(12)
    frame = pd.DataFrame({"a": rng.integers(0, 3_000, 20_000), "b": rng.integers(0, 4, 20_000)})
    expected = int(frame.duplicated().sum())
    exact = profile_of(frame, tmp_path / "a", level="quick").facts.duplicates
    assert exact is not None
    assert (exact.n, exact.is_exact) == (expected, True)
    monkeypatch.setitem(twins.EXACT_CELLS, "quick", 1_000)
    estimate = profile_of(frame, tmp_path / "b", level="quick").facts.duplicates
    assert estimate is not None
    assert not estimate.is_exact
    # about 720 of 11,500 different rows are followed: three standard errors are 11 %
    assert estimate.n == pytest.approx(expected, rel=0.15)


def test_rows_that_agree_in_the_most_varied_columns_only_are_no_repetitions(tmp_path: Path) -> None:
    frame = pd.DataFrame({name: [*range(50), 0, 1] for name in "abc"} | {"d": [0] * 50 + [0, 1], "e": [None, 1] * 26})
    found = profile_of(frame, tmp_path).facts.duplicates
    assert found is not None
    assert (found.n, found.is_exact) == (int(frame.duplicated().sum()), True)
    assert found.n == 1
