"""The careful reading: object by object, first to learn names and kinds of all values, then to write them.

It reads every shape of table and says where a file breaks, at a tenth of the speed of the fast reading.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from core.errors import UnreadableFile
from core.tables.delimited.dialect import refuse_columns
from core.tables.engine import OnFraction
from core.tables.objects.kinds import Kind
from core.tables.objects.scanning import Object
from core.tables.progress import window
from core.tables.spec import Limits, Progress

CELLS_AT_ONCE = 500_000
REPORT_EVERY = 2_000

_KINDS: dict[type, Kind] = {
    bool: Kind.BOOLEAN, int: Kind.INTEGER, float: Kind.NUMBER, str: Kind.TEXT, list: Kind.NESTED, dict: Kind.NESTED,
    type(None): Kind.NOTHING,
}  # fmt: skip
_INT64 = range(-(2**63), 2**63)


@dataclass
class _Census:
    """What a first pass found."""

    n_rows: int = 0
    kinds: dict[str, Kind] = field(default_factory=dict)

    def count(self, row: Object) -> None:
        """Take in one row."""
        self.n_rows += 1
        kinds = self.kinds
        for name, value in row.items():
            kind = _KINDS[type(value)]
            if kind is Kind.INTEGER and value not in _INT64:
                kind = Kind.LARGE
            known = kinds.get(name)
            if known is None:
                kinds[name] = kind
            elif kind & ~known:
                kinds[name] = known | kind


def read_carefully(
    objects: Callable[[], Iterator[Object]], rough: Path, limits: Limits, on_progress: Progress
) -> dict[str, Kind]:
    """Write the rows to ``rough`` in columns c0, c1, ...; their names and kinds in order.

    Args:
        objects: Gives the rows from the first one on, each time it is called.
        rough: Parquet file to write.
        limits: Bounds on columns.
        on_progress: Told of the done part and the stage.

    Raises:
        UnreadableFile: There are no rows, or too many columns; and whatever ``objects`` raises.
    """
    census = _Census()
    for row in objects():
        census.count(row)
        if census.n_rows % REPORT_EVERY == 0:
            refuse_columns(len(census.kinds), limits)
            on_progress(0.25 * (1 - 1 / (1 + census.n_rows / 200_000)), "Reading")
    refuse_columns(len(census.kinds), limits)
    if not census.n_rows or not census.kinds:
        what = "no columns" if census.n_rows else "no rows"
        raise UnreadableFile(f"The file holds {what}.", hint="Choose a file with at least one object that has a value.")
    _write_rough(objects(), census, rough, window(on_progress, 0.25, 0.5, "Reading"))
    return census.kinds


def _write_rough(rows: Iterator[Object], census: _Census, rough: Path, on_fraction: OnFraction) -> None:
    names = list(census.kinds)
    types = [_arrow_type(census.kinds[name]) for name in names]
    schema = pa.schema([(f"c{index}", kind) for index, kind in enumerate(types)])
    n_at_once = max(100, CELLS_AT_ONCE // len(names))
    waiting: list[Object] = []
    n_done = 0
    with pq.ParquetWriter(rough, schema, compression="zstd") as writer:

        def flush() -> None:
            arrays = [_array([row.get(name) for row in waiting], kind) for name, kind in zip(names, types, strict=True)]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
            waiting.clear()

        for row in rows:
            waiting.append(row)
            if len(waiting) == n_at_once:
                flush()
                n_done += n_at_once
                on_fraction(min(1.0, n_done / census.n_rows))
        if waiting:
            flush()


def _arrow_type(kind: Kind) -> pa.DataType:
    if kind is Kind.BOOLEAN:
        return pa.bool_()
    if kind is Kind.INTEGER:
        return pa.int64()
    return pa.float64() if kind.is_real else pa.string()


def _array(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    if pa.types.is_float64(kind):
        return pa.array([None if value is None else float(value) for value in values], kind)
    if not pa.types.is_string(kind):
        return pa.array(values, kind)
    texts = [value if value is None or type(value) is str else _as_json(value) for value in values]
    try:
        return pa.array(texts, kind)
    except UnicodeEncodeError:  # half a surrogate pair, which JSON can spell and no text can hold
        return pa.array([text and text.encode("utf-8", "replace").decode() for text in texts], kind)


def _as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
