"""Identifiers and the clock."""

import os
import time
import uuid
from datetime import UTC, datetime


def new_id() -> str:
    """A UUID version 7 string: unique, and sorted by creation time to the millisecond (RFC 9562, 5.7)."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds & (1 << 48) - 1) << 80 | int.from_bytes(os.urandom(10))
    value = value & ~(0xF << 76) | 0x7 << 76  # version
    value = value & ~(0x3 << 62) | 0x2 << 62  # variant
    return str(uuid.UUID(int=value))


def clean_name(text: str, *, max_length: int) -> str:
    r"""``text`` as a name that every database stores: on one line, without control characters, cut to length.

    Example:
        >>> clean_name(" a\x00b\n c ", max_length=20)
        'ab c'
    """
    printable = "".join(character for character in text if character.isprintable() or character.isspace())
    return " ".join(printable.split())[:max_length]


def utc_now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)
