"""JSON objects to Parquet: a first pass learns names and kinds of all values, a second one writes them."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import IntFlag
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from core.errors import UnreadableFile
from core.tables.delimited.dialect import refuse_columns
from core.tables.detection import shorten
from core.tables.engine import Engine, EngineError, OnFraction
from core.tables.names import listed, name_columns
from core.tables.objects.scanning import Object
from core.tables.progress import window
from core.tables.settling import Texts, settle
from core.tables.spec import ImportOptions, Ingested, Limits, Progress
from core.types import Notice, Severity

CELLS_AT_ONCE = 500_000
REPORT_EVERY = 2_000
SHORT_ROWS = 200
SHORT_CHARACTERS = 256 * 1024


class Kind(IntFlag):
    """What the values of one name are."""

    NOTHING = 0
    BOOLEAN = 1
    INTEGER = 2
    LARGE = 4
    """Integers beyond 64 bits."""
    NUMBER = 8
    TEXT = 16
    NESTED = 32


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


def ingest_objects(
    objects: Callable[[], Iterator[Object]],
    destination: Path,
    options: ImportOptions,
    limits: Limits,
    on_progress: Progress,
) -> Ingested:
    """Write rows that come as objects to ``destination`` in the normal form.

    Nested values become JSON text, names that a row does not have are missing there, texts in the form of ISO dates
    become datetimes.

    Args:
        objects: Gives the rows from the first one on, each time it is called.
        destination: Parquet file to write; its folder takes temporary files.
        options: None of them is heeded.
        limits: Bounds on columns and memory.
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
    rough = destination.with_name("rough.parquet")
    _write_rough(objects(), census, rough, window(on_progress, 0.25, 0.5, "Reading"))
    naming = name_columns(list(census.kinds))
    with Engine(destination.parent, readable=[rough], memory_bytes=limits.memory_bytes) as engine:
        try:
            settled = settle(
                engine,
                rough,
                destination,
                naming.names,
                texts=Texts.DATES,
                day_first=None,
                on_fraction=window(on_progress, 0.5, 0.7, "Writing Parquet"),
            )
        except EngineError as error:
            raise engine.refusal(error) from error
    rough.unlink()
    notices = (*naming.notices, *_kind_notices(census, naming.names), *settled.notices)
    return Ingested(n_rows=settled.n_rows, notices=notices, options_used=options)


def shorten_objects(objects: Iterator[Object], destination: Path) -> bool:
    """Write the first rows as JSON Lines; whether these are all.

    Raises:
        UnreadableFile: Whatever ``objects`` raises within these rows.
    """
    n_rows = n_characters = 0
    with destination.open("w", encoding="utf-8", errors="surrogatepass") as out:
        for row in objects:
            if n_rows >= SHORT_ROWS or n_characters > SHORT_CHARACTERS:
                return False
            line = json.dumps(row)
            out.write(line + "\n")
            n_rows += 1
            n_characters += len(line)
    return True


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
    return pa.float64() if kind in (Kind.NUMBER, Kind.NUMBER | Kind.INTEGER) else pa.string()


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


def _kind_notices(census: _Census, names: Sequence[str]) -> list[Notice]:
    by_name = list(zip(names, census.kinds.values(), strict=True))
    nested = [shorten(name, 40) for name, kind in by_name if kind & Kind.NESTED]
    mixed = [shorten(name, 40) for name, kind in by_name if _is_mixed(kind)]
    large = [shorten(name, 40) for name, kind in by_name if kind & Kind.LARGE and not _is_mixed(kind)]
    told = (
        ("nested_as_json", nested, "Nested values became JSON text"),
        ("mixed_kinds", mixed, "Numbers, truth values and texts are mixed and were read as text"),
        ("large_integers", large, "Whole numbers with more digits than a number keeps are read as text"),
    )
    return [
        Notice(severity=Severity.WARNING, code=code, text=f"{what}: {listed(found)}.")
        for code, found, what in told
        if found
    ]


def _is_mixed(kind: Kind) -> bool:
    numbers = Kind.INTEGER | Kind.LARGE | Kind.NUMBER
    groups = (bool(kind & numbers), bool(kind & Kind.BOOLEAN), bool(kind & Kind.TEXT))
    return sum(groups) > 1
