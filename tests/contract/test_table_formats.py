"""Every table format: good, empty, corrupt, truncated and oversized files, and every known kind of irregular text."""

import codecs
import datetime as dt
import gzip
import json
import os
import pickle
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.errors import UnreadableFile
from core.tables.ingest import IngestedTable, ingest_table
from core.tables.preview import read_preview
from core.tables.registry import TABLE_FORMATS
from core.tables.spec import ImportOptions, Limits
from tests.workbooks import make_ole2, make_xlsx, make_zip

GOOD_ROWS = [{"id": 1, "name": "ada", "score": 1.5}, {"id": 2, "name": None, "score": -2.0}]


def make_good(key: str) -> bytes:
    """A small table in the format ``key``, holding ``GOOD_ROWS``."""
    return make_table(key, list(GOOD_ROWS[0]), [tuple(row.values()) for row in GOOD_ROWS])


def make_wide(key: str, n_columns: int) -> bytes:
    """A one-row table with too many columns."""
    return make_table(key, [f"c{i}" for i in range(n_columns)], [(1,) * n_columns])


def make_table(key: str, names: list[str], rows: list[tuple[object, ...]]) -> bytes:
    """These rows in the format ``key``."""
    text = "\n".join(",".join("" if cell is None else str(cell) for cell in row) for row in [names, *rows]) + "\n"
    objects = [dict(zip(names, row, strict=True)) for row in rows]
    match key:
        case "csv":
            return text.encode()
        case "gzip":
            return gzip.compress(text.encode(), mtime=0)
        case "zip":
            return make_zip({"t.csv": text})
        case "json":
            return json.dumps(objects).encode()
        case "jsonl":
            return "".join(json.dumps(row) + "\n" for row in objects).encode()
        case "excel":
            return make_xlsx({"Data": [names, *rows]})
        case "parquet":
            out = pa.BufferOutputStream()
            pq.write_table(pa.Table.from_pylist(objects), out)
            return bytes(out.getvalue())
    raise AssertionError(f"{key} needs an example")


class Upload:
    """Ingests bytes in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.source = folder / "upload"
        self.out = folder / "out"
        self.out.mkdir()
        self.table = self.out / "table.parquet"

    def read(self, content: bytes, file_name: str = "t.csv", **kwargs: object) -> IngestedTable:
        """What the content becomes; keyword ``max_columns`` sets the limit, others are import options."""
        self.source.write_bytes(content)
        max_columns = kwargs.pop("max_columns", 1_000)
        return ingest_table(
            self.source,
            file_name=file_name,
            destination=self.table,
            options=ImportOptions(**kwargs),
            limits=Limits(max_columns=max_columns, memory_bytes=300_000_000),
            on_progress=lambda _fraction, _stage: None,
        )

    def rows(self, content: bytes, **kwargs: object) -> list[dict[str, object]]:
        """The rows that the content becomes."""
        self.read(content, **kwargs)
        return read_preview(self.table, 1_000)

    def refusal(self, content: bytes, file_name: str = "t.csv", **kwargs: object) -> str:
        """Message and hint with which the content is refused; nothing may be left behind."""
        with pytest.raises(UnreadableFile) as caught:
            self.read(content, file_name, **kwargs)
        assert list(self.out.iterdir()) == []
        assert caught.value.hint
        return f"{caught.value.message} {caught.value.hint}"


@pytest.fixture
def upload(tmp_path: Path) -> Upload:
    return Upload(tmp_path)


def codes(table: IngestedTable) -> list[str]:
    return [notice.code for notice in table.notices]


@pytest.mark.parametrize("key", sorted(TABLE_FORMATS))
class TestEveryFormat:
    def name(self, key: str) -> str:
        return f"t{TABLE_FORMATS[key].extensions[0]}"

    def test_a_good_file_keeps_its_rows_in_order(self, upload: Upload, key: str) -> None:
        table = upload.read(make_good(key), self.name(key))
        assert (table.format, table.n_rows, table.n_columns) == (key, 2, 3)
        assert read_preview(upload.table, 10) == GOOD_ROWS
        assert [column.type for column in table.columns] == ["integer", "string", "number"]
        assert list(upload.out.iterdir()) == [upload.table]

    def test_a_file_name_that_looks_like_a_path_is_only_data(self, upload: Upload, key: str) -> None:
        table = upload.read(make_good(key), f"../../etc/passwd'; DROP TABLE x --/{self.name(key)}")
        assert table.n_rows == 2

    def test_an_empty_file_is_refused(self, upload: Upload, key: str) -> None:
        assert "is empty" in upload.refusal(b"", self.name(key))

    def test_a_corrupt_file_is_refused(self, upload: Upload, key: str) -> None:
        good = make_good(key)
        corrupt = good[:8] + bytes(len(good) - 16) + good[-8:]
        upload.refusal(corrupt, self.name(key))

    def test_too_many_columns_are_refused_with_count_and_limit(self, upload: Upload, key: str) -> None:
        message = upload.refusal(make_wide(key, 40), self.name(key), max_columns=30)
        assert "40 columns" in message
        assert "30" in message

    def test_a_cut_off_file_is_refused_or_says_what_it_still_holds(self, upload: Upload, key: str) -> None:
        good = make_table(key, ["n", "text"], [(i, f"row {i}") for i in range(500)])
        if key == "csv":  # a text that ends early is a shorter text
            assert upload.read(good[: len(good) // 2], self.name(key)).n_rows < 500
        else:
            upload.refusal(good[: len(good) // 2], self.name(key))

    def test_the_first_rows_are_cut_out_in_the_same_format(self, upload: Upload, key: str) -> None:
        spec = TABLE_FORMATS[key]
        if spec.unpack is not None:  # what is inside is cut, not the archive
            return
        upload.source.write_bytes(make_table(key, ["n", "text"], [(i, f"row {i}") for i in range(40_000)]))
        short = upload.source.with_name("short")
        assert spec.shorten(upload.source, short, ImportOptions()) is False
        table = upload.read(short.read_bytes(), self.name(key))
        assert 100 < table.n_rows < 40_000
        assert read_preview(upload.table, 2) == [{"n": 0, "text": "row 0"}, {"n": 1, "text": "row 1"}]
        upload.source.write_bytes(make_good(key))
        assert spec.shorten(upload.source, short, ImportOptions()) is True

    def test_a_cancelled_ingest_raises_the_callers_error_and_leaves_nothing(self, upload: Upload, key: str) -> None:
        class Cancelled(Exception):
            pass

        def cancel(_fraction: float, stage: str) -> None:
            if stage == "Column statistics":
                raise Cancelled

        upload.source.write_bytes(make_good(key))
        with pytest.raises(Cancelled):
            ingest_table(
                upload.source,
                file_name=self.name(key),
                destination=upload.table,
                options=ImportOptions(),
                limits=Limits(max_columns=10, memory_bytes=300_000_000),
                on_progress=cancel,
            )
        assert list(upload.out.iterdir()) == []


class TestForeignFiles:
    @pytest.mark.parametrize(
        ("content", "what"),
        [
            (b"\x89PNG\r\n\x1a\n" + bytes(50), "PNG"),
            (b"\xff\xd8\xff\xe0" + bytes(50), "JPEG"),
            (b"%PDF-1.7\n%\xe2\xe3", "PDF"),
            (b"BZh91AY&SY" + bytes(50), "bzip2"),
            (b"SQLite format 3\x00" + bytes(50), "SQLite"),
            (b"\x7fELF\x02\x01\x01" + bytes(50), "program"),
            (make_ole2("WordDocument"), "old Office document"),
            (make_ole2("EncryptedPackage"), "protected with a password"),
            (make_zip({"word/document.xml": "<w/>"}), "Office document"),
            (make_zip({"mimetype": "application/vnd.oasis.opendocument.text"}), "Office document"),
            (pickle.dumps({"a": [1, 2]}), "pickle"),
            (b"PARE" + bytes(50), "encrypted Parquet"),
            (b"<!DOCTYPE html><html></html>", "HTML"),
            (b"a,b\n1,\x00\n\x00\x00\x01\x02\n", "binary"),
        ],
    )
    def test_the_refusal_says_what_the_file_is(self, upload: Upload, content: bytes, what: str) -> None:
        assert what in upload.refusal(content)

    @pytest.mark.parametrize("key", sorted(TABLE_FORMATS))
    def test_content_decides_against_the_name(self, upload: Upload, key: str) -> None:
        assert upload.read(make_good(key), "t.dat").format == key

    @pytest.mark.parametrize("name", ["t.xls", "t.xlsx", "t.zip", "t.gz"])
    def test_text_under_the_name_of_a_container_is_read_as_text(self, upload: Upload, name: str) -> None:
        assert upload.read(b"a\tb\n1\tx\n2\ty\n", name).format == "csv"

    def test_text_that_is_named_parquet_is_refused(self, upload: Upload) -> None:
        assert "does not start as one" in upload.refusal(b"a,b\n1,2\n", "t.parquet")


TABLE = [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]


class TestDelimitedText:
    @pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", ":", "^", "~", " "])
    def test_any_delimiter_is_found(self, upload: Upload, delimiter: str) -> None:
        content = "a,b\n1,x\n2,y\n".replace(",", delimiter).encode()
        assert upload.rows(content) == TABLE

    @pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
    @pytest.mark.parametrize("end", ["", None])
    def test_any_line_break_ends_a_row(self, upload: Upload, line_break: str, end: str | None) -> None:
        last = line_break if end is None else end
        assert upload.rows((line_break.join(["a,b", "1,x", "2,y"]) + last).encode()) == TABLE

    def test_mixed_line_breaks_end_rows(self, upload: Upload) -> None:
        assert upload.rows(b"a,b\r\n1,x\n2,y\r\n") == TABLE

    @pytest.mark.parametrize(
        ("prefix", "encoding"),
        [
            (b"", "utf-8"),
            (codecs.BOM_UTF8, "utf-8"),
            (b"", "utf-16-le"),
            (codecs.BOM_UTF16_LE, "utf-16-le"),
            (b"", "utf-16-be"),
            (codecs.BOM_UTF16_BE, "utf-16-be"),
            (b"", "cp1252"),
        ],
    )
    def test_any_usual_encoding_is_found_and_named(self, upload: Upload, prefix: bytes, encoding: str) -> None:
        text = "name,größe\nZoë,1\nÅsa €,2\nJürgen,3\n"
        table = upload.read(prefix + text.encode(encoding))
        assert table.options_used.encoding == encoding
        assert ("encoding" in codes(table)) is (encoding != "utf-8")
        assert read_preview(upload.table, 9) == [
            {"name": "Zoë", "größe": 1},
            {"name": "Åsa €", "größe": 2},
            {"name": "Jürgen", "größe": 3},
        ]

    def test_a_headerless_file_with_a_mark_keeps_its_first_number(self, upload: Upload) -> None:
        rows = upload.rows(codecs.BOM_UTF8 + b"1,2\n3,4\n5,6\n")
        assert rows == [
            {"column_1": 1, "column_2": 2},
            {"column_1": 3, "column_2": 4},
            {"column_1": 5, "column_2": 6},
        ]

    def test_a_broken_byte_in_utf8_is_refused_with_its_line(self, upload: Upload) -> None:
        message = upload.refusal("name,n\nZoë,1\nÅsa,2\n".encode() + b"\xff\xfe,3\n")
        assert "byte 0xff in line 4" in message

    def test_a_given_encoding_that_does_not_fit_is_refused_with_its_line(self, upload: Upload) -> None:
        assert "line 2" in upload.refusal(b"a,b\n\xe4,1\n", encoding="utf-8")

    def test_a_nul_byte_far_into_the_file_is_refused_with_its_line(self, upload: Upload) -> None:
        content = b"a,b\n" + b"1,x\n" * 40_000 + b"2,\x00\n"
        assert "NUL byte in line 40,002" in upload.refusal(content)

    @pytest.mark.parametrize("line_break", ["\n", "\r\n"])
    def test_quoted_cells_keep_delimiters_quotes_and_line_breaks(self, upload: Upload, line_break: str) -> None:
        content = f'a,b{line_break}1,"x, ""y""\nz"{line_break}2,w{line_break}'
        assert upload.rows(content.encode()) == [{"a": 1, "b": 'x, "y"\nz'}, {"a": 2, "b": "w"}]

    def test_a_quoted_line_break_in_the_header_becomes_a_blank(self, upload: Upload) -> None:
        assert upload.rows(b'"a\nz",b\n1,x\n') == [{"a z": 1, "b": "x"}]

    def test_an_unclosed_quote_is_refused_with_its_line(self, upload: Upload) -> None:
        assert "line 3" in upload.refusal(b'a,b\n1,x\n2,"y\n3,z\n')

    def test_blanks_before_a_quote_do_not_hide_it(self, upload: Upload) -> None:
        assert upload.rows(b'a, "b"\n1, "x, y"\n2, "z"\n') == [{"a": 1, "b": "x, y"}, {"a": 2, "b": "z"}]

    def test_short_rows_are_filled_and_counted_with_the_first_line(self, upload: Upload) -> None:
        table = upload.read(b"a,b,c\n1,x,7\n2,y\n3\n")
        [notice] = [notice for notice in table.notices if notice.code == "short_rows"]
        assert notice.text.startswith("2 rows are shorter than the table (first in line 3)")
        assert read_preview(upload.table, 9) == [
            {"a": 1, "b": "x", "c": 7},
            {"a": 2, "b": "y", "c": None},
            {"a": 3, "b": None, "c": None},
        ]

    def test_a_long_row_is_refused_with_line_and_counts(self, upload: Upload) -> None:
        message = upload.refusal(b"a,b\n1,x\n2,y,z,w\n")
        assert "Line 3 has 4 cells, but the table has 2 cells a row" in message

    def test_a_long_row_after_quoted_line_breaks_is_named_by_its_line_in_the_file(self, upload: Upload) -> None:
        assert "Line 4 has 3 cells" in upload.refusal(b'a,b\n1,"x\nx"\n2,y,z\n')

    def test_empty_cells_beyond_the_last_column_are_dropped(self, upload: Upload) -> None:
        assert upload.rows(b"a,b\n1,x,,\n2,y\n") == TABLE

    @pytest.mark.parametrize("blank", [b"\n", b"\n\n\n", b"   \n", b"\r\n"])
    def test_blank_lines_are_skipped_wherever_they_are(self, upload: Upload, blank: bytes) -> None:
        assert upload.rows(blank + b"a,b\n" + blank + b"1,x\n" + blank + b"2,y\n" + blank) == TABLE

    def test_blank_lines_of_a_single_column_are_skipped_too(self, upload: Upload) -> None:
        assert upload.rows(b'a\n1\n\n2\n""\n') == [{"a": 1}, {"a": 2}, {"a": None}]

    def test_excels_separator_line_is_understood(self, upload: Upload) -> None:
        assert upload.rows(b"sep=;\na;b\n1;x\n2;y\n") == TABLE

    def test_duplicate_and_empty_names_become_unique_and_are_told(self, upload: Upload) -> None:
        table = upload.read(b"a,a,,A,a_2\n1,2,3,4,5\n")
        assert [column.name for column in table.columns] == ["a", "a_3", "column_3", "A_4", "a_2"]
        assert {"empty_names", "duplicate_names"} <= set(codes(table))

    def test_numbers_in_the_first_row_are_data(self, upload: Upload) -> None:
        table = upload.read(b"5.1,3.5,setosa\n4.9,3.0,setosa\n6.0,2.9,other\n")
        assert [column.name for column in table.columns] == ["column_1", "column_2", "column_3"]
        assert (table.n_rows, table.options_used.has_header) == (3, False)
        assert "no_header" in codes(table)

    def test_years_in_the_first_row_are_names(self, upload: Upload) -> None:
        assert upload.rows(b"land,2019,2020\nfr,1.5,2.5\nde,3.5,4.5\n") == [
            {"land": "fr", "2019": 1.5, "2020": 2.5},
            {"land": "de", "2019": 3.5, "2020": 4.5},
        ]

    def test_a_person_may_overrule_the_header(self, upload: Upload) -> None:
        assert upload.rows(b"1,2\n3,4\n", has_header=True) == [{"1": 3, "2": 4}]
        assert len(upload.rows(b"a,b\n3,4\n", has_header=False)) == 2

    @pytest.mark.parametrize("content", [b"a,b,c\n", b"a,b,c", b"a,b,c\n\n\n"])
    def test_a_header_alone_is_refused(self, upload: Upload, content: bytes) -> None:
        assert "no rows" in upload.refusal(content)

    def test_blanks_alone_are_refused(self, upload: Upload) -> None:
        assert "nothing but blanks" in upload.refusal(b" \n\t\n  \n")

    def test_a_million_columns_are_refused_on_the_first_line(self, upload: Upload) -> None:
        message = upload.refusal(make_wide("csv", 1_000_000))
        assert "1,000,000 columns; a table may have 1,000" in message

    def test_one_huge_line_is_refused(self, upload: Upload) -> None:
        assert "no line break" in upload.refusal(b"x" * 20_000_000)

    def test_a_huge_line_of_cells_is_refused_for_its_columns(self, upload: Upload) -> None:
        assert "at least" in upload.refusal(b"1," * 10_000_000)

    def test_a_later_line_without_end_is_refused_with_its_number(self, upload: Upload) -> None:
        assert "Line 3 is longer" in upload.refusal(b"a,b\n1,x\n2," + b"y" * 20_000_000)

    def test_a_cell_of_several_megabytes_is_kept(self, upload: Upload) -> None:
        content = b"a,b\n1," + b"y" * 5_000_000 + b"\n2,z\n"
        upload.read(content)
        assert [len(text) for text in pq.read_table(upload.table)["b"].to_pylist()] == [5_000_000, 1]

    def test_formulas_are_just_text(self, upload: Upload) -> None:
        assert upload.rows(b'a,b\n1,"=HYPERLINK(""x"")"\n2,@SUM(1)\n') == [
            {"a": 1, "b": '=HYPERLINK("x")'},
            {"a": 2, "b": "@SUM(1)"},
        ]


class TestTypesOfText:
    def columns(self, upload: Upload, *cells: str, **options: object) -> tuple[str, list[object], list[str]]:
        """Type, values and notice codes of a column of ``cells`` beside a counter."""
        content = "n;v\n" + "".join(f"{i};{cell}\n" for i, cell in enumerate(cells))
        table = upload.read(content.encode(), **options)
        return table.columns[1].type, [row["v"] for row in read_preview(upload.table, len(cells))], codes(table)

    def test_the_usual_words_for_missing_are_missing(self, upload: Upload) -> None:
        kind, values, found = self.columns(upload, "1", "", "NA", "N/A", "null", "NULL", "NaN", "nan", "2")
        assert (kind, values) == ("integer", [1, *[None] * 7, 2])
        assert "placeholders_as_missing" not in found

    @pytest.mark.parametrize("text", [" ", "?", "-", "none", "#N/A", "inf"])
    def test_placeholders_among_numbers_are_missing_and_counted(self, upload: Upload, text: str) -> None:
        kind, values, found = self.columns(upload, "1.5", text, "2.5")
        assert (kind, values) == ("number", [1.5, None, 2.5])
        assert "placeholders_as_missing" in found

    def test_other_text_among_numbers_is_kept_and_told(self, upload: Upload) -> None:
        kind, values, found = self.columns(upload, *["1", "2", "3", "4", "5"] * 2, "sold out")
        assert (kind, values[-1]) == ("string", "sold out")
        assert "numbers_and_text" in found

    @pytest.mark.parametrize(
        ("late", "kind"),
        [("abc", "string"), ("1.5", "number"), ("007", "string"), ("1_000", "string"), ("0x1F", "string")],
    )
    def test_a_type_that_fails_late_is_widened_without_losing_a_value(
        self, upload: Upload, late: str, kind: str
    ) -> None:
        content = "n,v\n" + "".join(f"{i},{i}\n" for i in range(150_000)) + f"150000,{late}\n"
        table = upload.read(content.encode())
        values = pq.read_table(upload.table)["v"].to_pylist()
        assert (table.columns[1].type, len(values)) == (kind, 150_001)
        assert (str(values[0]), str(values[-1])) == ("0.0" if kind == "number" else "0", late)
        assert table.columns[1].n_missing == 0

    def test_a_column_that_starts_late_still_gets_its_type(self, upload: Upload) -> None:
        content = "n,v\n" + "".join(f"{i},\n" for i in range(5_000)) + "5000,7\n"
        assert upload.read(content.encode()).columns[1].type == "integer"

    @pytest.mark.parametrize(
        ("cells", "kind", "values"),
        [
            (("00123", "00456"), "string", ["00123", "00456"]),
            (("true", "FALSE", "True"), "boolean", [True, False, True]),
            (("+5", " 6 ", "-7"), "integer", [5, 6, -7]),
            (("1e3", ".5", "-2."), "number", [1000.0, 0.5, -2.0]),
            (("0", "1"), "integer", [0, 1]),
            (("yes", "no"), "string", ["yes", "no"]),
            (("2024-02-29", "2024-03-01"), "datetime", ["2024-02-29T00:00:00", "2024-03-01T00:00:00"]),
            (("2023-02-29", "2024-03-01"), "string", ["2023-02-29", "2024-03-01"]),
            (("2024-01-01 10:20", "2024-01-02T03:04:05"), "datetime", ["2024-01-01T10:20:00", "2024-01-02T03:04:05"]),
            (("2024-01-01T10:00:00+02:00",), "datetime", ["2024-01-01T08:00:00"]),
            (("2024-01-01 10:00:00.5Z",), "datetime", ["2024-01-01T10:00:00.500000"]),
            (("2024-01-01 10:00Z", "2024-01-01"), "datetime", ["2024-01-01T10:00:00", "2024-01-01T00:00:00"]),
            (("31/12/2024", "01/02/2024"), "datetime", ["2024-12-31T00:00:00", "2024-02-01T00:00:00"]),
            (("12/31/2024", "01/02/2024"), "datetime", ["2024-12-31T00:00:00", "2024-01-02T00:00:00"]),
            (("31.12.2024 08:15", "01.02.2024 09:00"), "datetime", ["2024-12-31T08:15:00", "2024-02-01T09:00:00"]),
            (("18446744073709551616", "1"), "number", [18446744073709551616.0, 1.0]),
            (("12345678901234567890123", "1"), "string", ["12345678901234567890123", "1"]),
            (("9223372036854775807", "1"), "integer", ["9223372036854775807", 1]),
        ],
    )  # fmt: skip
    def test_cells_decide_the_type(
        self, upload: Upload, cells: tuple[str, ...], kind: str, values: list[object]
    ) -> None:
        assert self.columns(upload, *cells)[:2] == (kind, values)

    def test_dates_that_fit_both_orders_are_told_and_can_be_ordered(self, upload: Upload) -> None:
        kind, values, found = self.columns(upload, "01/02/2024", "03/04/2024")
        assert (kind, values[0]) == ("datetime", "2024-01-02T00:00:00")
        assert "ambiguous_dates" in found
        _, values, found = self.columns(upload, "01/02/2024", "03/04/2024", day_first=True)
        assert values[0] == "2024-02-01T00:00:00"
        assert "ambiguous_dates" not in found

    def test_decimal_commas_are_found_beside_another_delimiter(self, upload: Upload) -> None:
        kind, values, found = self.columns(upload, "1,5", "-2,25", "3")
        assert (kind, values) == ("number", [1.5, -2.25, 3.0])
        assert "decimal_comma" in found

    def test_what_was_sniffed_repeats_the_reading(self, upload: Upload) -> None:
        content = "n;v\n1;2,5\n2;3,5\n".encode("utf-16")
        first = upload.read(content)
        again = upload.read(content, **first.options_used.model_dump())
        assert (again.columns, again.options_used) == (first.columns, first.options_used)


class TestParquet:
    def write(self, upload: Upload, table: pa.Table, **kwargs: object) -> bytes:
        pq.write_table(table, upload.source, **kwargs)
        return upload.source.read_bytes()

    def test_every_type_becomes_one_of_the_normal_form(self, upload: Upload) -> None:
        table = pa.table(
            {
                "small": pa.array([1, None], pa.int8()),
                "unsigned": pa.array([1, 2], pa.uint64()),
                "real": pa.array([0.5, float("nan")], pa.float32()),
                "infinite": pa.array([1.0, float("inf")]),
                "decimal": pa.array([Decimal("1.25"), None], pa.decimal128(10, 2)),
                "flag": [True, None],
                "day": pa.array([dt.date(2024, 1, 2), None]),
                "zoned": pa.array([dt.datetime(2024, 1, 1, 12), None], pa.timestamp("ns", tz="Europe/Paris")),
                "category": pa.array(["x", "y"]).dictionary_encode(),
                "list": [[1, 2], None],
                "struct": [{"k": "v"}, None],
                "bytes": pa.array([b"ab", None], pa.binary()),
                "nothing": pa.nulls(2),
            }
        )
        result = upload.read(self.write(upload, table), "t.parquet")
        assert {column.name: column.type.value for column in result.columns} == {
            "small": "integer", "unsigned": "number", "real": "number", "infinite": "number", "decimal": "number",
            "flag": "boolean", "day": "datetime", "zoned": "datetime", "category": "string", "list": "string",
            "struct": "string", "bytes": "string", "nothing": "string",
        }  # fmt: skip
        assert read_preview(upload.table, 1)[0] == {
            "small": 1, "unsigned": 1.0, "real": 0.5, "infinite": 1.0, "decimal": 1.25, "flag": True,
            "day": "2024-01-02T00:00:00", "zoned": "2024-01-01T12:00:00", "category": "x", "list": "[1,2]",
            "struct": '{"k":"v"}', "bytes": "ab", "nothing": None,
        }  # fmt: skip
        assert {"nested_as_json", "binary_as_text", "infinite_as_missing", "large_integers"} <= set(codes(result))

    def test_a_truncated_file_is_refused(self, upload: Upload) -> None:
        content = self.write(upload, pa.table({"a": list(range(1_000))}))
        assert "has no end" in upload.refusal(content[: len(content) // 2], "t.parquet")

    def test_a_file_with_a_broken_middle_is_refused(self, upload: Upload) -> None:
        content = bytearray(self.write(upload, pa.table({"a": [f"text {i}" for i in range(5_000)]})))
        content[200:4_000] = os.urandom(3_800)
        assert "damaged" in upload.refusal(bytes(content), "t.parquet")

    def test_no_rows_are_refused(self, upload: Upload) -> None:
        assert "no rows" in upload.refusal(self.write(upload, pa.table({"a": pa.array([], pa.int64())})), "t.parquet")

    def test_no_columns_are_refused(self, upload: Upload) -> None:
        assert "no columns" in upload.refusal(self.write(upload, pa.table({})), "t.parquet")

    def test_duplicate_names_become_unique(self, upload: Upload) -> None:
        table = pa.Table.from_arrays([pa.array([1]), pa.array(["x"]), pa.array([2.5])], names=["a", "a", "A"])
        result = upload.read(self.write(upload, table), "t.parquet")
        assert read_preview(upload.table, 1) == [{"a": 1, "a_2": "x", "A_3": 2.5}]
        assert "duplicate_names" in codes(result)


def test_extensions_belong_to_one_format_each() -> None:
    extensions = [extension for spec in TABLE_FORMATS.values() for extension in spec.extensions]
    assert len(extensions) == len(set(extensions))
    assert all(extension.startswith(".") and extension == extension.lower() for extension in extensions)
