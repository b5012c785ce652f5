"""Batches of rows collected into a Parquet file, with bounded memory and a limit on its size."""

from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa
import pyarrow.parquet as pq

from core.errors import UserInputError

GROUP_BYTES = 32_000_000
GROUP_ROWS = 100_000
"""A row group is written when either is reached."""


class ParquetCollector:
    """Writes batches of one schema. The file is complete after the block."""

    def __init__(self, path: Path, max_bytes: int) -> None:
        self._path = path
        self._max_bytes = max_bytes
        self._writer: pq.ParquetWriter | None = None
        self._waiting: list[pa.RecordBatch] = []
        self._n_waiting_bytes = self._n_waiting_rows = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if kind is None:
            self._write()
        if self._writer is not None:
            self._writer.close()

    def add(self, batch: pa.RecordBatch) -> None:
        """Take ``batch``, and write if enough has come together.

        Raises:
            UserInputError: The file has outgrown its limit.
        """
        self._waiting.append(batch)
        self._n_waiting_bytes += batch.nbytes
        self._n_waiting_rows += batch.num_rows
        if self._n_waiting_bytes >= GROUP_BYTES or self._n_waiting_rows >= GROUP_ROWS:
            self._write()
            if self._path.stat().st_size > self._max_bytes:
                raise UserInputError(
                    f"The rows take more than {self._max_bytes / 1e6:,.0f} MB as a file.",
                    hint="Choose fewer rows or columns, or raise PRAXIS_MAX_UPLOAD_MB.",
                )

    def _write(self) -> None:
        if not self._waiting:
            return
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._path, self._waiting[0].schema, compression="zstd")
        self._writer.write_table(pa.Table.from_batches(self._waiting))
        self._waiting.clear()
        self._n_waiting_bytes = self._n_waiting_rows = 0
