"""Parquet files of more columns than are read at once."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from core.tables.ingest import ingest_table
from core.tables.pieces import WIDE_COLUMNS, column_pieces
from core.tables.spec import ImportOptions, Limits


def test_a_wide_file_is_read_in_pieces_and_put_together_in_order(tmp_path: Path) -> None:
    n_columns, n_rows = 2 * WIDE_COLUMNS + 3, 50
    columns = [
        pa.array([None if row == index % n_rows else row + index for row in range(n_rows)])
        if index % 3
        else pa.array([f"t{row}" for row in range(n_rows)]).dictionary_encode()
        for index in range(n_columns)
    ]
    names = [f"c{index}" for index in range(n_columns)]
    source, destination = tmp_path / "upload", tmp_path / "table.parquet"
    pq.write_table(pa.Table.from_arrays(columns, names=names), source)
    stages: list[float] = []
    table = ingest_table(
        source,
        file_name="wide.parquet",
        destination=destination,
        options=ImportOptions(),
        limits=Limits(max_columns=10_000, memory_bytes=300_000_000),
        on_progress=lambda fraction, _stage: stages.append(fraction),
    )
    assert len(column_pieces(n_columns)) > 1
    stored = pq.read_table(destination)
    assert stored.column_names == names
    for index in (0, 1, WIDE_COLUMNS, n_columns - 1):
        assert stored.column(index).to_pylist() == columns[index].to_pylist()
    assert [column.type for column in table.columns[:3]] == ["string", "integer", "integer"]
    assert (table.columns[1].n_missing, table.columns[4].minimum, table.columns[4].maximum) == (1, "4", "53")
    assert stages == sorted(stages)
    assert set(tmp_path.iterdir()) == {source, destination}
