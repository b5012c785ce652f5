"""What goes: documents and collections that people have removed, and vectors that nobody needs."""

import logging
import shutil
from contextlib import suppress

from pydantic import ValidationError

from core.errors import Conflict, NotFound, Unavailable
from core.knowledge import HANDBOOK, REMOVED, Collection, Document, DocumentStatus
from core.retrieval.spec import VectorIndex
from evaluation.computations.page_image import SPEC as PAGE_IMAGE
from evaluation.computations.page_image import PageImage
from storage.unused import remove_unused
from workers.context import WorkerContext
from workers.encoding import vectors_of

logger = logging.getLogger(__name__)


def clear_old_vectors(index: VectorIndex, document: Document) -> None:
    """Remove the vectors of a ready document that its passages do not have; a later look does it otherwise.

    A later attempt may be adding its own already: those stay.
    """
    try:
        index.remove_document(
            document.collection_id, document.id, but_generation=document.generation, up_to=document.attempt
        )
    except Unavailable as error:
        logger.warning("vectors of document %s stay: %s", document.id, error.message)


def clear_own_vectors(context: WorkerContext, index: VectorIndex, document: Document) -> None:
    """Remove what an attempt has stored that does not come to its end; ``document`` is the row as it was claimed.

    Vectors of the present passages stay, and those of later attempts, which clear behind themselves.
    """
    try:
        with context.storage.read() as unit:
            now = unit.documents.find(document.id)
        if now is None or now.status is DocumentStatus.REMOVING:
            index.remove_document(document.collection_id, document.id)
        else:
            index.remove_document(
                document.collection_id, document.id, but_generation=now.generation, up_to=document.attempt
            )
    except Unavailable as error:
        logger.warning("vectors of document %s stay: %s", document.id, error.message)


def remove_document(context: WorkerContext, document: Document) -> None:
    """Delete the vectors, the files and last the row of a document that is being removed.

    It may be repeated at any point; when the vector store does not answer, the sweeper comes back to it.
    """
    try:
        vectors_of(context.settings).remove_document(document.collection_id, document.id)
        remove_unused(context.storage, [document.original_sha256, document.text_sha256])
        _remove_pictures(context, document.original_sha256)
        for left in (context.settings.home.resolve() / "tmp").glob(f"{document.id}-*"):  # of attempts that were killed
            shutil.rmtree(left, ignore_errors=True)
        with context.storage.write() as unit:
            unit.documents.remove(document.id, at_attempt=document.attempt)
    except (Unavailable, Conflict) as error:
        logger.warning("document %s stays: %s", document.id, error.message)


def _remove_pictures(context: WorkerContext, sha256: str) -> None:
    """Delete the pictures of a file's pages, and that they were asked for, unless another document has its bytes."""
    artifacts = context.storage.artifacts
    with context.storage.write() as unit:
        if unit.documents.is_original(sha256):
            return
        asked = unit.computations.list_asked_of(PAGE_IMAGE.key, "sha256", sha256)
        for result in {each.result_sha256 for each in asked if each.result_sha256 is not None}:
            with suppress(NotFound, ValidationError):  # a former look has deleted it, or it has another form
                artifacts.delete(PageImage.model_validate_json(artifacts.load_bytes(result)).image_sha256)
            artifacts.delete(result)
        unit.computations.remove([each.id for each in asked])


def see_to_collection(context: WorkerContext, collection: Collection) -> None:
    """Fill the handbook, clear what is left over, or finish a removal. It may be repeated at any time."""
    try:
        if collection.origin == REMOVED:
            _remove_collection(context, collection)
            return
        if collection.origin == HANDBOOK:
            from workers.handbook import fill_handbook

            fill_handbook(context, collection)
        _clear(context, collection)
    except (Unavailable, Conflict) as error:
        logger.warning("collection %s: %s", collection.id, error.message)


def _remove_collection(context: WorkerContext, collection: Collection) -> None:
    with context.storage.read() as unit:
        documents = unit.documents.list_for_collection(collection.id, with_removed=True)
    for document in documents:
        remove_document(context, _marked(context, document))
    vectors_of(context.settings).remove_collection(collection.id)
    with context.storage.write() as unit:
        if not unit.documents.list_for_collection(collection.id, with_removed=True):
            unit.question_sets.remove_for_collection(collection.id)
            unit.collections.remove(collection.id)


def _marked(context: WorkerContext, document: Document) -> Document:
    """``document`` as one that is being removed: it may have been added at the moment its collection was."""
    if document.status is DocumentStatus.REMOVING:
        return document
    with context.storage.write() as unit:
        marked = unit.documents.mark_removed(document)
        unit.passages.remove_document(document.id)
    return marked


def _clear(context: WorkerContext, collection: Collection) -> None:
    """Remove what attempts that were killed have left in the vector store."""
    index = vectors_of(context.settings)
    with context.storage.read() as unit:
        if index.count(collection.id) <= unit.passages.count(collection.id):
            return
        documents = unit.documents.list_for_collection(collection.id)
    for document in documents:
        if document.status.is_terminal:  # one that is being read clears behind itself
            index.remove_document(
                collection.id, document.id, but_generation=document.generation, up_to=document.attempt
            )
