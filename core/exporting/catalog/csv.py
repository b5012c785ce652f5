"""Comma-separated text."""

from pathlib import Path

from core.exporting.spec import ExportOptions, ExportSpec, OnFraction


def write(table: Path, destination: Path, options: ExportOptions, memory_bytes: int, on_fraction: OnFraction) -> None:
    """Write delimited text; see ``core.exporting.copying``."""
    from core.exporting.copying import write_csv  # brings DuckDB; listing formats must not

    write_csv(table, destination, options, memory_bytes, on_fraction)


SPEC = ExportSpec(
    key="csv",
    label="CSV",
    extension=".csv",
    media_type="text/csv; charset=utf-8",
    write=write,
    heeds=("escape_formulas", "byte_order_mark"),
)
