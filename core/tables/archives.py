"""One file taken out of a zip archive or a gzip stream, with a bound on what it may unpack to.

What an archive says of itself is not believed: sizes are counted while the bytes come. Names of members are data; the
one that is taken out gets a name of ours.
"""

import gzip
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import Protocol

from core.errors import UnreadableFile
from core.tables.detection import detect_format, shorten
from core.tables.heads import HEAD_BYTES
from core.tables.names import listed
from core.tables.progress import window
from core.tables.registry import TABLE_FORMATS
from core.tables.spec import ImportOptions, Ingested, Limits, Part, Progress, TableFormatSpec, Unpacked
from core.tables.zips import BROKEN_HINT, opened_zip

CHUNK_BYTES = 1024 * 1024
BEGINNING_BYTES = 1024 * 1024
WHOLE_BYTES = 32 * 1024 * 1024
"""Files in an archive that make no sense in parts are unpacked up to this size for a look."""
MAX_RATIO = 200
"""How many times its packed size a table may have: ten times what dull tables reach, a fifth of what a bomb does."""
RATIO_FROM_BYTES = 50_000_000
"""Smaller files may be as repetitive as they like."""
MAX_PARTS = 1_000

_UNPACK_HINT = "Unpack it and upload the table inside."
_BROKEN = (zipfile.BadZipFile, EOFError, zlib.error, OSError, NotImplementedError, ValueError, RuntimeError)


class SupportsRead(Protocol):
    """A stream of unpacked bytes."""

    def read(self, size: int, /) -> bytes:
        """At most ``size`` bytes; none at the end."""
        ...


def zip_parts(path: Path) -> tuple[Part, ...]:
    """The members of a zip archive that can be tables, at most a thousand of them.

    Raises:
        UnreadableFile: The archive is damaged, encrypted, or holds no file.
    """
    with opened_zip(path) as archive:
        return tuple(Part(name=info.filename, size_bytes=info.file_size) for info in _tables(archive)[:MAX_PARTS])


def unpack_zip(
    source: Path, folder: Path, file_name: str, options: ImportOptions, limits: Limits, beginning: bool
) -> Unpacked:
    """The member that the options name, or the only table; for the beginning alone, the first of several will do.

    Raises:
        UnreadableFile: There is no such member, several could be meant, or the archive is damaged, encrypted or a bomb.
    """
    with opened_zip(source) as archive:
        info = _chosen(_tables(archive), options.member, shorten(file_name), first_of_many=beginning)
        destination = folder / "unpacked"
        try:
            with archive.open(info) as packed:
                is_whole = _copy(packed, destination, info.compress_size, info.filename, limits, beginning)
        except _BROKEN as error:
            raise _damaged(shorten(info.filename), error) from error
    return Unpacked(path=destination, file_name=info.filename, member=info.filename, is_whole=is_whole)


def unpack_gzip(
    source: Path, folder: Path, file_name: str, options: ImportOptions, limits: Limits, beginning: bool
) -> Unpacked:
    """What a gzip stream holds.

    Raises:
        UnreadableFile: The stream is damaged or a bomb.
    """
    del options
    destination = folder / "unpacked"
    name = file_name[:-3] if file_name.lower().endswith(".gz") else file_name
    try:
        with gzip.open(source) as packed:
            is_whole = _copy(packed, destination, source.stat().st_size, name, limits, beginning)
    except _BROKEN as error:
        raise _damaged(shorten(file_name), error) from error
    return Unpacked(path=destination, file_name=name, member=None, is_whole=is_whole)


def ingest_archive(
    spec: TableFormatSpec,
    source: Path,
    destination: Path,
    options: ImportOptions,
    limits: Limits,
    on_progress: Progress,
) -> Ingested:
    """Unpack with ``spec`` and read what was inside with the format that fits it.

    Raises:
        UnreadableFile: The archive or what it holds cannot be read.
    """
    assert spec.unpack is not None
    window(on_progress, 0.0, 0.1, "Unpacking")(0.0)
    # The name of the upload is not known here, and would decide nothing that the content does not.
    unpacked = spec.unpack(source, destination.parent, f"archive{spec.extensions[0]}", options, limits, False)
    inner = inner_format(unpacked)
    ingested = inner.ingest(unpacked.path, destination, options, limits, on_progress)
    unpacked.path.unlink(missing_ok=True)
    used = ingested.options_used.model_copy(update={"member": unpacked.member})
    return Ingested(n_rows=ingested.n_rows, notices=ingested.notices, options_used=used)


def inner_format(unpacked: Unpacked) -> TableFormatSpec:
    """The format of a file that came out of an archive.

    Raises:
        UnreadableFile: It is no table, or another archive.
    """
    spec = detect_format(unpacked.path, unpacked.file_name)
    if spec.unpack is not None:
        raise UnreadableFile(
            f"{shorten(unpacked.file_name)} is an archive inside an archive.", hint="Unpack the outer one first."
        )
    return spec


def _tables(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """Members that can be tables by their names, or the only file whatever its name."""
    files = [info for info in archive.infolist() if not info.is_dir() and not _is_litter(info.filename)]
    if not files:
        raise UnreadableFile("The ZIP archive holds no file.", hint="Pack the file that holds the table.")
    endings = {ending for spec in TABLE_FORMATS.values() if spec.unpack is None for ending in spec.extensions}
    tables = [info for info in files if PurePosixPath(info.filename.lower()).suffix in endings]
    return tables or files


def _chosen(tables: list[zipfile.ZipInfo], member: str | None, shown: str, *, first_of_many: bool) -> zipfile.ZipInfo:
    if member is not None:
        found = next((info for info in tables if info.filename == member), None)
        if found is None:
            names = listed([info.filename for info in tables])
            raise UnreadableFile(
                f"The archive holds no file {shorten(member)}.", hint=f"It holds {names}.", field="options.member"
            )
    elif len(tables) > 1 and not first_of_many:
        raise UnreadableFile(
            f"The archive holds {len(tables):,} files that can be tables.",
            hint=f"Choose one with the import option 'member': {listed([info.filename for info in tables])}.",
            field="options.member",
        )
    else:
        found = tables[0]
    if found.flag_bits & 0x1:
        raise UnreadableFile(
            f"{shorten(found.filename)} in {shown} is encrypted.", hint="Unpack it with its password and upload that."
        )
    return found


def _is_litter(name: str) -> bool:
    """What programs leave in archives beside the files that people put there."""
    path = PurePosixPath(name)
    return path.name.startswith(".") or "__MACOSX" in path.parts or path.name in ("Thumbs.db", "desktop.ini")


def _copy(
    packed: SupportsRead, destination: Path, packed_bytes: int, name: str, limits: Limits, beginning: bool
) -> bool:
    """Write what ``packed`` yields; whether that is all."""
    enough = limits.unpacked_bytes
    n_bytes = 0
    with destination.open("wb") as out:
        while chunk := packed.read(CHUNK_BYTES):
            if beginning and not n_bytes:
                enough = _enough(chunk)
            n_bytes += len(chunk)
            if n_bytes > limits.unpacked_bytes:
                raise UnreadableFile(
                    f"{shorten(name)} unpacks to more than {limits.unpacked_bytes / 1e6:,.0f} MB.",
                    hint="Split the table. PRAXIS_MAX_UPLOAD_MB raises the limit.",
                )
            if n_bytes > RATIO_FROM_BYTES and n_bytes > MAX_RATIO * max(1, packed_bytes):
                raise UnreadableFile(
                    f"{shorten(name)} unpacks to more than {MAX_RATIO} times its size, as files do that are made to "
                    "fill a disk.",
                    hint=_UNPACK_HINT,
                )
            out.write(chunk)
            if beginning and n_bytes >= enough:
                return not packed.read(1)
    return True


def _enough(first: bytes) -> int:
    """How much of a member a look at its beginning needs: texts can be cut, containers cannot."""
    is_container = first.startswith((b"PK\x03\x04", b"PAR1", b"\xd0\xcf\x11\xe0"))
    return WHOLE_BYTES if is_container else max(BEGINNING_BYTES, HEAD_BYTES)


def _damaged(shown: str, error: Exception) -> UnreadableFile:
    if isinstance(error, NotImplementedError):
        return UnreadableFile(f"{shown} is packed in a way that is not read here.", hint=_UNPACK_HINT)
    if isinstance(error, RuntimeError):
        return UnreadableFile(f"{shown} is encrypted.", hint="Unpack it with its password and upload that.")
    return UnreadableFile(f"{shown} is damaged: it cannot be unpacked to its end.", hint=BROKEN_HINT)
