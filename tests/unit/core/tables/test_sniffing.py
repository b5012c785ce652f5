"""A look at a file before it is imported: what it says is what the import does."""

import gzip
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.errors import UnreadableFile
from core.tables.heads import HEAD_BYTES, copy_first_lines
from core.tables.registry import TABLE_FORMATS
from core.tables.sniffed import Sighting
from core.tables.sniffing import N_ROWS, look
from core.tables.spec import ImportOptions, Limits
from tests.unit.core.tables.reading import Reading
from tests.workbooks import make_xlsx, make_zip

LIMITS = Limits(max_columns=1_000, memory_bytes=300_000_000, unpacked_bytes=100_000_000)


def sight(folder: Path, content: bytes, file_name: str, **options: Any) -> Sighting:
    """What the content would be read as; nothing may be left behind."""
    source, scratch = folder / "staged", folder / "scratch"
    source.write_bytes(content)
    scratch.mkdir(exist_ok=True)
    try:
        return look(source, file_name=file_name, options=ImportOptions(**options), limits=LIMITS, folder=scratch)
    finally:
        assert list(scratch.iterdir()) == []


CSV = "n;when;price\n" + "".join(f"{n};0{n % 9 + 1}/02/2024;{n},5\n" for n in range(50))


@pytest.mark.parametrize(
    ("file_name", "content"),
    [
        ("t.csv", CSV.encode()),
        ("t.csv.gz", gzip.compress(CSV.encode())),
        ("t.zip", make_zip({"t.csv": CSV})),
        ("t.json", json.dumps([{"n": n, "x": n / 2} for n in range(50)]).encode()),
        ("t.jsonl", b"".join(json.dumps({"n": n, "x": "a"}).encode() + b"\n" for n in range(50))),
        ("t.xlsx", make_xlsx({"S": [["n", "x"], *([n, n / 2] for n in range(50))]})),
    ],
)
def test_the_first_rows_are_shown_as_the_import_reads_them(
    reading: Reading, tmp_path: Path, file_name: str, content: bytes
) -> None:
    sighting = sight(tmp_path, content, file_name)
    table = reading.read(content, file_name, **sighting.options)
    assert list(sighting.rows) == reading.rows(content, file_name, **sighting.options)[:N_ROWS]
    assert [(column.name, column.type) for column in sighting.columns] == [(c.name, c.type) for c in table.columns]
    assert (sighting.is_whole, sighting.n_rows_read, sighting.problem) == (True, 50, None)


def test_what_was_sniffed_is_said(tmp_path: Path) -> None:
    sighting = sight(tmp_path, CSV.encode(), "t.csv")
    assert (sighting.format, sighting.archive) == ("csv", None)
    expected = {"delimiter": ";", "encoding": "utf-8", "has_header": True, "decimal": ","}
    assert expected.items() <= sighting.options.items()
    assert [column.type for column in sighting.columns] == ["integer", "datetime", "number"]
    assert {"delimiter", "has_header", "encoding", "decimal", "thousands", "day_first"} == set(sighting.heeds)


def test_other_options_show_other_rows(tmp_path: Path) -> None:
    sighting = sight(tmp_path, CSV.encode(), "t.csv", day_first=True, has_header=False)
    assert sighting.rows[0]["column_1"] == "n"
    assert sight(tmp_path, CSV.encode(), "t.csv", day_first=True).rows[1]["when"] == "2024-02-02T00:00:00"


def test_sheets_and_members_are_listed(tmp_path: Path) -> None:
    book = make_xlsx({"One": [["a"], [1]], "Two": [["b"], [2]]})
    sighting = sight(tmp_path, book, "t.xlsx")
    assert ([part.name for part in sighting.parts], sighting.part_option) == (["One", "Two"], "sheet")
    assert sight(tmp_path, book, "t.xlsx", sheet="Two").rows == ({"b": 2},)
    archive = make_zip({"a.csv": "q\n5\n", "b.csv": "r,s\n7,8\n"})
    sighting = sight(tmp_path, archive, "t.zip")
    assert [(part.name, part.size_bytes) for part in sighting.parts] == [("a.csv", 4), ("b.csv", 8)]
    assert (sighting.archive, sighting.format, sighting.options["member"]) == ("zip", "csv", "a.csv")
    assert sight(tmp_path, archive, "t.zip", member="b.csv").rows == ({"r": 7, "s": 8},)


def test_a_problem_that_other_options_may_mend_is_shown_with_them(tmp_path: Path) -> None:
    sighting = sight(tmp_path, b"a,b\n1,x\n2,y,z\n", "t.csv")
    assert sighting.problem is not None
    assert "Line 3 has 3 cells" in sighting.problem.message
    assert "delimiter" in sighting.heeds
    assert sighting.rows == ()


@pytest.mark.parametrize("content", [b"%PDF-1.7\n", b"", bytes(range(256))])
def test_what_is_no_table_at_all_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(UnreadableFile):
        sight(tmp_path, content, "t.csv")


@pytest.mark.parametrize("file_name", ["t.csv", "t.csv.gz", "t.zip"])
def test_of_a_large_text_only_the_beginning_is_read(tmp_path: Path, file_name: str) -> None:
    text = b"n,text\n" + b"".join(b'%d,"row\n%d"\n' % (n, n * 7919 % 10007) for n in range(400_000))
    content = {
        "t.csv": lambda: text,
        "t.csv.gz": lambda: gzip.compress(text),
        "t.zip": lambda: make_zip({"t.csv": text}),
    }
    sighting = sight(tmp_path, content[file_name](), file_name)
    assert not sighting.is_whole
    assert 1_000 < sighting.n_rows_read < 40_000
    assert sighting.rows[1] == {"n": 1, "text": "row\n7919"}


def test_of_a_large_parquet_file_only_the_beginning_is_read(tmp_path: Path) -> None:
    out = pa.BufferOutputStream()
    pq.write_table(pa.table({"n": list(range(100_000))}), out)
    sighting = sight(tmp_path, bytes(out.getvalue()), "t.parquet")
    assert (sighting.n_rows_read, sighting.is_whole, sighting.heeds) == (500, False, ())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
def test_a_long_text_is_cut_where_a_row_ends(tmp_path: Path, encoding: str, line_break: str) -> None:
    rows = [f'{n},"é{line_break}x",end' for n in range(60_000)]
    source, short = tmp_path / "source", tmp_path / "short"
    source.write_bytes((line_break.join(["n,text,mark", *rows]) + line_break).encode(encoding))
    assert copy_first_lines(source, short) is False
    text = short.read_bytes().decode(encoding)
    assert text.endswith(",end" + line_break)
    assert text == source.read_bytes().decode(encoding)[: len(text)]
    assert len(short.read_bytes()) <= HEAD_BYTES


def test_quotes_that_do_not_pair_do_not_stop_the_cut(tmp_path: Path) -> None:
    source, short = tmp_path / "source", tmp_path / "short"
    source.write_bytes(b'n,pipe 5"\n' + b"1,x\n" * 100_000)
    assert copy_first_lines(source, short) is False
    assert short.read_bytes().endswith(b"1,x\n")


def test_every_option_that_a_format_heeds_exists() -> None:
    for spec in TABLE_FORMATS.values():
        assert set(spec.options) <= set(ImportOptions.model_fields)
        assert spec.part_option is None or spec.part_option in spec.options
