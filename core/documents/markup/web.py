"""Web pages: what a reader sees. Nothing is run or fetched; what is hidden is left out, and so are menus."""

import codecs
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import lxml.html
from lxml import etree

from core.documents.building import DocumentBuilder
from core.documents.errors import DamagedDocument, DocumentTooLarge
from core.documents.plain import tell_encoding
from core.documents.spec import ParseContext, ParsedDocument
from core.documents.texts import HEAD_BYTES, read_text

_WHAT = "web page"
MAX_BYTES = 50_000_000
"""The parser holds a page as a tree, about ten times its size."""
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([\w-]{2,40})", re.IGNORECASE)
_XML_CHARSET = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w-]{2,40})", re.IGNORECASE)
_XML_MARK = re.compile(r"^\s*<\?xml[^>]*\?>")
_NO_TEXT = (
    "script style noscript template svg math head iframe object embed canvas audio video map select button input "
    "textarea datalist nav dialog"
)
_LINES = (
    "address article aside blockquote body center dd details dialog div dl dt fieldset figcaption figure footer form "
    "header hgroup hr html li main ol p pre section summary table ul h1 h2 h3 h4 h5 h6 caption tr td th"
)
_PASSED_OVER, _FLOW = frozenset(_NO_TEXT.split()), frozenset(_LINES.split())
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])|opacity\s*:\s*0(?![.\d])", re.I
)
REPORT_EVERY = 2_000


def parse_web(path: Path, context: ParseContext) -> ParsedDocument:
    """The document in a web page.

    Raises:
        UnreadableDocument: It is empty, too long, or holds no text.
    """
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise DocumentTooLarge(_WHAT, found=f"{size / 1e6:,.0f} MB", most=f"{MAX_BYTES / 1e6:,.0f} MB")
    decoded = read_text(path, _WHAT, context, declared=_declared(path))
    builder = DocumentBuilder(_WHAT)
    tell_encoding(builder, decoded.encoding, is_guess=decoded.is_guess)
    parser = lxml.html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = lxml.html.document_fromstring(_XML_MARK.sub("", decoded.text).encode(), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise DamagedDocument(_WHAT, "it has no elements") from error
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        # The parser leaves out the rest, which may be all of it.
        raise DamagedDocument(_WHAT, "its parts are longer, or stand in each other deeper, than programs write them")
    del decoded
    title = root.findtext(".//title") or ""
    body = root.find("body")
    reader = _Reader(builder, context)
    reader.read(body if body is not None else root)
    reader.flush()
    return builder.build(title=title, nothing="what a reader sees is made by scripts, or pictures")


def _declared(path: Path) -> str | None:
    """The encoding that the page names, if Python knows it as one of text."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    found = _CHARSET.search(head) or _XML_CHARSET.search(head)
    if found is None:
        return None
    try:
        codec = codecs.lookup(found[1].decode("ascii"))
        "".encode(codec.name)
    except LookupError:
        return None
    # What pages call Latin-1 is Windows-1252, which browsers read them as.
    return "cp1252" if codec.name in ("iso8859-1", "ascii") else codec.name


@dataclass
class _Reader:
    """Walks through the elements; text between them gathers until an element ends the line."""

    builder: DocumentBuilder
    context: ParseContext
    _texts: list[str] = field(default_factory=list)
    _marker: str | None = None
    """Of the list item that begins with the next text."""
    _next_marker: str = "-"
    _n_seen: int = 0

    def read(self, element: Any) -> None:
        """One element with all below it. The parser nests no deeper than 255."""
        self._n_seen += 1
        if self._n_seen % REPORT_EVERY == 0:
            self.context.report(0.5, "Reading the page")
        if not isinstance(element.tag, str) or element.tag in _PASSED_OVER or _is_hidden(element):
            return
        tag = element.tag
        special = {"table": self._table, "pre": self._pre, "br": self._break, "img": self._picture, "li": self._item}
        if tag in special:
            special[tag](element)
        elif tag in _HEADINGS:
            self.flush()
            self.builder.heading(_words(element), int(tag[1]))
        elif tag in _FLOW:
            self.flush()
            self._inside(element)
            self.flush(is_caption=tag in ("figcaption", "caption"))
        else:
            self._inside(element)

    def flush(self, *, is_caption: bool = False) -> None:
        """End the paragraph that is gathering."""
        text = re.sub(r"[^\S\n]+", " ", "".join(self._texts))
        self._texts = []
        if not text.strip():
            return
        if self._marker is not None:
            self.builder.list_item(text, self._marker)
            self._marker = None
        elif is_caption:
            self.builder.caption(text)
        else:
            self.builder.paragraph(text)

    def _inside(self, element: Any) -> None:
        self._texts.append(_flat(element.text))
        n_items = 0
        for child in element:
            if child.tag == "li":
                n_items += 1
                self._next_marker = f"{n_items}." if element.tag == "ol" else "-"
            self.read(child)
            self._texts.append(_flat(child.tail))

    def _item(self, element: Any) -> None:
        self.flush()
        self._marker = self._next_marker
        self._inside(element)
        self.flush()
        self._marker = None

    def _pre(self, element: Any) -> None:
        self.flush()
        self.builder.code("".join(_visible(element)))

    def _break(self, element: Any) -> None:
        del element
        self._texts.append("\n")

    def _picture(self, element: Any) -> None:
        self._texts.append(f" {_flat(element.get('alt'))} ")

    def _table(self, element: Any) -> None:
        self.flush()
        rows = [row for row in element.iter("tr") if _own_table(row) is element]
        cells = [[cell for cell in row if cell.tag in ("td", "th")] for row in rows]
        is_layout = all(len(row) <= 1 for row in cells) or any(
            next(cell.iter("table", "h1", "h2", "h3", "p", "ul", "ol"), None) is not None and len(_words(cell)) > 300
            for row in cells
            for cell in row
        )
        for caption in element.iterchildren("caption"):
            self.builder.caption(_words(caption))
        if is_layout:
            for cell in (cell for row in cells for cell in row):
                self._inside(cell)
                self.flush()
        else:
            self.builder.table([[text for cell in row for text in _spread(cell)] for row in cells])


_HEADINGS = frozenset(f"h{level}" for level in range(1, 7))


def _spread(cell: Any) -> list[str]:
    """The text of a cell, and an empty one for each further column that it spans."""
    span = cell.get("colspan", "1")
    return [_words(cell), *[""] * (min(int(span), 100) - 1 if span.isdigit() else 0)]


def _own_table(row: Any) -> Any:
    return next(row.iterancestors("table"), None)


def _flat(text: str | None) -> str:
    return re.sub(r"\s+", " ", text) if text else ""


def _words(element: Any) -> str:
    """The text of an element on one line."""
    return " ".join("".join(_visible(element, gap=" ")).split())


def _visible(element: Any, *, gap: str = "") -> list[str]:
    """The texts of an element that are not hidden."""
    texts = [element.text or ""]
    for child in element:
        if isinstance(child.tag, str) and child.tag not in _PASSED_OVER and not _is_hidden(child):
            is_apart = child.tag in _FLOW or child.tag == "br"
            texts += ["\n" if child.tag == "br" and not gap else gap if is_apart else "", *_visible(child, gap=gap)]
            texts += [gap] if is_apart else []
            if child.tag == "img":
                texts.append(child.get("alt") or "")
        texts.append(child.tail or "")
    return texts


def _is_hidden(element: Any) -> bool:
    """Whether nobody sees the element: words for machines alone are no part of the document."""
    style = element.get("style")
    return (
        element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
        or (style is not None and _HIDDEN.search(style) is not None)
    )
