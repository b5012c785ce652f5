"""The fast reading: three passes of the engine over objects that it can tell apart by itself.

The first pass learns the names of all rows, the second the kinds of all values, the third writes them. Nothing is
presumed of rows that were not seen. Whatever the engine cannot read, or would read in another way than JSON says, stops
the pass that finds it; then the careful reading says where the file breaks, or reads it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Literal

from core.tables.delimited.conversion import list_sql
from core.tables.detection import HEAD_BYTES, wide_text_encoding
from core.tables.engine import Engine, EngineError, OnFraction, name_sql, text_sql
from core.tables.objects import scanning
from core.tables.objects.kinds import Kind
from core.tables.objects.scanning import Object
from core.tables.progress import window
from core.tables.spec import Limits, Progress

Shape = Literal["newline_delimited", "array"]

OBJECT_BYTES = 16 * 1024 * 1024
"""Largest object; each thread holds twice as much."""
MAX_COLUMNS = 250
"""Beyond it the engine plans as long as the careful reading reads, and takes more memory."""
FIRST_ROWS = 1_000
"""Where the order of the names is looked for before all rows are asked."""
MAX_DIGITS = 4_300
"""Of a whole number; more are refused by the careful reading."""

_CONSTANT = 64
"""Bit for NaN and the infinities, which count as missing."""
_ODD = 128
"""Bit for numbers that the engine may spell in another way when they become text."""
_CONSTANTS = ["NaN", "Infinity", "-Infinity"]
_ODD_NUMBER = "[eE]|^-?0[.]0000|^-?[0-9]{17}"
_ODD_NESTED = r"(?i)[\[:,]-?(nan|inf)"
_LOOSE_COMMA = r",\s*[}\]]"
"""A comma before a closing bracket, which the engine overlooks; within a text it does no harm."""


@dataclass(frozen=True, kw_only=True)
class _Column:
    name: str
    kind: Kind
    has_constants: bool

    @property
    def type(self) -> str:
        """What the engine is told to make of the values at once."""
        plain = {
            Kind.NOTHING: "VARCHAR", Kind.TEXT: "VARCHAR", Kind.BOOLEAN: "BOOLEAN", Kind.INTEGER: "BIGINT",
        }.get(self.kind, "DOUBLE" if self.kind.is_real else "JSON")  # fmt: skip
        return "JSON" if self.has_constants else plain

    @property
    def sql(self) -> str:
        """The values in a type that Parquet holds."""
        cell = name_sql(self.name)
        if self.type != "JSON":
            return cell
        if self.has_constants:
            cell = f"CASE WHEN CAST({cell} AS VARCHAR) NOT IN ({list_sql(_CONSTANTS)[1:-1]}) THEN {cell} END"
        if self.kind is Kind.BOOLEAN or self.kind is Kind.INTEGER or self.kind.is_real:
            target = {Kind.BOOLEAN: "BOOLEAN", Kind.INTEGER: "BIGINT"}.get(self.kind, "DOUBLE")
            return f"CAST(CAST({cell} AS VARCHAR) AS {target})"
        return f"CASE WHEN starts_with({cell}, '\"') THEN json_extract_string({cell}, '$') ELSE {cell}::VARCHAR END"


def read_fast(
    source: Path,
    shape: Shape,
    objects: Callable[[], Iterator[Object]],
    rough: Path,
    limits: Limits,
    on_progress: Progress,
) -> dict[str, Kind] | None:
    """Write the rows to ``rough`` in columns c0, c1, ...; their names and kinds in order.

    Args:
        source: One object on each line, or one list of objects.
        shape: Which of these.
        objects: Gives the rows of ``source``; only the first ones are taken, for the order of their names.
        rough: Parquet file to write; its folder takes temporary files.
        limits: Bounds on columns and memory.
        on_progress: Told of the done part and the stage; may raise to cancel.

    Returns:
        None when the file is not as the engine can read it for certain, or is too wide.

    Raises:
        UnreadableFile: Whatever ``objects`` raises within the first rows.
    """
    text = _plain_text(source, rough.parent)
    if text is None:
        return None
    with Engine(rough.parent, readable=[text], memory_bytes=limits.memory_bytes) as engine:
        try:
            reader = _Reader(engine, text, shape)
            names = reader.names(objects, window(on_progress, 0.0, 0.1, "Reading"))
            if len(names) > limits.max_columns or not _can_be_columns(names):
                return None
            columns = reader.columns(names, window(on_progress, 0.1, 0.3, "Reading"))
            if columns is None or not reader.write(columns, rough, window(on_progress, 0.3, 0.5, "Reading")):
                return None
        except EngineError:
            return None  # the careful reading finds out why
        finally:
            if text != source:
                text.unlink()
    return {column.name: column.kind for column in columns}


def _plain_text(source: Path, folder: Path) -> Path | None:
    """``source``, or a copy of it in UTF-8 without a mark; None when it is not text."""
    with source.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if not head.startswith(b"\xef\xbb\xbf") and not wide_text_encoding(head):
        return source
    copy = folder / "text.json"
    try:
        with scanning.open_text(source) as text, copy.open("w", encoding="utf-8", newline="") as out:
            while chunk := text.read(scanning.CHUNK_CHARACTERS):
                out.write(chunk)
    except UnicodeError:
        copy.unlink()
        return None
    return copy


def _can_be_columns(names: Sequence[str]) -> bool:
    """Whether the engine can tell the names apart, which it does without regard to case."""
    is_distinct = len({name.casefold() for name in names}) == len(names) == len({name.lower() for name in names})
    return 0 < len(names) <= MAX_COLUMNS and is_distinct and all(name and "\0" not in name for name in names)


class _Reader:
    """One file as the engine sees it."""

    def __init__(self, engine: Engine, path: Path, shape: Shape) -> None:
        self._engine = engine
        n_bytes = min(OBJECT_BYTES, scanning.MAX_VALUE_CHARACTERS)
        self._file = (
            f"{text_sql(str(path))}, format = '{shape}', compression = 'uncompressed', "
            f"hive_partitioning = false, maximum_object_size = {n_bytes}"
        )

    def names(self, objects: Callable[[], Iterator[Object]], on_fraction: OnFraction) -> list[str]:
        """The names of all rows in the order in which they appear; of too many, some. Raises EngineError."""
        is_sound = f"starts_with(json, '{{') AND NOT regexp_matches(json, '{_LOOSE_COMMA}')"
        keys = f"CASE WHEN {is_sound} THEN json_keys(json) ELSE error('unplanned') END"
        found = self._engine.rows(
            f"SELECT DISTINCT unnest(keys) FROM (SELECT DISTINCT {keys} AS keys FROM {self._objects}) "
            f"LIMIT {MAX_COLUMNS + 1}",
            on_fraction,
        )
        names = {name for (name,) in found}
        if len(names) > MAX_COLUMNS:
            return list(names)
        first = list(dict.fromkeys(name for row in islice(objects(), FIRST_ROWS) for name in row))
        if names <= set(first):
            return first
        late = self._engine.rows(
            f"""
            SELECT key FROM (
                SELECT n, unnest(keys) AS key, generate_subscripts(keys, 1) AS position FROM (
                    SELECT row_number() OVER () AS n, json_keys(json) AS keys FROM {self._objects})
                WHERE NOT list_has_all({list_sql(first)}, keys))
            WHERE NOT list_contains({list_sql(first)}, key)
            GROUP BY key ORDER BY min((n, position))""",
            on_fraction,
        )
        return first + [name for (name,) in late]

    def columns(self, names: Sequence[str], on_fraction: OnFraction) -> list[_Column] | None:
        """What the values of each name are; None where they cannot become text for certain. Raises EngineError."""
        kinds = ", ".join(_kind_sql(f"{name_sql(name)}") for name in names)
        bits = self._engine.rows(f"SELECT {kinds} FROM {self._values(dict.fromkeys(names, 'JSON'))}", on_fraction)[0]
        columns = []
        for name, found in zip(names, bits, strict=True):
            kind = Kind((found or 0) & (_CONSTANT - 1))
            if (found or 0) & _ODD and not kind.is_real:
                return None
            columns.append(_Column(name=name, kind=kind, has_constants=bool((found or 0) & _CONSTANT)))
        return columns

    def write(self, columns: Sequence[_Column], rough: Path, on_fraction: OnFraction) -> int:
        """The rows written. Raises EngineError."""
        select = ", ".join(f"{column.sql} AS c{index}" for index, column in enumerate(columns))
        values = self._values({column.name: column.type for column in columns})
        return self._engine.write_parquet(
            f"SELECT {select} FROM {values}",
            rough,
            n_columns=len(columns),
            on_fraction=on_fraction,
            compression="snappy",
        )

    @property
    def _objects(self) -> str:
        return f"read_json_objects({self._file})"

    def _values(self, types: dict[str, str]) -> str:
        columns = ", ".join(f"{text_sql(name)}: '{kind}'" for name, kind in types.items())
        return f"read_json({self._file}, records = true, auto_detect = false, columns = {{{columns}}})"


def _kind_sql(name: str) -> str:
    """SQL for the kinds of all values of a column of JSON, as bits; stops at a value that is not JSON."""
    cell = f"CAST({name} AS VARCHAR)"
    number = (
        f"CASE WHEN regexp_full_match({cell}, '-?[0-9]{{1,18}}') THEN {int(Kind.INTEGER)} "
        f"WHEN regexp_full_match({cell}, '-?[0-9]+') THEN CASE "
        f"WHEN TRY_CAST({cell} AS BIGINT) IS NOT NULL THEN {int(Kind.INTEGER)} "
        f"WHEN strlen({cell}) <= {MAX_DIGITS} THEN {int(Kind.LARGE)} ELSE error('unplanned') END "
        f"WHEN {cell} IN ({list_sql(_CONSTANTS)[1:-1]}) THEN {_CONSTANT} "
        f"WHEN NOT regexp_matches({cell}, '^-?[0-9]') THEN error('unplanned') "
        f"WHEN regexp_matches({cell}, '{_ODD_NUMBER}') THEN {int(Kind.NUMBER) | _ODD} ELSE {int(Kind.NUMBER)} END"
    )
    return (
        f"bit_or(CASE WHEN {name} IS NULL THEN 0 WHEN starts_with({cell}, '\"') THEN {int(Kind.TEXT)} "
        f"WHEN {cell} IN ('true', 'false') THEN {int(Kind.BOOLEAN)} "
        f"WHEN starts_with({cell}, '{{') OR starts_with({cell}, '[') THEN "
        f"CASE WHEN regexp_matches({cell}, '{_ODD_NESTED}') THEN error('unplanned') ELSE {int(Kind.NESTED)} END "
        f"ELSE {number} END)"
    )
