"""Workbooks of Excel and LibreOffice."""

from pathlib import Path

from core.tables.spec import ImportOptions, Ingested, Limits, Part, Progress, TableFormatSpec


def is_content(head: bytes) -> bool:
    """Never certain: the containers that workbooks come in hold other things as well; see ``detection``."""
    del head
    return False


def parts(path: Path) -> tuple[Part, ...]:
    """The sheets."""
    from core.tables.workbooks.opening import sheets  # brings the reader; listing formats must not

    return sheets(path)


def shorten(source: Path, destination: Path, options: ImportOptions) -> bool:
    """A workbook with the first rows of one sheet; see ``core.tables.workbooks.trimming``."""
    from core.tables.workbooks.trimming import trim_workbook

    return trim_workbook(source, destination, options)


def ingest(source: Path, destination: Path, options: ImportOptions, limits: Limits, on_progress: Progress) -> Ingested:
    """Read one sheet; see ``core.tables.workbooks.reading``."""
    from core.tables.workbooks.reading import ingest_workbook

    return ingest_workbook(source, destination, options, limits, on_progress)


SPEC = TableFormatSpec(
    key="excel",
    label="Workbook (Excel, OpenDocument)",
    extensions=(".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"),
    is_content=is_content,
    ingest=ingest,
    shorten=shorten,
    parts=parts,
    part_option="sheet",
    options=("sheet", "first_row", "has_header", "day_first"),
)
