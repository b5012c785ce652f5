"""Column facts over all rows, against numbers that were worked out by hand or with numpy."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.tables.engine import Engine
from core.tables.remarks import MAX_OF_A_KIND, column_notices, duplicate_notices, grouped
from core.tables.statistics import BATCH_COLUMNS, N_BINS, WHOLE_ROWS, column_statistics
from core.types import Column, ColumnType, HistogramBin, Notice, TopValue

N_LARGE = WHOLE_ROWS + 120_000


def make_columns(folder: Path, columns: Mapping[str, Sequence[object] | pa.Array]) -> dict[str, Column]:
    """The facts of a stored table with these columns, by name."""
    path = folder / "t.parquet"
    table = pa.table(dict(columns))
    pq.write_table(table, path)
    with Engine(folder, memory_bytes=300_000_000) as engine:
        found = column_statistics(engine, path, table.num_rows, lambda _fraction: None)
    return {column.name: column for column in found}


def test_a_numeric_column_is_described_completely(tmp_path: Path) -> None:
    column = make_columns(tmp_path, {"x": [0.0, 1.0, 1.0, 10.0, None]})["x"]
    counts = [1, 0, 2, *[0] * 16, 1]
    assert column == Column(
        name="x",
        type=ColumnType.NUMBER,
        n_missing=1,
        n_distinct=3,
        is_constant=False,
        is_identifier=False,
        minimum="0.0",
        maximum="10.0",
        mean=3.0,
        std=22**0.5,
        median=1.0,
        top_values=(TopValue(value="1.0", count=2),),
        histogram=tuple(HistogramBin(low=i / 2, high=(i + 1) / 2, count=counts[i]) for i in range(N_BINS)),
    )


def test_texts_booleans_and_datetimes_are_described_in_their_own_terms(tmp_path: Path) -> None:
    moments = pa.array([0, 86_400_000_000], pa.timestamp("us"))
    found = make_columns(tmp_path, {"text": ["b", "a"], "flag": [True, True], "moment": moments})
    assert (found["text"].minimum, found["text"].maximum, found["text"].mean) == ("a", "b", None)
    assert (found["flag"].minimum, found["flag"].is_constant) == ("true", True)
    assert found["flag"].top_values == (TopValue(value="true", count=2),)
    assert (found["moment"].minimum, found["moment"].maximum) == ("1970-01-01", "1970-01-02")
    assert (found["moment"].histogram[0].low, found["moment"].histogram[-1].high) == (0.0, 86_400.0)


def test_a_column_without_values_has_no_bounds(tmp_path: Path) -> None:
    column = make_columns(tmp_path, {"x": pa.nulls(3, pa.float64())})["x"]
    assert (column.n_missing, column.n_distinct, column.minimum, column.histogram) == (3, 0, None, ())


def test_huge_numbers_do_not_break_the_statistics(tmp_path: Path) -> None:
    column = make_columns(tmp_path, {"x": [-1.7e308, 1.7e308, 1.0]})["x"]
    assert (column.minimum, column.mean, column.std, column.histogram) == ("-1.7e+308", None, None, ())


def test_large_tables_count_every_row_and_estimate_distinct_values(tmp_path: Path) -> None:
    n = 250_000
    rng = np.random.default_rng(0)
    values = rng.normal(5, 2, n)
    cities = [f"city {i}" for i in rng.integers(0, 300, n)]
    found = make_columns(tmp_path, {"x": values, "city": cities, "key": np.arange(n)})
    assert found["x"].mean == pytest.approx(values.mean())
    assert found["x"].std == pytest.approx(values.std(ddof=1))
    assert found["x"].median == pytest.approx(np.median(values), abs=0.05)  # from 100,000 rows: about 3 errors of 0.008
    edges = np.linspace(values.min(), values.max(), N_BINS + 1)
    assert [b.count for b in found["x"].histogram] == pytest.approx(np.histogram(values, edges)[0], abs=2)
    assert found["city"].n_distinct == pytest.approx(300, rel=0.1)  # HyperLogLog
    assert found["city"].top_values[0].count >= max(cities.count(f"city {i}") for i in range(10)) * 0.9
    assert (found["key"].n_distinct, found["key"].is_identifier) == (n, True)


@pytest.mark.parametrize(
    ("name", "values", "is_identifier"),
    [
        ("row", list(range(60)), True),
        ("customerId", [(7 * i) % 61 for i in range(60)], True),
        ("age", [(7 * i) % 61 for i in range(60)], False),
        ("price", [i / 7 for i in range(60)], False),
        ("code", [f"C{i}" for i in range(60)], True),
        ("review", [f"a text number {i}" for i in range(60)], False),
        ("row", list(range(49)), False),
    ],
)
def test_identifiers_name_rows_and_measure_nothing(
    tmp_path: Path, name: str, values: list[object], is_identifier: bool
) -> None:
    assert make_columns(tmp_path, {name: values})[name].is_identifier is is_identifier


def test_wide_tables_are_described_in_batches(tmp_path: Path) -> None:
    n_columns = 10 * BATCH_COLUMNS + 7
    found = make_columns(tmp_path, {f"c{i}": [i, i + 1] for i in range(n_columns)})
    assert [column.mean for column in found.values()] == [i + 0.5 for i in range(n_columns)]


def test_names_with_quotes_are_names(tmp_path: Path) -> None:
    assert make_columns(tmp_path, {"a\"b'; --": [1, 3]})["a\"b'; --"].mean == 2.0


def test_duplicate_rows_are_counted_with_missing_cells_in_them(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    pq.write_table(pa.table({"a": [1, 1, None, None, 2], "b": ["x", "x", None, None, None]}), path)
    with Engine(tmp_path, memory_bytes=300_000_000) as engine:
        [notice] = duplicate_notices(engine, path, 5, ["a", "b"])
    assert notice.text == "2 rows repeat an earlier row in every column, 40.0 % of all."


def test_many_different_rows_are_no_duplicates(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    numbers = list(range(9_000))
    pq.write_table(pa.table({"a": [i // 24 for i in numbers], "b": [f"{i % 24}:00" for i in numbers]}), path)
    with Engine(tmp_path, memory_bytes=300_000_000) as engine:
        assert duplicate_notices(engine, path, 9_000, ["a", "b"]) == []


def test_column_notices_name_what_hinders_learning(tmp_path: Path) -> None:
    columns = make_columns(
        tmp_path,
        {"one": [1] * 60, "none": pa.nulls(60, pa.string()), "id": list(range(60)), "rare": [1.5, 2.5, *[None] * 58]},
    )
    assert [(notice.code, notice.column) for notice in column_notices(list(columns.values()), 60)] == [
        ("constant_column", "one"),
        ("empty_column", "none"),
        ("identifier_column", "id"),
        ("mostly_missing", "rare"),
    ]


def test_many_notices_of_a_kind_become_one() -> None:
    notices = [
        Notice(severity="warning", code="constant_column", text=f"'c{i}' is constant.", column=f"c{i}")
        for i in range(MAX_OF_A_KIND + 5)
    ]
    assert [notice.text for notice in grouped(notices)] == [
        "'c0' is constant. The same holds for 24 other columns: 'c1', 'c2', 'c3', 'c4', 'c5' and 19 more."
    ]


@pytest.fixture(scope="module")
def data() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(7)
    return {
        "x": np.where(rng.random(N_LARGE) < 0.1, np.nan, rng.normal(1e6, 2, N_LARGE)),
        "kind": rng.choice(["a", "b", "c"], N_LARGE, p=[0.6, 0.3, 0.1]),
        "key": np.arange(N_LARGE),
        "shuffled_id": rng.permutation(N_LARGE),
        "code": np.array([f"C{i:07}" for i in rng.permutation(N_LARGE)]),
        "many": rng.integers(0, 50_000, N_LARGE),
        "when": np.datetime64("2020-01-01", "us") + np.arange(N_LARGE) * np.timedelta64(60, "s"),
    }


@pytest.fixture(scope="module")
def found(data: dict[str, np.ndarray], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Column]:
    columns = {name: pa.array(values, from_pandas=True) for name, values in data.items()}
    return make_columns(tmp_path_factory.mktemp("large"), columns)


class TestLargeTables:
    """Of more rows than are described one by one."""

    def test_what_counts_every_row_is_exact(self, data: dict[str, np.ndarray], found: dict[str, Column]) -> None:
        x = data["x"][~np.isnan(data["x"])]
        assert found["x"].n_missing == N_LARGE - len(x)
        assert (found["x"].minimum, found["x"].maximum) == (str(x.min()), str(x.max()))
        assert found["x"].mean == pytest.approx(x.mean(), rel=1e-12)
        assert found["x"].std == pytest.approx(x.std(ddof=1), rel=1e-9)  # two sums of doubles after a shift
        assert (found["code"].minimum, found["code"].maximum) == ("C0000000", f"C{N_LARGE - 1:07}")
        assert (found["when"].minimum, found["kind"].n_distinct) == ("2020-01-01", 3)

    def test_the_sample_is_told_and_its_counts_are_scaled_up(
        self, data: dict[str, np.ndarray], found: dict[str, Column]
    ) -> None:
        x = data["x"][~np.isnan(data["x"])]
        size = found["x"].sample_size
        assert size is not None
        assert 30_000 < size < 120_000
        assert found["x"].median == pytest.approx(np.median(x), abs=0.05)  # 4 errors of 1.25 * 2 / sqrt(50,000)
        assert sum(bar.count for bar in found["x"].histogram) == pytest.approx(len(x), abs=N_BINS)
        shares = {top.value: top.count / N_LARGE for top in found["kind"].top_values}
        assert shares == pytest.approx({"a": 0.6, "b": 0.3, "c": 0.1}, abs=0.01)  # 4 errors of sqrt(0.24 / 50,000)
        quarter = [bar.count for bar in found["when"].histogram]
        assert max(quarter) < 1.3 * min(quarter)

    def test_distinct_values_are_estimated(self, data: dict[str, np.ndarray], found: dict[str, Column]) -> None:
        exact = len(np.unique(data["many"]))
        assert found["many"].n_distinct == pytest.approx(exact, rel=0.15)  # HyperLogLog of few registers
        assert [found[name].n_distinct for name in ("key", "shuffled_id", "code")] == [N_LARGE] * 3
        identifiers = {name for name, column in found.items() if column.is_identifier}
        assert identifiers == {"key", "shuffled_id", "code"}

    def test_repeated_rows_are_estimated_and_said_to_be(self, tmp_path: Path) -> None:
        n = 4_200_000
        values = np.arange(n) % (n * 3 // 4)
        table = pa.table({f"c{i}": values + i for i in range(5)})
        pq.write_table(table, tmp_path / "t.parquet")
        with Engine(tmp_path, memory_bytes=300_000_000) as engine:
            [notice] = duplicate_notices(engine, tmp_path / "t.parquet", n, table.column_names)
            assert duplicate_notices(engine, tmp_path / "t.parquet", n, table.column_names, is_distinct=True) == []
        share = re.fullmatch(
            r"About [\d,]+ rows repeat .*, ([\d.]+) % of all \(estimated from [\d,]+ rows\)\.", notice.text
        )
        assert share is not None
        assert float(share[1]) == pytest.approx(25, abs=1.5)  # 5 errors of a share among 50,000


def test_a_table_of_one_row_has_no_deviation(tmp_path: Path) -> None:
    column = make_columns(tmp_path, {"x": [2.5]})["x"]
    assert (column.mean, column.std, column.median, column.sample_size) == (2.5, None, 2.5, None)
