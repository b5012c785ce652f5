"""What can be done to a collection as a whole: name, passages, indexing anew, removing."""

import streamlit as st

from app.bootstrap import services
from app.services.collections import CollectionOverview
from app.ui import numbers
from app.ui.documents.words import collection_words
from app.ui.guard import guard
from app.ui.text import plain
from core.errors import WorkbenchError
from core.knowledge import HANDBOOK, ChunkingParams, Collection


def settings_popover(collection: Collection, *, key: str) -> None:
    """Name, description and passages of a collection, and its removal."""
    with st.popover("Settings", icon=":material/tune:", key=f"{key}-popover"):
        with st.form(f"{key}-form-{collection.id}", border=False):
            name = st.text_input("Name", collection.name, max_chars=200)
            description = st.text_input("What is in it", collection.description, max_chars=2_000)
            chunking = {field: _slider(collection, field) for field in ChunkingParams.model_fields}
            st.caption("Other passages need the collection to be indexed again; until then the present ones answer.")
            if st.form_submit_button("Save", icon=":material/check:", type="primary"):
                _save(collection, name, description, chunking)
        with st.container(horizontal=True):
            if st.button("Index all again", icon=":material/refresh:", key=f"{key}-reindex"):
                with guard():
                    services().collections.reindex(collection.id, everything=True)
                st.rerun()
            if st.button("Remove", icon=":material/delete:", key=f"{key}-remove"):
                confirm_removal(collection)
        st.caption(f"Embedding model: {plain(collection.embedding_model) or 'not known before the first document'}")


def reindex_offer(collection: Collection, *, key: str) -> None:
    """Says when documents have passages of other settings, with a button."""
    with guard():
        need = services().collections.reindex_need(collection.id)
    if not need.n_documents or not need.why:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        those = numbers.count(need.n_documents, "document has", "documents have")
        st.markdown(f":material/sync_problem: {those} older passages. {plain(need.why)}", width="content")
        if st.button("Index again", icon=":material/refresh:", key=f"{key}-now"):
            with guard():
                services().collections.reindex(collection.id)
            st.rerun()


@st.dialog("Remove this collection?")
def confirm_removal(collection: Collection) -> None:
    """The question before a collection goes for good."""
    with guard():
        overview: CollectionOverview = services().collections.overview(collection.id)
    st.markdown(f"**{plain(collection.name)}** · {collection_words(overview)}")
    if collection.origin == HANDBOOK:
        st.write("The handbook goes from the lists. You can bring it back at any time.")
    else:
        st.write("Its documents go with every trace: files, passages, vectors, question sets. This cannot be undone.")
    if st.button("Remove it", icon=":material/delete:", type="primary", key="documents-remove-collection"):
        with guard():
            services().collections.remove(collection.id)
        st.query_params.pop("collection", None)
        st.query_params.pop("document", None)
        st.rerun()


def _slider(collection: Collection, field: str) -> int:
    schema = ChunkingParams.model_json_schema()["properties"][field]
    value = getattr(collection.chunking, field)
    return int(st.slider(schema["title"], schema["minimum"], schema["maximum"], value, help=schema["description"]))


def _save(collection: Collection, name: str, description: str, chunking: dict[str, int]) -> None:
    try:
        services().collections.change(collection.id, name=name, description=description, chunking=chunking)
    except WorkbenchError as error:
        st.error(plain(f"{error.message} {error.hint}"), icon=":material/error:")
        return
    st.rerun()
