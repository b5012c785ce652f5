"""Values that the normal form cannot hold: they become missing, and the dataset says so."""

from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.tables.ingest import IngestedTable, ingest_table
from core.tables.preview import read_preview
from core.tables.spec import ImportOptions, Limits


def ingest(content: bytes, name: str, folder: Path) -> IngestedTable:
    source = folder / "source"
    source.write_bytes(content)
    return ingest_table(
        source,
        file_name=name,
        destination=folder / "table.parquet",
        options=ImportOptions(),
        limits=Limits(max_columns=100, memory_bytes=300_000_000),
        on_progress=lambda *_: None,
    )


@pytest.mark.parametrize(
    ("numbers", "kind"),
    [
        ([3_000_000, -1_000_000, 5, None], pa.date32()),
        ([300_000_000_000, -99_999_999_999, 5, None], pa.timestamp("s")),
        ([2**62, -(2**62), 5, None], pa.timestamp("us")),
        ([2**62, -(2**62), 5, None], pa.timestamp("us", "UTC")),
    ],
    ids=str,
)
def test_dates_that_no_calendar_can_write_are_missing(tmp_path: Path, numbers: list[int], kind: pa.DataType) -> None:
    source = pa.BufferOutputStream()
    pq.write_table(pa.table({"day": pa.array(numbers, kind), "n": [1, 2, 3, 4]}), source)
    table = ingest(source.getvalue().to_pybytes(), "far.parquet", tmp_path)
    assert table.columns[0].n_missing == 3
    texts = [notice.text for notice in table.notices if notice.code == "far_dates_as_missing"]
    assert texts == ["2 dates outside the years 1 to 9999 in 'day' are counted as missing."]
    rows = read_preview(tmp_path / "table.parquet", 4)
    assert [row["day"] is None for row in rows] == [True, True, False, True]
    assert datetime.fromisoformat(str(rows[2]["day"])).year == 1970


@pytest.mark.parametrize("text", [",,,,\n,,,,\n", "a,b\n,\n,\n"])
def test_columns_without_any_value_are_texts(tmp_path: Path, text: str) -> None:
    table = ingest(text.encode(), "empty.csv", tmp_path)
    assert {(column.type.value, column.n_missing) for column in table.columns} == {("string", 2)}
