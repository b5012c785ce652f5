"""The numbers behind charts agree with numpy, pandas and SciPy."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from core.charts.registry import CHARTS
from core.charts.rendering import check_params
from core.charts.spec import Frame
from tests.charting import CATEGORY_ODD, ODD, StoredTable, mixed_table, store

EXACT = 1e-9
"""Sums are added in another order, which moves the last digits."""


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> StoredTable:
    return store(mixed_table(3_000), tmp_path_factory.mktemp("numbers"))


@pytest.fixture(scope="module")
def frame(mixed: StoredTable) -> pd.DataFrame:
    return mixed.pandas()


def compute(stored: StoredTable, key: str, **params: object) -> Frame:
    spec = CHARTS[key]
    with stored.opened() as table:
        return spec.compute(check_params(spec, params, stored.columns), table)


def test_a_histogram_counts_like_numpy(mixed: StoredTable, frame: pd.DataFrame) -> None:
    ours = compute(mixed, "histogram", x="height", bins=25)
    values = frame["height"].dropna().to_numpy(float)
    edges = np.arange(min(ours.data["low"]), max(ours.data["high"]) + 1e-9, ours.facts["step"])
    counts, _ = np.histogram(values, edges)
    assert ours.data["count"] == [int(n) for n in counts if n]
    density = compute(mixed, "histogram", x="height", bins=25, show="density").data
    assert np.dot(density["value"], np.subtract(density["high"], density["low"])) == pytest.approx(1, rel=EXACT)


def test_a_density_is_that_of_scipy(mixed: StoredTable, frame: pd.DataFrame) -> None:
    ours = compute(mixed, "density", x="amount").data
    theirs = stats.gaussian_kde(frame["amount"].dropna().to_numpy(float))(ours["x"])
    # Values are counted in cells of a quarter of a bell's width; that widens it by 1/24 of a cell's square at most.
    assert np.abs(np.subtract(ours["density"], theirs)).max() < 0.004 * theirs.max()
    assert np.trapezoid(ours["density"], ours["x"]) == pytest.approx(1, abs=0.002)


def test_a_cumulative_share_is_the_empirical_one(mixed: StoredTable, frame: pd.DataFrame) -> None:
    ours = compute(mixed, "ecdf", x=ODD).data
    values = np.sort(frame[ODD].dropna().to_numpy(float))
    theirs = np.searchsorted(values, np.array(ours["x"]) * (1 + 1e-15), side="right") / len(values)
    # At an edge, the last digit of a product decides for one row at most.
    assert np.abs(np.subtract(ours["share"], theirs)).max() <= 1 / len(values)


def test_a_box_holds_the_quartiles_of_numpy_and_the_whiskers_of_tukey(mixed: StoredTable, frame: pd.DataFrame) -> None:
    for row in compute(mixed, "box", y="amount", x="group").rows():
        values = frame.loc[frame["group"] == row["x"], "amount"].dropna().to_numpy(float)
        q1, median, q3 = np.quantile(values, [0.25, 0.5, 0.75])
        assert (row["q1"], row["median"], row["q3"]) == pytest.approx((q1, median, q3), rel=EXACT)
        low, high = q1 - 1.5 * (q3 - q1), q3 + 1.5 * (q3 - q1)
        assert row["lower"] == values[values >= low].min()
        assert row["upper"] == values[values <= high].max()
        assert row["beyond"] == int(((values < low) | (values > high)).sum())


@pytest.mark.parametrize(
    ("aggregate", "name"),
    [
        ("mean", "mean"),
        ("sum", "sum"),
        ("median", "median"),
        ("minimum", "min"),
        ("maximum", "max"),
        ("deviation", "std"),
    ],
)
def test_an_aggregate_is_that_of_pandas(mixed: StoredTable, frame: pd.DataFrame, aggregate: str, name: str) -> None:
    ours = compute(mixed, "bar", x="group", y=ODD, aggregate=aggregate).data
    theirs = frame.dropna(subset=["group", ODD]).groupby("group")[ODD].agg(name)
    assert ours["value"] == pytest.approx([float(theirs[each]) for each in ours["x"]], rel=EXACT)


def test_the_rest_and_the_missing_are_counted_apart(mixed: StoredTable, frame: pd.DataFrame) -> None:
    ours = compute(mixed, "bar", x=CATEGORY_ODD, top=3, show_missing=True)
    counted = dict(zip(ours.data["x"], ours.data["value"], strict=True))
    known = frame[CATEGORY_ODD].value_counts()
    named = [name for name in counted if not name.endswith("(rest)") and name in known.index]
    assert sum(counted.values()) == len(frame)
    assert all(counted[name] == known[name] for name in named[:3])
    assert ours.facts["x_order"][-1].startswith("Missing")
    assert counted[ours.facts["x_order"][-1]] == frame[CATEGORY_ODD].isna().sum()


def test_a_time_series_resamples_like_pandas(mixed: StoredTable, frame: pd.DataFrame) -> None:
    whole = frame.dropna(subset=["day", "amount"])
    for every, rule in (("day", "D"), ("week", "W-MON"), ("month", "MS")):
        ours = compute(mixed, "time_series", x="day", y="amount", aggregate="sum", every=every).data
        resampled = whole.set_index("day")["amount"].astype(float)
        theirs = resampled.resample(rule, closed="left", label="left").sum()
        assert ours["x"] == [moment.isoformat() for moment in theirs.index]
        assert ours["value"] == pytest.approx(theirs.tolist(), rel=EXACT, abs=1e-9)


def test_a_rolling_mean_is_that_of_pandas(mixed: StoredTable) -> None:
    ours = compute(mixed, "time_series", x="day", every="week", rolling=4).data
    theirs = pd.Series(ours["value"]).rolling(4).mean()
    assert [each for each in ours["rolling"] if each is not None] == pytest.approx(theirs.dropna().tolist(), rel=EXACT)
    assert ours["rolling"][:3] == [None] * 3


def test_correlations_are_those_of_scipy(mixed: StoredTable, frame: pd.DataFrame) -> None:
    for method, reference in (("pearson", stats.pearsonr), ("spearman", stats.spearmanr)):
        for row in compute(mixed, "correlation", columns=["height", ODD, "count"], method=method).rows():
            both = frame[[row["a"], row["b"]]].dropna().astype(float)
            assert row["correlation"] == pytest.approx(reference(*both.to_numpy().T).statistic, abs=1e-9)
            assert row["rows"] == len(both)


def test_a_trend_is_the_line_of_least_squares_over_all_rows(mixed: StoredTable, frame: pd.DataFrame) -> None:
    trend = compute(mixed, "scatter", x="height", y=ODD, trend=True).facts["trend"]
    both = frame[["height", ODD]].dropna().astype(float)
    line = stats.linregress(both["height"], both[ODD])
    assert (trend["slope"], trend["intercept"], trend["r"]) == pytest.approx(
        (line.slope, line.intercept, line.rvalue), rel=1e-8
    )


def test_a_sample_is_the_same_each_time_and_says_its_size(tmp_path: Path) -> None:
    stored = store(mixed_table(9_000), tmp_path)
    first, second = (stored.draw("scatter", x="lat", y="lon", color="group") for _ in range(2))
    assert first.table == second.table
    assert (first.n_shown, first.n_used) == (5_000, 9_000 - stored.columns["group"].n_missing)
    assert first.caption.startswith("Shows a sample of 5,000 of ")
    drawn = np.array([row["lat"] for row in first.table])
    # The mean of 5,000 of about 8,400 uniform values strays by 8/sqrt(12 * 5000) = 0.033 at most one time in three.
    assert drawn.mean() == pytest.approx(51, abs=0.15)


def test_cells_of_a_heat_map_of_two_numbers_hold_every_row(mixed: StoredTable, frame: pd.DataFrame) -> None:
    ours = compute(mixed, "density_heatmap", x="height", y=ODD, bins=20)
    assert sum(ours.data["count"]) == len(frame[["height", ODD]].dropna()) == ours.n_used


def test_only_the_columns_that_are_needed_are_read(mixed: StoredTable) -> None:
    with mixed.opened() as table:
        view = table.view([], ["height"])
        plan = "\n".join(str(row) for row in table.rows(f"EXPLAIN SELECT avg(height) FROM ({view.sql})"))
    assert "height" in plan
    assert "amount" not in plan
    assert CATEGORY_ODD not in plan
