"""Documents from the door to the index and out again, by real workers on both databases."""

import io
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import workers.handbook
from app import chroma_server
from core.documents.errors import DocumentTooLarge, EmptyDocument, UnknownDocumentFormat
from core.errors import Conflict, NotFound
from core.handbook import handbook_files, new_handbook
from core.ids import new_id
from core.knowledge import HANDBOOK, NO_HANDBOOK, Document, DocumentStatus
from storage.filing import Outcome
from tests import servers
from tests.library import CATS, DOGS, Shelf, long_text, write
from tests.stacks import Stack, run_stack, wait_for
from workers.context import WorkerContext, install
from workers.handbook import fill_handbook, see_to_collections
from workers.indexing import run_indexing

LONG = 400
"""Sections of a document that is read for long enough to step in."""


@pytest.fixture(scope="module")
def reading_stack(each_stack: Stack) -> Stack:
    """Both kinds of stack, with a worker that reads documents."""
    each_stack.start_worker("documents")
    return each_stack


@pytest.fixture
def shelf(reading_stack: Stack, request: pytest.FixtureRequest) -> Shelf:
    return Shelf(reading_stack, request.node.name)


def test_a_document_is_read_cut_and_found_in_both_indexes(shelf: Shelf) -> None:
    document = shelf.ready(CATS, file_name="cats.md")
    assert (document.status, document.title, document.format) == (DocumentStatus.READY, "Cats", "markdown")
    passages = shelf.documents.passages(document.id)
    assert [passage.text for passage in passages] == [CATS.removeprefix("# ").strip()]
    assert shelf.n_vectors() == len(passages) == document.n_passages
    assert shelf.documents.text(document.id, start=0, limit=4).text == "Cats"
    stored = shelf.vectors.get(shelf.collection.id, [passages[0].id])[passages[0].id]
    assert float(stored @ stored) == pytest.approx(1.0, abs=1e-4)  # a unit vector in float32
    collection = shelf.collections.get(shelf.collection.id)
    assert len(stored) == collection.dimension


def test_an_unchanged_file_costs_nothing_and_a_changed_one_reads_only_itself(shelf: Shelf) -> None:
    text = shelf.own(CATS)
    cats = shelf.ready(text, file_name="cats.md")
    dogs = shelf.ready(DOGS, file_name="dogs.md")
    again = shelf.add(text, file_name="cats.md")
    assert (again.outcome, again.document) == (Outcome.UNCHANGED, cats)

    changed = shelf.add(text + "\nThey also hunt.\n", file_name="cats.md")
    assert (changed.outcome, changed.document.id) == (Outcome.CHANGED, cats.id)
    after = shelf.wait_end(changed.document, must_be_ready=True)
    assert "hunt" in shelf.documents.passages(cats.id)[0].text
    assert after.generation > cats.generation
    assert shelf.documents.get(dogs.id) == dogs
    wait_for(lambda: shelf.n_vectors() == 2, what="the end of the old vectors")
    assert not shelf.has_file(cats.original_sha256)
    wait_for(lambda: not shelf.has_file(cats.text_sha256), what="the end of the old text")


def test_the_same_bytes_under_another_name_are_told(shelf: Shelf) -> None:
    shelf.ready(CATS, file_name="cats.md")
    copy = shelf.add(CATS, file_name="copy of cats.md")
    assert (copy.outcome, copy.same_as) == (Outcome.ADDED, "cats.md")
    shelf.wait_end(copy.document, must_be_ready=True)
    shelf.documents.remove([copy.document.id])
    shelf.wait_gone(copy.document)
    assert shelf.has_file(copy.document.original_sha256)  # the other one needs it


def test_a_removed_document_leaves_no_trace(shelf: Shelf) -> None:
    document = shelf.ready("A zyzzyva eats palms.", file_name="weevil.txt")
    assert (shelf.n_vectors(), shelf.n_lexical("zyzzyva")) == (1, 1)
    shelf.documents.remove([document.id])
    with pytest.raises(NotFound):
        shelf.documents.get(document.id)
    assert (shelf.n_passages(document), shelf.n_lexical("zyzzyva")) == (0, 0)  # at once
    shelf.wait_gone(document)
    assert shelf.n_vectors() == 0
    assert not shelf.has_file(document.original_sha256)
    assert not shelf.has_file(document.text_sha256)
    assert shelf.add("A zyzzyva eats palms.", file_name="weevil.txt").outcome is Outcome.ADDED


def test_a_removed_collection_leaves_no_trace_and_its_name_is_free_at_once(shelf: Shelf) -> None:
    document = shelf.ready(shelf.own(CATS), file_name="cats.md")
    shelf.collections.remove(shelf.collection.id)
    shelf.collections.create(shelf.collection.name)
    assert shelf.collection.id not in [each.collection.id for each in shelf.collections.list_overviews()]
    shelf.wait_no_row("collection", shelf.collection.id)
    assert (shelf.n_vectors(), shelf.n_passages(document)) == (0, 0)
    assert not shelf.has_file(document.original_sha256)


def test_one_bad_file_of_an_archive_does_not_stop_the_others(shelf: Shelf) -> None:
    files = {"animals/cats.md": CATS, "dogs.md": DOGS, "pixels.png": "\x89PNG\r\n\x1a\n", "void.txt": ""}
    archive = shelf.add(_zip(files), file_name="pets.zip").document
    read = shelf.wait_end(archive, must_be_ready=True)
    assert sorted(notice.text for notice in read.notices) == [
        "pixels.png was left out. 'pixels.png' is a PNG image.",
        "void.txt was left out. It is empty.",
    ]
    members = [shelf.wait_end(each, must_be_ready=True) for each in shelf.documents.members(archive.id)]
    assert [each.file_name for each in members] == ["pets.zip/animals/cats.md", "pets.zip/dogs.md"]

    # Packed anew without the dogs and with more about cats.
    again = shelf.add(_zip({"animals/cats.md": CATS + "They hunt."}), file_name="pets.zip")
    assert (again.outcome, again.document.id) == (Outcome.CHANGED, archive.id)
    shelf.wait_end(again.document, must_be_ready=True)
    shelf.wait_gone(members[1])
    (cats,) = shelf.documents.members(archive.id)
    assert shelf.wait_end(cats, must_be_ready=True).id == members[0].id
    assert shelf.documents.remove([archive.id]) == 2
    shelf.wait_gone(cats)
    assert shelf.n_vectors() == 0


def test_an_archive_without_documents_fails_in_words(shelf: Shelf) -> None:
    archive = shelf.add(_zip({"a.png": "\x89PNG\r\n\x1a\n"}), file_name="pictures.zip").document
    error = shelf.wait_end(archive).error
    assert error is not None
    assert error.message.startswith("The ZIP archive holds no document that is read here. The first, a.png:")


def test_other_settings_are_applied_by_indexing_again(shelf: Shelf) -> None:
    document = shelf.ready(long_text(4), file_name="voyages.md")
    shelf.collections.change(shelf.collection.id, chunking={"size": 40, "overlap": 0})
    assert shelf.collections.reindex_need(shelf.collection.id).n_documents == 1
    assert shelf.collections.reindex(shelf.collection.id).n_documents == 1
    assert shelf.n_passages(document) == document.n_passages  # these answer meanwhile
    after = shelf.wait_end(document, must_be_ready=True)
    assert max(passage.n_tokens for passage in shelf.documents.passages(document.id)) <= 40
    assert after.n_passages > 2 * document.n_passages
    wait_for(lambda: shelf.n_vectors() == after.n_passages, what="the end of the old vectors")
    assert shelf.collections.reindex(shelf.collection.id).n_documents == 0


def test_vectors_of_another_model_are_replaced_as_a_whole(shelf: Shelf) -> None:
    document = shelf.ready(CATS, file_name="cats.md")
    with shelf.stack.storage.write() as unit:
        unit.collections.update(shelf.collection.id, embedding_model="another@1", dimension=3)
    refused = shelf.wait_end(shelf.add(DOGS, file_name="dogs.md").document)
    assert refused.error is not None
    assert "another@1" in refused.error.message
    assert "Index the collection again" in refused.error.hint
    assert shelf.collections.reindex(shelf.collection.id).n_documents == 2
    for each in (document, refused):
        shelf.wait_end(each, must_be_ready=True)
    wait_for(lambda: shelf.n_vectors() == 2, what="the vectors of the present model")


def test_what_cannot_be_a_document_is_refused_at_the_door(shelf: Shelf) -> None:
    with pytest.raises(EmptyDocument):
        shelf.add(b"", file_name="nothing.txt")
    with pytest.raises(UnknownDocumentFormat):
        shelf.add(b"\x89PNG\r\n\x1a\n1234", file_name="picture.pdf")
    limit = shelf.documents.size_limit("large.txt")
    path = shelf.stack.settings.home / "large.part"
    with path.open("wb") as file:
        file.truncate(limit + 1)
    with pytest.raises(DocumentTooLarge, match=r"large\.txt.*at most"):
        shelf.documents.add(shelf.collection.id, path, file_name="large.txt")
    path.unlink()
    assert shelf.documents.list_all(shelf.collection.id) == ()


def test_a_repeated_request_gives_the_document_of_the_first(shelf: Shelf) -> None:
    key = f"key-{shelf.collection.id}"
    first = shelf.add(CATS, file_name="cats.md", idempotency_key=key)
    assert shelf.add(CATS, file_name="cats.md", idempotency_key=key).document.id == first.document.id
    other = Shelf(shelf.stack, f"{shelf.collection.name} again")
    with pytest.raises(Conflict):
        other.add(CATS, file_name="cats.md", idempotency_key=key)


def test_a_second_delivery_changes_nothing(shelf: Shelf) -> None:
    document = shelf.ready(CATS, file_name="cats.md")
    _be_a_worker(shelf.stack)
    run_indexing(document.id, document.attempt)
    run_indexing(document.id, document.attempt + 1)
    run_indexing("01a1ffc5-0000-7000-8000-000000000000", 1)
    assert shelf.documents.get(document.id) == document
    assert shelf.n_vectors() == 1


def test_a_cancelled_reading_keeps_the_former_passages(shelf: Shelf) -> None:
    document = shelf.ready("Short and sweet.", file_name="long.md")
    shelf.add(long_text(LONG), file_name="long.md")
    _wait_for_embedding(shelf, document)
    shelf.documents.cancel(document.id)
    ended = shelf.wait_end(document)
    assert ended.error is not None
    assert (ended.status, ended.error.code) == (DocumentStatus.FAILED, "cancelled")
    assert [passage.text for passage in shelf.documents.passages(document.id)] == ["Short and sweet."]
    wait_for(lambda: shelf.n_vectors() == 1, what="the end of what was begun")
    shelf.documents.retry(document.id)
    again = shelf.wait_end(document, must_be_ready=True)
    wait_for(lambda: shelf.n_vectors() == again.n_passages, what="one vector for each passage")


def test_a_killed_worker_leaves_nothing_half_done_and_the_work_goes_on_by_itself(each_stack: Stack) -> None:
    shelf = Shelf(each_stack, "killed")
    each_stack.end_workers()
    worker = each_stack.start_worker("documents")
    document = shelf.add(long_text(LONG), file_name="voyages.md").document
    _wait_for_embedding(shelf, document)
    worker.kill()
    assert shelf.n_vectors() > 0  # of the attempt that is dead
    assert shelf.n_passages(document) == 0
    each_stack.start_worker("documents")
    after = shelf.wait_end(document, must_be_ready=True)
    assert after.generation == 2
    wait_for(lambda: shelf.n_vectors() == after.n_passages == shelf.n_passages(document), what="one vector a passage")


def test_a_document_that_is_removed_while_it_is_read_leaves_no_trace(shelf: Shelf) -> None:
    mark = f"mark{new_id()[-12:]}"
    document = shelf.add(f"{mark}\n\n{long_text(LONG)}", file_name="voyages.md").document
    _wait_for_embedding(shelf, document)
    shelf.documents.remove([document.id])
    shelf.wait_gone(document)
    wait_for(lambda: shelf.n_vectors() == 0, what="the end of the vectors")
    assert not shelf.has_file(document.original_sha256)
    assert_nowhere(shelf, mark)


def test_a_document_that_was_not_read_to_its_end_leaves_no_trace_when_it_is_removed(shelf: Shelf) -> None:
    mark = f"mark{new_id()[-12:]}"
    document = shelf.add(f"{mark}\n\n{long_text(LONG)}", file_name="voyages.md").document
    _wait_for_embedding(shelf, document)
    shelf.documents.cancel(document.id)
    shelf.wait_end(document)
    shelf.documents.remove([document.id])
    shelf.wait_gone(document)
    assert_nowhere(shelf, mark)


def assert_nowhere(shelf: Shelf, mark: str) -> None:
    """No file that was kept, and none that was begun, has these letters."""
    home = shelf.stack.settings.home
    kept = [path for name in ("artifacts", "tmp") for path in (home / name).rglob("*") if path.is_file()]
    assert [path for path in kept if mark.encode() in path.read_bytes()] == []


def test_vectors_of_killed_attempts_are_cleared_later(shelf: Shelf) -> None:
    document = shelf.ready(CATS, file_name="cats.md")
    passage = shelf.documents.passages(document.id)[0]
    vector = shelf.vectors.get(shelf.collection.id, [passage.id])[passage.id]
    facts = {"document_id": document.id, "generation": 0}
    shelf.vectors.add(shelf.collection.id, [f"{document.id}:0:0"], vector[None, :], [facts])
    assert shelf.n_vectors() == 2
    _be_a_worker(shelf.stack)
    run_indexing(shelf.collection.id, 1)
    assert shelf.n_vectors() == 1


# --- A vector store that comes and goes ------------------------------------------------------------------------------


@pytest.fixture
def lone_stack(tmp_path: Path) -> Iterator[tuple[Stack, chroma_server.ChromaServer]]:
    """A stack whose vector store is configured and not started."""
    home = tmp_path / "home"
    home.mkdir()
    chroma = chroma_server.prepare(home)
    with (
        servers.run_redis(home) as redis_url,
        run_stack(home, redis_url=redis_url, chroma_url=chroma.url, max_attempts=1) as stack,
    ):
        stack.start_worker("documents")
        yield stack, chroma


def test_reading_waits_for_a_vector_store_that_is_away_and_fails_in_words_when_it_stays_away(
    lone_stack: tuple[Stack, chroma_server.ChromaServer],
) -> None:
    stack, chroma = lone_stack
    shelf = Shelf(stack, "away")
    document = shelf.wait_end(shelf.add(CATS, file_name="cats.md").document)
    assert document.error is not None
    assert (document.status, document.error.code) == (DocumentStatus.FAILED, "unavailable")
    assert "does not answer" in document.error.message
    assert shelf.n_passages(document) == 0

    shelf.documents.retry(document.id)
    wait_for(lambda: "waiting" in shelf.documents.get(document.id).stage.lower(), what="patience")
    process = subprocess.Popen(chroma.command, env=chroma.environment, start_new_session=True)
    try:
        assert shelf.wait_end(document, must_be_ready=True).n_passages == 1
        assert shelf.n_vectors() == 1
    finally:
        servers.end(process)
    # Away again: what is removed is gone for people at once, and its row waits for the store.
    shelf.documents.remove([document.id])
    assert shelf.n_passages(document) == 0
    process = subprocess.Popen(chroma.command, env=chroma.environment, start_new_session=True)
    try:
        shelf.wait_gone(document)
        assert shelf.n_vectors() == 0
    finally:
        servers.end(process)


# --- The handbook ----------------------------------------------------------------------------------------------------


@pytest.fixture
def pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A handbook of two pages instead of the real one."""
    write(tmp_path / "README.md", "# Praxis\n\nA workbench.")
    write(tmp_path / "docs" / "user" / "cats.md", CATS)
    find = handbook_files
    monkeypatch.setattr(workers.handbook, "handbook_files", lambda: find(tmp_path))
    return tmp_path


def test_the_handbook_is_made_of_pages_and_follows_them(each_stack: Stack, pages: Path) -> None:
    each_stack.end_workers()
    context = _be_a_worker(each_stack, handbook=True)
    see_to_collections(context)
    collections = each_stack.wiring.services.collections
    handbook = collections.find_handbook()
    assert handbook is not None
    fill_handbook(context, handbook)
    before = _handbook_documents(each_stack)
    assert [each.file_name for each in before] == ["README.md", "user/cats.md"]
    fill_handbook(context, handbook)
    assert _handbook_documents(each_stack) == before

    write(pages / "docs" / "user" / "dogs.md", DOGS)
    (pages / "docs" / "user" / "cats.md").unlink()
    write(pages / "README.md", "# Praxis\n\nAnother workbench.")
    fill_handbook(context, handbook)
    after = _handbook_documents(each_stack)
    assert [each.file_name for each in after] == ["README.md", "user/dogs.md"]
    assert (after[0].id, after[0].attempt > before[0].attempt) == (before[0].id, True)
    with pytest.raises(Conflict):
        each_stack.wiring.services.documents.remove([after[0].id])


def test_a_removed_handbook_stays_away_until_it_is_brought_back(each_stack: Stack, pages: Path) -> None:
    del pages
    collections = each_stack.wiring.services.collections
    context = _be_a_worker(each_stack, handbook=True)
    see_to_collections(context)
    handbook = collections.find_handbook()
    assert handbook is not None
    collections.remove(handbook.id)
    see_to_collections(context)
    assert collections.find_handbook() is None
    back = collections.restore_handbook()
    assert (back.origin, back.name) == (HANDBOOK, new_handbook(each_stack.settings).name)
    with each_stack.storage.read() as unit:
        assert unit.collections.list_by_origin(NO_HANDBOOK) == ()
    collections.remove(back.id)


def _handbook_documents(stack: Stack) -> tuple[Document, ...]:
    handbook = stack.wiring.services.collections.find_handbook()
    assert handbook is not None
    return stack.wiring.services.documents.list_all(handbook.id)


def _be_a_worker(stack: Stack, **settings: bool) -> WorkerContext:
    """Let this process run the entry points of jobs."""
    context = WorkerContext(
        settings=stack.settings.model_copy(update=settings),
        storage=stack.storage,
        queue=stack.wiring.queue,
        name="test",
    )
    install(context)
    return context


def _wait_for_embedding(shelf: Shelf, document: Document) -> None:
    wait_for(
        lambda: shelf.documents.get(document.id).stage.startswith("Embedding") and shelf.n_vectors() > 1,
        what="the first vectors",
    )


def _zip(files: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content.encode("latin-1"))
    return buffer.getvalue()
