"""Delimited text."""

from pathlib import Path

from core.documents.spec import DocumentFormat, ParseContext, ParsedDocument
from core.documents.texts import is_text


def parse(path: Path, context: ParseContext) -> ParsedDocument:
    """One table below the names of its columns; see ``core.documents.rows``."""
    from core.documents.rows import parse_rows

    return parse_rows(path, context)


SPEC = DocumentFormat(
    key="csv",
    label="Delimited text (CSV)",
    extensions=(".csv", ".tsv", ".tab"),
    media_types=("text/csv", "text/tab-separated-values"),
    looks_right=is_text,
    parse=parse,
)
