"""Zips of documents, member by member: names stay data, sizes are counted while the bytes come.

expansion = Expansion(path, folder)
for name, member in expansion:      # ``member`` is a file in ``folder`` with a name of ours
    ...
expansion.skipped                   # what was left out, and why
"""

import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from core.documents.errors import DamagedDocument, DocumentTooLarge, EmptyDocument, EncryptedDocument, UnsafeDocument
from core.errors import UnreadableFile
from core.tables.detection import shorten
from core.tables.zips import opened_zip
from core.wording import counted

MAX_MEMBERS = 10_000
MAX_MEMBER_BYTES = 500_000_000
MAX_ALL_BYTES = 4_000_000_000
MAX_RATIO = 200
"""How many times its packed size a member may have: ten times what dull texts reach, a fifth of what bombs do."""
RATIO_FROM_BYTES = 50_000_000
MAX_NAME = 400
CHUNK_BYTES = 1024 * 1024
_WHAT = "ZIP archive"
_LITTER = ("Thumbs.db", "desktop.ini", "Icon\r")
_ARCHIVES = (".zip", ".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz")
_BROKEN = (zipfile.BadZipFile, EOFError, zlib.error, OSError, NotImplementedError, ValueError)


class Member(NamedTuple):
    """A file that was unpacked."""

    name: str
    """As in the archive, with its folders and "/" between them: data, never a path."""
    path: Path
    """Where it lies, under a name of ours."""


class Skipped(NamedTuple):
    """A file that was left out."""

    name: str
    reason: str
    """A sentence for a person."""


class Expansion:
    """Unpacks the files of an archive one by one, in its order; whoever reads them may remove each at once."""

    def __init__(
        self, path: Path, folder: Path, *, max_member_bytes: int = MAX_MEMBER_BYTES, max_bytes: int = MAX_ALL_BYTES
    ) -> None:
        """Expand ``path`` into ``folder``, which exists; nothing is read yet."""
        self._path = path
        self._folder = folder
        self._max_member_bytes = max_member_bytes
        self._left = max_bytes
        self.skipped: list[Skipped] = []
        """What was left out so far; complete when all members came."""

    def __iter__(self) -> Iterator[Member]:
        """The files that can be documents.

        Raises:
            UnreadableDocument: The archive is damaged, encrypted, empty, or made to fill a disk.
        """
        self.skipped = []
        try:
            with opened_zip(self._path) as archive:
                infos = _files(archive)
                if all(info.flag_bits & 0x1 for info in infos):
                    raise EncryptedDocument(_WHAT)
                self._refuse_stated(infos)
                yield from self._members(archive, infos)
        except UnreadableFile as error:
            raise DamagedDocument(_WHAT, "the list of its files cannot be read, as when it was cut off") from error

    def _refuse_stated(self, infos: list[zipfile.ZipInfo]) -> None:
        """Refuse by the sizes that the archive states, before anything is taken out: no file unpacks to more."""
        for info in infos:
            self._refuse_bomb(info.file_size, info)
        if sum(info.file_size for info in infos if info.file_size <= self._max_member_bytes) > self._left:
            raise _too_much()

    def _members(self, archive: zipfile.ZipFile, infos: list[zipfile.ZipInfo]) -> Iterator[Member]:
        seen: set[str] = set()
        for number, info in enumerate(infos):
            name = _name(info)
            reason = _reason(info, name, seen)
            seen.add(name)
            if reason:
                self.skipped.append(Skipped(name, reason))
                continue
            path = self._folder / f"member-{number:05d}"
            try:
                self._unpack(archive, info, path)
            except _Broken as error:
                path.unlink(missing_ok=True)
                self.skipped.append(Skipped(name, str(error)))
                continue
            except BaseException:
                path.unlink(missing_ok=True)
                raise
            yield Member(name, path)

    def _unpack(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: Path) -> None:
        n_bytes = 0
        self._refuse_large(info.file_size)
        try:
            with archive.open(info) as packed, path.open("wb") as out:
                while chunk := packed.read(CHUNK_BYTES):
                    n_bytes += len(chunk)
                    self._refuse(n_bytes, info)
                    out.write(chunk)
        except _BROKEN as error:
            raise _Broken("It is damaged and cannot be unpacked.") from error
        self._left -= n_bytes

    def _refuse(self, n_bytes: int, info: zipfile.ZipInfo) -> None:
        self._refuse_bomb(n_bytes, info)
        self._refuse_large(n_bytes)
        if n_bytes > self._left:
            raise _too_much()

    def _refuse_bomb(self, n_bytes: int, info: zipfile.ZipInfo) -> None:
        if n_bytes > RATIO_FROM_BYTES and n_bytes > MAX_RATIO * max(1, info.compress_size):
            raise UnsafeDocument(
                _WHAT,
                f"{shorten(info.filename)} unpacks to more than {MAX_RATIO} times its size, as files do that "
                "are made to fill a disk",
            )

    def _refuse_large(self, n_bytes: int) -> None:
        if n_bytes > self._max_member_bytes:
            raise _Broken(f"It unpacks to more than {self._max_member_bytes / 1e6:,.0f} MB.")


def _too_much() -> UnsafeDocument:
    return UnsafeDocument(_WHAT, "all its files together unpack to more than is allowed")


class _Broken(Exception):
    """One member cannot be taken; the others can."""


def _files(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    infos = [info for info in archive.infolist() if not info.is_dir()]
    if not infos:
        raise EmptyArchive
    if len(infos) > MAX_MEMBERS:
        raise DocumentTooLarge(_WHAT, found=counted(len(infos), "file"), most=counted(MAX_MEMBERS, "file"))
    return infos


def _name(info: zipfile.ZipInfo) -> str:
    """The name as a person sees it; letters that ZIP does not know are those of UTF-8 far more often than of DOS."""
    name = info.filename
    if not info.flag_bits & 0x800 and not name.isascii():
        try:
            name = name.encode("cp437").decode("utf-8")
        except (UnicodeEncodeError, UnicodeDecodeError):
            name = info.filename
    return name.replace("\\", "/")


def _reason(info: zipfile.ZipInfo, name: str, seen: set[str]) -> str:
    """Why a member is not taken; empty when it is."""
    path = PurePosixPath(name)
    is_link = (info.external_attr >> 16) & 0o170000 == 0o120000
    checks = (
        (len(name) > MAX_NAME, f"Its name is longer than {MAX_NAME} characters."),
        (
            path.is_absolute() or ".." in path.parts or ":" in path.parts[0] or "\0" in name,
            "Its name leads out of the archive.",
        ),
        (
            any(part.startswith(".") for part in path.parts) or "__MACOSX" in path.parts or path.name in _LITTER,
            "It is a hidden file, or one of the system.",
        ),
        (path.name.startswith("~$"), "It is a lock that Office leaves while a document is open."),
        (is_link, "It is a link to another file."),
        (path.suffix.lower() in _ARCHIVES, "It is an archive inside an archive. Unpack it and add what it holds."),
        (bool(info.flag_bits & 0x1), "It is encrypted."),
        (not info.file_size, "It is empty."),
        (name in seen, "The archive holds another file of this name."),
    )
    return next((reason for applies, reason in checks if applies), "")


class EmptyArchive(EmptyDocument):
    """The archive holds no file."""

    def __init__(self) -> None:
        super().__init__("The ZIP archive")
        self.message = "The ZIP archive holds no file."
        self.args = (self.message,)
