"""Word documents."""

from pathlib import Path

from core.documents.spec import DocumentFormat, ParseContext, ParsedDocument


def looks_right(head: bytes) -> bool:
    """Whether it is a ZIP container; ``part`` says the rest."""
    return head.startswith(b"PK\x03\x04")


def parse(path: Path, context: ParseContext) -> ParsedDocument:
    """Headings, paragraphs, lists and tables; see ``core.documents.office.word``."""
    from core.documents.office.word import parse_word

    return parse_word(path, context)


SPEC = DocumentFormat(
    key="docx",
    label="Word document",
    extensions=(".docx", ".docm", ".dotx"),
    media_types=("application/vnd.openxmlformats-officedocument.wordprocessingml.document",),
    looks_right=looks_right,
    parse=parse,
    part="word/document.xml",
)
