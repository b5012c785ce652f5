"""Workbooks."""

from pathlib import Path

from core.documents.spec import DocumentFormat, ParseContext, ParsedDocument


def looks_right(head: bytes) -> bool:
    """Whether it is a ZIP container; ``part`` says the rest."""
    return head.startswith(b"PK\x03\x04")


def parse(path: Path, context: ParseContext) -> ParsedDocument:
    """Each sheet as a heading and a table; see ``core.documents.office.sheets``."""
    from core.documents.office.sheets import parse_sheets

    return parse_sheets(path, context)


SPEC = DocumentFormat(
    key="xlsx",
    label="Workbook (Excel)",
    extensions=(".xlsx", ".xlsm"),
    media_types=("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",),
    looks_right=looks_right,
    parse=parse,
    part="xl/workbook.xml",
)
