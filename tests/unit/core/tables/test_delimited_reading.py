"""Text to Parquet at once: what the samples do not show is found all the same, and ends in a correct table."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from core.errors import UnreadableFile
from core.tables.delimited.encoding import presume_text
from core.tables.delimited.layout import lay_out
from core.tables.delimited.wide import read_wide
from core.tables.engine import Engine
from core.tables.ingest import IngestedTable, ingest_table
from core.tables.pieces import WIDE_COLUMNS
from core.tables.spec import ImportOptions, Limits

N_ROWS = 20_000
PLACE = 8_000
"""A row that is neither among the first, nor in the middle, nor among the last."""


def ingest(
    folder: Path, content: bytes, name: str = "t.csv", **options: object
) -> tuple[IngestedTable, dict[str, list[Any]]]:
    """The table that ``content`` becomes, and its columns."""
    source, destination = folder / "upload", folder / "table.parquet"
    source.write_bytes(content)
    table = ingest_table(
        source,
        file_name=name,
        destination=destination,
        options=ImportOptions(**options),
        limits=Limits(max_columns=10_000, memory_bytes=300_000_000),
        on_progress=lambda _fraction, _stage: None,
    )
    return table, pq.read_table(destination).to_pydict()


def with_late_cell(usual: str, late: str) -> bytes:
    """Rows of a number, ``usual`` and a text; in one row ``late`` instead."""
    rows = [f"{i},{usual},t{i % 7}" for i in range(N_ROWS)]
    rows[PLACE] = f"{PLACE},{late},t0"
    return ("n,v,t\n" + "\n".join(rows) + "\n").encode()


@pytest.mark.parametrize(
    ("usual", "late", "kind", "expected"),
    [
        ("12", "abc", "string", "abc"),
        ("12", "1.5", "number", 1.5),
        ("12", "007", "string", "007"),
        ("12", "1_000", "string", "1_000"),
        ("12", "0x1F", "string", "0x1F"),
        ("12", "0xFFFFFFFF", "string", "0xFFFFFFFF"),
        ("12", "1e-1", "number", 0.1),
        ("12", "99999999999999999999", "string", "99999999999999999999"),
        ("12", "+5", "integer", 5),
        ("12", " 6", "integer", 6),
        ("12", "-3", "integer", -3),
        ("12", "123456789", "integer", 123456789),
        ("12", "NA", "integer", None),
        ("12", "?", "integer", None),
        ("1.5", "abc", "string", "abc"),
        ("1.5", "1_000", "string", "1_000"),
        ("1.5", "inf", "number", None),
        ("1.5", "-nan", "string", "-nan"),
        ("1.5", "NaN", "number", None),
        ("1.5", "7", "number", 7.0),
        ("true", "FALSE", "boolean", False),
        ("true", "1", "string", "1"),
        ("2024-01-31", "epoch", "string", "epoch"),
        ("2024-01-31", "infinity", "datetime", None),
        ("2024-01-31", "2024-02-30", "string", "2024-02-30"),
        ("2024-01-31", "12-01-31", "string", "12-01-31"),
        ("31/01/2024", "01/13/2024", "string", "01/13/2024"),
        ("word", "NA", "string", None),
        ("word", "nan", "string", None),
        ("", "7", "integer", 7),
    ],
)
def test_a_cell_that_no_sample_shows_decides_with_all_others(
    tmp_path: Path, usual: str, late: str, kind: str, expected: object
) -> None:
    table, columns = ingest(tmp_path, with_late_cell(usual, late))
    assert (table.n_rows, table.columns[1].type) == (N_ROWS, kind)
    assert columns["v"][PLACE] == expected
    assert columns["n"] == list(range(N_ROWS))
    assert columns["t"] == [f"t{i % 7}" if i != PLACE else "t0" for i in range(N_ROWS)]
    if kind == "string" and usual:
        assert set(columns["v"]) == {usual, expected}


@pytest.mark.parametrize(
    ("late", "expected"),
    [
        ("2024-01-31 10:00:00+02", "2024-01-31T08:00:00"),
        ("2024-01-31 10:00+02", "2024-01-31T08:00:00"),
        ("2024-01-31T10:00:00Z", "2024-01-31T10:00:00"),
        ("2024-01-31 10:00:00.25", "2024-01-31T10:00:00.250000"),
        ("2024-01-31", "2024-01-31T00:00:00"),
    ],
)
def test_a_moment_in_another_form_keeps_its_time(tmp_path: Path, late: str, expected: str) -> None:
    table, columns = ingest(tmp_path, with_late_cell("2024-05-01 08:15:00", late))
    assert table.columns[1].type == "datetime"
    assert columns["v"][PLACE].isoformat() == expected


def test_several_columns_may_be_other_than_they_seem(tmp_path: Path) -> None:
    rows = ["1,2.5,2024-01-31,x"] * N_ROWS
    rows[PLACE], rows[PLACE + 1], rows[PLACE + 2] = "a,2.5,2024-01-31,x", "1,b,2024-01-31,x", "1,2.5,c,x"
    table, columns = ingest(tmp_path, ("i,f,d,t\n" + "\n".join(rows)).encode())
    assert [column.type for column in table.columns] == ["string"] * 4
    assert [columns[name][PLACE + i] for i, name in enumerate("ifd")] == ["a", "b", "c"]
    assert (columns["i"][0], columns["f"][0], columns["d"][0]) == ("1", "2.5", "2024-01-31")


def test_a_row_that_is_short_far_into_the_file_is_mended(tmp_path: Path) -> None:
    table, columns = ingest(tmp_path, with_late_cell("12", "13").replace(f"{PLACE},13,t0".encode(), b"5,13"))
    assert "short_rows" in [notice.code for notice in table.notices]
    assert (columns["v"][PLACE], columns["t"][PLACE]) == (13, None)


def test_bytes_of_another_encoding_far_into_the_file_are_understood(tmp_path: Path) -> None:
    table, columns = ingest(tmp_path, with_late_cell("word", "Zoë").decode().encode("cp1252"))
    assert (table.options_used.encoding, columns["v"][PLACE]) == ("cp1252", "Zoë")


@pytest.mark.parametrize(
    ("late", "what"),
    [(b"8000,\x00,t0", "NUL byte in line 8,002"), (b'8000,"open,t0', "line 8,002"), (b"8000,1,2,3", "Line 8,002")],
)
def test_faults_far_into_the_file_are_named_by_their_line(tmp_path: Path, late: bytes, what: str) -> None:
    content = with_late_cell("word", "late").replace(b"8000,late,t0", late)
    with pytest.raises(UnreadableFile, match=what):
        ingest(tmp_path, content)


def test_windows_line_breaks_are_no_part_of_a_cell(tmp_path: Path) -> None:
    table, columns = ingest(tmp_path, with_late_cell("word", "late").replace(b"\n", b"\r\n"))
    assert (table.n_rows, columns["t"][0], columns["v"][PLACE]) == (N_ROWS, "t0", "late")


def test_one_line_break_of_another_kind_far_into_the_file_ends_its_row_too(tmp_path: Path) -> None:
    content = with_late_cell("word", "late").replace(b"8000,late,t0\n", b"8000,late,t0\r\n")
    table, columns = ingest(tmp_path, content)
    assert (table.n_rows, columns["t"][PLACE]) == (N_ROWS, "t0")


def test_placeholders_are_counted_over_all_rows_in_one_reading(tmp_path: Path) -> None:
    rows = [f"{i},{'?' if i % 100 == 0 else i / 4}" for i in range(N_ROWS)]
    table, columns = ingest(tmp_path, ("n,v\n" + "\n".join(rows) + "\n").encode())
    [notice] = [notice for notice in table.notices if notice.code == "placeholders_as_missing"]
    assert notice.text.startswith("200 cells hold no number")
    assert (columns["v"][0], columns["v"][1]) == (None, 0.25)


class TestWideText:
    N = WIDE_COLUMNS + 5

    def make(self, rows: Sequence[Sequence[str]]) -> bytes:
        header = ",".join(f"c{i}" for i in range(self.N))
        return "\n".join([header, *(",".join(row) for row in rows), ""]).encode()

    def row(self, *first: str) -> list[str]:
        return [*first, *(str(i) for i in range(self.N - len(first)))]

    def test_every_type_is_read(self, tmp_path: Path) -> None:
        cells = (("1", "1.5", "true", "2024-01-31", "x", ""), ("2", "NA", "False", "", "NA", ""))
        table, columns = ingest(tmp_path, self.make([self.row(*row) for row in cells]))
        kinds = ["integer", "number", "boolean", "datetime", "string", "string", "integer"]
        assert [column.type for column in table.columns[:7]] == kinds
        assert (columns["c0"], columns["c1"], columns["c2"]) == ([1, 2], [1.5, None], [True, False])
        assert (columns["c4"], columns["c5"], columns[f"c{self.N - 1}"]) == (
            ["x", None],
            [None, None],
            [self.N - 7] * 2,
        )

    def test_it_is_read_at_once(self, tmp_path: Path) -> None:
        source, destination = tmp_path / "wide.csv", tmp_path / "table.parquet"
        source.write_bytes(self.make([self.row("1"), self.row("2")]))
        text = presume_text(source, encoding=None)
        assert text is not None
        limits = Limits(max_columns=10_000, memory_bytes=300_000_000)
        with Engine(tmp_path, memory_bytes=limits.memory_bytes) as engine:
            layout = lay_out(engine, text, ImportOptions(), limits)
        assert read_wide(layout, destination, lambda _fraction: None) == 2

    @pytest.mark.parametrize(
        ("late", "kind", "expected"),
        [("abc", "string", "abc"), ("007", "string", "007"), ("2.5", "number", 2.5), ("0x1F", "string", "0x1F")],
    )
    def test_a_type_that_fails_late_is_widened(self, tmp_path: Path, late: str, kind: str, expected: object) -> None:
        table, columns = ingest(tmp_path, self.make([self.row("1")] * 700 + [self.row(late)]))
        assert (table.n_rows, table.columns[0].type, columns["c0"][-1]) == (701, kind, expected)

    def test_a_short_row_is_mended(self, tmp_path: Path) -> None:
        table, columns = ingest(tmp_path, self.make([self.row("1")] * 700 + [["5"]]))
        assert (columns["c0"][-1], columns["c1"][-1]) == (5, None)
        assert "short_rows" in [notice.code for notice in table.notices]
