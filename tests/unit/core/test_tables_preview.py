"""Rows of stored tables, and what listing formats and previewing may import."""

import json
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from core.tables.preview import MAX_TEXT, read_frame, read_preview


def make_table(folder: Path, n_rows: int = 100, row_group_size: int = 30) -> Path:
    path = folder / "t.parquet"
    pq.write_table(
        pa.table({"i": range(n_rows), "t": [f"row {i}" for i in range(n_rows)]}), path, row_group_size=row_group_size
    )
    return path


def test_a_window_spans_row_groups(tmp_path: Path) -> None:
    rows = read_preview(make_table(tmp_path), 40, offset=25)
    assert [row["i"] for row in rows] == list(range(25, 65))


def test_a_window_beyond_the_end_is_cut(tmp_path: Path) -> None:
    path = make_table(tmp_path)
    assert [row["i"] for row in read_preview(path, 10, offset=98)] == [98, 99]
    assert read_preview(path, 10, offset=100) == []
    assert read_preview(path, 0) == []


def test_an_open_file_serves_as_well_as_a_path(tmp_path: Path) -> None:
    with make_table(tmp_path).open("rb") as file:
        assert read_preview(file, 1) == [{"i": 0, "t": "row 0"}]


def test_every_cell_is_plain_json(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    table = pa.table(
        {
            "large": [2**60],
            "moment": [datetime(2024, 1, 2, 3)],
            "nan": [float("nan")],
            "flag": [True],
            "none": pa.nulls(1, pa.string()),
            "long": ["x" * 5_000],
        }
    )
    pq.write_table(table, path)
    [row] = read_preview(path, 1)
    assert len(row.pop("long")) == MAX_TEXT
    expected = {"large": str(2**60), "moment": "2024-01-02T03:00:00", "nan": None, "flag": True, "none": None}
    assert row == expected
    assert json.loads(json.dumps(row, allow_nan=False)) == expected


def test_a_frame_has_the_asked_columns_in_the_asked_order(tmp_path: Path) -> None:
    frame = read_frame(make_table(tmp_path), columns=["t", "i"])
    assert list(frame.columns) == ["t", "i"]
    assert frame["i"].tolist() == list(range(100))


def test_listing_and_previewing_import_no_engine() -> None:
    code = (
        "import sys, core.tables.registry, core.tables.detection, core.tables.preview, core.samples.registry;"
        "print([name for name in ('duckdb', 'pandas', 'sklearn') if name in sys.modules])"
    )
    root = Path(__file__).parents[3]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    assert done.stdout.strip() == "[]"
