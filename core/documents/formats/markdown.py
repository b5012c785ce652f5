"""Markdown."""

from pathlib import Path

from core.documents.spec import DocumentFormat, ParseContext, ParsedDocument
from core.documents.texts import is_text


def parse(path: Path, context: ParseContext) -> ParsedDocument:
    """Headings, paragraphs, lists, code and tables; see ``core.documents.markup.markdown``."""
    from core.documents.markup.markdown import parse_markdown

    return parse_markdown(path, context)


SPEC = DocumentFormat(
    key="markdown",
    label="Markdown",
    extensions=(".md", ".markdown", ".mdown", ".mkd"),
    media_types=("text/markdown", "text/x-markdown"),
    looks_right=is_text,
    parse=parse,
)
