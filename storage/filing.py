"""Putting a file into a collection: new, changed, unchanged, or known under another name.

Both the services and the job that unpacks an archive do it.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from core.documents.index_key import Versioned, index_key
from core.ids import clean_name, new_id, utc_now
from core.knowledge import Collection, Document, DocumentStatus
from storage.storage import UnitOfWork

LONGEST_NAME = 400


class ArchiveFormat(NamedTuple):
    """How an archive is unpacked, as documents name what they are read as."""

    key: str = "zip"
    version: int = 1


ARCHIVE = ArchiveFormat()
"""An archive is a document without passages: its members are documents of their own, and its pages are their number."""


class Outcome(StrEnum):
    """What putting a file into a collection came to."""

    ADDED = "added"
    CHANGED = "changed"
    """Its name was there with other bytes, or it is to be read otherwise than before: it is read again."""
    UNCHANGED = "unchanged"
    """It was there, and nothing is done."""
    WAITING = "waiting"
    """It is being read already."""

    @property
    def has_work(self) -> bool:
        """Whether its job is to be delivered."""
        return self in (Outcome.ADDED, Outcome.CHANGED)


@dataclass(frozen=True, kw_only=True)
class Filed:
    """A document as it stands after a file was put into its collection."""

    document: Document
    outcome: Outcome
    same_as: str = ""
    """File name of another document of the collection with the same bytes."""
    replaced_sha256: str = ""
    """Hash of the bytes that it had before, which may be needed no more."""


@dataclass(frozen=True, kw_only=True)
class IncomingFile:
    """A file whose bytes are kept."""

    file_name: str
    """As the person named it: data, never a path."""
    sha256: str
    size_bytes: int
    archive_id: str | None = None
    """The archive it came in."""


def file_document(
    unit: UnitOfWork,
    collection: Collection,
    file: IncomingFile,
    document_format: Versioned,
    *,
    idempotency_key: str | None = None,
) -> Filed:
    """Put a file into a collection; the caller delivers the job after the commit if the outcome has work.

    A document of the same name is the same document: unchanged bytes cost nothing, changed ones are read again while
    the old passages answer.
    """
    file_name = clean_name(file.file_name, max_length=LONGEST_NAME) or "document"
    same = unit.documents.find_same(collection.id, file.sha256, but_name=file_name)
    same_as = same.file_name if same else ""
    known = unit.documents.find_by_name(collection.id, file_name)
    if known is None:
        document = Document(
            id=new_id(),
            collection_id=collection.id,
            archive_id=file.archive_id,
            file_name=file_name,
            size_bytes=file.size_bytes,
            original_sha256=file.sha256,
            format=document_format.key,
            stage="Waiting for a worker",
            heartbeat_at=utc_now(),
            idempotency_key=idempotency_key,
        )
        return Filed(document=unit.documents.add(document), outcome=Outcome.ADDED, same_as=same_as)
    if known.original_sha256 == file.sha256:
        if not known.status.is_terminal:
            return Filed(document=_moved(unit, known, file), outcome=Outcome.WAITING, same_as=same_as)
        is_whole = known.format != ARCHIVE.key or len(unit.documents.list_members(known.id)) == known.n_pages
        if known.status is DocumentStatus.READY and is_whole and not is_stale(known, collection, document_format):
            return Filed(document=_moved(unit, known, file), outcome=Outcome.UNCHANGED, same_as=same_as)
    changes: dict[str, Any] = {
        "original_sha256": file.sha256,
        "size_bytes": file.size_bytes,
        "archive_id": file.archive_id,
        "format": document_format.key,
    }
    document = unit.documents.start_again(known, expect=[known.status], **changes)
    replaced = known.original_sha256 if known.original_sha256 != file.sha256 else ""
    return Filed(document=document, outcome=Outcome.CHANGED, same_as=same_as, replaced_sha256=replaced)


def is_stale(document: Document, collection: Collection, document_format: Versioned) -> bool:
    """Whether reading ``document`` now would give other passages or vectors than it has."""
    return document.index_key != key_of(document, collection, document_format)


def key_of(document: Document, collection: Collection, document_format: Versioned) -> str:
    """The key that the index of ``document`` has when it is read now."""
    return index_key(
        document.original_sha256,
        file_name=document.file_name,
        document_format=document_format,
        chunking=collection.chunking,
        embedding_model=collection.embedding_model,
    )


def _moved(unit: UnitOfWork, known: Document, file: IncomingFile) -> Document:
    """``known``, now in the archive it came in this time."""
    if known.archive_id == file.archive_id:
        return known
    return unit.documents.update(known.id, expect=[known.status], archive_id=file.archive_id)
