"""Presentations."""

from pathlib import Path

from core.documents.spec import DocumentFormat, ParseContext, ParsedDocument


def looks_right(head: bytes) -> bool:
    """Whether it is a ZIP container; ``part`` says the rest."""
    return head.startswith(b"PK\x03\x04")


def parse(path: Path, context: ParseContext) -> ParsedDocument:
    """Slides with titles, texts, tables and notes; see ``core.documents.office.slides``."""
    from core.documents.office.slides import parse_slides

    return parse_slides(path, context)


SPEC = DocumentFormat(
    key="pptx",
    label="Presentation (PowerPoint)",
    extensions=(".pptx", ".pptm", ".ppsx", ".potx"),
    media_types=("application/vnd.openxmlformats-officedocument.presentationml.presentation",),
    looks_right=looks_right,
    parse=parse,
    part="ppt/presentation.xml",
)
