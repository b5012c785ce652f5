"""Files: what is in a collection, how its reading goes, one document in full."""

import streamlit as st

from app.bootstrap import services, wiring
from app.ui.documents.adding import add_files
from app.ui.documents.listing import document_list
from app.ui.documents.settings import reindex_offer, settings_popover
from app.ui.documents.spec import DocumentsView
from app.ui.documents.viewer import open_document
from app.ui.guard import guard
from app.ui.panels import code_expander
from app.ui.text import plain
from core.knowledge import HANDBOOK, Collection


def show(collection: Collection | None) -> None:
    """The files of a collection, or the document that the address names."""
    if collection is None:
        st.info("Choose one collection to see its files.", icon=":material/lightbulb:")
        return
    document_id = st.query_params.get("document")
    if document_id:
        open_document(document_id)
        return
    head = st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center")
    head.subheader(plain(collection.name), width="content")
    with head:
        settings_popover(collection, key="documents-settings")
    if collection.description:
        st.caption(plain(collection.description))
    if collection.origin == HANDBOOK:
        st.caption("Praxis keeps this collection up to date by itself; your own files go into one of your own.")
    else:
        add_files(collection, key="documents-upload")
    reindex_offer(collection, key="documents-reindex")
    with guard():
        documents = services().documents.list_all(collection.id)
    if documents:
        document_list(collection, documents, key="documents-files")
    else:
        st.info(
            "Drop files above. Each is read, cut into passages and made searchable by words and by meaning; a few "
            "pages take a second or two. You can ask as soon as the first one is ready.",
            icon=":material/lightbulb:",
        )
    code_expander(
        f'''import requests

# Add a file; the same call with a changed file of that name replaces it.
url = "{wiring().settings.browser_url}/api/v1/collections/{collection.id}/documents"
with open("report.pdf", "rb") as file:
    answer = requests.post(url, files={{"file": file}})
print(answer.json()["items"])'''
    )


SPEC = DocumentsView(key="files", label="Files", icon=":material/folder_open:", order=20, show=show)
