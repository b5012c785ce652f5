"""Keeps collections in order: the handbook's is what its pages say, and others have no vectors that nobody needs."""

from contextlib import suppress

from sqlalchemy.exc import IntegrityError

from core.deliveries import collection_job, index_job
from core.documents.registry import detect
from core.errors import Conflict
from core.handbook import handbook_files, new_handbook
from core.knowledge import HANDBOOK, NO_HANDBOOK, Collection
from storage.filing import IncomingFile, file_document
from storage.unused import remove_unused
from workers.context import WorkerContext


def see_to_collections(context: WorkerContext) -> None:
    """Have each collection looked through by a job; the handbook is made first unless a person has removed it.

    Raises:
        Unavailable: The database or the queue does not answer.
    """
    if context.settings.handbook:
        with suppress(IntegrityError):  # another sweeper was faster
            _make_handbook(context)
    with context.storage.read() as unit:
        collections = unit.collections.list_all()
    for collection in collections:
        context.queue.enqueue(collection_job(collection.id, context.settings))


def _make_handbook(context: WorkerContext) -> None:
    with context.storage.write() as unit:
        is_there = unit.collections.find_by_origin(HANDBOOK) or unit.collections.find_by_origin(NO_HANDBOOK)
        if not is_there and any(handbook_files()):
            unit.collections.add(new_handbook(context.settings, unit.collections.names()))


def fill_handbook(context: WorkerContext, collection: Collection) -> None:
    """Put every page into the collection and take out those that are gone; what did not change costs nothing.

    Raises:
        Unavailable: The database, the queue or the files do not answer.
        Conflict: The handbook is being removed.
    """
    pages = dict(handbook_files())
    for name, path in pages.items():
        sha256 = context.storage.artifacts.save_file(path)
        file = IncomingFile(file_name=name, sha256=sha256, size_bytes=path.stat().st_size)
        with context.storage.write() as unit:
            if unit.collections.find(collection.id) is None:
                raise Conflict("The handbook is being removed.")
            filed = file_document(unit, collection, file, detect(path, name))
        if filed.outcome.has_work:
            context.queue.enqueue(index_job(filed.document, context.settings))
        remove_unused(context.storage, [filed.replaced_sha256])
    _remove_others(context, collection, frozenset(pages))


def _remove_others(context: WorkerContext, collection: Collection, names: frozenset[str]) -> None:
    with context.storage.write() as unit:
        gone = [each for each in unit.documents.list_for_collection(collection.id) if each.file_name not in names]
        removed = [unit.documents.mark_removed(each) for each in gone]
        for document in removed:
            unit.passages.remove_document(document.id)
    for document in removed:
        context.queue.enqueue(index_job(document, context.settings))
