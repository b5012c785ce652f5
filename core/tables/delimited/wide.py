"""The fast reading of tables with thousands of columns: Arrow's parser, whose cost grows with the cells alone.

The engine plans every column of a statement against every other; a thousand are its limit. What holds for the other
fast reading holds here: it tolerates nothing, and whatever it cannot be sure of is left to the careful reading.
"""

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from core.tables.delimited.conversion import COLUMN_TYPES, Reading
from core.tables.delimited.counting import ByteCounter
from core.tables.delimited.layout import Layout
from core.tables.delimited.typing import MISSING_TEXTS
from core.tables.engine import OnFraction
from core.tables.pieces import WIDE_COLUMNS
from core.types import ColumnType

BLOCK_BYTES = 16 * 1024 * 1024
"""Of text that is in memory at a time; as texts and as values it takes several times as much."""
_TYPES = {
    ColumnType.INTEGER: pa.int64(),
    ColumnType.NUMBER: pa.float64(),
    ColumnType.BOOLEAN: pa.bool_(),
    ColumnType.DATETIME: pa.timestamp("us"),
    ColumnType.STRING: pa.string(),
}


class _Unplanned(Exception):
    """A column is not as the first rows promised."""


def read_wide(layout: Layout, destination: Path, on_fraction: OnFraction) -> int:
    """Write the table to ``destination``; the number of rows, 0 when the text is not as its first rows promise.

    Raises:
        OSError: The text cannot be read, or the table not be written.
    """
    if not _is_promising(layout):
        return 0
    with ByteCounter(layout.text.path, first_line_bytes=layout.sample.first_line_bytes) as counter:
        try:
            n_rows = _convert(layout, destination, on_fraction)
        except (pa.ArrowInvalid, _Unplanned):
            return 0
        counts = counter.counts()
    expected = counts.n_line_breaks - layout.has_header
    is_plausible = counts.has_quotes or n_rows in (expected, expected + 1)
    return n_rows if is_plausible and not counts.has_nul and counts.line_break == layout.text.line_break else 0


def _is_promising(layout: Layout) -> bool:
    sample = layout.sample
    return (
        layout.n_columns > WIDE_COLUMNS
        and bool(layout.text.line_break)
        and sample.starts_plainly
        and not sample.dialect.skips_spaces
        and layout.decimal == "."
        and layout.thousands is None
        and all(len(row) == layout.n_columns for row in sample.rows)
        and all(plan.is_settled and _converter(layout, index) for index, plan in layout.plans.items())
    )


def _convert(layout: Layout, destination: Path, on_fraction: OnFraction) -> int:
    names = [f"c{index}" for index in range(layout.n_columns)]
    types = [_TYPES[COLUMN_TYPES[plan.reading]] for plan in layout.plans.values()]
    schema = pa.schema(list(zip(layout.naming.names, types, strict=True)))
    converters = [_converter(layout, index) for index in layout.plans]
    size = max(1, layout.text.path.stat().st_size)
    row_bytes = layout.sample.first_line_bytes  # near enough for a bar
    n_rows = 0
    with (
        pa_csv.open_csv(
            layout.text.path,
            read_options=pa_csv.ReadOptions(
                block_size=BLOCK_BYTES, column_names=names, skip_rows=int(layout.has_header), use_threads=True
            ),
            parse_options=pa_csv.ParseOptions(delimiter=layout.sample.dialect.delimiter, newlines_in_values=True),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                null_values=list(MISSING_TEXTS),
                strings_can_be_null=True,
            ),
        ) as reader,
        pq.ParquetWriter(destination, schema, compression="zstd", use_dictionary=False) as writer,
    ):
        for batch in reader:
            arrays = [convert(texts) for convert, texts in zip(converters, batch.columns, strict=True) if convert]
            writer.write_batch(pa.RecordBatch.from_arrays(arrays, schema=schema))
            n_rows += batch.num_rows
            on_fraction(min(1.0, n_rows * row_bytes / size))
    return n_rows


def _converter(layout: Layout, index: int) -> Callable[[pa.Array], pa.Array] | None:
    """How the texts of a column become values; None where Arrow's parser is no match for ours."""
    counts = layout.counts.get(index)
    match layout.plans[index].reading:
        case Reading.TEXT:
            return lambda texts: texts
        case Reading.EMPTY:
            return _nothing
        case Reading.INTEGER:
            return _integers
        case Reading.NUMBER if counts is not None and counts.n_integer < counts.n_number:
            return _numbers
        case Reading.BOOLEAN:
            return _booleans
        case Reading.NAIVE:
            return _moments
    return None


def _nothing(texts: pa.Array) -> pa.Array:
    if texts.null_count < len(texts):
        raise _Unplanned
    return texts


def _integers(texts: pa.Array) -> pa.Array:
    values = texts.cast(pa.int64())
    if pc.any(pc.not_equal(values.cast(pa.string()), texts)).as_py():  # 007
        raise _Unplanned
    return values


def _numbers(texts: pa.Array) -> pa.Array:
    values = texts.cast(pa.float64())
    if not pc.all(pc.is_finite(values)).as_py() and values.null_count < len(values):
        raise _Unplanned
    return values


def _booleans(texts: pa.Array) -> pa.Array:
    lower = pc.utf8_lower(texts)
    values = pc.equal(lower, "true")
    if pc.any(pc.and_not(pc.not_equal(lower, "false"), values)).as_py():
        raise _Unplanned
    return values


def _moments(texts: pa.Array) -> pa.Array:
    return texts.cast(pa.timestamp("us"))
