"""PDF."""

from pathlib import Path

from core.documents.spec import DocumentFormat, ParseContext, ParsedDocument
from core.documents.texts import is_text


def looks_right(head: bytes) -> bool:
    """Whether the mark of a PDF stands at the beginning, or near it behind something that is no text."""
    stripped = head.lstrip(b"\xef\xbb\xbf \t\r\n\x00")
    return stripped.startswith(b"%PDF-") or (b"%PDF-" in head[:1024] and not is_text(head))


def parse(path: Path, context: ParseContext) -> ParsedDocument:
    """The text of its pages in reading order; see ``core.documents.portable.parsing``."""
    from core.documents.portable.parsing import parse_pdf

    return parse_pdf(path, context)


SPEC = DocumentFormat(
    key="pdf",
    label="PDF",
    extensions=(".pdf",),
    media_types=("application/pdf",),
    looks_right=looks_right,
    parse=parse,
    is_certain=True,
)
