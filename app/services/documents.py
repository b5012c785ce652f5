"""Documents: put files into collections, look at what was read, take them out again."""

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy.exc import IntegrityError

from app.services.stored_texts import StoredTexts
from core.deliveries import index_job
from core.documents.errors import DocumentTooLarge, EmptyDocument, UnknownDocumentFormat
from core.documents.index_key import Versioned
from core.documents.leaves import Leaf
from core.documents.registry import DOCUMENT_FORMATS, detect
from core.errors import Conflict, NotFound, Unavailable
from core.ids import utc_now
from core.jobs import JobQueue, QueueName
from core.knowledge import Document, DocumentStatus, Passage
from core.records import ErrorRecord
from core.settings import Settings
from core.types import Value
from storage.filing import ARCHIVE, Filed, IncomingFile, Outcome, file_document
from storage.repositories.paging import Page
from storage.storage import Storage
from storage.unused import remove_unused

logger = logging.getLogger(__name__)

_CANCELLED = ErrorRecord(code="cancelled", message="It was cancelled.", hint="Start it again whenever you like.")

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")

MOST_PASSAGES = 500
"""Passages in one answer."""
MOST_CHARACTERS = 200_000
"""Characters in one answer."""


class DocumentText(Value):
    """A stretch of a document's text."""

    start: int
    """In characters."""
    n_characters: int
    """Of the whole text."""
    text: str


class DocumentService:
    """What can be done with documents."""

    def __init__(self, *, storage: Storage, queue: JobQueue, settings: Settings) -> None:
        self._storage = storage
        self._queue = queue
        self._settings = settings
        self._texts = StoredTexts(storage.artifacts)

    def add(self, collection_id: str, path: Path, *, file_name: str, idempotency_key: str | None = None) -> Filed:
        """Put a file into a collection and have it read by a job; of an archive, every document in it.

        A file of the same name is the same document: unchanged it costs nothing, changed it is read again while its
        old passages answer.

        Args:
            collection_id: Where to.
            path: A file of ours; the caller removes it afterwards.
            file_name: As the person named it: data, never a path.
            idempotency_key: A second call with the same key returns the first one's document.

        Raises:
            NotFound: No such collection.
            UserInputError: The file is empty, too large, or nothing that is read here, which its first bytes show.
            Conflict: The collection is the handbook, or the key was used for another collection.
            Unavailable: There is no room for the file.
        """
        if idempotency_key and (known := self._find_by_key(idempotency_key, collection_id)):
            return known
        with self._storage.read() as unit:
            collection = unit.collections.get(collection_id)
        if collection.origin:
            raise Conflict(
                f"{collection.name!r} is made by Praxis itself.", hint="Add your files to a collection of your own."
            )
        document_format = self._admit(path, file_name)
        sha256 = self._storage.artifacts.save_file(path)
        file = IncomingFile(file_name=file_name, sha256=sha256, size_bytes=path.stat().st_size)
        try:
            with self._storage.write() as unit:
                collection = unit.collections.get(collection_id)
                filed = file_document(unit, collection, file, document_format, idempotency_key=idempotency_key)
        except IntegrityError:
            # The same file or the same request arrived twice at once, and the other one was faster.
            if idempotency_key and (known := self._find_by_key(idempotency_key, collection_id)):
                return known
            with self._storage.write() as unit:
                filed = file_document(unit, unit.collections.get(collection_id), file, document_format)
        if not self._storage.artifacts.has(sha256):  # whoever removed the last document with these bytes was faster
            self._storage.artifacts.save_file(path)
        if filed.outcome.has_work:
            self._deliver(filed.document)
        remove_unused(self._storage, [filed.replaced_sha256])
        return filed

    def size_limit(self, file_name: str) -> int:
        """Most bytes that a file of this name may have."""
        is_packed = file_name.lower().endswith(".zip")
        return (self._settings.max_upload_mb if is_packed else self._settings.max_document_mb) * 1_000_000

    def get(self, document_id: str) -> Document:
        """The document. Raises NotFound."""
        with self._storage.read() as unit:
            document = unit.documents.find(document_id)
        if document is None or document.status is DocumentStatus.REMOVING:
            raise NotFound(f"There is no document {document_id!r}.", hint="See Documents for those that exist.")
        return document

    def list_all(self, collection_id: str) -> tuple[Document, ...]:
        """The documents of a collection, by name. Raises NotFound."""
        with self._storage.read() as unit:
            return unit.documents.list_for_collection(unit.collections.get(collection_id).id)

    def list_page(self, collection_id: str, *, limit: int = 50, cursor: str | None = None) -> Page[Document]:
        """The documents of a collection, newest first. Raises NotFound."""
        with self._storage.read() as unit:
            return unit.documents.list_page(unit.collections.get(collection_id).id, limit=limit, cursor=cursor)

    def members(self, document_id: str) -> tuple[Document, ...]:
        """The documents that came in an archive, by name."""
        with self._storage.read() as unit:
            return unit.documents.list_members(document_id)

    def count_members(self, document_id: str) -> int:
        """How many documents came in an archive; 0 for other documents."""
        return len(self.members(document_id))

    def count_workers(self) -> int:
        """How many workers read documents. Raises Unavailable when the queue does not answer."""
        return self._queue.count_workers(QueueName.DOCUMENTS)

    def passages(self, document_id: str, *, first: int = 0, limit: int = 50) -> tuple[Passage, ...]:
        """The passages of a document from number ``first`` on. Raises NotFound."""
        document = self.get(document_id)
        with self._storage.read() as unit:
            return unit.passages.list_for_document(document.id, first=first, limit=min(limit, MOST_PASSAGES))

    def passage(self, passage_id: str) -> Passage:
        """One passage.

        Raises:
            NotFound: It does not exist, or not any more: its document was read again or removed.
        """
        with self._storage.read() as unit:
            found = unit.passages.list_by_ids([passage_id]).get(passage_id)
        if found is None:
            raise NotFound(
                f"There is no passage {passage_id!r} any more.",
                hint="Its document was read again or removed. Search again for the present one.",
            )
        return found

    def text(self, document_id: str, *, start: int = 0, limit: int = MOST_CHARACTERS) -> DocumentText:
        """A stretch of what was read. The offsets of passages and blocks point into it.

        Raises:
            NotFound: No such document.
            Conflict: Nothing was read yet.
        """
        document = self.get(document_id)
        if document.text_sha256 is None:
            raise not_read(document)
        text = self._texts.text(document.text_sha256)
        end = start + min(max(1, limit), MOST_CHARACTERS)
        return DocumentText(start=start, n_characters=len(text), text=text[start:end])

    def leaf(self, document_id: str, *, number: int = 1, at: int | None = None) -> Leaf:
        """One page of a document to be read, or one that holds the character number ``at``. Raises like ``text``."""
        document = self.get(document_id)
        if document.text_sha256 is None:
            raise not_read(document)
        leaves = self._texts.leaves(document.text_sha256, n_characters=document.n_characters)
        return leaves.leaf(number if at is None else leaves.number_at(at))

    def picture_params(self, document: Document, *, page: int, text: str = "") -> dict[str, Any]:
        """What to ask the computation ``page_image`` for a page of a PDF, with a text to be found on it."""
        return {"sha256": document.original_sha256, "page": page, "text": text[:20_000]}

    def original(self, document_id: str) -> tuple[str, Path]:
        """Name and place of the file as it was added. Raises NotFound."""
        document = self.get(document_id)
        with self._storage.artifacts.local_file(document.original_sha256) as path:
            return document.file_name, path

    def cancel(self, document_id: str) -> Document:
        """End the reading of a document. Passages of an earlier reading stay.

        Raises:
            NotFound: No such document.
            Conflict: It is not being read any more.
        """
        document = self.get(document_id)
        with self._storage.write() as unit:
            if document.status is not DocumentStatus.QUEUED:
                return unit.documents.update(document_id, expect=[DocumentStatus.RUNNING], is_cancel_requested=True)
            return unit.documents.update(
                document_id,
                expect=[DocumentStatus.QUEUED],
                status=DocumentStatus.FAILED,
                error=_CANCELLED,
                finished_at=utc_now(),
            )

    def retry(self, document_id: str) -> Document:
        """Read a document again that could not be read, or that was cancelled.

        Raises:
            NotFound: No such document.
            Conflict: It has not failed.
        """
        document = self.get(document_id)
        with self._storage.write() as unit:
            document = unit.documents.start_again(document, expect=[DocumentStatus.FAILED])
        self._deliver(document)
        return document

    def remove(self, document_ids: Sequence[str]) -> int:
        """Remove documents with every trace, archives with what came in them; how many documents that were.

        People see them no more from now on; a job removes vectors and files.

        Raises:
            NotFound: One of them does not exist; then none is removed.
            Conflict: One is a page of the handbook, or changed at the same moment.
        """
        wanted = {each: self.get(each) for each in document_ids}
        with self._storage.write() as unit:
            for document in wanted.values():
                if unit.collections.get(document.collection_id).origin:
                    raise Conflict(
                        f"{document.file_name!r} is a page of the handbook.", hint="Remove the handbook as a whole."
                    )
            removed = [unit.documents.mark_removed(each) for each in wanted.values()]
            # After the archives are marked: from then on nobody adds members to them.
            members = {each.id: each for one in wanted for each in unit.documents.list_members(one)}
            removed += [unit.documents.mark_removed(each) for each in members.values()]
            for document in removed:
                unit.passages.remove_document(document.id)
        for before, now in zip((*wanted.values(), *members.values()), removed, strict=True):
            if before.status is DocumentStatus.RUNNING:
                self._end(before)
            self._deliver(now)
        return len(removed)

    def _admit(self, path: Path, file_name: str) -> Versioned:
        """What the file is read as. Raises UserInputError when it is refused at the door."""
        size_bytes, most = path.stat().st_size, self.size_limit(file_name)
        if size_bytes == 0:
            raise EmptyDocument(f"{file_name!r}")
        if size_bytes > most:
            raise DocumentTooLarge(f"file {file_name!r}", found=_megabytes(size_bytes), most=_megabytes(most))
        try:
            return detect(path, file_name)
        except UnknownDocumentFormat:
            with path.open("rb") as file:
                is_zip = file.read(4) in _ZIP
            if is_zip and file_name.lower().endswith(".zip"):
                return ARCHIVE
            raise

    def _find_by_key(self, key: str, collection_id: str) -> Filed | None:
        with self._storage.read() as unit:
            known = unit.documents.find_by_idempotency_key(key)
        if known is None:
            return None
        if known.collection_id != collection_id:
            raise Conflict(
                "This idempotency key was used for another request.", hint="Choose a new key for each request."
            )
        return Filed(document=known, outcome=Outcome.UNCHANGED if known.status.is_terminal else Outcome.WAITING)

    def _deliver(self, document: Document) -> None:
        try:
            self._queue.enqueue(index_job(document, self._settings))
        except Unavailable as error:
            logger.warning("document %s: %s", document.id, error.message)

    def _end(self, document: Document) -> None:
        """End the job that reads a document which is to go."""
        try:
            self._queue.kill(index_job(document, self._settings))
        except Unavailable as error:
            logger.warning("document %s: %s", document.id, error.message)


def not_read(document: Document) -> Conflict:
    """Why there is no text of a document yet."""
    if document.error is not None:
        return Conflict(f"{document.file_name!r} could not be read: {document.error.message}", hint=document.error.hint)
    if document.format == ARCHIVE.key:
        return Conflict(f"{document.file_name!r} is an archive.", hint="Open one of the documents in it.")
    return Conflict(f"{document.file_name!r} is not read yet.", hint="Wait for it.")


def _megabytes(n_bytes: int) -> str:
    return f"{n_bytes / 1e6:,.0f} MB"


def label_of(document: Document) -> str:
    """What kind of file a document is, for a person."""
    if document.format == ARCHIVE.key:
        return "ZIP archive"
    return DOCUMENT_FORMATS[document.format].label if document.format in DOCUMENT_FORMATS else ""
