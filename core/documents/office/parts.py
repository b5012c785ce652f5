"""The parts of an Office document, opened with care: sizes are counted while the bytes come, entities are refused."""

import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lxml import etree

from core.documents.errors import DamagedDocument, EncryptedDocument, UnsafeDocument
from core.errors import UnreadableFile
from core.tables.zips import opened_zip

MAX_PART_BYTES = 200_000_000
"""Largest part: the text of a book of 10,000 pages with all its marks."""
MAX_ALL_BYTES = 400_000_000
"""Most that is unpacked of one document."""
MAX_RATIO = 100
"""How many times its packed size a part may have; the marks of Office reach twenty."""
RATIO_FROM_BYTES = 10_000_000
CHUNK_BYTES = 1024 * 1024
_RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_BROKEN = (zipfile.BadZipFile, EOFError, zlib.error, OSError, NotImplementedError, ValueError)


class Parts:
    """The parts of one container."""

    def __init__(self, archive: zipfile.ZipFile, what: str) -> None:
        """Read from ``archive``; ``what`` names the document in refusals."""
        self._archive = archive
        self._what = what
        self._unpacked = 0

    def has(self, name: str) -> bool:
        """Whether there is such a part."""
        return name in self._archive.NameToInfo

    def tree(self, name: str) -> Any:
        """The root of an XML part.

        Raises:
            DamagedDocument: The part is missing, or no XML.
            UnsafeDocument: It unpacks to too much, or declares entities.
        """
        content = self._read(name)
        if b"<!DOCTYPE" in content.replace(b"\0", b"") or b"<!ENTITY" in content.replace(b"\0", b""):
            raise UnsafeDocument(self._what, "it declares entities, with which files fetch others or grow without end")
        parser = etree.XMLParser(
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        try:
            return etree.fromstring(content, parser)
        except etree.XMLSyntaxError as error:
            raise DamagedDocument(self._what, f"its part {name!r} breaks off or is no XML") from error

    def find_tree(self, name: str) -> Any | None:
        """The root of an XML part; None when there is no such part."""
        return self.tree(name) if self.has(name) else None

    def relations(self, name: str) -> dict[str, tuple[str, str]]:
        """What a part refers to inside the document: kind and name of the part, by id."""
        folder, base = posixpath.split(name)
        root = self.find_tree(f"{folder}/_rels/{base}.rels")
        found: dict[str, tuple[str, str]] = {}
        for relation in root.iter(_RELATIONS) if root is not None else ():
            target = relation.get("Target", "")
            if relation.get("TargetMode") == "External" or not target:
                continue
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            found[relation.get("Id", "")] = (relation.get("Type", "").rpartition("/")[2], path)
        return found

    def _read(self, name: str) -> bytes:
        info = self._archive.NameToInfo.get(name)
        if info is None:
            raise DamagedDocument(self._what, f"its part {name!r} is missing")
        if info.flag_bits & 0x1:
            raise EncryptedDocument(self._what)
        chunks: list[bytes] = []
        n_bytes = 0
        try:
            with self._archive.open(info) as packed:
                while chunk := packed.read(CHUNK_BYTES):
                    n_bytes += len(chunk)
                    self._refuse_bomb(n_bytes, info.compress_size)
                    chunks.append(chunk)
        except _BROKEN as error:
            raise DamagedDocument(self._what, f"its part {name!r} cannot be unpacked") from error
        self._unpacked += n_bytes
        return b"".join(chunks)

    def _refuse_bomb(self, n_bytes: int, packed_bytes: int) -> None:
        if n_bytes > MAX_PART_BYTES or self._unpacked + n_bytes > MAX_ALL_BYTES:
            raise UnsafeDocument(
                self._what, f"it unpacks to more than {MAX_PART_BYTES / 1e6:,.0f} MB of text and marks"
            )
        if n_bytes > RATIO_FROM_BYTES and n_bytes > MAX_RATIO * max(1, packed_bytes):
            raise UnsafeDocument(
                self._what,
                f"it unpacks to more than {MAX_RATIO} times its size, as files do that are made to fill a disk",
            )


@contextmanager
def opened_parts(path: Path, what: str) -> Iterator[Parts]:
    """The parts of the document at ``path``.

    Raises:
        DamagedDocument: The list of its parts cannot be read.
    """
    try:
        with opened_zip(path) as archive:
            yield Parts(archive, what)
    except UnreadableFile as error:
        raise DamagedDocument(what, "the list of its parts cannot be read, as when a download was cut off") from error


def core_title(parts: Parts) -> str:
    """The title among the properties of a document."""
    root = parts.find_tree("docProps/core.xml")
    title = root.findtext("{http://purl.org/dc/elements/1.1/}title") if root is not None else None
    # Names that the programs give by themselves say nothing.
    return "" if title is None or title.strip().lower() in ("powerpoint presentation", "word document") else title
