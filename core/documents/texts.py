"""Bytes of a text file as text: the encoding is told by its marks, its pattern, or by what fits."""

import codecs
import re
from dataclasses import dataclass
from pathlib import Path

from core.documents.building import MAX_CHARACTERS, too_long
from core.documents.errors import DamagedDocument, EmptyDocument
from core.documents.spec import ParseContext
from core.tables.detection import wide_text_encoding

HEAD_BYTES = 8 * 1024
LEAST_UNMARKED = 64
"""Fewer bytes do not show a pattern of zeros."""
CHUNK_BYTES = 1024 * 1024
MAX_BYTES = 4 * MAX_CHARACTERS
"""No text within the limit has more bytes in any encoding."""
_ESCAPES = re.compile(rb"[\x00-\x06\x0e-\x1a\x1c-\x1f]")
"""Bytes that no text in an encoding of one byte holds."""


@dataclass(frozen=True, kw_only=True)
class Decoded:
    """The text of a file and how it was encoded."""

    text: str
    encoding: str
    is_guess: bool
    """Whether any text could have been read in this encoding."""


def is_text(head: bytes) -> bool:
    """Whether the beginning of a file can be text: UTF-8, UTF-16, or one byte a character."""
    if wide_encoding(head) is not None:
        return True
    # Few control characters are let through: a form feed in a print-out, an escape of a terminal.
    return len(_ESCAPES.findall(head)) * 200 <= len(head) and b"\x00" not in head


def wide_encoding(head: bytes) -> str | None:
    """The encoding of two or four bytes a character that a head shows."""
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    wide = wide_text_encoding(head[: len(head) // 2 * 2])
    if wide is None or head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return wide
    if len(head) < LEAST_UNMARKED:
        return None
    # Without a mark, the pattern of zeros alone would take many binary files for text.
    text = head[: len(head) // 2 * 2].decode(wide, errors="ignore")
    printable = sum(character.isprintable() or character in "\r\n\t" for character in text)
    return wide if printable > 0.97 * len(text) else None


def read_text(path: Path, what: str, context: ParseContext, *, declared: str | None = None) -> Decoded:
    """The whole text of a file, in memory bounded by the limit on its length.

    Args:
        path: The file.
        what: Its kind, for refusals.
        context: Told of the progress, up to a quarter of the whole.
        declared: The encoding that the text itself names, tried before others.

    Raises:
        EmptyDocument: There is nothing but blanks.
        DamagedDocument: There are bytes that no text holds.
        DocumentTooLarge: It is longer than a document may be.
    """
    if path.stat().st_size > MAX_BYTES:
        raise too_long(what)
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if not is_text(head):
        raise DamagedDocument(what, "it holds bytes that stand for no text")
    wide = wide_encoding(head)
    # What is valid UTF-8 is hardly ever anything else, whatever a text says of itself; but escapes are valid too.
    by_escapes = declared if declared is not None and declared.startswith(("iso2022", "hz")) else None
    candidates = [name for name in ((wide,) if wide else (by_escapes, "utf-8-sig", declared)) if name]
    for encoding in candidates:
        if (text := _decoded(path, encoding, what, context)) is not None:
            return _checked(text, encoding.removesuffix("-sig"), what, is_guess=False)
    if wide is not None:
        raise DamagedDocument(what, f"its bytes do not fit its encoding, {wide}")
    text = _decoded(path, "cp1252", what, context)
    guess = "cp1252" if text is not None else "latin-1"
    return _checked(
        text if text is not None else _decoded(path, guess, what, context) or "", guess, what, is_guess=True
    )


def _checked(text: str, encoding: str, what: str, *, is_guess: bool) -> Decoded:
    if not text or text.isspace():
        raise EmptyDocument(f"The {what}", is_blank=True)
    if "\x00" in text:
        raise DamagedDocument(what, "it holds bytes that stand for no text")
    return Decoded(text=text, encoding=encoding, is_guess=is_guess)


def _decoded(path: Path, encoding: str, what: str, context: ParseContext) -> str | None:
    """The text, or None when a byte does not belong to the encoding."""
    decoder = codecs.getincrementaldecoder(encoding)()
    size = max(1, path.stat().st_size)
    parts: list[str] = []
    n_characters = n_bytes = 0
    with path.open("rb") as file:
        while True:
            chunk = file.read(CHUNK_BYTES)
            try:
                part = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError:
                return None
            n_characters += len(part)
            n_bytes += len(chunk)
            if n_characters > MAX_CHARACTERS:
                raise too_long(what)
            parts.append(part)
            if not chunk:
                break
            context.report(0.25 * n_bytes / size, "Reading text")
    return "".join(parts).removeprefix("\ufeff")
