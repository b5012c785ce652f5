"""Puts the stretches of a document together: clean text, offsets and bounds in one place."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from core.documents.errors import DocumentTooLarge, NothingToRead
from core.documents.spec import Block, BlockKind, ParsedDocument
from core.types import Notice, Severity
from core.wording import counted

MAX_CHARACTERS = 25_000_000
"""Longest text of a document: about 10,000 dense pages. A document is held in memory whole, at up to four bytes a
character, and again as JSON."""
MAX_BLOCKS = 400_000
"""Most headings, paragraphs and tables; each costs about half a kilobyte of memory."""
MAX_TITLE = 300

_UNSEEN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\ufeff\ufffe\uffff\U000e0000-\U000e007f]")
"""Control characters, soft hyphens, byte-order marks and tags: nothing of them is seen, and they hide words from a
search. Joiners and direction marks stay, since scripts need them."""
_SURROGATES = re.compile("[\ud800-\udfff]")
_BLANKS = re.compile(r"[^\S\n]+")
_BREAKS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")


def clean(text: str) -> str:
    r"""``text`` in the composed form (NFC), with one kind of line break and without what nobody sees.

    Example:
        >>> clean("cafe\u0301\r\nsoft\u00adly\x00")
        'café\nsoftly'
    """
    if text.isascii() and text.isprintable():
        return text
    text = _UNSEEN.sub("", _BREAKS.sub("\n", text))
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", _SURROGATES.sub("\ufffd", text))


def one_line(text: str) -> str:
    """``text`` cleaned, with every stretch of white space as one blank."""
    return " ".join(clean(text).split())


class DocumentBuilder:
    """Collects blocks in reading order. The text between two blocks is white space; offsets are exact.

    Every method takes text as it comes, cleans it, and passes over what is blank.
    """

    def __init__(self, what: str) -> None:
        """Begin a document; ``what`` names its kind in refusals: "PDF", "Word document"."""
        self.what = what
        self.page: int | None = None
        """Set it before adding what stands on the page."""
        self.notices: list[Notice] = []
        self._parts: list[str] = []
        self._length = 0
        self._blocks: list[Block] = []

    @property
    def n_characters(self) -> int:
        """Length of the text so far."""
        return self._length

    @property
    def has_blocks(self) -> bool:
        """Whether anything was added."""
        return bool(self._blocks)

    def notice(self, code: str, text: str, *, severity: Severity = Severity.INFO) -> None:
        """Tell a person what was left out or guessed."""
        self.notices.append(Notice(severity=severity, code=code, text=text))

    def heading(self, text: str, level: int = 1) -> None:
        """A heading on one line; level 1 is the highest."""
        self._add("heading", one_line(text), level=max(1, min(level, 9)))

    def paragraph(self, text: str, *, goes_on: bool = False) -> None:
        """Running text; its line breaks stay.

        Args:
            text: The paragraph.
            goes_on: Whether it is the rest of the last one, which was cut by the end of a page: then one blank stands
                between the two instead of a blank line, and their sentences are read across it.
        """
        self._add("paragraph", _trimmed(text), gap=" " if goes_on else "\n\n")

    def list_item(self, text: str, marker: str = "-") -> None:
        """One item of a list with its marker in front."""
        if text := _trimmed(text):
            self._add("list_item", f"{marker} {text}" if marker else text)

    def caption(self, text: str) -> None:
        """The text below a picture or above a table."""
        self._add("caption", _trimmed(text))

    def code(self, text: str) -> None:
        """Lines whose indentation means something."""
        self._add("code", clean(text).strip("\n").rstrip())

    def table(self, rows: Iterable[Sequence[str]]) -> None:
        """Rows of cells as lines ``a | b``; the first row is taken for the header. Blank rows are left out."""
        lines = []
        length = 0
        for row in rows:
            if line := table_row(row):
                lines.append(line)
                length += len(line) + 1
                self._refuse_length(length)
        self._add("table", "\n".join(lines))

    def build(
        self, *, title: str = "", n_pages: int | None = None, page_name: str = "page", nothing: str = ""
    ) -> ParsedDocument:
        """The document.

        Args:
            title: As the file tells it; the first heading of the highest level stands in for none.
            n_pages: Pages, slides or sheets.
            page_name: What they are called.
            nothing: Why there may be no text, for the refusal.

        Raises:
            NothingToRead: Nothing was added.
        """
        if not self._blocks:
            raise NothingToRead(self.what, because=nothing)
        text = "".join(self._parts)
        return ParsedDocument(
            text=text,
            blocks=tuple(self._blocks),
            title=(one_line(title) or self._first_heading(text))[:MAX_TITLE],
            n_pages=n_pages,
            page_name=page_name,
            notices=tuple(self.notices),
        )

    def _add(self, kind: BlockKind, text: str, *, level: int = 0, gap: str = "\n\n") -> None:
        if not text or text.isspace():
            return
        self._refuse_length(len(text))
        if len(self._blocks) >= MAX_BLOCKS:
            raise DocumentTooLarge(
                self.what, found=f"more than {MAX_BLOCKS:,} paragraphs", most=counted(MAX_BLOCKS, "paragraph")
            )
        if self._blocks:
            if kind == "list_item" and self._blocks[-1].kind == "list_item":
                gap = "\n"
            self._parts.append(gap)
            self._length += len(gap)
        start = self._length
        self._parts.append(text)
        self._length += len(text)
        self._blocks.append(Block(kind=kind, start=start, end=self._length, level=level, page=self.page))

    def _refuse_length(self, more: int) -> None:
        if self._length + more > MAX_CHARACTERS:
            raise too_long(self.what)

    def _first_heading(self, text: str) -> str:
        headings = [block for block in self._blocks[:200] if block.kind == "heading"]
        if not headings:
            return ""
        top = min(block.level for block in headings)
        first = next(block for block in headings if block.level == top)
        return text[first.start : first.end]


def table_row(cells: Sequence[str]) -> str:
    r"""Cells as one line; empty when every cell is blank.

    Example:
        >>> table_row(["a\nb", "", "1 | 2"]), table_row(["", " "])
        ('a b |  | 1 / 2', '')
    """
    texts = [one_line(cell).replace(" | ", " / ") for cell in cells]
    return " | ".join(texts).rstrip() if any(texts) else ""


def too_long(what: str) -> DocumentTooLarge:
    """The refusal of a text beyond the limit."""
    return DocumentTooLarge(
        what,
        found=f"more than {MAX_CHARACTERS // 1_000_000:,} million characters",
        most=f"{MAX_CHARACTERS // 1_000_000:,} million",
    )


def _trimmed(text: str) -> str:
    """Cleaned, without blanks at the ends of lines and without blank lines."""
    lines = (_BLANKS.sub(" ", line).strip() for line in clean(text).split("\n"))
    return "\n".join(line for line in lines if line)
