"""What putting a file into a collection comes to, on both databases."""

import pytest

from core.errors import Conflict
from core.ids import new_id
from core.knowledge import NO_HANDBOOK, REMOVED, ChunkingParams, Collection, Document, DocumentStatus
from storage.filing import ARCHIVE, ArchiveFormat, Filed, IncomingFile, Outcome, file_document, key_of
from storage.storage import Storage

MARKDOWN = ArchiveFormat(key="markdown", version=3)


@pytest.fixture
def collection(storage: Storage) -> Collection:
    made = Collection(id=new_id(), name="Papers", embedding_model="mini@1", dimension=3)
    with storage.write() as unit:
        return unit.collections.add(made)


def put(storage: Storage, collection: Collection, name: str, digit: str, **facts: str | None) -> Filed:
    file = IncomingFile(file_name=name, sha256=digit * 64, size_bytes=5, **facts)  # type: ignore[arg-type]  # ids
    with storage.write() as unit:
        return file_document(unit, unit.collections.get(collection.id), file, MARKDOWN)


def finish(storage: Storage, collection: Collection, document: Document) -> Document:
    with storage.write() as unit:
        return unit.documents.update(
            document.id,
            expect=[DocumentStatus.QUEUED],
            status=DocumentStatus.READY,
            index_key=key_of(document, collection, MARKDOWN),
            generation=document.attempt,
        )


def test_a_new_file_is_added_and_waits(storage: Storage, collection: Collection) -> None:
    filed = put(storage, collection, "a\x00.md", "1")
    assert (filed.outcome, filed.document.file_name, filed.document.attempt) == (Outcome.ADDED, "a.md", 1)
    assert put(storage, collection, "a.md", "1").outcome is Outcome.WAITING


def test_an_unchanged_file_has_no_work(storage: Storage, collection: Collection) -> None:
    ready = finish(storage, collection, put(storage, collection, "a.md", "1").document)
    again = put(storage, collection, "a.md", "1")
    assert (again.outcome, again.outcome.has_work, again.document) == (Outcome.UNCHANGED, False, ready)


@pytest.mark.parametrize("change", ["bytes", "chunking", "parser"])
def test_a_file_that_would_be_read_otherwise_is_read_again(
    storage: Storage, collection: Collection, change: str
) -> None:
    ready = finish(storage, collection, put(storage, collection, "a.md", "1").document)
    if change == "chunking":
        with storage.write() as unit:
            unit.collections.update(collection.id, chunking=ChunkingParams(size=50, overlap=0))
    if change == "parser":
        with storage.write() as unit:
            unit.documents.update(ready.id, expect=[DocumentStatus.READY], index_key="that of an older parser")
    filed = put(storage, collection, "a.md", "2" if change == "bytes" else "1")
    assert (filed.outcome, filed.document.id) == (Outcome.CHANGED, ready.id)
    assert (filed.document.status, filed.document.generation) == (DocumentStatus.QUEUED, ready.generation)
    assert filed.replaced_sha256 == ("1" * 64 if change == "bytes" else "")


def test_a_failed_file_is_tried_again(storage: Storage, collection: Collection) -> None:
    failed = put(storage, collection, "a.md", "1").document
    with storage.write() as unit:
        unit.documents.update(failed.id, expect=[DocumentStatus.QUEUED], status=DocumentStatus.FAILED)
    assert put(storage, collection, "a.md", "1").outcome is Outcome.CHANGED


def test_each_start_by_a_person_has_its_own_hundred_of_attempts(storage: Storage, collection: Collection) -> None:
    document = put(storage, collection, "a.md", "1").document
    for expected in (101, 201):
        with storage.write() as unit:
            document = unit.documents.start_again(document, expect=[DocumentStatus.QUEUED])
        assert (document.attempt, document.tries) == (expected, 1)
    with storage.write() as unit:
        unit.documents.update(document.id, expect=[DocumentStatus.QUEUED], status=DocumentStatus.RUNNING)
        lost = unit.documents.requeue(unit.documents.get(document.id))
    assert (lost.attempt, lost.tries, lost.next_start) == (202, 2, 301)


def test_the_same_bytes_are_found_under_another_name(storage: Storage, collection: Collection) -> None:
    put(storage, collection, "a.md", "1")
    assert put(storage, collection, "b.md", "1").same_as == "a.md"
    assert put(storage, collection, "c.md", "3").same_as == ""


def test_an_archive_whose_documents_were_removed_is_unpacked_again(storage: Storage, collection: Collection) -> None:
    file = IncomingFile(file_name="a.zip", sha256="9" * 64, size_bytes=5)
    with storage.write() as unit:
        archive = file_document(unit, collection, file, ARCHIVE).document
        unit.documents.update(
            archive.id,
            expect=[DocumentStatus.QUEUED],
            status=DocumentStatus.READY,
            n_pages=1,
            index_key=key_of(archive, collection, ARCHIVE),
        )
    member = put(storage, collection, "a.zip/one.md", "1", archive_id=archive.id).document
    with storage.write() as unit:
        assert file_document(unit, collection, file, ARCHIVE).outcome is Outcome.UNCHANGED
        unit.documents.mark_removed(member)
        assert file_document(unit, collection, file, ARCHIVE).outcome is Outcome.CHANGED


def test_a_removed_document_frees_its_name_and_is_in_no_list(storage: Storage, collection: Collection) -> None:
    document = put(storage, collection, "a.md", "1").document
    with storage.write() as unit:
        removed = unit.documents.mark_removed(document)
    with pytest.raises(Conflict), storage.write() as unit:
        unit.documents.mark_removed(document)  # read before it was removed
    with storage.read() as unit:
        assert unit.documents.list_for_collection(collection.id) == ()
        assert unit.documents.list_page(collection.id).items == ()
    assert put(storage, collection, "a.md", "1").outcome is Outcome.ADDED
    with storage.write() as unit:
        unit.documents.remove(removed.id, at_attempt=removed.attempt)
    with storage.read() as unit:
        assert unit.documents.find(removed.id) is None


def test_marks_are_in_no_list(storage: Storage, collection: Collection) -> None:
    with storage.write() as unit:
        for origin in (REMOVED, NO_HANDBOOK):
            mark = Collection(id=new_id(), name=origin, embedding_model="", dimension=0, origin=origin)
            unit.collections.add(mark)
            assert unit.collections.find(mark.id) is None
            assert unit.collections.find_by_origin(origin) == mark
        assert unit.collections.list_all() == (collection,)


def test_one_document_alone_settles_the_model_of_a_collection(storage: Storage) -> None:
    made = Collection(id=new_id(), name="Open", embedding_model="", dimension=0)
    with storage.write() as unit:
        unit.collections.add(made)
        assert unit.collections.settle(made.id, embedding_model="mini@1", dimension=3)
        assert not unit.collections.settle(made.id, embedding_model="other@1", dimension=4)
        assert unit.collections.get(made.id).embedding_model == "mini@1"


def test_pages_of_documents_follow_each_other(storage: Storage, collection: Collection) -> None:
    ids = [put(storage, collection, f"{number}.md", str(number)).document.id for number in range(5)]
    with storage.read() as unit:
        first = unit.documents.list_page(collection.id, limit=3)
        second = unit.documents.list_page(collection.id, limit=3, cursor=first.next_cursor)
    assert [each.id for each in (*first.items, *second.items)] == ids[::-1]
    assert second.next_cursor is None
