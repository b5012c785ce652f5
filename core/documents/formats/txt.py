"""Plain text."""

from pathlib import Path

from core.documents.spec import DocumentFormat, ParseContext, ParsedDocument
from core.documents.texts import is_text


def parse(path: Path, context: ParseContext) -> ParsedDocument:
    """Paragraphs, lists and what stands out as a heading; see ``core.documents.plain``."""
    from core.documents.plain import parse_plain

    return parse_plain(path, context)


SPEC = DocumentFormat(
    key="txt",
    label="Plain text",
    extensions=(".txt", ".text", ".log", ".rst"),
    media_types=("text/plain",),
    looks_right=is_text,
    parse=parse,
)
