"""The Documents page: collections, files in every state, the viewer."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from core.documents.building import DocumentBuilder
from core.ids import new_id
from core.knowledge import Collection, Document, DocumentStatus, Passage
from core.records import ErrorRecord
from core.types import Notice, Severity
from storage.filing import ARCHIVE
from tests import servers
from tests.pages.conftest import HOSTILE, On
from tests.pages.showing import assert_well, text
from tests.stacks import Stack, run_stack


@dataclass(frozen=True, kw_only=True)
class Library:
    """A collection with a document in every state; no worker is alive."""

    stack: Stack
    collection: Collection
    documents: dict[str, Document]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    home = tmp_path_factory.mktemp("documents") / "home"
    home.mkdir()
    with servers.run_redis(home) as redis_url, run_stack(home, redis_url=redis_url, document_workers=0) as stack:
        services = stack.wiring.services
        collection = services.collections.create(HOSTILE[:80], description=HOSTILE)
        services.collections.create("Empty one")
        yield Library(stack=stack, collection=collection, documents=_fill(stack, collection))


def _fill(stack: Stack, collection: Collection) -> dict[str, Document]:
    builder = DocumentBuilder("text")
    builder.heading(HOSTILE)
    for number in range(40):
        builder.paragraph(f"Paragraph {number}. {HOSTILE} " + "word " * 60)
    parsed = builder.build()
    block = parsed.blocks[20]
    content = parsed.model_dump_json().encode()
    error = ErrorRecord(code="needs_ocr", message=f"The PDF {HOSTILE} holds no text.", hint="Install Tesseract.")
    archive_id = new_id()
    rows: dict[str, dict[str, Any]] = {
        "ready": {
            "status": DocumentStatus.READY,
            "format": "markdown",
            "title": HOSTILE,
            "n_passages": 1,
            "n_characters": len(parsed.text),
            "generation": 1,
            "text_sha256": stack.storage.artifacts.save_bytes(content),
            "notices": (Notice(severity=Severity.INFO, code="wrong_ending", text=f"It is {HOSTILE}."),),
        },
        "running": {"status": DocumentStatus.RUNNING, "stage": "Embedding 3 of 9", "progress": 0.4},
        "queued": {"status": DocumentStatus.QUEUED},
        "failed": {"status": DocumentStatus.FAILED, "error": error, "format": "pdf"},
        "archive": {"status": DocumentStatus.READY, "format": ARCHIVE.key, "n_pages": 1, "id": archive_id},
        "member": {"status": DocumentStatus.FAILED, "error": error, "archive_id": archive_id},
    }
    made = {}
    with stack.storage.write() as unit:
        for name, facts in rows.items():
            base = {"id": new_id(), "file_name": f"{name} {HOSTILE}.md", "collection_id": collection.id}
            document = Document.model_validate({**base, "size_bytes": 10, "original_sha256": "0" * 64, **facts})
            made[name] = unit.documents.add(document)
        ready = made["ready"]
        passage = Passage(
            id=f"{ready.id}:1:0",
            document_id=ready.id,
            collection_id=collection.id,
            seq=0,
            text=parsed.text[block.start : block.end],
            start=block.start,
            end=block.end,
            heading=(HOSTILE,),
            n_tokens=70,
        )
        unit.passages.replace(ready.id, [(passage, "word")])
    return made


def test_an_empty_instance_says_how_to_begin(empty_stack: Stack, open_page: On) -> None:
    page = open_page(empty_stack)("documents")
    assert_well(page)
    assert "Make a collection for files that belong together" in text(page)
    page.button(key="documents-handbook").click().run()
    assert_well(page)
    assert page.radio[0].options == [":material/menu_book: Praxis handbook"]


def test_a_new_collection_is_opened_and_teaches_what_to_do(empty_stack: Stack, open_page: On) -> None:
    page = open_page(empty_stack)("documents", view="files")
    page.text_input(key="documents-new-name").set_value("Contracts")
    next(each for each in page.button if each.label == "Create").click().run()
    assert_well(page)
    (overview,) = empty_stack.wiring.services.collections.list_overviews()
    assert overview.collection.name == "Contracts"
    assert page.query_params["collection"] == overview.collection.id
    assert "Drop files above." in text(page)


def test_a_taken_name_is_refused_beside_the_form(empty_stack: Stack, open_page: On) -> None:
    empty_stack.wiring.services.collections.create("Contracts")
    page = open_page(empty_stack)("documents", view="files")
    page.text_input(key="documents-new-name").set_value("Contracts")
    next(each for each in page.button if each.label == "Create").click().run()
    assert_well(page)
    assert "There is a collection 'Contracts' already" in text(page)


def test_files_in_every_state_are_shown_with_reasons(library: Library, open_page: On) -> None:
    page = open_page(library.stack)("documents", view="files", collection=library.collection.id)
    assert_well(page)
    table = page.dataframe[0].value
    assert list(table["State"]) == sorted_by_name(
        library,
        {
            "ready": "✓ ready",
            "running": "▶ 40\u202f%",
            "queued": "◷ waiting",
            "failed": "✕ failed",
            "archive": "✓ ready",
            "member": "✕ failed",
        },
    )
    shown = text(page)
    assert shown.count("holds no text. Install Tesseract.") == 2


def sorted_by_name(library: Library, states: dict[str, str]) -> list[str]:
    return [states[name] for name in sorted(states, key=lambda name: library.documents[name].file_name)]


def test_a_passage_of_the_address_is_opened_on_its_page(library: Library, open_page: On) -> None:
    ready = library.documents["ready"]
    address = {"view": "files", "collection": library.collection.id, "document": ready.id, "passage": f"{ready.id}:1:0"}
    page = open_page(library.stack)("documents", **address)
    assert_well(page)
    leaf = library.stack.wiring.services.documents.leaf(
        ready.id, at=library.stack.wiring.services.documents.passage(f"{ready.id}:1:0").start
    )
    assert leaf.number > 1
    assert "Passage 1" in text(page)
    page.segmented_control(key="documents-document-view").set_value("Passages").run()
    assert_well(page)
    assert any("Paragraph" in each.value for each in page.text)


def test_what_the_address_names_and_is_gone_is_told(library: Library, open_page: On) -> None:
    page = open_page(library.stack)("documents", view="files", collection="gone")
    assert_well(page)
    assert "The address names the collection" in text(page)
    address = {"view": "files", "collection": library.collection.id, "document": "gone"}
    page = open_page(library.stack)("documents", **address)
    assert_well(page)
    assert "There is no document 'gone'" in text(page)


@pytest.mark.parametrize("name", ["running", "queued", "failed", "archive", "member"])
def test_a_document_without_text_opens_too(library: Library, open_page: On, name: str) -> None:
    address = {"view": "files", "collection": library.collection.id, "document": library.documents[name].id}
    assert_well(open_page(library.stack)("documents", **address))


def test_settings_are_saved_and_ask_for_indexing_again(library: Library, open_page: On) -> None:
    page = open_page(library.stack)("documents", view="files", collection=library.collection.id)
    page.slider[0].set_value(64)
    page.slider[1].set_value(20)
    next(each for each in page.button if each.label == "Save").click().run()
    assert_well(page)
    changed = library.stack.wiring.services.collections.get(library.collection.id)
    assert (changed.chunking.size, changed.chunking.overlap) == (64, 20)
    assert "Index again" in [each.label for each in page.button]
