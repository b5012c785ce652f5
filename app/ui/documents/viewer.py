"""A document: page by page as text or as a picture, its passages, where it came from."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.bootstrap import services
from app.ui import numbers, places
from app.ui.computing import answer
from app.ui.documents.page_view import HEIGHT_PX, picture_page, text_page
from app.ui.documents.words import STATUS_WORD, kind_words, page_name, size_words
from app.ui.guard import guard, show_error
from app.ui.live_run import API_ROOT
from app.ui.panels import facts
from app.ui.text import plain
from app.ui.words import show_notices
from core.documents.leaves import Leaf
from core.errors import WorkbenchError
from core.knowledge import Document, DocumentStatus, Passage
from evaluation.computations.page_image import PageImage
from storage.filing import ARCHIVE

PASSAGES_A_PAGE = 20
PRINTED_PX = 760


def show_passage(document_id: str, passage_id: str, *, key: str = "passage", height_px: int = HEIGHT_PX) -> None:
    """The page on which a passage stands, highlighted and scrolled to: for sources beside an answer.

    A document or passage that is gone is told in a sentence; the page goes on.

    Args:
        document_id: The document.
        passage_id: One of its passages.
        key: Prefix of the widgets' keys; unique within the page.
        height_px: Most height of the page.
    """
    try:
        document = services().documents.get(document_id)
        passage = services().documents.passage(passage_id)
        leaf = services().documents.leaf(document_id, at=passage.start)
    except WorkbenchError as error:
        show_error(error)
        return
    head = st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center")
    head.markdown(f"**{plain(document.title or document.file_name)}** · {where(document, passage)}", width="content")
    address = {"collection": document.collection_id, "view": "files", "document": document.id, "passage": passage.id}
    head.page_link(places.DOCUMENTS, label="Open", icon=":material/open_in_full:", query_params=address)
    _page(document, leaf, passage, key=f"{key}-{passage.id}", height_px=height_px)


def where(document: Document, passage: Passage) -> str:
    """Page and headings of a passage, as Markdown."""
    parts = []
    if passage.page is not None:
        last = passage.page_end
        pages = f"{passage.page}–{last}" if last and last != passage.page else f"{passage.page}"
        parts.append(f"{page_name(document)} {pages}")
    if passage.heading:
        parts.append(" › ".join(plain(each) for each in passage.heading))
    return " · ".join(parts)


def open_document(document_id: str) -> None:
    """One document in full, with a way back to the files of its collection."""
    head = st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center")
    if head.button("All files", icon=":material/arrow_back:", type="tertiary", key="documents-back"):
        st.query_params.pop("document", None)
        st.query_params.pop("passage", None)
        st.rerun()
    with guard():
        document = services().documents.get(document_id)
    # A path alone: the browser takes it from wherever it has found this page.
    address = f"{API_ROOT}/documents/{document.id}/file"
    head.link_button("Download the file", address, icon=":material/download:", type="tertiary")
    st.subheader(plain(document.title or document.file_name))
    facts(
        {
            "File": document.file_name,
            "Kind": kind_words(document),
            "Length": size_words(document) or numbers.count(document.n_characters, "character"),
            "Passages": numbers.count(document.n_passages),
            "Size": numbers.file_size(document.size_bytes),
            **({} if document.status is DocumentStatus.READY else {"State": STATUS_WORD[document.status]}),
        }
    )
    show_notices(document.notices)
    if document.error is not None:
        st.error(f"{plain(document.error.message)} {plain(document.error.hint)}", icon=":material/error:")
    if document.text_sha256 is None:
        if document.format == ARCHIVE.key:
            _members(document)
        return
    bar = st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center")
    view = bar.segmented_control(
        "Show",
        ["Pages", *(["As printed"] if document.format == "pdf" else []), "Passages"],
        default="Pages",
        required=True,
        key="documents-document-view",
        label_visibility="collapsed",
    )
    if view == "Pages":
        _pages(document, bar)
    elif view == "As printed":
        _printed(document, bar)
    else:
        _passages(document, bar)


def _pages(document: Document, bar: DeltaGenerator) -> None:
    passage = _passage_of_address(document)
    with guard():
        first = services().documents.leaf(document.id, at=passage.start if passage else 0)
    if passage is not None:
        st.caption(f":material/bookmark: Passage {passage.seq + 1} · {where(document, passage)}")
    number = first.number
    if first.n_leaves > 1:
        number = bar.pagination(
            first.n_leaves, default=first.number, key=f"documents-leaf-{document.id}-{first.number}"
        )
    with guard():
        leaf = first if number == first.number else services().documents.leaf(document.id, number=number)
    _page(document, leaf, passage, key="documents-leaf", reveals=True)


def _printed(document: Document, bar: DeltaGenerator) -> None:
    """The pages as they look on paper, drawn by a worker."""
    passage = _passage_of_address(document)
    first = passage.page if passage and passage.page else 1
    n_pages = document.n_pages or 1
    page = bar.pagination(n_pages, default=first, key=f"documents-printed-{document.id}-{first}") if n_pages > 1 else 1
    is_on_page = passage is not None and (passage.page or 1) <= page <= (passage.page_end or passage.page or 1)
    text = passage.text if passage is not None and is_on_page else ""
    params = services().documents.picture_params(document, page=page, text=text)
    drawn = answer("page_image", params, PageImage, key="documents-printed")
    if drawn is None:
        return
    with guard():
        computation = services().computations.start("page_image", params)
        png = services().computations.file(computation, drawn.image_sha256).read_bytes()
    label = f"{document.file_name}, page {page} as printed"
    picture_page(png, drawn.boxes, label=label, key="documents-printed-page", height_px=PRINTED_PX)


def _page(
    document: Document,
    leaf: Leaf,
    passage: Passage | None,
    *,
    key: str,
    height_px: int = HEIGHT_PX,
    reveals: bool = False,
) -> None:
    start, end = (passage.start, passage.end) if passage else (0, 0)
    label = f"{document.file_name}, part {leaf.number} of {leaf.n_leaves}"
    text_page(leaf, start=start, end=end, label=label, key=f"{key}-text", height_px=height_px, reveals=reveals)


def _passage_of_address(document: Document) -> Passage | None:
    passage_id = st.query_params.get("passage")
    if not passage_id:
        return None
    try:
        found = services().documents.passage(passage_id)
    except WorkbenchError as error:
        show_error(error)
        return None
    return found if found.document_id == document.id else None


def _passages(document: Document, bar: DeltaGenerator) -> None:
    """What is searched and cited: the passages as they were cut."""
    n_pages = max(1, -(-document.n_passages // PASSAGES_A_PAGE))
    page = bar.pagination(n_pages, key=f"documents-passages-{document.id}") if n_pages > 1 else 1
    with guard():
        first = (page - 1) * PASSAGES_A_PAGE
        passages = services().documents.passages(document.id, first=first, limit=PASSAGES_A_PAGE)
    for passage in passages:
        with st.container(border=True):
            head = st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center")
            words = [f"**{passage.seq + 1}**", where(document, passage), numbers.count(passage.n_tokens, "token")]
            head.markdown(" · ".join(filter(None, words)), width="content")
            if head.button("On its page", icon=":material/article:", type="tertiary", key=f"documents-at-{passage.id}"):
                st.query_params["passage"] = passage.id
                del st.session_state["documents-document-view"]
                st.rerun()
            st.text(passage.text)


def _members(document: Document) -> None:
    """What came in an archive."""
    with guard():
        members = services().documents.members(document.id)
    st.dataframe(
        [{"File": each.file_name, "State": STATUS_WORD[each.status], "Kind": kind_words(each)} for each in members],
        hide_index=True,
        alt="Documents that came in this archive",
    )
