"""False discoveries are controlled over everything together, and p-values mean what they say."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from scipy import stats

from core.insights.discovery import halves, q_values, sureness_of
from core.insights.finding import find
from core.insights.measures import (
    crossed,
    deflation,
    far_out,
    independence,
    lag_correlation,
    mean_difference,
    one_way,
)
from core.insights.registry import DETECTORS
from core.insights.table import InsightTable, make_table
from core.insights.words import Telling, moment_text, number_text
from core.types import Column, ColumnType


def table_of(frame: pd.DataFrame, target: str | None = None) -> InsightTable:
    """A table of numbers and texts as the reading of a file would type them."""
    types = {"i": ColumnType.INTEGER, "u": ColumnType.INTEGER, "f": ColumnType.NUMBER, "b": ColumnType.BOOLEAN}
    columns = [
        Column(
            name=str(name),
            type=ColumnType.DATETIME if values.dtype.kind == "M" else types.get(values.dtype.kind, ColumnType.STRING),
            n_missing=int(values.isna().sum()),
            n_distinct=int(values.nunique()),
            is_constant=False,
            is_identifier=False,
        )
        for name, values in frame.items()
    ]
    cells = pa.Table.from_pandas(frame, preserve_index=False)
    return make_table(cells, columns, dataset_id="d", n_rows=len(frame), target=target)


def test_q_values_are_those_of_benjamini_and_yekutieli() -> None:
    p = np.random.default_rng(0).random(300) ** 3
    assert q_values(p) == pytest.approx(stats.false_discovery_control(p, method="by"))
    assert q_values([]).size == 0
    assert q_values([float("nan"), 0.5]).tolist() == [1.0, 1.0]


def test_each_further_question_makes_a_discovery_harder() -> None:
    assert q_values([1e-4])[0] < q_values([1e-4, *[0.5] * 50])[0] < q_values([1e-4, *[0.5] * 5_000])[0]


def test_the_family_is_every_test_of_every_detector() -> None:
    rng = np.random.default_rng(3)
    x = rng.normal(size=400)
    table = table_of(pd.DataFrame({"x": x, "y": 0.5 * x + rng.normal(size=400), "z": rng.normal(size=400)}))
    asked = [each for one in DETECTORS.values() for each in one.look(table)]
    tested = [each.p_value for each in asked if each.p_value is not None]
    report = find(table)
    assert report.n_tests == len(tested)
    assert sum(one.n_looked for one in report.looked) == len(asked)
    line = next(one for one in report.findings if one.kind == "linear_association")
    assert line.tests[0].p_value is not None
    rank = sum(p <= line.tests[0].p_value for p in tested)
    penalty = sum(1 / k for k in range(1, len(tested) + 1))
    assert line.tests[0].q_value == pytest.approx(line.tests[0].p_value * len(tested) * penalty / rank, rel=1e-6)


def test_sureness_follows_the_q_value() -> None:
    assert [sureness_of(q) for q in (None, 1e-9, 1e-4, 0.04)] == ["certain", "strong", "moderate", "weak"]


def test_halves_are_fixed_and_equal() -> None:
    assert np.array_equal(halves(1001), halves(1001))
    assert halves(1000).sum() == 500


def test_tests_agree_with_scipy() -> None:
    rng = np.random.default_rng(1)
    codes, values = rng.integers(0, 3, 300), rng.normal(size=300)
    reference = stats.f_oneway(*(values[codes == code] for code in range(3)))
    assert one_way(codes, values, 3).p_value == pytest.approx(reference.pvalue)
    a, b = rng.integers(0, 3, 500), rng.integers(0, 4, 500)
    counts = crossed(a, b, 3, 4)
    assert independence(counts).p_value == pytest.approx(stats.chi2_contingency(counts, correction=False).pvalue)
    welch = stats.ttest_ind(values[:100], values[100:], equal_var=False)
    found = mean_difference(values[:100], values[100:])
    assert found.p_value == pytest.approx(welch.pvalue)
    assert found.extra == pytest.approx(tuple(welch.confidence_interval()))


def test_rare_categories_are_put_together_before_chi_squared() -> None:
    counts = np.array([[400.0, 380.0, 1.0], [390.0, 410.0, 0.0], [2.0, 1.0, 0.0]])
    assert independence(counts).p_value > 0.01
    assert independence(np.zeros((2, 2))).p_value == 1.0


@pytest.mark.parametrize("kind", ["normal", "exponential", "t", "lognormal", "uniform"])
def test_tails_of_any_weight_give_no_outliers(kind: str) -> None:
    rng = np.random.default_rng(5)
    draw: dict[str, Callable[[], np.ndarray]] = {
        "normal": lambda: rng.normal(size=1_000),
        "exponential": lambda: rng.exponential(size=1_000),
        "t": lambda: rng.standard_t(3, 1_000),
        "lognormal": lambda: rng.lognormal(0, 1, 1_000),
        "uniform": lambda: rng.random(1_000),
    }
    found = [far_out(draw[kind]()) for _ in range(60)]
    assert all(one is not None and (one.p_value > 1e-4 or one.ratio < 1.3) for one in found)


def test_values_far_away_are_told_with_their_number_and_side() -> None:
    values = np.random.default_rng(6).normal(size=2_000)
    values[:4] = [-20.0, -25.0, -31.0, -40.0]
    found = far_out(values)
    assert found is not None
    assert found.p_value < 1e-9
    assert (found.k, found.is_high, found.nearest) == (4, False, -20.0)


def test_independent_walks_are_no_evidence_for_each_other() -> None:
    rng = np.random.default_rng(7)
    x, y = np.cumsum(rng.normal(size=(2, 2_000)), axis=1)
    r = float(np.corrcoef(x, y)[0, 1])
    assert deflation(r * x, y - r * x) > 100
    z = x + np.cumsum(rng.normal(size=2_000)) * 0.3
    assert deflation(x, z - x) < 1e5
    assert deflation(rng.normal(size=500), rng.normal(size=500)) < 1.1


def test_the_memory_of_a_series_is_that_of_its_process() -> None:
    rng = np.random.default_rng(8)
    values = np.zeros(20_000)
    for place in range(1, len(values)):
        values[place] = 0.7 * values[place - 1] + rng.normal()
    assert lag_correlation(values) == pytest.approx(0.7, abs=0.03)


def test_walks_over_time_are_passed_over_in_silence() -> None:
    rng = np.random.default_rng(11)
    walks = np.cumsum(rng.normal(size=(1_200, 4)), axis=0)
    frame = pd.DataFrame(walks, columns=list("abcd"))
    frame.insert(0, "when", pd.date_range("2020-01-01", periods=1_200, freq="D"))
    kinds = {one.kind for one in find(table_of(frame)).findings}
    assert not kinds & {"linear_association", "monotone_association", "curved_association", "trend", "level_shift"}


def test_a_table_without_rows_has_no_insights() -> None:
    frame = pd.DataFrame({"a": pd.Series([], dtype=float), "b": pd.Series([], dtype=object)})
    assert find(table_of(frame)).findings == ()


def test_a_report_that_raises_ends_the_search() -> None:
    def cancelled(fraction: float, stage: str) -> None:
        if fraction > 0.3:
            raise InterruptedError(stage)

    with pytest.raises(InterruptedError):
        find(table_of(pd.DataFrame({"a": np.arange(100.0) ** 0.5, "b": np.arange(100) % 7})), report=cancelled)


def test_copies_of_a_column_do_not_repeat_its_story() -> None:
    rng = np.random.default_rng(9)
    x = rng.normal(size=800)
    y = x + rng.normal(size=800)
    frame = pd.DataFrame({"x": x, "twin": 3 * x + 1, "y": y})
    lines = [one for one in find(table_of(frame)).findings if one.kind == "linear_association"]
    assert len(lines) == 1
    assert "The same is seen with" in lines[0].statement


def test_what_is_about_the_target_comes_first() -> None:
    rng = np.random.default_rng(10)
    a, b = rng.normal(size=(2, 800))
    frame = pd.DataFrame({"a": a, "a2": a + rng.normal(size=800), "b": b, "b2": b + rng.normal(size=800)})
    report = find(table_of(frame, "b2"))
    assert "b2" in report.findings[0].subject
    assert report.findings[0].interest > 1.5 * report.findings[1].interest


def test_numbers_are_kept_as_they_are_written() -> None:
    told = Telling()
    texts = [told.number("a", 1234.5), told.percent("b", 0.2561), told.count("c", 3, "row"), told.moment("d", 0.0)]
    assert texts == ["1,230", "25.6\u202f%", "3 rows", "1970-01-01"]
    assert told.numbers == {"a": 1230.0, "b": 25.6, "c": 3.0, "d_year": 1970.0, "d_month": 1.0, "d_day": 1.0}
    assert moment_text(1e18).isdecimal()
    assert [number_text(value) for value in (0.12345, -0.5, 99.96, 123456.0)] == ["0.123", "-0.5", "100", "123,000"]
