"""Rows of a stored table, read with pyarrow alone: light enough for the web process."""

import math
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import pyarrow.parquet as pq

if TYPE_CHECKING:
    import pandas as pd

MAX_TEXT = 2_000
"""Longest text in a preview, in characters; the table itself keeps all of it."""
MAX_SAFE_INTEGER = 2**53 - 1
"""JavaScript holds no larger integer exactly; such cells become text."""

JsonCell = str | int | float | bool | None


def read_preview(file: Path | IO[bytes], n_rows: int, offset: int = 0) -> list[dict[str, JsonCell]]:
    """Rows ``offset`` to ``offset + n_rows`` as JSON-safe dicts by column name; fewer at the end, none beyond it.

    Only the row groups that hold the asked rows are read. Missing values are None, datetimes ISO 8601 texts, integers
    beyond 2^53 texts; long texts are cut.
    """
    rows: list[dict[str, JsonCell]] = []
    with pq.ParquetFile(file) as parquet:
        first = 0
        for group in range(parquet.num_row_groups):
            size = parquet.metadata.row_group(group).num_rows
            skipped = max(0, offset - first)
            if skipped < size:
                for batch in parquet.iter_batches(batch_size=4_096, row_groups=[group]):
                    wanted = batch.slice(min(skipped, batch.num_rows), n_rows - len(rows))
                    skipped -= min(skipped, batch.num_rows)
                    rows += [{name: json_cell(cell) for name, cell in row.items()} for row in wanted.to_pylist()]
                    if len(rows) >= n_rows:
                        return rows
            first += size
    return rows


def read_frame(file: Path | IO[bytes], columns: Sequence[str] | None = None) -> "pd.DataFrame":
    """The whole table, or the named columns in the asked order, as a pandas frame in row order.

    Integer columns with missing values become floats with NaN; boolean ones with missing values hold None.
    """
    table = pq.read_table(file, columns=None if columns is None else list(columns))
    frame: pd.DataFrame = (table if columns is None else table.select(list(columns))).to_pandas()
    return frame


def json_cell(cell: Any) -> JsonCell:
    """``cell`` as JSON has it: see ``read_preview``."""
    if cell is None or isinstance(cell, bool):
        return cell
    if isinstance(cell, int):
        return cell if abs(cell) <= MAX_SAFE_INTEGER else str(cell)
    if isinstance(cell, float):
        return cell if math.isfinite(cell) else None
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    text = str(cell)
    return text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 1] + "…"
