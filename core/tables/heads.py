"""The beginning of a large text, cut where a row ends, so that a look at it costs the same whatever the size."""

from pathlib import Path

HEAD_BYTES = 256 * 1024
LONGEST_BYTES = 16 * 1024 * 1024
"""How far to look for the end of a first line."""


def copy_first_lines(source: Path, destination: Path, options: object = None) -> bool:
    """Write the first lines of the text ``source`` to ``destination``; whether that is all of it.

    The cut is after a line break outside of double quotes, as far as these come in pairs.
    """
    del options
    size = source.stat().st_size
    with source.open("rb") as file:
        head = file.read(HEAD_BYTES)
        while len(head) < size and b"\n" not in head and b"\r" not in head and len(head) < LONGEST_BYTES:
            head += file.read(HEAD_BYTES)
    is_whole = len(head) >= size
    destination.write_bytes(head if is_whole else head[: _end_of_last_row(head)])
    return is_whole


def _end_of_last_row(head: bytes) -> int:
    """How many bytes make whole lines; all of them when there is no line break."""
    wide = _line_break(head)
    end = len(head)
    first_end = 0
    while (end := head.rfind(wide, 0, end)) >= 0:
        after = end + len(wide)
        if len(wide) == 2 and end % 2:  # the halves of two neighbours
            continue
        first_end = first_end or after
        if head.count(b'"', 0, end) % 2 == 0:
            return after
    return first_end or len(head) // 2 * 2


def _line_break(head: bytes) -> bytes:
    """The bytes of a line break: two of them in UTF-16, and a carriage return in very old files."""
    sample = head[: 64 * 1024]
    if head.startswith(b"\xff\xfe") or sample[1::2].count(0) > len(sample) // 10:
        candidates = (b"\n\x00", b"\r\x00")
    elif head.startswith(b"\xfe\xff") or sample[0::2].count(0) > len(sample) // 10:
        candidates = (b"\x00\n", b"\x00\r")
    else:
        candidates = (b"\n", b"\r")
    return candidates[0] if candidates[0] in head else candidates[1]
