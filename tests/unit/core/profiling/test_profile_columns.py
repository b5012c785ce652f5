"""Every number of a column's profile, against pandas, numpy and scipy."""

from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from core.profiling import looking
from core.profiling.facts import ColumnProfile
from core.types import ColumnType
from tests.profiling import profile_of

ROUNDING = 1e-9
"""Sums are added up in another order than the reference adds them."""

LEVELS: tuple[Literal["quick", "full"], ...] = ("quick", "full")


def make_numbers(n: int = 3_000) -> pd.DataFrame:
    rng = np.random.default_rng(5)
    price = rng.lognormal(3, 1, n).round(2)
    return pd.DataFrame(
        {
            "price": np.where(rng.random(n) < 0.1, np.nan, price),
            "balance": rng.normal(0, 50, n).round(),
            "count": pd.array(np.where(rng.random(n) < 0.05, None, rng.poisson(2, n)), dtype="Int64"),
        }
    )


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("name", ["price", "balance", "count"])
def test_numbers_agree_with_pandas_and_scipy(tmp_path: Path, level: Literal["quick", "full"], name: str) -> None:
    frame = make_numbers()
    column = profile_of(frame, tmp_path, level=level).facts.column(name)
    series = frame[name].dropna().astype(float)
    facts = column.numbers
    assert facts is not None
    assert (column.n, column.n_missing) == (len(series), int(frame[name].isna().sum()))
    assert (column.n_distinct, column.is_distinct_exact) == (series.nunique(), True)
    assert (facts.n_zeros, facts.n_negatives) == (int((series == 0).sum()), int((series < 0).sum()))
    assert facts.mean == pytest.approx(series.mean(), rel=ROUNDING)
    assert facts.std == pytest.approx(series.std(), rel=ROUNDING)
    assert facts.skew == pytest.approx(series.skew(), rel=ROUNDING)
    assert facts.kurtosis == pytest.approx(series.kurt(), rel=ROUNDING)
    assert facts.mad == stats.median_abs_deviation(series)
    for quantile in facts.quantiles:
        assert quantile.value == pytest.approx(series.quantile(quantile.share), rel=ROUNDING)
    assert [(top.value, top.count) for top in column.top_values[:1]] == [
        (f"{series.mode()[0]:g}", int(series.value_counts().iloc[0]))
    ]


def test_outliers_are_counted_by_both_rules(tmp_path: Path) -> None:
    values = make_numbers()["price"].dropna()
    found = profile_of(make_numbers(), tmp_path).facts.column("price").numbers
    assert found is not None
    assert found.outliers is not None
    first, third = values.quantile([0.25, 0.75])
    fences = first - 1.5 * (third - first), third + 1.5 * (third - first)
    assert (found.outliers.low_fence, found.outliers.high_fence) == pytest.approx(fences, rel=ROUNDING)
    assert found.outliers.n_low == (values < fences[0]).sum()
    assert found.outliers.n_high == (values > fences[1]).sum()
    robust = (values - values.median()).abs() > 3.5 * 1.4826 * stats.median_abs_deviation(values)
    assert found.outliers.n_robust == robust.sum()


def test_the_histogram_holds_every_value_once(tmp_path: Path) -> None:
    frame = make_numbers()
    facts = profile_of(frame, tmp_path).facts
    for name in ("price", "balance"):
        bars, values = facts.column(name).histogram, frame[name].dropna()
        edges = [bars[0].low, *(bar.high for bar in bars)]
        assert [bar.count for bar in bars] == np.histogram(values, edges)[0].tolist()
        assert sum(bar.count for bar in bars) == len(values)
    whole = facts.column("count").histogram
    counts = frame["count"].dropna().astype(int).value_counts()
    assert {(bar.low + bar.high) / 2: bar.count for bar in whole if bar.count} == counts.to_dict()


def test_large_tables_are_sampled_and_say_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "QUICK_ROWS", 2_000)
    rng = np.random.default_rng(6)
    frame = pd.DataFrame({"x": rng.normal(10, 2, 20_000), "key": np.arange(20_000)})
    facts = profile_of(frame, tmp_path, level="quick").facts
    column = facts.column("x")
    assert (facts.n_rows, facts.n_looked, facts.is_sampled, column.n_looked) == (20_000, 2_000, True, 2_000)
    assert column.numbers is not None
    assert column.numbers.mean == pytest.approx(frame["x"].mean(), rel=ROUNDING)
    assert column.maximum == str(frame["x"].max())
    assert sum(bar.count for bar in column.histogram) == 2_000
    median = next(q.value for q in column.numbers.quantiles if q.share == 0.5)
    assert median == pytest.approx(10, abs=0.25)  # four standard errors of a median of 2,000: 4 * 1.25 * 2 / 45
    # HyperLogLog's error of about 2 %, three times
    assert column.n_distinct == pytest.approx(20_000, rel=0.06)
    assert not column.is_distinct_exact
    assert column.times is None


def test_a_full_profile_counts_distinct_values_one_by_one(tmp_path: Path) -> None:
    frame = pd.DataFrame({"key": np.arange(20_000) // 2, "word": [f"w{i % 7_001}" for i in range(20_000)]})
    facts = profile_of(frame, tmp_path).facts
    assert [(c.n_distinct, c.is_distinct_exact) for c in facts.columns] == [(10_000, True), (7_001, True)]


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (list(range(100)), "identifier"),
        ([1.5, 2.5, 3.5] * 20, "quantity"),
        ([0, 1] * 30, "flag"),
        ([True, False] * 30, "flag"),
        (["a", "b"] * 30, "category"),
        ([f"a text of several words that is number {i} of them all" for i in range(60)], "text"),
        ([None] * 59 + ["x"], "constant"),
        ([7] * 60, "constant"),
        (pd.date_range("2024-01-01", periods=60), "moment"),
    ],
)
def test_every_column_has_a_kind(tmp_path: Path, values: object, kind: str) -> None:
    assert profile_of(pd.DataFrame({"row": values}), tmp_path).facts.columns[0].kind == kind


def test_columns_without_values_and_tables_of_one_row_are_described(tmp_path: Path) -> None:
    frame = pd.DataFrame({"none": pd.Series([None], dtype="object"), "x": [1.5], "t": ["a"], "f": [True]})
    facts = profile_of(frame, tmp_path, target="t").facts
    assert [column.kind for column in facts.columns] == ["empty", "constant", "constant", "constant"]
    assert facts.column("x").numbers is not None
    assert facts.column("none").n_looked == 0


def test_numbers_beyond_any_sum_leave_moments_out(tmp_path: Path) -> None:
    column = profile_of(pd.DataFrame({"x": [1.7e308, -1.7e308, 1.0, 2.0, 3.0]}), tmp_path).facts.columns[0]
    assert column.numbers is not None
    assert (column.numbers.mean, column.numbers.std) == (None, None)
    assert column.histogram == ()


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ([*range(1, 100), -999, -999, -999], ["-999"]),
        ([*range(100, 200), *[9_999] * 5], ["9999"]),
        ([*(i / 10 for i in range(1, 100)), *[-200.0] * 8], ["-200"]),
        ([*(i - 50 for i in range(100)), *[-200] * 8], ["-200"]),
        ([*range(100), *[0] * 20], []),
        ([1, 2, 3] * 30 + [99] * 10, []),
        ([*range(1, 100), -999], []),
        ([*range(50, 150), *[99] * 5], []),
    ],
)
def test_marks_for_missing_stand_apart_and_are_repeated(tmp_path: Path, values: list[float], found: list[str]) -> None:
    column = profile_of(pd.DataFrame({"x": values}), tmp_path).facts.columns[0]
    assert column.numbers is not None
    assert [mark.value for mark in column.numbers.sentinels] == found


def test_names_that_are_code_are_names(tmp_path: Path) -> None:
    name = "a\"b'; --`[x] {0} 🙂"
    facts = profile_of(pd.DataFrame({name: [1, 2, 2], "other": ["x", "y", "y"]}), tmp_path, target=name).facts
    column: ColumnProfile = facts.column(name)
    assert (column.type, column.n_distinct) == (ColumnType.INTEGER, 2)


def test_wide_tables_are_profiled(tmp_path: Path) -> None:
    rng = np.random.default_rng(7)
    frame = pd.DataFrame(rng.integers(0, 9, (50, 1_100)), columns=[f"c{i}" for i in range(1_100)])
    facts = profile_of(frame, tmp_path, level="quick").facts
    assert [column.numbers.mean for column in facts.columns if column.numbers] == pytest.approx(frame.mean().tolist())
    assert facts.duplicates is None
    matrix = facts.matrix("pearson")
    assert matrix is not None
    assert (len(matrix.rows), matrix.n_left_out) == (40, 1_060)
