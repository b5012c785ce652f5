"""A PDF page by page: bounded memory, progress, and pictures of text read by Tesseract where it is installed."""

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pypdfium2

from core.documents.building import DocumentBuilder
from core.documents.errors import DamagedDocument, DocumentTooLarge, EncryptedDocument, NeedsOcr
from core.documents.plain import add_stretch
from core.documents.portable.layout import PageWriter, Sizes
from core.documents.portable.lines import HYPHEN, CharReader, Line
from core.documents.portable.margins import Margins, is_page_number
from core.documents.portable.scans import ScannedPages, is_picture
from core.documents.spec import ParseContext, ParsedDocument
from core.wording import counted

MAX_PAGES = 20_000
SAMPLE_PAGES = 40
"""Pages whose letters decide what is a heading."""
WINDOW = 64
"""Pages held at once, to see what repeats at their edges."""
TAIL_BYTES = 64 * 1024
_WHAT = "PDF"
_WORD = re.compile(r"[^\W\d_]+")

Page = tuple[int, float, list[Line]]
"""Number from 1, height in points, lines."""


def parse_pdf(path: Path, context: ParseContext) -> ParsedDocument:
    """The text of a PDF.

    Raises:
        UnreadableDocument: It is encrypted, damaged, too long, or holds no text.
    """
    _refuse_cut_off(path)
    with _opened(path) as document:
        n_pages = len(document)
        if not n_pages:
            raise DamagedDocument(_WHAT, "it has no pages")
        if n_pages > MAX_PAGES:
            raise DocumentTooLarge(_WHAT, found=counted(n_pages, "page"), most=counted(MAX_PAGES, "page"))
        reader = CharReader()
        builder = DocumentBuilder(_WHAT)
        writer = PageWriter(builder, _sizes(document, reader))
        scanned = ScannedPages(context)
        margins = Margins(n_pages)
        broken: list[int] = []
        for window in _windows(document, reader, scanned, broken):
            for number, height, lines in window:
                margins.learn(number, lines, height)
            writer.words = _words(window)
            for number, height, lines in window:
                context.report(number / n_pages, f"Reading page {number:,} of {n_pages:,}")
                if number in scanned.waiting:
                    _read_picture(document, number, scanned, builder)
                else:
                    writer.write(number, margins.without(number, lines, height))
        title = _title(document)
    scanned.tell(builder)
    _tell_broken(builder, broken)
    if not builder.has_blocks and scanned.unread:
        raise NeedsOcr(n_pages=len(scanned.unread)) if not scanned.is_installed else scanned.failure()
    return builder.build(title=title, n_pages=n_pages, nothing="its pages are blank")


def _read_picture(document: Any, number: int, scanned: ScannedPages, builder: DocumentBuilder) -> None:
    builder.page = number
    with closing(document[number - 1]) as page:
        for stretch in scanned.read(page, number):
            if not is_page_number(stretch):
                add_stretch(builder, stretch)


def _refuse_cut_off(path: Path) -> None:
    """PDFium mends files without an end by guessing, and pages are missing then."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - TAIL_BYTES))
        tail = file.read()
    if b"%%EOF" not in tail and b"startxref" not in tail:
        raise DamagedDocument(_WHAT, "its end is missing, as when a download was cut off")


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower() or "security" in str(error).lower():
            raise EncryptedDocument(_WHAT) from error
        raise DamagedDocument(_WHAT, "its pages cannot be found") from error
    with closing(document):
        yield document


def _sizes(document: Any, reader: CharReader) -> Sizes:
    """From the first pages, where titles are, and from pages spread over the rest."""
    n_pages = len(document)
    first = range(min(n_pages, SAMPLE_PAGES // 2))
    step = max(1, n_pages // (SAMPLE_PAGES // 2))
    numbers = sorted({*first, *range(0, n_pages, step)})
    lines: list[Line] = []
    for number in numbers:
        page = _page(document, number, reader)
        lines += page[2] if page is not None else []
    return Sizes.of(lines)


def _windows(document: Any, reader: CharReader, scanned: ScannedPages, broken: list[int]) -> Iterator[list[Page]]:
    window: list[Page] = []
    for index in range(len(document)):
        page = _page(document, index, reader, scanned)
        if page is None:
            broken.append(index + 1)
        else:
            window.append(page)
        if len(window) == WINDOW:
            yield window
            window = []
    yield window


def _page(document: Any, index: int, reader: CharReader, scanned: ScannedPages | None = None) -> Page | None:
    """One page; None when it is broken."""
    try:
        with closing(document[index]) as page:
            with closing(page.get_textpage()) as textpage:
                lines = reader.lines(textpage)
            if scanned is not None and is_picture(page, lines):
                scanned.waiting.add(index + 1)
            return index + 1, page.get_height(), lines
    except pypdfium2.PdfiumError:
        return None


def _words(pages: list[Page]) -> frozenset[str]:
    """The words of pages in lower case, without those at the edges of lines that may be parts of words."""
    words: set[str] = set()
    for _, _, lines in pages:
        for line in lines:
            found = _WORD.findall(line.text.lower())
            words.update(found[1:-1] if line.text[-1] in ("-", HYPHEN) else found[1:])
    return frozenset(words)


def _title(document: Any) -> str:
    """The title that the file names, unless it is a placeholder of the program that wrote it."""
    title = str(document.get_metadata_value("Title")).strip()
    is_idle = title.strip("()").lower() in ("untitled", "anonymous", "unspecified", "title", "")
    # Printers put the name of the file there.
    return (
        "" if is_idle or title.lower().endswith((".doc", ".docx", ".pdf", ".indd", ".tex", ".ppt", ".pptx")) else title
    )


def _tell_broken(builder: DocumentBuilder, broken: list[int]) -> None:
    if broken:
        from core.documents.portable.scans import page_list

        builder.notice("broken_pages", f"{page_list(broken)} cannot be read: damaged.")
