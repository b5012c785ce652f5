"""Two people, or a person and a worker, at the same documents at one moment, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.services.documents import DocumentService
from core.documents.registry import DOCUMENT_FORMATS
from core.ids import new_id
from core.knowledge import Collection, Document, DocumentStatus
from core.records import Computation
from core.settings import Settings
from core.types import ComputationStatus
from evaluation.computations.page_image import PageImage
from storage.filing import ARCHIVE, IncomingFile, file_document
from storage.storage import Storage
from tests.benchmarks.stored import NoQueue
from workers.clearing import remove_document, see_to_collection
from workers.context import WorkerContext
from workers.unpacking import _collection

SHA256 = "0" * 64


@pytest.fixture
def settings(tmp_home: Path, chroma_url: str) -> Settings:
    return Settings(_env_file=None, home=tmp_home, chroma_url=chroma_url)


def make_document(storage: Storage, **facts: object) -> Document:
    """A document in a collection of its own."""
    with storage.write() as unit:
        collection = unit.collections.add(
            Collection(id=new_id(), name=f"Shelf {new_id()}", embedding_model="", dimension=0)
        )
        values = {"file_name": "one.txt", "size_bytes": 1, "original_sha256": SHA256, "format": "txt", **facts}
        return unit.documents.add(Document.model_validate({"id": new_id(), "collection_id": collection.id, **values}))


def test_an_archive_that_is_removed_while_it_is_unpacked_takes_its_last_member_along(
    storage: Storage, settings: Settings
) -> None:
    documents = DocumentService(storage=storage, queue=NoQueue(), settings=settings)
    archive = make_document(storage, format=ARCHIVE.key, status=DocumentStatus.RUNNING, attempt=1)
    file = IncomingFile(file_name="one.zip/a.txt", sha256="1" * 64, size_bytes=1, archive_id=archive.id)
    with ThreadPoolExecutor(1) as others:
        with storage.write() as unit:
            file_document(unit, _collection(unit, archive), file, DOCUMENT_FORMATS["txt"])
            removing = others.submit(documents.remove, [archive.id])
            with pytest.raises(TimeoutError):  # it waits for the end of this transaction
                removing.result(timeout=0.5)
        assert removing.result(timeout=10) == 2
    assert documents.list_all(archive.collection_id) == ()


def test_a_document_that_was_added_at_the_moment_its_collection_was_removed_goes_with_it(
    storage: Storage, settings: Settings
) -> None:
    document = make_document(storage, status=DocumentStatus.QUEUED)
    with storage.write() as unit:
        unit.collections.mark_removed(document.collection_id)
        collection = unit.collections.find_marked(document.collection_id)
    assert collection is not None
    context = WorkerContext(settings=settings, storage=storage, queue=NoQueue(), name="test")
    see_to_collection(context, collection)
    with storage.read() as unit:
        assert unit.documents.find(document.id) is None
        assert unit.collections.find_marked(collection.id) is None


def test_pictures_of_pages_go_with_the_last_document_of_these_bytes(storage: Storage, settings: Settings) -> None:
    context = WorkerContext(settings=settings, storage=storage, queue=NoQueue(), name="test")
    artifacts = storage.artifacts
    png = artifacts.save_bytes(b"a picture")
    result = artifacts.save_bytes(PageImage(image_sha256=png, width=1, height=1).model_dump_json().encode())
    computation = Computation(
        id=new_id(),
        kind="page_image",
        params={"sha256": SHA256, "page": 1, "text": ""},
        status=ComputationStatus.FINISHED,
        result_sha256=result,
    )
    first, last = (make_document(storage, status=DocumentStatus.READY) for _ in range(2))
    with storage.write() as unit:
        unit.computations.add(computation)
    for document, is_kept in ((first, True), (last, False)):
        with storage.write() as unit:
            removing = unit.documents.mark_removed(document)
        remove_document(context, removing)
        with storage.read() as unit:
            assert unit.documents.find(document.id) is None
            assert (unit.computations.find(computation.id) is not None) == is_kept
        assert (artifacts.has(png), artifacts.has(result)) == (is_kept, is_kept)
