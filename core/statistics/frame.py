"""The columns that a test needs, read from Parquet; nothing else of the table is touched."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from core.statistics.params import ColumnKind, CommonParams, named_columns

SEED = 20_240_817
"""Draws the rows of a sample, and bootstrap resamples, the same way every time."""


@dataclass(frozen=True, kw_only=True)
class Frame:
    """The named columns of a table.

    Numbers are float64 with NaN for missing. Everything else is a pandas Categorical of texts, in the order of the
    values: booleans false, true; integers by size; texts by code point.
    """

    data: pd.DataFrame
    n_rows: int
    """Rows of the table, before a sample was drawn."""

    @property
    def is_sample(self) -> bool:
        """Whether some rows of the table were left out for speed."""
        return len(self.data) < self.n_rows


def read_frame(path: Path, params: CommonParams, *, most_rows: int) -> Frame:
    """The columns that ``params`` names, of the Parquet file at ``path`` in the normal form.

    Args:
        path: The table.
        params: A column in a number's role becomes floats; in any other role, texts.
        most_rows: Of a longer table, so many rows are drawn without replacement with ``SEED``.
    """
    return read_columns(path, _wanted(params), most_rows=most_rows)


def read_columns(path: Path, are_numbers: Mapping[str, bool], *, most_rows: int) -> Frame:
    """Named columns as ``read_frame`` reads them; the value says whether a column is one of numbers."""
    with pq.ParquetFile(path) as file:
        n_rows = file.metadata.num_rows
        table = _read(file, list(are_numbers), sample_rows(n_rows, most_rows))
    return Frame(data=_as_frame(table, are_numbers), n_rows=n_rows)


def frame_of(data: pd.DataFrame, params: CommonParams) -> Frame:
    """A frame of rows that are in memory already, read as ``read_frame`` would."""
    table = pa.Table.from_pandas(data, preserve_index=False)
    return Frame(data=_as_frame(table, _wanted(params)), n_rows=len(data))


def _wanted(params: CommonParams) -> dict[str, bool]:
    """A column in two roles is read as texts only if none of them takes numbers."""
    found: dict[str, bool] = {}
    for _, name, kind in named_columns(params):
        found[name] = found.get(name, False) or kind is ColumnKind.NUMBER
    return found


def _as_frame(table: pa.Table, are_numbers: Mapping[str, bool]) -> pd.DataFrame:
    return pd.DataFrame(
        {name: _numbers(table[name]) if number else _texts(table[name]) for name, number in are_numbers.items()}
    )


def sample_rows(n_rows: int, most_rows: int) -> np.ndarray | None:
    """Sorted row numbers of the sample; None when all rows are taken."""
    if n_rows <= most_rows:
        return None
    return np.sort(np.random.default_rng(SEED).choice(n_rows, most_rows, replace=False))


def _read(file: pq.ParquetFile, names: Sequence[str], rows: np.ndarray | None) -> pa.Table:
    if rows is None:
        return file.read(columns=list(names)).select(names)
    parts, start = [], 0
    for number in range(file.metadata.num_row_groups):
        size = file.metadata.row_group(number).num_rows
        first, last = np.searchsorted(rows, [start, start + size])
        if first < last:
            # A name with a dot also selects columns that begin with it, hence the second selection.
            part = file.read_row_group(number, columns=list(names)).select(names)
            parts.append(part.take(pa.array(rows[first:last] - start)))
        start += size
    return pa.concat_tables(parts)


def _numbers(values: pa.ChunkedArray) -> np.ndarray:
    return np.asarray(values.cast(pa.float64()).to_numpy(), dtype=np.float64)


def _texts(values: pa.ChunkedArray) -> "pd.Categorical[str]":
    encoded = values.combine_chunks().dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    raw = encoded.dictionary.to_pylist()
    order = sorted(range(len(raw)), key=lambda index: raw[index])
    place = np.empty(len(raw) + 1, dtype=np.int64)
    place[order] = np.arange(len(raw))
    place[-1] = -1
    codes = encoded.indices.fill_null(len(raw)).to_numpy(zero_copy_only=False)
    labels = pd.Index([value_text(raw[index]) for index in order], dtype="str")
    made: pd.Categorical[str] = pd.Categorical.from_codes(np.asarray(place[codes]), categories=labels)
    return made


def value_text(value: object) -> str:
    """A cell as text: booleans in lower case, as everywhere in Praxis.

    Example:
        >>> value_text(True), value_text(3)
        ('true', '3')
    """
    return str(value).lower() if isinstance(value, bool) else str(value)
