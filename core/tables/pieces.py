"""Wide tables in pieces of a few hundred columns.

DuckDB's time to plan grows with the square of the columns and its Parquet writer holds a buffer for each, so tables of
thousands of columns are read piece by piece and put side by side with pyarrow at the end.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

WIDE_COLUMNS = 1_000
"""Tables with more columns are read in pieces."""
PIECE_COLUMNS = 250
CELLS_AT_ONCE = 2_000_000
"""Bounds the memory of a merge and of the rows that wait to be split."""
CHARACTERS_AT_ONCE = 32_000_000
"""The same for rows of long texts."""


def column_pieces(n_columns: int) -> list[range]:
    """The column positions of each piece, in order; a single piece for all but wide tables."""
    step = n_columns if n_columns <= WIDE_COLUMNS else PIECE_COLUMNS
    return [range(start, min(start + step, n_columns)) for start in range(0, n_columns, step)]


def split_rows(rows: Iterable[Sequence[str]], folder: Path, n_columns: int, missing: Sequence[str]) -> list[Path]:
    """Write rows of texts as Parquet files in ``folder``, one for each piece, with columns c0, c1, ...

    Args:
        rows: Each with ``n_columns`` texts.
        folder: Where the files go.
        n_columns: Over all pieces.
        missing: Texts that are written as NULL.
    """
    pieces = column_pieces(n_columns)
    paths = [folder / f"texts-{number}.parquet" for number in range(len(pieces))]
    schemas = [pa.schema([(f"c{index}", pa.string()) for index in piece]) for piece in pieces]
    n_waiting = max(100, CELLS_AT_ONCE // n_columns)
    is_missing = frozenset(missing)
    with ExitStack() as stack:
        writers = [
            stack.enter_context(pq.ParquetWriter(path, schema, compression="zstd", use_dictionary=False))
            for path, schema in zip(paths, schemas, strict=True)
        ]

        def flush() -> None:
            columns = list(zip(*waiting, strict=True))
            for writer, schema, piece in zip(writers, schemas, pieces, strict=True):
                arrays = [
                    pa.array([None if cell in is_missing else cell for cell in columns[index]], pa.string())
                    for index in piece
                ]
                writer.write_table(pa.Table.from_arrays(arrays, schema=schema))

        waiting: list[Sequence[str]] = []
        n_characters = 0
        for row in rows:
            waiting.append(row)
            n_characters += sum(map(len, row))
            if len(waiting) == n_waiting or n_characters > CHARACTERS_AT_ONCE:
                flush()
                waiting.clear()
                n_characters = 0
        if waiting:
            flush()
    return paths


def split_columns(path: Path, folder: Path, n_columns_each: int) -> list[Path]:
    """Write the columns of a Parquet file as files in ``folder`` with so many columns each, in one pass."""
    with ExitStack() as stack:
        file = stack.enter_context(pq.ParquetFile(path))
        fields = list(file.schema_arrow)
        starts = range(0, len(fields), n_columns_each)
        schemas = [pa.schema(fields[start : start + n_columns_each]) for start in starts]
        paths = [folder / f"columns-{number}.parquet" for number in range(len(schemas))]
        writers = [
            stack.enter_context(pq.ParquetWriter(part, schema)) for part, schema in zip(paths, schemas, strict=True)
        ]
        for batch in file.iter_batches(batch_size=max(100, CELLS_AT_ONCE // len(fields))):
            for writer, schema, start in zip(writers, schemas, starts, strict=True):
                arrays = batch.columns[start : start + n_columns_each]
                writer.write_batch(pa.RecordBatch.from_arrays(arrays, schema=schema))
    return paths


def merge_pieces(paths: Sequence[Path], destination: Path, on_fraction: Callable[[float], None]) -> None:
    """Put equally long Parquet files side by side into one."""
    with ExitStack() as stack:
        files = [stack.enter_context(pq.ParquetFile(path)) for path in paths]
        fields = [field for file in files for field in file.schema_arrow]
        n_at_once = max(100, CELLS_AT_ONCE // len(fields))
        n_rows = max(1, files[0].metadata.num_rows)
        writer = stack.enter_context(pq.ParquetWriter(destination, pa.schema(fields), compression="zstd"))
        n_done = 0
        for batches in zip(*(file.iter_batches(batch_size=n_at_once) for file in files), strict=True):
            columns = [column for batch in batches for column in batch.columns]
            writer.write_batch(pa.RecordBatch.from_arrays(columns, schema=pa.schema(fields)))
            n_done += batches[0].num_rows
            on_fraction(n_done / n_rows)
