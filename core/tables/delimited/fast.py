"""The fast reading: one pass of the engine from text to Parquet that tolerates nothing it was not told to expect.

The first, middle and last rows suggest how each column is written. Whatever deviates stops the pass, or shows in the
counts of bytes and in the description at the end of the Parquet file; then nothing that was written is used. A pass
that stops at a column is begun again with the type that all cells of that column fit.
"""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

import pyarrow.parquet as pq

from core.tables.delimited.conversion import Reading
from core.tables.delimited.counting import ByteCounter, ByteCounts
from core.tables.delimited.layout import Layout
from core.tables.delimited.planning import plan_over_all_rows
from core.tables.delimited.scanning import CERTAIN_AFTER, Scan, looks_regular, plan_scan, scan_sql, select_sql
from core.tables.delimited.typing import MISSING_TEXTS
from core.tables.engine import Compression, Engine, EngineError, OnFraction
from core.types import Notice

LONG_TEXT = 32
"""Average bytes of a cell from which compression is worth its time."""
MAX_REPAIRS = 4
"""Passes that are begun at most."""


@dataclass(frozen=True, kw_only=True)
class FastRead:
    """What a fast reading wrote."""

    n_rows: int
    notices: tuple[Notice, ...]


def read_fast(engine: Engine, layout: Layout, destination: Path, on_fraction: OnFraction) -> FastRead | None:
    """Write the table to ``destination`` in one pass; None when the text is not as its samples promise.

    Raises:
        OSError: The text cannot be read.
    """
    if not looks_regular(layout):
        return None
    try:
        with ByteCounter(layout.text.path, first_line_bytes=layout.sample.first_line_bytes) as counter:
            layout, scan, n_rows = _write(engine, layout, destination, on_fraction)
            counts = counter.counts()
        if not n_rows or not _is_sound(engine, layout, scan, destination, n_rows, counts):
            return None
    except EngineError:
        return None  # not as planned; the careful reading finds out why, or says so
    return FastRead(n_rows=n_rows, notices=tuple(notice for plan in layout.plans.values() for notice in plan.notices))


def _write(engine: Engine, layout: Layout, destination: Path, on_fraction: OnFraction) -> tuple[Layout, Scan, int]:
    """The layout and scan that all rows fitted, and the number of rows. Raises EngineError."""
    doubtful = {index for index, plan in layout.plans.items() if not plan.is_settled}
    certain: frozenset[int] = frozenset()
    missing: tuple[str, ...] | None = None
    for _ in range(MAX_REPAIRS):
        if doubtful:
            plans = plan_over_all_rows(engine, layout, scan_sql(layout), doubtful)
            layout, certain = replace(layout, plans=layout.plans | plans), certain | doubtful
        scan = plan_scan(layout, certain, missing)
        try:
            select, compression = select_sql(layout, scan), _compression(layout)
            n_rows = engine.write_parquet(
                select, destination, n_columns=layout.n_columns, on_fraction=on_fraction, compression=compression
            )
        except EngineError as error:
            is_late_missing = any(f'"{text}"' in str(error) for text in MISSING_TEXTS if text not in scan.missing)
            at_fault = re.search(r'(?:column "|unplanned )c(\d+)\b', str(error))
            doubtful = {int(at_fault[1])} - certain if at_fault and not is_late_missing else set()
            missing = MISSING_TEXTS if is_late_missing else missing
            if not is_late_missing and not doubtful & layout.plans.keys():
                raise
        else:
            return layout, scan, n_rows
    raise EngineError("too many columns are not as planned")


def _compression(layout: Layout) -> Compression:
    """Texts gain much by compression; numbers that are packed already gain little and take time on every later read."""
    texts = [index for index, plan in layout.plans.items() if plan.reading is Reading.TEXT]
    sizes = [len(row[index]) for row in layout.sample.rows for index in texts]
    return "zstd" if sum(sizes) > LONG_TEXT * max(1, len(sizes)) else "uncompressed"


def _is_sound(engine: Engine, layout: Layout, scan: Scan, table: Path, n_rows: int, counts: ByteCounts) -> bool:
    """Whether bytes and bounds contradict nothing that the scan took for granted."""
    if counts.has_nul or counts.line_break != layout.text.line_break:
        return False
    if not counts.has_quotes:  # then the line breaks promise so many rows
        expected = counts.n_line_breaks - layout.has_header
        if n_rows not in (expected, expected + 1):  # the last line may have no break
            return False
    floats = [index for index, kind in enumerate(scan.types) if kind == "DOUBLE"]
    if counts.has_underscores and floats:
        held = " OR ".join(f"contains(c{index}, '_')" for index in floats)
        if engine.rows(f"SELECT count(*) FROM {scan_sql(layout)} WHERE {held}")[0][0]:
            return False
    return _are_bounded(table, scan)


def _are_bounded(table: Path, scan: Scan) -> bool:
    """Whether all floats are finite and all dates certain, by the bounds in the file."""
    metadata = pq.read_metadata(table)
    for group in range(metadata.num_row_groups):
        for index, kind in enumerate(scan.types):
            if kind == "VARCHAR":
                continue
            statistics = metadata.row_group(group).column(index).statistics
            if statistics is None or (statistics.num_values and not statistics.has_min_max):
                return False  # there are no bounds where NaN is among the values
            if statistics.num_values and not _is_certain(statistics.min, statistics.max):
                return False
    return True


def _is_certain(low: object, high: object) -> bool:
    if isinstance(low, float) and isinstance(high, float):
        return float("-inf") < low and high < float("inf")
    if isinstance(low, datetime):
        return low.replace(tzinfo=None) >= CERTAIN_AFTER
    return isinstance(low, date) and low >= CERTAIN_AFTER.date()
