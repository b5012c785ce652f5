"""Markdown, web pages and plain text: what becomes a heading, a list, code or a table, and what is left out."""

import time

import pytest

from core.documents.errors import DamagedDocument, DocumentTooLarge, NothingToRead
from core.documents.markup.inline import plain_inline
from core.documents.parsing import parse_document
from tests.papers import Desk, shown

# --- Markdown ---------------------------------------------------------------------------------------------------------


def markdown(desk: Desk, text: str) -> list[tuple[str, str]]:
    return shown(desk.read(text, "a.md"))


def test_headings_of_both_kinds_rules_and_hard_breaks(desk: Desk) -> None:
    text = "Top\n===\nSub *one*\n---\n### Third ###\n#no heading\nline  \nbreak\\\nlast\n\n---\n***\nEnd"
    assert markdown(desk, text) == [
        ("heading1", "Top"),
        ("heading2", "Sub one"),
        ("heading3", "Third"),
        ("paragraph", "#no heading line\nbreak\nlast"),
        ("paragraph", "End"),
    ]


def test_code_keeps_its_lines_and_is_no_markup(desk: Desk) -> None:
    text = "```python\n# no heading\n| a | b |\n  x = *y*\n```\n\n    indented\n    code\n\n~~~\nopen to the end"
    assert markdown(desk, text) == [
        ("code", "# no heading\n| a | b |\n  x = *y*"),
        ("code", "indented\ncode"),
        ("code", "open to the end"),
    ]


def test_lists_keep_their_markers_and_what_belongs_to_an_item(desk: Desk) -> None:
    text = "1. one\n   goes on\n2) two\n   - inner\n     more\n* [x] done\n\n  a paragraph in it\n\nNot in it"
    assert markdown(desk, text) == [
        ("list_item", "1. one goes on"),
        ("list_item", "2) two"),
        ("list_item", "- inner more"),
        ("list_item", "- done"),
        ("paragraph", "a paragraph in it"),
        ("paragraph", "Not in it"),
    ]


def test_tables_quotes_comments_and_definitions(desk: Desk) -> None:
    text = "> quoted\n> lines\n\n<!-- hidden\nstill -->\n[x]: http://a.b\n"
    text += "| A | B\\|C |\n|---|:-:|\n| `1` | **2** |\n| 3 |\nafter"
    assert markdown(desk, text) == [
        ("paragraph", "quoted lines"),
        ("table", "A | B|C\n1 | 2\n3"),
        ("paragraph", "after"),
    ]


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("a **bold** and _soft_ ***both*** ~~old~~", "a bold and soft both old"),
        ("snake_case_name and 2 * 3 * 4 and __init__", "snake_case_name and 2 * 3 * 4 and init"),
        ("![a picture](x.png) [text](<a b> 'title') [ref][x] <https://a.b/c_d>", "a picture text ref https://a.b/c_d"),
        ("`a <b> *c*` ``x ` y``", "a <b> *c* x ` y"),
        (r"\*kept\* &lt;tag&gt; a<br>b <span class='x'>c</span>", "*kept* <tag> a b c"),
        ("one[^1] <!-- gone --> two `<!-- kept -->`", "one  two <!-- kept -->"),
    ],
)
def test_marks_within_lines_go_and_words_stay(text: str, plain: str) -> None:
    assert " ".join(plain_inline(text).split()) == " ".join(plain.split())


@pytest.mark.parametrize(
    "text", ["*", "_", "`", "[", "![", "<", "**a", "[a](", "`a ", "~~", "<!--", "\\", "[[", "a*b_"]
)
def test_marks_without_end_cost_no_time(text: str) -> None:
    begun = time.process_time()
    plain_inline(text * 5_000)
    assert time.process_time() - begun < 5


def test_a_title_in_front_is_the_title(desk: Desk) -> None:
    assert desk.read('---\nlayout: x\ntitle: "On trees"\n---\n# Head\ntext', "a.md").title == "On trees"
    assert desk.read("# Head\ntext", "a.md").title == "Head"
    assert desk.read("---\nnot closed", "a.md").text == "not closed"


# --- web pages --------------------------------------------------------------------------------------------------------


def web(desk: Desk, body: str) -> list[tuple[str, str]]:
    return shown(desk.read(f"<!doctype html><html><body>{body}</body></html>", "a.html"))


def test_what_nobody_sees_is_left_out(desk: Desk) -> None:
    body = (
        "<nav>Menu</nav><script>x()</script><style>b{}</style><p hidden>a</p><p style='display: none'>b</p>"
        "<div aria-hidden=true>c</div><p style='font-size:0'>d</p><noscript>e</noscript><svg><text>f</text></svg>"
        "<template>g</template><!-- h --><p>Seen</p><select><option>i</select>"
    )
    assert web(desk, body) == [("paragraph", "Seen")]


def test_lists_code_captions_and_breaks(desk: Desk) -> None:
    body = "<ol><li>one<ul><li>in</ul><li><p>two</p></ol><pre>a\n  b</pre>"
    body += "<figure><figcaption>Fig.</figcaption></figure>a<br>b"
    assert web(desk, body) == [
        ("list_item", "1. one"),
        ("list_item", "- in"),
        ("list_item", "2. two"),
        ("code", "a\n  b"),
        ("caption", "Fig."),
        ("paragraph", "a\nb"),
    ]


def test_tables_of_data_are_tables_and_tables_of_layout_are_not(desk: Desk) -> None:
    data = "<table><caption>Sums</caption><tr><th colspan=2>A<th>B<tr><td>1<td>2<br>3<td>4</table>"
    layout = f"<table><tr><td>{'<p>long text</p>' * 40}</td><td>side</td></tr></table>"
    assert web(desk, data) == [("caption", "Sums"), ("table", "A |  | B\n1 | 2 3 | 4")]
    assert {kind for kind, _ in web(desk, layout)} == {"paragraph"}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("<html><meta charset='gb2312'><p>你好</p>".encode("gb2312"), "你好"),
        ("<html><meta charset='iso-8859-1'><p>“é”</p>".encode("cp1252"), "“é”"),
        ("<html><meta charset='iso-8859-1'><p>“é”</p>".encode(), "“é”"),
        ("<html><meta charset='shift_jis'><p>こんにちは</p>".encode("shift_jis"), "こんにちは"),
        ("<html><p>Привет</p>".encode("utf-16"), "Привет"),
        ("<?xml version='1.0' encoding='koi8-r'?><html><p>Привет</p></html>".encode("koi8-r"), "Привет"),
        (b"<html><meta charset='base64'><p>caf\xe9</p>", "café"),
    ],
)
def test_the_encoding_that_a_page_names_is_used_where_it_fits(desk: Desk, content: bytes, expected: str) -> None:
    assert desk.read(content, "a.html").text == expected


def test_a_page_made_by_scripts_holds_nothing_to_read(desk: Desk) -> None:
    with pytest.raises(NothingToRead, match="made by scripts"):
        desk.read("<!doctype html><div id=root></div><script>go()</script>", "a.html")


def test_elements_nested_without_end_are_refused(desk: Desk) -> None:
    with pytest.raises(DamagedDocument):
        desk.read(f"<html><body>{'<div>' * 20_000}deep", "a.html")


# --- plain text -------------------------------------------------------------------------------------------------------


def test_underlined_and_shouted_lines_are_headings(desk: Desk) -> None:
    text = "Title\n=====\nIntro here.\n\nCHAPTER ONE\n\nIt began.\n\n*****\n\nPart\n----\n"
    text += "\nShort. NOT THIS.\n\nKapitel 2\n\nEnde."
    assert shown(desk.read(text, "a.txt")) == [
        ("heading1", "Title"),
        ("paragraph", "Intro here."),
        ("heading2", "CHAPTER ONE"),
        ("paragraph", "It began."),
        ("heading2", "Part"),
        ("paragraph", "Short. NOT THIS."),
        ("heading2", "Kapitel 2"),
        ("paragraph", "Ende."),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_every_unicode_encoding_gives_the_same_text(desk: Desk, encoding: str) -> None:
    text = "שלום עולם, 漢字 and cafe\u0301. This line is long enough to show how it is encoded.\r\nNext."
    parsed = desk.read(text.encode(encoding), "a.txt")
    assert parsed.text == "שלום עולם, 漢字 and café. This line is long enough to show how it is encoded.\nNext."
    assert parsed.notices == ()


def test_other_encodings_are_guessed_and_the_guess_is_told(desk: Desk) -> None:
    parsed = desk.read("Ein schöner Tag – für alle.".encode("cp1252"), "a.txt")
    assert parsed.text == "Ein schöner Tag – für alle."
    assert [notice.code for notice in parsed.notices] == ["guessed_encoding"]


def test_what_is_not_seen_is_taken_away_but_joiners_stay(desk: Desk) -> None:
    parsed = desk.read("soft\u00adly\ufeff \x07now \U000e0041hidden می\u200cروم", "a.txt")
    assert parsed.text == "softly now hidden می\u200cروم"


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.csv", "a.html"])
def test_two_hundred_megabytes_of_text_are_refused_at_once(desk: Desk, name: str) -> None:
    path = desk.folder / "upload"
    with path.open("wb") as out:
        out.write(b"<!doctype html> " + b"word " * 2_000)
        out.truncate(200_000_000)
    begun = time.process_time()
    with pytest.raises(DocumentTooLarge, match=r"at most (25 million|50 MB)"):
        parse_document(path, name, desk)
    assert time.process_time() - begun < 1


def test_text_beyond_the_limit_is_refused_while_it_is_read(desk: Desk) -> None:
    with pytest.raises(DocumentTooLarge, match="more than 25 million characters"):
        desk.read(b"word " * 5_200_000, "a.txt")


# --- CSV --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_the_sign_between_cells_is_found(desk: Desk, sign: str) -> None:
    text = f'Name{sign}Said{sign}N\nAda{sign}"Hi, ""you""; a\nb"{sign}1\nBob{sign}x{sign}2\n'
    assert shown(desk.read(text, "a.csv")) == [("table", 'Name | Said | N\nAda | Hi, "you"; a b | 1\nBob | x | 2')]


def test_the_line_that_excel_reads_is_no_row(desk: Desk) -> None:
    assert desk.read("sep=;\na;b\n1;2\n", "a.csv").text == "a | b\n1 | 2"
