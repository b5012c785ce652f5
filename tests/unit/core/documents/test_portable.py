"""PDF: order, headings, paragraphs over pages, edges of pages, columns, tables, other scripts, broken files."""

import pytest

from core.documents.errors import DamagedDocument, NeedsOcr, NothingToRead
from core.documents.portable.layout import undivided
from tests.papers import Desk, Words, lines, make_pdf, shown

LONG = "These lines are long enough to reach the right edge of the column"


def test_larger_and_bold_lines_are_headings_by_size(desk: Desk) -> None:
    body = lines([f"{LONG} one.", f"{LONG} two."], top=500)
    page = [
        Words("A title", y=700, size=24),
        Words("First part", y=640, size=16, bold=True),
        Words("A bold line", y=560, bold=True),
        *body,
    ]
    parsed = desk.read(make_pdf([page]), "a.pdf")
    assert [kind for kind, _ in shown(parsed)] == ["heading1", "heading2", "heading3", "paragraph"]
    assert parsed.title == "A title"


def test_lines_of_a_paragraph_are_joined_and_divided_words_put_together(desk: Desk) -> None:
    page = lines(
        [f"{LONG} in", f"{LONG} infor-", "mation is kept, and a well-", "known word too. It may be known well."]
    )
    (paragraph,) = shown(desk.read(make_pdf([page]), "a.pdf"))
    assert paragraph == (
        "paragraph",
        f"{LONG} in {LONG} information is kept, and a well-known word too. It may be known well.",
    )


def test_a_hyphen_stays_where_both_parts_are_words_and_the_whole_is_none() -> None:
    words = frozenset({"multi", "agent", "over", "view", "overview"})
    assert undivided("multi", "agent", words) == "multi-agent"
    assert undivided("over", "view", words) == "overview"
    assert undivided("North", "South", words) == "North-South"


def test_short_lines_are_kept_apart(desk: Desk) -> None:
    page = lines([f"{LONG} and on.", "Name: Ada", "City: Paris", f"{LONG} again."])
    assert "Name: Ada\nCity: Paris\n" in desk.read(make_pdf([page]), "a.pdf").text


def test_what_repeats_at_the_edges_of_pages_is_read_once_and_page_numbers_never(desk: Desk) -> None:
    pages = [
        [Words("Annual report", y=760), *lines([f"{LONG} {letter}."]), Words(f"Page {number} of 4", x=280, y=30)]
        for number, letter in enumerate("abcd", start=1)
    ]
    parsed = desk.read(make_pdf(pages), "a.pdf")
    assert [text for _, text in shown(parsed)] == ["Annual report", *(f"{LONG} {letter}." for letter in "abcd")]
    assert [block.page for block in parsed.blocks] == [1, 1, 2, 3, 4]


def test_a_sentence_goes_on_over_the_page_and_each_part_keeps_its_page(desk: Desk) -> None:
    parsed = desk.read(make_pdf([lines([f"{LONG} and"]), lines(["goes on here. The end."])]), "a.pdf")
    assert parsed.text == f"{LONG} and goes on here. The end."
    assert [block.page for block in parsed.blocks] == [1, 2]


def test_columns_are_read_one_after_the_other(desk: Desk) -> None:
    left = [f"left column, line number {number} of a longer text" for number in range(8)]
    right = [f"right column, line number {number} of another text" for number in range(8)]
    by_rows = [
        words
        for row in range(8)
        for words in (Words(left[row], y=700 - 13 * row), Words(right[row], x=330, y=700 - 13 * row))
    ]
    for page in (by_rows, [*lines(left), *lines(right, x=330)]):
        text = " ".join(desk.read(make_pdf([page]), "a.pdf").text.split())
        assert text == " ".join([*left, *right])


def test_cells_that_stand_below_each_other_are_a_table(desk: Desk) -> None:
    rows = [("Tree", "Height", "Age"), ("Oak", "", "300"), ("Pine", "40 m", "")]
    cells = [
        Words(cell, x=72 + 120 * column, y=600 - 15 * row)
        for row, texts in enumerate(rows)
        for column, cell in enumerate(texts)
        if cell
    ]
    page = [*lines([f"{LONG}."]), *cells]
    _, table = shown(desk.read(make_pdf([page]), "a.pdf"))
    assert table == ("table", "Tree | Height | Age\nOak |  | 300\nPine | 40 m |")


@pytest.mark.parametrize("text", ["漢字かな交じり文", "한국어문장", "Ελληνικά", "Привет", "e\u0301tude", "𝐀𝐁👩"])
def test_other_scripts_keep_their_letters(desk: Desk, text: str) -> None:
    import unicodedata

    codes = dict(enumerate(text, start=ord("a")))
    content = make_pdf([[Words("".join(map(chr, codes)))]], unicode_map=codes)
    assert desk.read(content, "a.pdf").text == unicodedata.normalize("NFC", text)


def test_letters_from_right_to_left_come_in_the_order_of_reading(desk: Desk) -> None:
    word = "שלום"
    codes = dict(enumerate(word, start=ord("a")))
    drawn = "".join(chr(code) for code in reversed(codes))  # from left to right on paper: the last letter first
    assert desk.read(make_pdf([[Words(drawn)]], unicode_map=codes), "a.pdf").text == word


def test_placeholders_and_file_names_are_no_titles(desk: Desk) -> None:
    for title in ("untitled", "(anonymous)", "report_v2.docx"):
        assert desk.read(make_pdf([lines(["Text."])], title=title), "a.pdf").title == ""
    assert desk.read(make_pdf([lines(["Text."])], title="Über Bäume"), "a.pdf").title == "Über Bäume"


def test_blank_pages_hold_nothing_to_read(desk: Desk) -> None:
    with pytest.raises(NothingToRead, match="its pages are blank"):
        desk.read(make_pdf([[], []]), "a.pdf")


def test_without_tesseract_scans_alone_are_refused_and_scans_among_pages_are_told(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(desk.folder))
    scan = bytes(10_000)
    with pytest.raises(NeedsOcr, match="2 pages are pictures") as refusal:
        desk.read(make_pdf([scan, scan]), "a.pdf")
    assert "Tesseract" in refusal.value.hint
    parsed = desk.read(make_pdf([lines([f"{LONG}."]), scan, scan, scan, lines(["The end."])]), "a.pdf")
    assert [notice.code for notice in parsed.notices] == ["unread_scans"]
    assert parsed.notices[0].text.startswith("Pages 2–4: scanned and left out")
    assert [block.page for block in parsed.blocks] == [1, 5]


def test_a_file_without_its_end_is_refused_even_if_pages_are_there(desk: Desk) -> None:
    content = make_pdf([lines(["One."]), lines(["Two."])])
    with pytest.raises(DamagedDocument, match="its end is missing"):
        desk.read(content[: content.index(b"xref")], "a.pdf")


def test_a_page_that_is_broken_is_told_and_the_others_are_read(desk: Desk) -> None:
    content = make_pdf([lines(["One."]), lines(["Two."]), lines(["Three."])])
    kids = content.index(b"/Kids [") + 7
    second = content[kids:].split(b" 0 R ")[1]
    broken = content.replace(b"\n" + second + b" 0 obj\n<< /Type /Page ", b"\n" + second + b" 0 obj\n<< /Type /Pagu ")
    parsed = desk.read(broken, "a.pdf")
    assert [text for _, text in shown(parsed)] in (["One.", "Three."], ["One.", "Two.", "Three."])
    assert len(parsed.notices) == 3 - len(parsed.blocks)


def test_progress_is_told_at_every_page_of_a_long_document(desk: Desk) -> None:
    pages = [[Words("Yearbook", y=760), *lines([f"{LONG} {number}."])] for number in range(150)]
    parsed = desk.read(make_pdf(pages), "a.pdf")
    assert [fraction for fraction, _ in desk.told] == [number / 150 for number in range(1, 151)]
    assert parsed.n_pages == 150
    assert parsed.text.count("Yearbook") == 1
    assert [block.page for block in parsed.blocks[1:]] == list(range(1, 151))
