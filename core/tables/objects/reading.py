"""JSON objects to Parquet: one fast reading of lists and lines of objects, and a careful one for whatever stops it.

Both write a rough file of the same columns, whose texts then find their types.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

from core.tables.engine import Engine, EngineError
from core.tables.names import name_columns
from core.tables.objects.careful import read_carefully
from core.tables.objects.fast import Shape, read_fast
from core.tables.objects.kinds import kind_notices
from core.tables.objects.scanning import Object, objects_of, objects_of_lines, starts_with_list
from core.tables.progress import window
from core.tables.settling import Texts, settle
from core.tables.spec import ImportOptions, Ingested, Limits, Progress

SHORT_ROWS = 200
SHORT_CHARACTERS = 256 * 1024


def ingest_json(
    source: Path, destination: Path, options: ImportOptions, limits: Limits, on_progress: Progress
) -> Ingested:
    """Write the table in the JSON file ``source`` to ``destination`` in the normal form; see ``ingest_lines``."""
    shape: Shape | None = "array" if starts_with_list(source) else None
    return _ingest(source, shape, lambda: objects_of(source), destination, options, limits, on_progress)


def ingest_lines(
    source: Path, destination: Path, options: ImportOptions, limits: Limits, on_progress: Progress
) -> Ingested:
    """Write the objects on the lines of ``source`` to ``destination`` in the normal form.

    Nested values become JSON text, names that a row does not have are missing there, texts in the form of ISO dates
    become datetimes.

    Args:
        source: JSON text in UTF-8 or UTF-16.
        destination: Parquet file to write; its folder takes temporary files.
        options: None of them is heeded.
        limits: Bounds on columns and memory.
        on_progress: Told of the done part and the stage.

    Raises:
        UnreadableFile: The text is not JSON, or not a table; the message says what and where.
    """
    return _ingest(
        source, "newline_delimited", lambda: objects_of_lines(source), destination, options, limits, on_progress
    )


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


def _ingest(
    source: Path,
    shape: Shape | None,
    objects: Callable[[], Iterator[Object]],
    destination: Path,
    options: ImportOptions,
    limits: Limits,
    on_progress: Progress,
) -> Ingested:
    rough = destination.with_name("rough.parquet")
    kinds = read_fast(source, shape, objects, rough, limits, on_progress) if shape else None
    if kinds is None:
        kinds = read_carefully(objects, rough, limits, on_progress)
    naming = name_columns(list(kinds))
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
    notices = (*naming.notices, *kind_notices(kinds, naming.names), *settled.notices)
    return Ingested(n_rows=settled.n_rows, notices=notices, options_used=options)
