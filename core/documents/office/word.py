"""Word documents: the body in its order, without headers, footers, comments and what was deleted."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from core.documents.building import DocumentBuilder
from core.documents.errors import NothingToRead
from core.documents.office.charts import add_chart
from core.documents.office.parts import Parts, core_title, opened_parts
from core.documents.office.styles import Styles
from core.documents.spec import ParseContext, ParsedDocument

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_WHAT = "Word document"
_MAIN = "word/document.xml"
_PASSED_OVER = frozenset(
    f"{W}{name}" for name in ("del", "moveFrom", "delText", "instrText", "fldData", "pPr", "rPr", "tblPr", "sectPr")
) | {
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",  # the same once more, for old programs
    "{http://schemas.openxmlformats.org/officeDocument/2006/math}oMathPara",
}
_MATH_TEXT = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_SIGNS = {f"{W}tab": "\t", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-", f"{W}ptab": "\t"}
REPORT_EVERY = 500
MAX_SPAN = 100
"""Columns that one cell spans at most."""


def parse_word(path: Path, context: ParseContext) -> ParsedDocument:
    """The document in a Word file.

    Raises:
        UnreadableDocument: It is damaged, unsafe, too long, or holds no text.
    """
    with opened_parts(path, _WHAT) as parts:
        context.report(0.0, "Unpacking")
        body = parts.tree(_MAIN).find(f"{W}body")
        if body is None:
            raise NothingToRead(_WHAT)
        reader = _Reader(Styles(parts), body)
        blocks = list(body)
        for number, block in enumerate(blocks):
            if number % REPORT_EVERY == 0:
                context.report(0.1 + 0.9 * number / len(blocks), "Reading paragraphs")
            reader.read(block)
        _read_charts(parts, reader)
        _read_notes(parts, reader)
        title = core_title(parts)
    n_pages = reader.page if reader.has_pages else None
    return reader.builder.build(title=title or reader.title, n_pages=n_pages, nothing="only pictures, if anything")


def _read_charts(parts: Parts, reader: "_Reader") -> None:
    """The numbers of charts, behind the text: where they stand in it is a matter of the layout."""
    for kind, name in sorted(relation for relation in parts.relations(_MAIN).values()):
        if kind == "chart" and parts.has(name):
            add_chart(parts.tree(name), reader.builder)


def _read_notes(parts: Parts, reader: "_Reader") -> None:
    """Footnotes and endnotes, behind the text."""
    for kind, name in sorted(relation for relation in parts.relations(_MAIN).values()):
        if kind not in ("footnotes", "endnotes"):
            continue
        root = parts.find_tree(name)
        for note in root if root is not None else ():
            if note.get(f"{W}type") in (None, "normal"):
                reader.builder.paragraph(" ".join(text_of(part) for part in note.iter(f"{W}p")))


class _Reader:
    """Reads block after block of the body."""

    def __init__(self, styles: Styles, body: Any) -> None:
        self.builder = DocumentBuilder(_WHAT)
        self.title = ""
        """What stands in the style Title."""
        # Word notes where it broke pages when it last showed the text; other programs do not.
        self.has_pages = next(body.iter(f"{W}lastRenderedPageBreak"), None) is not None
        self.page = 1
        self.builder.page = 1 if self.has_pages else None
        self._styles = styles

    def read(self, block: Any) -> None:
        """One paragraph, table, or wrapper of some."""
        before, within = _page_breaks(block) if self.has_pages and block.tag in _BLOCKS else (0, 0)
        self._turn(before)
        if block.tag == f"{W}p":
            self._paragraph(block)
        elif block.tag == f"{W}tbl":
            self._table(block)
        elif block.tag not in _PASSED_OVER:
            for inner in block:
                self.read(inner)
        self._turn(within)

    def _turn(self, n_pages: int) -> None:
        if n_pages:
            self.page += n_pages
            self.builder.page = self.page

    def _paragraph(self, paragraph: Any) -> None:
        text = text_of(paragraph)
        if text.strip():
            role = self._styles.role(paragraph)
            if role.level:
                self.builder.heading(text, role.level)
            elif role.kind == "list_item":
                self.builder.list_item(text)
            elif role.kind == "caption":
                self.builder.caption(text)
            elif role.kind == "code":
                self.builder.code(text)
            else:
                self.builder.paragraph(text)
            if role.is_title and not self.title:
                self.title = text
        # Text boxes hang in paragraphs and are read behind them.
        for box in _boxes(paragraph):
            for block in box:
                self.read(block)

    def _table(self, table: Any) -> None:
        rows = [_row(row) for row in _rows(table)]
        if all(len(row) <= 1 for row in rows):  # a frame around text
            for row in _rows(table):
                for cell in _cells(row):
                    for block in cell:
                        self.read(block)
        else:
            self.builder.table(rows)


_BLOCKS = (f"{W}p", f"{W}tbl")


def _page_breaks(block: Any) -> tuple[int, int]:
    """How many pages end before the first letter of a block, and how many after it."""
    before = within = 0
    has_text = False
    for part in block.iter(f"{W}lastRenderedPageBreak", f"{W}t"):
        if part.tag == f"{W}t":
            has_text = True
        elif has_text:
            within += 1
        else:
            before += 1
    return before, within


def text_of(element: Any) -> str:
    """The text of a paragraph as it is shown, without text boxes."""
    return "".join(_texts(element))


def _texts(element: Any) -> Iterator[str]:
    for child in element:
        tag = child.tag
        if tag in (f"{W}t", _MATH_TEXT):
            yield child.text or ""
        elif tag in _SIGNS:
            yield _SIGNS[tag]
        elif tag not in _PASSED_OVER and tag != f"{W}txbxContent":
            yield from _texts(child)


def _boxes(paragraph: Any) -> Iterator[Any]:
    """The outermost text boxes in a paragraph, old forms of the same ones left out."""
    for child in paragraph:
        if child.tag == f"{W}txbxContent":
            yield child
        elif child.tag not in _PASSED_OVER:
            yield from _boxes(child)


def _rows(table: Any) -> Iterator[Any]:
    for child in table:
        if child.tag == f"{W}tr":
            yield child
        elif child.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}customXml", f"{W}ins"):
            yield from _rows(child)


def _cells(row: Any) -> Iterator[Any]:
    for child in row:
        if child.tag == f"{W}tc":
            yield child
        elif child.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}customXml"):
            yield from _cells(child)


def _row(row: Any) -> list[str]:
    """The cells of a row, each in its column: one that spans several is followed by empty ones."""
    before = row.find(f"{W}trPr/{W}gridBefore")
    texts = [""] * _number(before)
    for cell in _cells(row):
        texts.append(_cell(cell))
        texts += [""] * (_number(cell.find(f"{W}tcPr/{W}gridSpan")) - 1)
    return texts


def _number(mark: Any) -> int:
    """The small number that a mark holds; 0 without one."""
    value = mark.get(f"{W}val", "") if mark is not None else ""
    return min(int(value), MAX_SPAN) if value.isdigit() else 0


def _cell(cell: Any) -> str:
    """The text of a cell, that of tables in it included."""
    return " ".join(text for paragraph in cell.iter(f"{W}p") if (text := text_of(paragraph).strip()))
