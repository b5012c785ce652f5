"""Collections, documents and passages in the database."""

from collections.abc import Collection as AnyOf
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import delete, func, update
from sqlmodel import Session, col, select

from core.errors import Conflict, NotFound
from core.ids import utc_now
from core.knowledge import HANDBOOK, NO_HANDBOOK, REMOVED, Collection, Document, DocumentStatus, Passage
from storage.knowledge_tables import CollectionRow, DocumentRow, PassageRow, QuestionSetRow, RetrievalTrialRow
from storage.repositories.attempts import AttemptRepository, to_json_value
from storage.repositories.paging import Page, check_limit

T = TypeVar("T")

BATCH = 500
"""Rows in one statement: SQLite takes no more than some thousand values at once."""


class CollectionRepository:
    """Reads and changes of ``collection`` rows."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, collection: Collection) -> Collection:
        """Insert ``collection``; its id and its name must be new."""
        self._session.add(CollectionRow(**collection.model_dump(mode="python") | {"chunking": _json(collection)}))
        self._session.flush()
        return collection

    def find(self, collection_id: str) -> Collection | None:
        """The collection, or None; one that is being removed is none."""
        found = self.find_marked(collection_id)
        return None if found is None or found.origin in _MARKS else found

    def find_marked(self, collection_id: str) -> Collection | None:
        """The collection, also one that is being removed, or None."""
        row = self._session.get(CollectionRow, collection_id, populate_existing=True)
        return None if row is None else Collection.model_validate(row.model_dump())

    def find_by_origin(self, origin: str) -> Collection | None:
        """The oldest collection of this origin, or None."""
        return next(iter(self.list_by_origin(origin)), None)

    def list_by_origin(self, origin: str) -> tuple[Collection, ...]:
        """The collections of this origin, marks as well, oldest first."""
        query = select(CollectionRow).where(CollectionRow.origin == origin).order_by(col(CollectionRow.id))
        return tuple(Collection.model_validate(row.model_dump()) for row in self._session.exec(query))

    def get(self, collection_id: str) -> Collection:
        """The collection. Raises NotFound."""
        collection = self.find(collection_id)
        if collection is None:
            raise NotFound(f"There is no collection {collection_id!r}.", hint="See Documents for those that exist.")
        return collection

    def find_by_name(self, name: str) -> Collection | None:
        """The collection of this name, or None."""
        row = self._session.exec(select(CollectionRow).where(CollectionRow.name == name)).first()
        return None if row is None else Collection.model_validate(row.model_dump())

    def list_all(self) -> tuple[Collection, ...]:
        """Every collection, by name; the handbook last."""
        query = select(CollectionRow).where(col(CollectionRow.origin).not_in(_MARKS))
        rows = self._session.exec(query.order_by(col(CollectionRow.origin) == HANDBOOK, col(CollectionRow.name)))
        return tuple(Collection.model_validate(row.model_dump()) for row in rows)

    def names(self) -> frozenset[str]:
        """Every name that is taken."""
        return frozenset(self._session.exec(select(CollectionRow.name)))

    def update(self, collection_id: str, **changes: Any) -> Collection:
        """Change fields. Raises NotFound."""
        self.get(collection_id)
        values = {name: to_json_value(value) for name, value in changes.items()}
        self._session.execute(update(CollectionRow).where(col(CollectionRow.id) == collection_id).values(**values))
        changed = self.find_marked(collection_id)
        assert changed is not None, "it was there a moment ago"
        return changed

    def settle(self, collection_id: str, *, embedding_model: str, dimension: int) -> bool:
        """Let the first document say which model makes the vectors.

        Returns:
            Whether it was this call that settled it; others wait for the end of its transaction.
        """
        changed = self._session.execute(
            update(CollectionRow)
            .where(col(CollectionRow.id) == collection_id, col(CollectionRow.embedding_model) == "")
            .values(embedding_model=embedding_model, dimension=dimension)
        )
        return bool(changed.rowcount)  # type: ignore[attr-defined]  # as in attempts.py

    def mark_removed(self, collection_id: str) -> None:
        """Let a collection be in no list any more, and its name be free. Raises NotFound."""
        self.update(collection_id, name=f"removed {collection_id}", origin=REMOVED)

    def remove(self, collection_id: str) -> None:
        """Delete the row with its question sets and their trials; none is fine. The caller knows of no documents."""
        sets = select(QuestionSetRow.id).where(QuestionSetRow.collection_id == collection_id)
        self._session.execute(delete(RetrievalTrialRow).where(col(RetrievalTrialRow.question_set_id).in_(sets)))
        self._session.execute(delete(QuestionSetRow).where(col(QuestionSetRow.collection_id) == collection_id))
        self._session.execute(delete(CollectionRow).where(col(CollectionRow.id) == collection_id))


class DocumentRepository(AttemptRepository[Document]):
    """Reads and changes of ``document`` rows."""

    what = "document"
    row = DocumentRow

    def add(self, document: Document) -> Document:
        """Insert ``document``; its id, and its file name within the collection, must be new."""
        values = {name: getattr(document, name) for name in Document.model_fields}
        self._session.add(DocumentRow(**self.columns(values)))
        self._session.flush()
        return document

    def find(self, document_id: str) -> Document | None:
        """The document, or None; also one that is being removed."""
        row = self._session.get(DocumentRow, document_id, populate_existing=True)
        return None if row is None else _to_document(row)

    def get(self, record_id: str) -> Document:
        """The document. Raises NotFound."""
        document = self.find(record_id)
        if document is None:
            raise NotFound(f"There is no document {record_id!r}.", hint="See Documents for those that exist.")
        return document

    def find_by_name(self, collection_id: str, file_name: str) -> Document | None:
        """The document of this file name in a collection, or None."""
        query = select(DocumentRow).where(
            DocumentRow.collection_id == collection_id, DocumentRow.file_name == file_name
        )
        row = self._session.exec(query).first()
        return None if row is None else _to_document(row)

    def find_by_idempotency_key(self, key: str) -> Document | None:
        """The document that an earlier request with this key made, or None."""
        row = self._session.exec(select(DocumentRow).where(DocumentRow.idempotency_key == key)).first()
        return None if row is None else _to_document(row)

    def list_for_collection(self, collection_id: str, *, with_removed: bool = False) -> tuple[Document, ...]:
        """The documents of a collection, by name."""
        query = select(DocumentRow).where(DocumentRow.collection_id == collection_id)
        if not with_removed:
            query = query.where(DocumentRow.status != DocumentStatus.REMOVING.value)
        return tuple(_to_document(row) for row in self._session.exec(query.order_by(col(DocumentRow.file_name))))

    def list_page(self, collection_id: str, *, limit: int = 50, cursor: str | None = None) -> Page[Document]:
        """The documents of a collection, newest first; ids grow with time, so the last id is the cursor."""
        query = (
            select(DocumentRow)
            .where(DocumentRow.collection_id == collection_id, DocumentRow.status != DocumentStatus.REMOVING.value)
            .order_by(col(DocumentRow.id).desc())
            .limit(check_limit(limit) + 1)
        )
        if cursor:
            query = query.where(col(DocumentRow.id) < cursor)
        found = [_to_document(row) for row in self._session.exec(query)]
        return Page(tuple(found[:limit]), found[limit - 1].id if len(found) > limit else None)

    def list_members(self, archive_id: str) -> tuple[Document, ...]:
        """The documents that came in an archive, by name."""
        query = select(DocumentRow).where(
            DocumentRow.archive_id == archive_id, DocumentRow.status != DocumentStatus.REMOVING.value
        )
        return tuple(_to_document(row) for row in self._session.exec(query.order_by(col(DocumentRow.file_name))))

    def find_same(self, collection_id: str, sha256: str, *, but_name: str) -> Document | None:
        """A document of a collection with these bytes under another name, or None."""
        query = select(DocumentRow).where(
            DocumentRow.collection_id == collection_id,
            DocumentRow.original_sha256 == sha256,
            DocumentRow.file_name != but_name,
            DocumentRow.status != DocumentStatus.REMOVING.value,
        )
        row = self._session.exec(query.order_by(col(DocumentRow.id))).first()
        return None if row is None else _to_document(row)

    def list_by_ids(self, document_ids: AnyOf[str]) -> dict[str, Document]:
        """The documents that exist among ``document_ids``, by id."""
        found = {}
        for ids in _batches(document_ids):
            for row in self._session.exec(select(DocumentRow).where(col(DocumentRow.id).in_(ids))):
                found[row.id] = _to_document(row)
        return found

    def list_by_status(self, statuses: AnyOf[DocumentStatus], *, limit: int | None = None) -> tuple[Document, ...]:
        """Every document in one of ``statuses``, or the first ``limit`` of them, oldest first."""
        query = (
            select(DocumentRow)
            .where(col(DocumentRow.status).in_([status.value for status in statuses]))
            .order_by(col(DocumentRow.id))
            .limit(limit)
        )
        return tuple(_to_document(row) for row in self._session.exec(query))

    def count_by_status(self, collection_id: str) -> dict[DocumentStatus, int]:
        """How many documents of a collection are in each state."""
        query = (
            select(DocumentRow.status, func.count())
            .where(DocumentRow.collection_id == collection_id)
            .group_by(DocumentRow.status)
        )
        return {DocumentStatus(status): count for status, count in self._session.execute(query)}

    def list_ids_added(self, *, after: datetime | None, before: datetime | None) -> tuple[str, ...]:
        """Ids of the documents that were added in a stretch of time."""
        query = select(DocumentRow.id)
        if after is not None:
            query = query.where(col(DocumentRow.created_at) >= after)
        if before is not None:
            query = query.where(col(DocumentRow.created_at) < before)
        return tuple(self._session.exec(query))

    def is_original(self, sha256: str) -> bool:
        """Whether any document has these bytes or this text; one that is being removed needs them no more."""
        query = select(DocumentRow.id).where(
            (col(DocumentRow.original_sha256) == sha256) | (col(DocumentRow.text_sha256) == sha256),
            DocumentRow.status != DocumentStatus.REMOVING.value,
        )
        return self._session.exec(query).first() is not None

    def start_again(self, document: Document, *, expect: Sequence[DocumentStatus], **changes: Any) -> Document:
        """Let a person's wish give a document its next start; present passages stay until it is ready.

        Raises:
            Conflict: It has moved on since ``document`` was read.
        """
        start: dict[str, Any] = {
            "status": DocumentStatus.QUEUED,
            "attempt": document.next_start,
            "stage": "Waiting for a worker",
            "progress": 0.0,
            "is_cancel_requested": False,
            "error": None,
            "heartbeat_at": utc_now(),
            "finished_at": None,
        }
        return self.update(document.id, expect=expect, at_attempt=document.attempt, **(start | changes))

    def mark_removed(self, document: Document) -> Document:
        """Let a document be in no list any more, and its name be free; the caller removes its passages.

        Raises:
            Conflict: It has moved on since ``document`` was read.
        """
        expect = [status for status in DocumentStatus if status is not DocumentStatus.REMOVING]
        changes = {"status": DocumentStatus.REMOVING, "file_name": f"removed {document.id}", "stage": "Removing"}
        return self.start_again(document, expect=expect, **changes, idempotency_key=None)

    def remove(self, document_id: str, *, at_attempt: int) -> None:
        """Delete the row of a document that is being removed; its passages are gone. Raises Conflict if it moved on."""
        gone = self._session.execute(
            delete(DocumentRow).where(
                col(DocumentRow.id) == document_id,
                col(DocumentRow.attempt) == at_attempt,
                col(DocumentRow.status) == DocumentStatus.REMOVING.value,
            )
        )
        if gone.rowcount == 0 and self.find(document_id) is not None:  # type: ignore[attr-defined]  # as in attempts.py
            raise Conflict("The document is not being removed any more.")


class PassageRepository:
    """Reads and changes of ``passage`` rows."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def replace(self, document_id: str, passages: Iterable[tuple[Passage, str]]) -> int:
        """Put ``passages``, each with its terms for the lexical index, in place of those of a document.

        Returns:
            How many there are now.
        """
        self.remove_document(document_id)
        n_passages = 0
        rows = (
            passage.model_dump() | {"heading": list(passage.heading), "terms": terms} for passage, terms in passages
        )
        for batch in batched(rows, BATCH):
            self._session.execute(PassageRow.__table__.insert(), batch)  # type: ignore[attr-defined]  # SQLModel's tables have one
            n_passages += len(batch)
        return n_passages

    def remove_document(self, document_id: str) -> None:
        """Delete the passages of a document."""
        self._session.execute(delete(PassageRow).where(col(PassageRow.document_id) == document_id))

    def remove_collection(self, collection_id: str) -> None:
        """Delete the passages of a collection."""
        self._session.execute(delete(PassageRow).where(col(PassageRow.collection_id) == collection_id))

    def list_by_ids(self, passage_ids: AnyOf[str]) -> dict[str, Passage]:
        """The passages that exist among ``passage_ids``, by id."""
        found = {}
        for ids in _batches(passage_ids):
            for row in self._session.exec(select(PassageRow).where(col(PassageRow.id).in_(ids))):
                found[row.id] = _to_passage(row)
        return found

    def list_for_document(self, document_id: str, *, first: int = 0, limit: int | None = None) -> tuple[Passage, ...]:
        """The passages of a document from number ``first`` on, in its order."""
        query = (
            select(PassageRow)
            .where(PassageRow.document_id == document_id, PassageRow.seq >= first)
            .order_by(col(PassageRow.seq))
        )
        return tuple(_to_passage(row) for row in self._session.exec(query if limit is None else query.limit(limit)))

    def count(self, collection_id: str | None = None) -> int:
        """How many passages there are, of a collection or in all."""
        query = select(func.count()).select_from(PassageRow)
        if collection_id is not None:
            query = query.where(PassageRow.collection_id == collection_id)
        return self._session.exec(query).one()


_MARKS = (NO_HANDBOOK, REMOVED)


def batched(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """``items`` in lists of ``size``; the last one may be shorter."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


def _json(collection: Collection) -> dict[str, Any]:
    return collection.chunking.model_dump(mode="json")


def _batches(ids: AnyOf[str]) -> Iterable[Sequence[str]]:
    listed = list(dict.fromkeys(ids))
    return (listed[first : first + BATCH] for first in range(0, len(listed), BATCH))


def _to_document(row: DocumentRow) -> Document:
    return Document.model_validate(row.model_dump())


def _to_passage(row: PassageRow) -> Passage:
    return Passage.model_validate(row.model_dump(exclude={"key", "terms"}))
