"""Every export format: what is written is read again as the same table, and what it cannot hold is refused."""

import csv
import datetime as dt
import json
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.computing.spec import TableFile
from core.errors import UserInputError
from core.exporting import workbook
from core.exporting.cells import DANGEROUS, harmless
from core.exporting.registry import EXPORT_FORMATS
from core.exporting.spec import ExportOptions
from core.tables.ingest import ingest_table
from core.tables.spec import ImportOptions, Limits
from tests.workspaces import store_frame

MEMORY_BYTES = 300_000_000
NAMES = ('q"]\n, é', "whole", "real", "flag", "moment", "day", "text", "=1+1")


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> TableFile:
    """A table with every kind of value that is hard to write."""
    frame = pd.DataFrame(
        {
            'q"]\n, é': ["a,b", 'say "hi"', "line\nbreak", "é😀", None],
            "whole": pd.array([1, -(2**63), 2**63 - 1, None, 10**15], dtype="Int64"),
            "real": [0.1, 1e300, -1.5e-7, None, 1 / 3],
            "flag": [True, False, None, True, False],
            "moment": pd.to_datetime(
                ["2024-02-29 10:30:00", "1850-01-01 00:00:01", None, "2024-01-01 00:00:00.25", "2200-12-31 23:59:59"],
                format="ISO8601",
            ),
            "day": pd.to_datetime(["2024-02-29", None, "1999-12-31", "2001-01-01", "2024-01-01"]),
            "text": ["=1+1", "+x", "@SUM(A1)", "-", "007"],
            "=1+1": ["NA", " padded ", "\ttab", "plain", "x" * 1_000],
        }
    )
    return store_frame(frame, tmp_path_factory.mktemp("stored"))


def write(key: str, table: Path, folder: Path, **options: bool) -> Path:
    """The table in the format ``key``."""
    destination = folder / f"export{EXPORT_FORMATS[key].extension}"
    fractions: list[float] = []
    EXPORT_FORMATS[key].write(table, destination, ExportOptions(**options), MEMORY_BYTES, fractions.append)
    assert all(0 <= fraction <= 1 for fraction in fractions)
    return destination


def read_again(path: Path, folder: Path) -> pa.Table:
    """What an import makes of an exported file."""
    destination = folder / "again.parquet"
    ingest_table(
        path,
        file_name=path.name,
        destination=destination,
        options=ImportOptions(),
        limits=Limits(max_columns=1_000, memory_bytes=MEMORY_BYTES),
        on_progress=lambda _fraction, _stage: None,
    )
    return pq.read_table(destination)


@pytest.mark.parametrize("key", sorted(EXPORT_FORMATS))
class TestEveryFormat:
    def test_what_is_written_is_read_again_as_the_same_table(self, stored: TableFile, tmp_path: Path, key: str) -> None:
        original = pq.read_table(stored.path)
        again = read_again(write(key, stored.path, tmp_path, escape_formulas=False), tmp_path)
        assert again.column_names == original.column_names
        assert [str(kind) for kind in again.schema.types] == [str(kind) for kind in original.schema.types]
        for name in original.column_names:
            assert again[name].to_pylist() == _as_kept(key, name, original[name].to_pylist()), name

    def test_only_the_asked_file_is_left(self, stored: TableFile, tmp_path: Path, key: str) -> None:
        written = write(key, stored.path, tmp_path, byte_order_mark=True)
        assert [path for path in tmp_path.iterdir() if path.is_file()] == [written]

    def test_a_cancelled_export_raises_the_callers_error(self, stored: TableFile, tmp_path: Path, key: str) -> None:
        class Cancelled(Exception):
            pass

        def cancel(_fraction: float) -> None:
            raise Cancelled

        spec = EXPORT_FORMATS[key]
        with pytest.raises(Cancelled):
            spec.write(stored.path, tmp_path / "file", ExportOptions(), MEMORY_BYTES, cancel)

    def test_it_names_itself(self, stored: TableFile, key: str) -> None:
        del stored
        spec = EXPORT_FORMATS[key]
        assert spec.extension.startswith(".")
        assert spec.media_type
        assert set(spec.heeds) <= set(ExportOptions.model_fields)


def _as_kept(key: str, name: str, values: list[object]) -> list[object]:
    """What a format cannot tell apart: CSV reads the word NA as missing, Excel is written with sixteen digits."""
    if key == "csv" and name == "=1+1":
        return [None if value == "NA" else value for value in values]
    if key == "xlsx" and name == "real":
        return [None if value is None else float(f"{value:.16g}") for value in values]
    return values


class TestSpreadsheets:
    def cells(self, table: TableFile, folder: Path, **options: bool) -> list[list[str]]:
        with write("csv", table.path, folder, **options).open(encoding="utf-8-sig", newline="") as file:
            return list(csv.reader(file))

    def test_texts_that_a_spreadsheet_would_run_are_harmless_in_csv(self, stored: TableFile, tmp_path: Path) -> None:
        header, *rows = self.cells(stored, tmp_path)
        assert header[-1] == "'=1+1"
        assert [row[-2] for row in rows] == ["'=1+1", "'+x", "'@SUM(A1)", "'-", "007"]
        assert rows[2][-1] == "'\ttab"
        assert not any(cell.startswith(DANGEROUS) for row in [header, *rows] for cell in row if not _is_number(cell))
        assert rows[1][1] == str(-(2**63))

    def test_the_switch_leaves_them_as_they_are(self, stored: TableFile, tmp_path: Path) -> None:
        header, *rows = self.cells(stored, tmp_path, escape_formulas=False)
        assert (header[-1], rows[0][-2]) == ("=1+1", "=1+1")

    @pytest.mark.parametrize("sign", DANGEROUS)
    def test_every_dangerous_sign_is_met_in_python_and_in_the_engine_alike(self, tmp_path: Path, sign: str) -> None:
        table = store_frame(pd.DataFrame({"text": [f"{sign}x", "x", None]}), tmp_path / "stored")
        assert self.cells(table, tmp_path)[1] == [harmless(f"{sign}x")] == [f"'{sign}x"]

    def test_excel_gets_texts_and_no_formulas(self, stored: TableFile, tmp_path: Path) -> None:
        book = openpyxl.load_workbook(write("xlsx", stored.path, tmp_path, escape_formulas=False))
        sheet = book.active
        kinds = {cell.data_type for row in sheet.iter_rows() for cell in row}
        assert "f" not in kinds
        assert [sheet.cell(row, 7).value for row in range(2, 7)] == ["=1+1", "+x", "@SUM(A1)", "-", "007"]
        assert [sheet.cell(row, 7).data_type for row in range(2, 7)] == ["s"] * 5

    def test_excel_gets_dates_as_dates_and_long_numbers_as_text(self, stored: TableFile, tmp_path: Path) -> None:
        sheet = openpyxl.load_workbook(write("xlsx", stored.path, tmp_path)).active
        assert sheet.cell(2, 5).value == dt.datetime(2024, 2, 29, 10, 30)
        assert sheet.cell(2, 6).number_format == "yyyy-mm-dd"
        assert sheet.cell(3, 5).value == "1850-01-01 00:00:01"
        assert sheet.cell(4, 2).value == str(2**63 - 1)
        assert sheet.cell(2, 2).value == 1

    def test_days_are_written_without_a_time_in_csv(self, stored: TableFile, tmp_path: Path) -> None:
        _, first, *_ = self.cells(stored, tmp_path)
        assert (first[4], first[5]) == ("2024-02-29 10:30:00", "2024-02-29")

    def test_the_mark_for_excel_stands_at_the_start(self, stored: TableFile, tmp_path: Path) -> None:
        plain = write("csv", stored.path, tmp_path).read_bytes()
        marked = write("csv", stored.path, tmp_path, byte_order_mark=True).read_bytes()
        assert marked == b"\xef\xbb\xbf" + plain

    def test_more_rows_than_a_sheet_holds_are_refused(
        self, stored: TableFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(workbook, "MAX_ROWS", 5)
        with pytest.raises(UserInputError, match=r"The table has 5 rows; a sheet of Excel holds 4 below its header\."):
            write("xlsx", stored.path, tmp_path)

    def test_more_columns_than_a_sheet_holds_are_refused(
        self, stored: TableFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(workbook, "MAX_COLUMNS", 7)
        with pytest.raises(UserInputError, match="8 columns; a sheet of Excel holds 7"):
            write("xlsx", stored.path, tmp_path)

    def test_a_cell_too_long_for_excel_is_refused_by_row_and_column(self, tmp_path: Path) -> None:
        table = store_frame(pd.DataFrame({"a": ["x", "y" * 40_000]}), tmp_path / "stored")
        with pytest.raises(UserInputError, match="'a' holds 40,000 characters in row 2; a cell of Excel holds 32,767"):
            write("xlsx", table.path, tmp_path)


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def test_json_is_what_other_programs_read(stored: TableFile, tmp_path: Path) -> None:
    rows = json.loads(write("json", stored.path, tmp_path).read_text(encoding="utf-8"))
    lines = write("jsonl", stored.path, tmp_path).read_text(encoding="utf-8").splitlines()
    assert rows == [json.loads(line) for line in lines]
    assert tuple(rows[0]) == tuple(stored.dataset.columns[i].name for i in range(len(NAMES)))
    assert (rows[0]["moment"], rows[1]["real"], rows[2]["whole"]) == ("2024-02-29T10:30:00", 1e300, 2**63 - 1)


def test_memory_stays_bounded_by_the_batch(tmp_path: Path) -> None:
    """A table of many rows is written without ever being whole in memory: the engine gets less than the table has."""
    table = tmp_path / "large.parquet"
    schema = pa.schema([("n", pa.int64()), ("text", pa.string())])
    with pq.ParquetWriter(table, schema) as writer:
        for start in range(0, 1_000_000, 50_000):
            numbers = list(range(start, start + 50_000))
            writer.write_table(pa.table({"n": numbers, "text": [f"row {n} " * 10 for n in numbers]}, schema=schema))
    destination = tmp_path / "large.csv"
    EXPORT_FORMATS["csv"].write(table, destination, ExportOptions(), 130_000_000, lambda _fraction: None)
    assert destination.stat().st_size > 100_000_000
    with destination.open(encoding="utf-8") as file:
        assert sum(1 for _ in file) == 1_000_001
