"""Collections: documents that are searched together."""

import logging
from typing import Any

from sqlalchemy.exc import IntegrityError

from core.deliveries import collection_job, index_job
from core.documents.registry import DOCUMENT_FORMATS
from core.errors import Conflict, Unavailable, UserInputError
from core.handbook import new_handbook, no_handbook
from core.ids import clean_name, new_id
from core.jobs import Job, JobQueue
from core.knowledge import HANDBOOK, NO_HANDBOOK, ChunkingParams, Collection, Document, DocumentStatus
from core.params import validate_params
from core.retrieval.encoders.identity import encoder_identity
from core.settings import Settings
from core.types import Value
from storage.filing import is_stale
from storage.storage import Storage, UnitOfWork

logger = logging.getLogger(__name__)

LONGEST_NAME = 200
LONGEST_DESCRIPTION = 2_000


class CollectionOverview(Value):
    """A collection and how its documents stand."""

    collection: Collection
    n_documents: int
    n_ready: int
    n_failed: int
    n_waiting: int
    """Being read, or waiting for it."""
    n_passages: int


class ReindexReport(Value):
    """What reading a collection anew would do, or has begun to do."""

    n_documents: int
    """Documents that are read again."""
    why: str = ""
    """A sentence for a person; empty when there is no need."""


class CollectionService:
    """What can be done with collections."""

    def __init__(self, *, storage: Storage, queue: JobQueue, settings: Settings) -> None:
        self._storage = storage
        self._queue = queue
        self._settings = settings

    def create(self, name: str, *, description: str = "", chunking: dict[str, Any] | None = None) -> Collection:
        """A new and empty collection.

        Raises:
            UserInputError: The name is empty or too long, or the settings of its passages do not fit.
            Conflict: There is one of this name.
        """
        identity = encoder_identity(self._settings.embedding_model)
        collection = Collection(
            id=new_id(),
            name=_checked_name(name),
            description=_checked_description(description),
            chunking=_checked_chunking(chunking or {}),
            embedding_model=identity.name,
            dimension=identity.dimension,
        )
        try:
            with self._storage.write() as unit:
                return unit.collections.add(collection)
        except IntegrityError as error:
            raise _taken(collection.name) from error

    def get(self, collection_id: str) -> Collection:
        """The collection. Raises NotFound."""
        with self._storage.read() as unit:
            return unit.collections.get(collection_id)

    def overview(self, collection_id: str) -> CollectionOverview:
        """The collection and how its documents stand. Raises NotFound."""
        with self._storage.read() as unit:
            return _overview(unit, unit.collections.get(collection_id))

    def list_overviews(self) -> tuple[CollectionOverview, ...]:
        """Every collection, by name; the handbook last."""
        with self._storage.read() as unit:
            return tuple(_overview(unit, each) for each in unit.collections.list_all())

    def change(
        self,
        collection_id: str,
        *,
        name: str | None = None,
        description: str | None = None,
        chunking: dict[str, Any] | None = None,
    ) -> Collection:
        """Change what is given. Documents keep their passages until the collection is indexed again.

        Raises:
            NotFound: No such collection.
            UserInputError: A value does not fit.
            Conflict: There is another collection of this name.
        """
        changes: dict[str, Any] = {}
        if name is not None:
            changes["name"] = _checked_name(name)
        if description is not None:
            changes["description"] = _checked_description(description)
        try:
            with self._storage.write() as unit:
                if chunking is not None:
                    present = unit.collections.get(collection_id).chunking.model_dump()
                    changes["chunking"] = _checked_chunking({**present, **chunking})
                return (
                    unit.collections.update(collection_id, **changes)
                    if changes
                    else unit.collections.get(collection_id)
                )
        except IntegrityError as error:
            raise _taken(changes.get("name", "")) from error

    def remove(self, collection_id: str) -> None:
        """Remove a collection with every trace of its documents.

        People see it no more from now on; a job does the rest. The handbook stays away until it is brought back.

        Raises:
            NotFound: No such collection.
        """
        with self._storage.write() as unit:
            collection = unit.collections.get(collection_id)
            documents = [
                unit.documents.mark_removed(each) for each in unit.documents.list_for_collection(collection_id)
            ]
            unit.passages.remove_collection(collection_id)
            unit.question_sets.remove_for_collection(collection_id)
            unit.collections.mark_removed(collection_id)
            if collection.origin == HANDBOOK:
                unit.collections.add(no_handbook())
        self._deliver(*(index_job(each, self._settings) for each in documents))
        self._deliver(collection_job(collection.id, self._settings))

    def reindex_need(self, collection_id: str) -> ReindexReport:
        """How many documents have passages of other settings, and why. Raises NotFound."""
        with self._storage.read() as unit:
            collection = unit.collections.get(collection_id)
            documents = unit.documents.list_for_collection(collection_id)
        stale = [each for each in documents if _is_stale(each, collection)]
        if self._has_other_model(collection):
            why = "Another embedding model is set now; questions need vectors of the same one."
            return ReindexReport(n_documents=len(_indexable(documents)), why=why)
        why = "The settings of its passages, or how files are read, changed since." if stale else ""
        return ReindexReport(n_documents=len(stale), why=why)

    def reindex(self, collection_id: str, *, everything: bool = False) -> ReindexReport:
        """Read anew what has passages of other settings. The present passages answer until the new ones are there.

        Args:
            collection_id: Which collection.
            everything: Whether to read every document, also those that are as they should be.

        Raises:
            NotFound: No such collection.
        """
        need = self.reindex_need(collection_id)
        with self._storage.write() as unit:
            collection = unit.collections.get(collection_id)
            identity = encoder_identity(self._settings.embedding_model)
            has_other_model = self._has_other_model(collection)
            if has_other_model or (everything and not identity.name):
                # The first document says which model it is, and vectors of the old one go.
                collection = unit.collections.update(collection_id, embedding_model="", dimension=0)
            documents = _indexable(unit.documents.list_for_collection(collection_id))
            chosen = [
                unit.documents.start_again(each, expect=[each.status])
                for each in documents
                if everything or has_other_model or _is_stale(each, collection)
            ]
        self._deliver(*(index_job(each, self._settings) for each in chosen))
        return need.model_copy(update={"n_documents": len(chosen)})

    def find_handbook(self) -> Collection | None:
        """The handbook, or None: it was removed, or is not made yet."""
        with self._storage.read() as unit:
            return unit.collections.find_by_origin(HANDBOOK)

    def restore_handbook(self) -> Collection:
        """Bring the handbook back if it was removed; a job fills it."""
        with self._storage.write() as unit:
            for mark in unit.collections.list_by_origin(NO_HANDBOOK):
                unit.collections.remove(mark.id)
            known = unit.collections.find_by_origin(HANDBOOK)
            collection = known or unit.collections.add(new_handbook(self._settings, unit.collections.names()))
        self._deliver(collection_job(collection.id, self._settings))
        return collection

    def _has_other_model(self, collection: Collection) -> bool:
        identity = encoder_identity(self._settings.embedding_model)
        return bool(identity.name and collection.embedding_model and identity.name != collection.embedding_model)

    def _deliver(self, *jobs: Job) -> None:
        try:
            for job in jobs:
                self._queue.enqueue(job)
        except Unavailable as error:
            logger.warning("%s: %s", jobs[0].id, error.message)


def _overview(unit: UnitOfWork, collection: Collection) -> CollectionOverview:
    counts = unit.documents.count_by_status(collection.id)
    counts.pop(DocumentStatus.REMOVING, None)
    return CollectionOverview(
        collection=collection,
        n_documents=sum(counts.values()),
        n_ready=counts.get(DocumentStatus.READY, 0),
        n_failed=counts.get(DocumentStatus.FAILED, 0),
        n_waiting=counts.get(DocumentStatus.QUEUED, 0) + counts.get(DocumentStatus.RUNNING, 0),
        n_passages=unit.passages.count(collection.id),
    )


def _indexable(documents: tuple[Document, ...]) -> tuple[Document, ...]:
    """The documents that have passages, or should have."""
    return tuple(each for each in documents if each.format in DOCUMENT_FORMATS)


def _is_stale(document: Document, collection: Collection) -> bool:
    """Whether a document was read with other settings than it would be now."""
    if document.status is not DocumentStatus.READY or document.format not in DOCUMENT_FORMATS:
        return False
    return is_stale(document, collection, DOCUMENT_FORMATS[document.format])


def _checked_name(name: str) -> str:
    cleaned = clean_name(name, max_length=LONGEST_NAME + 1)
    if not cleaned:
        raise UserInputError("The name is empty.", hint="Enter at least one letter.", field="name")
    if len(cleaned) > LONGEST_NAME:
        message = f"The name is longer than {LONGEST_NAME} characters."
        raise UserInputError(message, hint="Put the rest into the description.", field="name")
    return cleaned


def _checked_description(text: str) -> str:
    if len(text) > LONGEST_DESCRIPTION:
        message = f"The description has {len(text):,} characters; {LONGEST_DESCRIPTION:,} are possible."
        raise UserInputError(message, hint="Shorten it.", field="description")
    return clean_name(text, max_length=LONGEST_DESCRIPTION)


def _checked_chunking(values: dict[str, Any]) -> ChunkingParams:
    chunking = validate_params(ChunkingParams, values, field="chunking")
    if chunking.overlap * 2 > chunking.size:
        message = f"The overlap of {chunking.overlap} tokens is more than half of the passage size, {chunking.size}."
        raise UserInputError(
            message, hint=f"Choose an overlap of at most {chunking.size // 2}.", field="chunking.overlap"
        )
    return chunking


def _taken(name: str) -> Conflict:
    return Conflict(
        f"There is a collection {name!r} already.", hint="Choose another name, or add to that one.", field="name"
    )
