"""Word, PowerPoint and Excel: what is read and left out, and files that are made to do harm."""

import datetime as dt
import io
import zipfile

import pytest

from core.documents.errors import DamagedDocument, NothingToRead, UnsafeDocument
from tests.papers import Desk, make_bomb, make_docx, make_pptx, paragraph, shape, shown, slide_table, word_table
from tests.workbooks import make_xlsx, make_zip


def kinds(desk: Desk, body: str, **kwargs: object) -> list[tuple[str, str]]:
    return shown(desk.read(make_docx(body, **kwargs), "a.docx"))  # type: ignore[arg-type]  # keywords of make_docx


# --- Word -------------------------------------------------------------------------------------------------------------


def test_styles_make_headings_whatever_they_are_called_in_the_language_of_the_program(desk: Desk) -> None:
    body = paragraph("A", "Titel") + paragraph("B", "Kop1") + paragraph("C", "Kop2") + paragraph("D", "Eigen")
    body += '<w:p><w:pPr><w:outlineLvl w:val="3"/></w:pPr><w:r><w:t>E</w:t></w:r></w:p>' + paragraph("F", "Unknown")
    assert kinds(desk, body) == [
        ("heading1", "A"),
        ("heading1", "B"),
        ("heading2", "C"),
        ("heading2", "D"),
        ("heading4", "E"),
        ("paragraph", "F"),
    ]


def test_what_was_deleted_and_fields_are_left_out_what_was_inserted_is_read(desk: Desk) -> None:
    runs = "<w:r><w:t xml:space='preserve'>We </w:t></w:r><w:del><w:r><w:delText>do not </w:delText></w:r></w:del>"
    runs += "<w:ins><w:r><w:t xml:space='preserve'>surely </w:t></w:r></w:ins>"
    runs += "<w:hyperlink><w:r><w:t>agree</w:t></w:r></w:hyperlink><w:r><w:instrText>PAGE</w:instrText></w:r>"
    runs += "<w:r><w:noBreakHyphen/><w:t>now</w:t><w:br/><w:t>and then</w:t></w:r>"
    assert kinds(desk, f"<w:p>{runs}</w:p>") == [("paragraph", "We surely agree-now\nand then")]


def test_a_text_box_is_read_once_behind_its_paragraph(desk: Desk) -> None:
    space = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    box = f"<w:txbxContent>{paragraph('In the box')}</w:txbxContent>"
    both = f"<mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>"
    both = f"<mc:AlternateContent {space}>{both}</mc:AlternateContent>"
    assert kinds(desk, f"<w:p><w:r><w:t>Before</w:t>{both}</w:r></w:p>") == [
        ("paragraph", "Before"),
        ("paragraph", "In the box"),
    ]


def test_cells_that_span_columns_keep_the_others_in_place(desk: Desk) -> None:
    wide = f'<w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr>{paragraph("wide")}</w:tc>'
    late = f'<w:tr><w:trPr><w:gridBefore w:val="1"/></w:trPr><w:tc>{paragraph("late")}</w:tc></w:tr>'
    table = word_table([["a", "b", "c"]]).replace(
        "</w:tbl>", f"<w:tr>{wide}<w:tc>{paragraph('c2')}</w:tc></w:tr>{late}</w:tbl>"
    )
    assert kinds(desk, table) == [("table", "a | b | c\nwide |  | c2\n | late")]


def test_a_frame_around_text_is_no_table(desk: Desk) -> None:
    assert kinds(desk, word_table([["Only this"]])) == [("paragraph", "Only this")]


def test_captions_and_footnotes_are_read_headers_are_not(desk: Desk) -> None:
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    notes = f'<w:footnotes {space}><w:footnote w:type="separator">{paragraph("--")}</w:footnote>'
    notes += f"<w:footnote>{paragraph('See there.')}</w:footnote></w:footnotes>"
    relation = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    relation += '<Relationship Id="r1" Type="x/footnotes" Target="footnotes.xml"/>'
    relation += '<Relationship Id="r2" Type="x/header" Target="header1.xml"/></Relationships>'
    extra = {
        "word/footnotes.xml": notes,
        "word/header1.xml": f"<w:hdr {space}>{paragraph('Secret')}</w:hdr>",
        "word/_rels/document.xml.rels": relation,
    }
    assert kinds(desk, paragraph("Figure 1", "Onder") + paragraph("Text."), extra=extra) == [
        ("caption", "Figure 1"),
        ("paragraph", "Text."),
        ("paragraph", "See there."),
    ]


def test_pages_are_counted_where_word_noted_them(desk: Desk) -> None:
    broken = "<w:p><w:r><w:t>One</w:t></w:r></w:p><w:p><w:r><w:lastRenderedPageBreak/><w:t>Two</w:t></w:r></w:p>"
    parsed = desk.read(make_docx(broken + paragraph("Still two")), "a.docx")
    assert ([block.page for block in parsed.blocks], parsed.n_pages) == ([1, 2, 2], 2)
    assert desk.read(make_docx(paragraph("One")), "a.docx").n_pages is None


LAUGHS = (
    '<!DOCTYPE w [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("abcdefghi", "bcdefghij", strict=True))
    + "]>"
)


@pytest.mark.parametrize(
    "before",
    [LAUGHS, '<!DOCTYPE w [<!ENTITY j SYSTEM "file:///etc/passwd">]>', "<!DOCTYPE w SYSTEM 'http://localhost/x'>"],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused_before_anything_is_parsed(desk: Desk, before: str, encoding: str) -> None:
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    main = f"{before}<w:document {space}><w:body><w:p><w:r><w:t>&j;</w:t></w:r></w:p></w:body></w:document>"
    with pytest.raises(UnsafeDocument, match="declares entities"):
        desk.read(make_zip({"word/document.xml": main.encode(encoding)}), "a.docx")


def test_a_part_that_grows_without_end_is_refused_in_time(desk: Desk) -> None:
    with pytest.raises(UnsafeDocument, match="100 times its size"):
        desk.read(make_bomb(60_000_000), "a.docx")


def test_marks_nested_without_end_are_refused(desk: Desk) -> None:
    with pytest.raises(DamagedDocument):
        desk.read(make_docx("<w:sdt>" * 5_000 + "</w:sdt>" * 5_000), "a.docx")
    with pytest.raises((DamagedDocument, NothingToRead)):
        desk.read(make_docx("<w:sdt>" * 240 + "</w:sdt>" * 240), "a.docx")


def test_a_document_without_a_word_holds_nothing_to_read(desk: Desk) -> None:
    with pytest.raises(NothingToRead, match="only pictures"):
        desk.read(make_docx(paragraph(" ") + "<w:p><w:r><w:drawing/></w:r></w:p>"), "a.docx")


def test_a_missing_main_part_is_a_damaged_document(desk: Desk) -> None:
    with pytest.raises(DamagedDocument, match="its main part is missing"):
        desk.read(make_zip({"[Content_Types].xml": "<Types/>"}), "a.docx")


# --- PowerPoint -------------------------------------------------------------------------------------------------------


def test_slides_come_in_the_order_in_which_they_are_shown(desk: Desk) -> None:
    parsed = desk.read(make_pptx([shape([name], "title") for name in ("One", "Two", "Three")]), "a.pptx")
    assert [(block.page, text) for block, (_, text) in zip(parsed.blocks, shown(parsed), strict=True)] == [
        (1, "One"),
        (2, "Two"),
        (3, "Three"),
    ]


def test_footers_and_numbers_are_left_out_groups_and_old_forms_are_read_once(desk: Desk) -> None:
    group = f"<p:grpSp><p:grpSp>{shape(['deep'])}</p:grpSp></p:grpSp>"
    body = shape(["ACME"], "ftr") + shape(["3"], "sldNum") + group + slide_table([["x", "y"], ["1", "2"]])
    assert shown(desk.read(make_pptx([body]), "a.pptx")) == [("paragraph", "deep"), ("table", "x | y\n1 | 2")]


def test_a_presentation_of_pictures_holds_nothing_to_read(desk: Desk) -> None:
    with pytest.raises(NothingToRead, match="pictures alone"):
        desk.read(make_pptx(["<p:pic/>", shape(["4"], "sldNum")]), "a.pptx")


def test_a_slide_that_is_missing_is_damage(desk: Desk) -> None:
    whole = zipfile.ZipFile(io.BytesIO(make_pptx([shape(["One"]), shape(["Two"])])))
    parts: dict[str, str | bytes] = {
        name: whole.read(name) for name in whole.namelist() if not name.endswith("slide2.xml")
    }
    with pytest.raises(DamagedDocument, match=r"slide2\.xml"):
        desk.read(make_zip(parts), "a.pptx")


def test_a_chart_is_read_as_the_table_of_its_numbers(desk: Desk) -> None:
    def points(name: str, *values: str) -> str:
        inner = "".join(f'<c:pt idx="{place}"><c:v>{value}</c:v></c:pt>' for place, value in enumerate(values))
        return f"<c:{name}><c:numRef><c:numCache>{inner}</c:numCache></c:numRef></c:{name}>"

    series = f"<c:ser>{points('tx', 'Sales')}{points('cat', 'May', 'June')}{points('val', '4.3', '2')}</c:ser>"
    series += f"<c:ser>{points('tx', 'Costs')}{points('val', '1')}</c:ser>"
    drawing = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    chart = (
        f'<c:chartSpace xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" {drawing}><c:chart><c:title>'
    )
    chart += f"<a:p><a:r><a:t>By month</a:t></a:r></a:p></c:title>{series}</c:chart></c:chartSpace>"
    relation = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    relation += '<Relationship Id="r1" Type="x/chart" Target="charts/chart1.xml"/></Relationships>'
    extra = {"word/_rels/document.xml.rels": relation, "word/charts/chart1.xml": chart}
    assert kinds(desk, paragraph("Text."), extra=extra)[1:] == [
        ("caption", "By month"),
        ("table", " | Sales | Costs\nMay | 4.3 | 1\nJune | 2 |"),
    ]


# --- Excel ------------------------------------------------------------------------------------------------------------


def test_titles_above_a_table_numbers_dates_and_gaps_are_read_as_they_are_shown(desk: Desk) -> None:
    rows: list[list[object]] = [
        ["Sales of the year", None, None],
        [None, None, None],
        ["Day", "Name", "Sum"],
        [dt.date(2024, 5, 1), "Ada\nL.", 1.25],
    ]
    rows.append([None, None, 1234567.5])
    parsed = desk.read(make_xlsx({"Sales": rows, "Empty": []}), "a.xlsx")
    assert shown(parsed) == [
        ("heading1", "Sales"),
        ("paragraph", "Sales of the year"),
        ("table", "Day | Name | Sum\n2024-05-01 | Ada L. | 1.25\n |  | 1234567.5"),
    ]
    assert (parsed.n_pages, parsed.page_name) == (2, "sheet")


def test_a_workbook_of_empty_sheets_holds_nothing_to_read(desk: Desk) -> None:
    with pytest.raises(NothingToRead, match="its sheets are empty"):
        desk.read(make_xlsx({"A": [], "B": []}), "a.xlsx")
