"""Two tables side by side: indices against scipy, and what is said of them."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.spatial.distance import jensenshannon
from scipy.stats import ks_2samp

from core.profiling import shifts
from core.profiling.differences import ColumnShift, TableDifference
from core.profiling.running import run_comparison
from tests.workspaces import LocalWorkspace, store_frame

ROUNDING = 1e-9
"""Sums are added up in another order than the reference adds them."""


def difference_of(before: pd.DataFrame, after: pd.DataFrame, folder: Path) -> TableDifference:
    first = store_frame(before, folder / "before")
    second = store_frame(after, folder / "after")
    second = replace(second, dataset=second.dataset.model_copy(update={"content_sha256": "00" * 32, "version": 2}))
    (folder / "scratch").mkdir()
    workspace = LocalWorkspace(folder / "scratch", {first.dataset.id: first, second.dataset.id: second})
    return run_comparison(first.dataset.id, second.dataset.id, workspace)


def shift_of(found: TableDifference, name: str) -> ColumnShift:
    return next(shift for shift in found.shifts if shift.column == name)


@pytest.fixture
def before() -> pd.DataFrame:
    rng = np.random.default_rng(30)
    return pd.DataFrame(
        {
            "age": rng.normal(40, 10, 2_000).round(1),
            "city": rng.choice(["Rome", "Oslo", "Bonn"], 2_000),
            "same": rng.normal(size=2_000),
            "gone": 1.5,
        }
    )


@pytest.fixture
def after() -> pd.DataFrame:
    rng = np.random.default_rng(31)
    n = 1_500
    return pd.DataFrame(
        {
            "age": np.where(rng.random(n) < 0.2, np.nan, rng.normal(48, 10, n).round(1)),
            "city": rng.choice(["Rome", "Oslo", "Paris"], n, p=[0.6, 0.3, 0.1]),
            "same": rng.normal(size=n),
            "new": "x",
        }
    )


def test_columns_rows_and_types_are_told(before: pd.DataFrame, after: pd.DataFrame, tmp_path: Path) -> None:
    found = difference_of(before, after.assign(same=after["same"].map("n{:.1f}".format)), tmp_path)
    assert (found.added, found.removed, found.before.n_rows, found.after.n_rows) == (("new",), ("gone",), 2_000, 1_500)
    assert [(one.column, one.before.value, one.after.value) for one in found.retyped] == [("same", "number", "string")]
    assert found.sentences[:4] == (
        "500 rows fewer: 2,000 before, 1,500 after.",
        "1 column is added: 'new'.",
        "1 column is gone: 'gone'.",
        "'same' was number and is string now.",
    )


def test_the_column_that_changed_most_comes_first(before: pd.DataFrame, after: pd.DataFrame, tmp_path: Path) -> None:
    found = difference_of(before, after, tmp_path)
    assert [(shift.column, shift.change) for shift in found.shifts] == [
        ("city", "large"), ("age", "large"), ("same", "none"),
    ]  # fmt: skip
    assert found.sentences[-1].startswith("'age': more gaps (0\u202f% before, ")


def test_numbers_shift_as_scipy_says(before: pd.DataFrame, after: pd.DataFrame, tmp_path: Path) -> None:
    age = shift_of(difference_of(before, after, tmp_path), "age")
    first, second = before["age"].to_numpy(), after["age"].dropna().to_numpy()
    assert age.kolmogorov_smirnov == pytest.approx(ks_2samp(first, second).statistic, rel=ROUNDING)
    edges = np.unique(np.quantile(first, np.arange(1, 10) / 10))
    p, q = (
        pd.Series(pd.cut(side, [-np.inf, *edges, np.inf])).value_counts(normalize=True, sort=False).to_numpy()
        for side in (first, second)
    )
    assert age.jensen_shannon == pytest.approx(jensenshannon(p, q, base=2), rel=ROUNDING)
    floor = shifts.SMALLEST_SHARE
    p, q = np.maximum(p, floor), np.maximum(q, floor)
    assert age.psi == pytest.approx(((q - p) * np.log(q / p)).sum(), rel=ROUNDING)
    assert (age.mean_before, age.mean_after) == pytest.approx((first.mean(), second.mean()))
    assert age.missing_after == pytest.approx(after["age"].isna().mean())


def test_new_and_gone_categories_are_named(before: pd.DataFrame, after: pd.DataFrame, tmp_path: Path) -> None:
    city = shift_of(difference_of(before, after, tmp_path), "city")
    assert [value.value for value in city.new_values] == ["Paris"]
    assert [value.value for value in city.gone_values] == ["Bonn"]
    shares = [side["city"].value_counts(normalize=True) for side in (before, after)]
    names = ["Rome", "Oslo", "Bonn", "Paris"]
    p, q = ([side.get(name, 0.0) for name in names] for side in shares)
    assert city.jensen_shannon == pytest.approx(jensenshannon(p, q, base=2), rel=ROUNDING)
    assert city.picture is not None
    assert dict(zip(city.picture.labels, city.picture.after, strict=True)) == pytest.approx(
        dict(zip(names, q, strict=True))
    )


def test_equal_tables_have_no_shift(before: pd.DataFrame, tmp_path: Path) -> None:
    found = difference_of(before, before, tmp_path)
    assert {(shift.psi, shift.jensen_shannon, shift.change) for shift in found.shifts} == {(0.0, 0.0, "none")}
    assert found.sentences == ("Both have 2,000 rows.", "No column that both have has changed noticeably.")


def test_chance_is_no_change(tmp_path: Path) -> None:
    rng = np.random.default_rng(32)
    sides = [
        pd.DataFrame(
            {"x": rng.normal(size=80), "c": rng.choice(list("abcdefgh"), 80), "t": [f"word {i}" for i in range(80)]}
        )
        for _ in range(2)
    ]
    assert [shift.change for shift in difference_of(*sides, tmp_path).shifts] == ["none", "none", "none"]


def test_columns_without_values_and_with_moments_can_be_compared(tmp_path: Path) -> None:
    days = pd.date_range("2024-01-01", periods=200)
    before = pd.DataFrame({"day": days, "none": pd.Series([None] * 200, dtype=object)})
    after = pd.DataFrame({"day": days + pd.Timedelta(days=100), "none": pd.Series([None] * 200, dtype=object)})
    found = difference_of(before, after, tmp_path)
    assert shift_of(found, "day").kolmogorov_smirnov == pytest.approx(0.5)
    assert shift_of(found, "none").change == "none"
