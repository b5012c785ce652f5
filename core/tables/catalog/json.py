"""JSON: a list of objects, alone or inside an object, or an object of columns."""

import json
import re
from pathlib import Path

from core.tables.spec import ImportOptions, Ingested, Limits, Progress, TableFormatSpec

_STARTS = re.compile(rb'(\xef\xbb\xbf)?\s*(\{\s*"(?:[^"\\\x00-\x1f]|\\.)*"\s*:|\[\s*[{\[])')


def is_content(head: bytes) -> bool:
    """Whether the file starts as one JSON value does: with an object or with a list of objects."""
    return bool(_STARTS.match(head)) and not starts_with_lines(head)


def starts_with_lines(head: bytes) -> bool:
    """Whether a whole object stands on the first line and something follows on the next ones: JSON Lines."""
    match = _STARTS.match(head)
    if not match or match[2].startswith(b"["):
        return False
    first, _, rest = head.lstrip(b"\xef\xbb\xbf \t\r\n").partition(b"\n")
    if not rest.strip():
        return False
    try:
        json.loads(first)
    except (ValueError, RecursionError):
        return first.rstrip().endswith(b"}") and rest.lstrip().startswith(b"{")
    return True


def shorten(source: Path, destination: Path, options: ImportOptions) -> bool:
    """The first rows as a JSON list."""
    from core.tables.objects.reading import shorten_objects
    from core.tables.objects.scanning import objects_of, objects_of_lines

    del options
    lines = destination.with_name("short.jsonl")
    is_whole = shorten_objects(objects_of(source), lines)
    destination.write_text(json.dumps(list(objects_of_lines(lines))), encoding="utf-8")
    lines.unlink()
    return is_whole


def ingest(source: Path, destination: Path, options: ImportOptions, limits: Limits, on_progress: Progress) -> Ingested:
    """Read the objects; see ``core.tables.objects``."""
    from core.tables.objects.reading import ingest_json

    return ingest_json(source, destination, options, limits, on_progress)


SPEC = TableFormatSpec(
    key="json",
    label="JSON",
    extensions=(".json", ".geojson"),
    is_content=is_content,
    ingest=ingest,
    shorten=shorten,
)
