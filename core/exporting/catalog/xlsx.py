"""Excel workbooks."""

from pathlib import Path

from core.exporting.spec import ExportOptions, ExportSpec, OnFraction


def write(table: Path, destination: Path, options: ExportOptions, memory_bytes: int, on_fraction: OnFraction) -> None:
    """Write a workbook; see ``core.exporting.workbook``."""
    from core.exporting.workbook import write_workbook

    write_workbook(table, destination, options, memory_bytes, on_fraction)


SPEC = ExportSpec(
    key="xlsx",
    label="Excel",
    extension=".xlsx",
    media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    write=write,
)
