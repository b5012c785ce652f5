"""Workbooks: every kind of file, every kind of cell, tables that do not start at the top, and what is refused."""

import datetime as dt
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from core.errors import UnreadableFile
from core.tables.spec import ImportOptions
from core.tables.workbooks.layout import lay_out
from core.tables.workbooks.trimming import TooLargeToLook, trim_workbook
from tests.unit.core.tables.reading import Reading, codes
from tests.workbooks import encrypted, make_ods, make_ole2, make_xls, make_xlsb, make_xlsx, make_zip

HEADER = ["id", "name", "score"]
ROWS = [HEADER, [1, "ada", 1.5], [2, None, -2.0]]
READ = [{"id": 1, "name": "ada", "score": 1.5}, {"id": 2, "name": None, "score": -2.0}]


@pytest.mark.parametrize(
    ("file_name", "content"),
    [
        ("t.xlsx", make_xlsx({"Data": ROWS})),
        ("t.xls", make_xls()),
        ("t.xlsb", make_xlsb(ROWS)),
        ("t.ods", make_ods(ROWS)),
    ],
)
def test_every_kind_of_workbook_is_read(reading: Reading, file_name: str, content: bytes) -> None:
    table = reading.read(content, file_name)
    assert table.format == "excel"
    assert table.options_used == ImportOptions(sheet="Data", first_row=1, has_header=True)
    assert [column.type for column in table.columns] == ["integer", "string", "number"]
    assert reading.rows(content, file_name) == READ
    assert reading.rows(content, "t.csv") == READ


def test_cells_keep_their_kind(reading: Reading) -> None:
    moments = [dt.datetime(2024, 2, 29, 10, 30), dt.datetime(2024, 3, 1)]
    content = make_xlsx(
        {
            "S": [
                ["day", "moment", "clock", "span", "flag", "whole", "real", "large"],
                [dt.date(2024, 1, 2), moments[0], dt.time(9, 5), dt.timedelta(hours=30), True, 1, 0.5, 2**60],
                [dt.date(2024, 1, 3), moments[1], dt.time(17, 0), dt.timedelta(hours=1), None, 2, 1.25, 1],
            ]
        }
    )
    assert reading.types(content, "t.xlsx") == {
        "day": "datetime", "moment": "datetime", "clock": "string", "span": "integer", "flag": "boolean",
        "whole": "integer", "real": "number", "large": "number",
    }  # fmt: skip
    assert reading.rows(content, "t.xlsx")[0] == {
        "day": "2024-01-02T00:00:00", "moment": "2024-02-29T10:30:00", "clock": "09:05:00", "span": 108_000,
        "flag": True, "whole": 1, "real": 0.5, "large": float(2**60),
    }  # fmt: skip


def test_mixed_columns_become_text_and_keep_every_digit(reading: Reading) -> None:
    third = 1 / 3
    content = make_xlsx({"S": [["n", "mixed"], [1, third], [2, "none of it"], [3, 7]]})
    # openpyxl writes sixteen significant digits.
    assert [row["mixed"] for row in reading.rows(content, "t.xlsx")] == [f"{third:.16g}", "none of it", "7"]


def test_numbers_among_placeholders_stay_numbers(reading: Reading) -> None:
    content = make_xlsx({"S": [["n", "v"], [1, 1 / 7], [2, "?"], [3, 2.5]]})
    table = reading.read(content, "t.xlsx")
    assert (table.columns[1].type, table.columns[1].n_missing) == ("number", 1)
    assert reading.rows(content, "t.xlsx")[0]["v"] == pytest.approx(1 / 7, rel=1e-15)  # sixteen digits are written


def test_dates_and_numbers_that_were_typed_as_text_find_their_type(reading: Reading) -> None:
    content = make_xlsx({"S": [["when", "n", "code"], ["31.12.2024", "1.5", "007"], ["01.02.2025", "2", "012"]]})
    assert reading.types(content, "t.xlsx") == {"when": "datetime", "n": "number", "code": "string"}


def test_error_cells_are_missing_and_formulas_count_for_their_values(reading: Reading) -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["n", "sum", "text"])
        for row in (1, 2, 3):
            sheet.write_number(row, 0, row)
            sheet.write_formula(row, 1, f"=A{row + 1}*2", None, "#DIV/0!" if row == 2 else row * 2)
            sheet.write_formula(row, 2, '="a"', None, "a")
    assert reading.rows(out.getvalue(), "t.xlsx") == [
        {"n": 1, "sum": 2, "text": "a"},
        {"n": 2, "sum": None, "text": "a"},
        {"n": 3, "sum": 6, "text": "a"},
    ]


def test_titles_above_the_table_are_left_out_and_told(reading: Reading) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in [["Sales of the year"], ["made up"], HEADER, [1, "ada", 1.5], [None, " "], [2, "  ", -2.0]]:
        sheet.append(row)
    sheet.merge_cells("A1:C1")
    out = io.BytesIO()
    book.save(out)
    table = reading.read(out.getvalue(), "t.xlsx")
    assert table.options_used.first_row == 3
    assert "rows_above" in codes(table)
    assert reading.rows(out.getvalue(), "t.xlsx") == READ


def test_a_table_in_the_middle_of_a_sheet_loses_the_empty_columns_around_it(reading: Reading) -> None:
    content = make_xlsx({"S": [[], [None, None, "a", None, "b"], [None, None, 1, None, "x"]]})
    assert reading.rows(content, "t.xlsx") == [{"a": 1, "b": "x"}]


def test_a_person_may_say_where_the_table_starts_and_whether_it_has_names(reading: Reading) -> None:
    content = make_xlsx({"S": [["x", "y"], [1, 2], [3, 4]]})
    assert reading.rows(content, "t.xlsx", first_row=2, has_header=False) == [
        {"column_1": 1, "column_2": 2},
        {"column_1": 3, "column_2": 4},
    ]
    assert len(reading.rows(content, "t.xlsx", has_header=False)) == 3
    assert "no row 9" in reading.refusal(content, "t.xlsx", first_row=9)


@pytest.mark.parametrize(
    ("rows", "has_header"),
    [
        ([["a", "b"], ["1", "2"]], True),
        ([["a", "b"], ["c", "d"]], True),
        ([["land", "2019", "2020"], ["fr", "1.5", "2"]], True),
        ([["1", "2"], ["3", "4"]], False),
        ([["ada", "5"], ["bob", "6"]], False),
        ([["2024-01-01", "x"], ["2024-01-02", "y"]], False),
        ([["a", "b"]], True),
    ],
)
def test_a_header_is_told_from_data(rows: list[list[str | None]], has_header: bool) -> None:
    assert lay_out(rows, first_row=None, has_header=None).has_header is has_header


def test_a_sheet_can_be_chosen_and_the_first_filled_one_is_taken_otherwise(reading: Reading) -> None:
    content = make_xlsx({"Empty": [], "One": [["a"], [1]], "Two": [["b"], [2]]})
    table = reading.read(content, "t.xlsx")
    assert table.options_used.sheet == "One"
    assert "other_sheets" in codes(table)
    assert reading.rows(content, "t.xlsx", sheet="Two") == [{"b": 2}]
    assert "It has Empty, One, Two." in reading.refusal(content, "t.xlsx", sheet="Three")
    assert "holds no rows" in reading.refusal(content, "t.xlsx", sheet="Empty")


def test_a_header_alone_is_refused(reading: Reading) -> None:
    assert "a header but no rows" in reading.refusal(make_xlsx({"S": [HEADER]}), "t.xlsx")


def test_duplicate_and_empty_names_become_unique(reading: Reading) -> None:
    content = make_xlsx({"S": [["a", "a", None], [1, 2, 3]]})
    assert reading.rows(content, "t.xlsx") == [{"a": 1, "a_2": 2, "column_3": 3}]


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (make_ole2("EncryptedPackage"), "protected with a password"),
        (encrypted(make_xlsx({"S": [["a"], [1]]})), "protected with a password"),
        (make_ole2("Workbook"), "damaged"),
        (make_zip({"xl/workbook.xml": "<workbook", "[Content_Types].xml": "<Types/>"}), "damaged"),
        (make_zip({"xl/workbook.bin": b"\x83\x01" + bytes(50)}), "damaged"),
        (b"PK\x03\x04" + bytes(100), "damaged"),
    ],
)
def test_what_cannot_be_opened_is_refused_by_name(reading: Reading, content: bytes, what: str) -> None:
    assert what in reading.refusal(content, "t.xlsx")


def test_a_workbook_that_unpacks_beyond_the_limit_is_refused(reading: Reading) -> None:
    content = make_xlsx({"S": [["a"], *([i] for i in range(3_000))]})
    assert "unpacks to more than 0 MB" in reading.refusal(content, "t.xlsx", unpacked_bytes=50_000)


def test_a_bomb_in_a_workbook_is_refused_before_it_is_opened(reading: Reading) -> None:
    content = make_zip({"xl/workbook.xml": "<workbook/>", "xl/worksheets/sheet1.xml": bytes(120_000_000)})
    assert "a hundred times its size" in reading.refusal(content, "t.xlsx", unpacked_bytes=1_000_000_000)


def make_long(n_rows: int, *, n_texts: int) -> bytes:
    """A workbook with shared texts, as Excel writes it."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        for name in ("First", "Second"):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["n", "text"])
            for row in range(1, n_rows + 1):
                sheet.write_row(row, 0, [row, f"{name} {row % n_texts}"])
    return out.getvalue()


def test_the_beginning_of_a_workbook_holds_the_first_rows_of_every_sheet(reading: Reading, tmp_path: Path) -> None:
    source, short = tmp_path / "source", tmp_path / "short"
    source.write_bytes(make_long(20_000, n_texts=5_000))
    assert trim_workbook(source, short, ImportOptions()) is False
    assert short.stat().st_size < source.stat().st_size / 2
    for sheet in ("First", "Second"):
        rows = reading.rows(short.read_bytes(), "t.xlsx", sheet=sheet)
        assert rows == [{"n": n, "text": f"{sheet} {n}"} for n in range(1, 300)]


def test_a_kind_of_workbook_that_cannot_be_cut_says_so_when_it_is_large(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(make_zip({"xl/workbook.bin": bytes(9_000_000)}, compression=zipfile.ZIP_STORED))
    with pytest.raises(TooLargeToLook) as caught:
        trim_workbook(source, tmp_path / "short", ImportOptions())
    assert isinstance(caught.value, UnreadableFile)


def with_part(content: bytes, name: str, change: tuple[str, str]) -> bytes:
    """The workbook with one of its parts changed."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {each: archive.read(each).decode() for each in archive.namelist()}
    assert change[0] in parts[name]
    return make_zip({**parts, name: parts[name].replace(*change)})


@pytest.mark.parametrize("far", ["XFD1048576", "ZZZ99999999"])
def test_a_filled_cell_far_outside_the_table_is_refused_by_name(reading: Reading, far: str) -> None:
    row = f'<row r="{far.lstrip("DFXZ")}"><c r="{far}"><v>1</v></c></row></sheetData>'
    content = with_part(make_xlsx({"S": ROWS}), "xl/worksheets/sheet1.xml", ("</sheetData>", row))
    assert f"reaches as far as {far}" in reading.refusal(content, "t.xlsx")


def test_empty_cells_far_outside_the_table_do_no_harm(reading: Reading) -> None:
    row = '<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>'
    content = with_part(make_xlsx({"S": ROWS}), "xl/worksheets/sheet1.xml", ("</sheetData>", row))
    assert reading.rows(content, "t.xlsx") == READ


def test_a_false_number_of_texts_is_refused(reading: Reading) -> None:
    content = with_part(make_long(3, n_texts=2), "xl/sharedStrings.xml", ('uniqueCount="', 'uniqueCount="4000000'))
    assert "texts are said to be 40,000,006" in reading.refusal(content, "t.xlsx")
