"""Names, titles, reasons and passages that would be obeyed rather than shown, on the pages of documents."""

import pytest
from streamlit.testing.v1 import AppTest

from core.ids import new_id
from core.knowledge import Collection, Document, DocumentStatus
from core.records import ErrorRecord
from core.retrieval.terms import passage_terms
from core.types import Notice, Severity
from tests.pages.conftest import HOSTILE, On
from tests.pages.showing import assert_well, text
from tests.shelves import make_passages
from tests.stacks import Stack

VIEWS = ("ask", "files", "evaluation")


def obeyed(page: AppTest) -> list[str]:
    """What would be run, loaded or linked if a browser had it."""
    shown = [
        element.value
        for elements in (page.markdown, page.caption, page.subheader, page.error, page.warning, page.info, page.success)
        for element in elements
    ]
    labels = [str(getattr(element, "label", "")) for kind in (page.button, page.expander) for element in kind]
    return [value for value in [*shown, *labels] if "![x](" in value or ":red[x]" in value]


def raw_html(page: AppTest) -> list[str]:
    return [element.value for element in page.markdown if element.proto.allow_html and "<script>alert" in element.value]


@pytest.fixture
def collection(empty_stack: Stack) -> Collection:
    """A collection in which everything is hostile: one file that is ready and one that failed."""
    collection = Collection(id=new_id(), name=HOSTILE, description=HOSTILE, embedding_model="some-model", dimension=384)
    facts = {"collection_id": collection.id, "size_bytes": 10, "original_sha256": "0" * 64, "title": HOSTILE}
    notice = Notice(severity=Severity.WARNING, code="left_out", text=HOSTILE)
    ready = Document(
        id=new_id(),
        file_name=f"{HOSTILE}.md",
        status=DocumentStatus.READY,
        format="markdown",
        generation=1,
        n_passages=1,
        notices=(notice,),
        **facts,
    )
    error = ErrorRecord(code="damaged_document", message=HOSTILE, hint=HOSTILE)
    failed = Document(id=new_id(), file_name=f"{HOSTILE}.pdf", status=DocumentStatus.FAILED, error=error, **facts)
    passages = make_passages(ready, [(HOSTILE, HOSTILE)])
    with empty_stack.storage.write() as unit:
        unit.collections.add(collection)
        unit.documents.add(ready)
        unit.documents.add(failed)
        unit.passages.replace(ready.id, [(passage, passage_terms(passage)) for passage in passages])
    return collection


@pytest.mark.parametrize("view", VIEWS)
def test_what_is_hostile_is_shown_and_not_obeyed(
    empty_stack: Stack, open_page: On, collection: Collection, view: str
) -> None:
    page = open_page(empty_stack)("documents", view=view, collection=collection.id)
    assert_well(page)
    assert obeyed(page) == []
    assert raw_html(page) == []


def test_a_hostile_document_is_listed_with_its_reason(
    empty_stack: Stack, open_page: On, collection: Collection
) -> None:
    page = open_page(empty_stack)("documents", view="files", collection=collection.id)
    assert_well(page)
    assert HOSTILE in text(page)


def test_a_hostile_document_can_be_opened(empty_stack: Stack, open_page: On, collection: Collection) -> None:
    documents = empty_stack.wiring.services.documents.list_all(collection.id)
    for document in documents:
        page = open_page(empty_stack)("documents", view="files", collection=collection.id, document=document.id)
        assert_well(page)
        assert obeyed(page) == []
        assert raw_html(page) == []
