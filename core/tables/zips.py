"""Opening ZIP files whose list of members is bounded."""

import struct
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.errors import UnreadableFile

MAX_DIRECTORY_BYTES = 32 * 1024 * 1024
"""Largest list of members that is read: a quarter of a million names."""
BROKEN_HINT = "It may have been cut off on its way: pack or download it again, then upload that."


@contextmanager
def opened_zip(path: Path, what: str = "ZIP archive") -> Iterator[zipfile.ZipFile]:
    """The archive at ``path``; only its list of members has been read.

    Raises:
        UnreadableFile: The list is damaged or endless.
    """
    try:
        _refuse_endless_directory(path)
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error) as error:
        raise UnreadableFile(
            f"The {what} is damaged: the list of its contents cannot be read.", hint=BROKEN_HINT
        ) from error
    with archive:
        yield archive


def _refuse_endless_directory(path: Path) -> None:
    """Refuse an archive whose list of members would fill the memory."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 66_000))
        tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0:
        raise zipfile.BadZipFile
    (size,) = struct.unpack_from("<L", tail, at + 12)
    if MAX_DIRECTORY_BYTES < size < 0xFFFFFFFF:
        raise UnreadableFile("The ZIP archive holds too many files.", hint="Pack the one file that holds the table.")
