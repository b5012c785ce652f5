"""Files on their way into a collection."""

import streamlit as st

from app.bootstrap import wiring
from app.ui.documents.words import kinds_in_words
from app.ui.text import plain
from app.ui.uploader import Destination, UploadedFile, upload_files
from core.documents.registry import document_extensions
from core.knowledge import Collection
from storage.filing import Outcome

SEEN = "documents-seen"
"""Ids that this visit has uploaded, with what became of them."""


def add_files(collection: Collection, *, key: str) -> None:
    """The upload area, and what became of files that brought nothing new."""
    settings = wiring().settings
    seen: dict[str, UploadedFile] = st.session_state.setdefault(SEEN, {})
    uploaded = upload_files(
        max_bytes=settings.max_document_mb * 1_000_000,
        max_packed_bytes=settings.max_upload_mb * 1_000_000,
        accept=(*document_extensions(), ".zip"),
        kinds=kinds_in_words(),
        key=f"{key}-{collection.id}",
        decided=list(seen),
        destination=Destination(
            path=f"/collections/{collection.id}/documents",
            read_as="document",
            smaller="Split it into parts and add those.",
            done="Added. It is being read; see below.",
        ),
    )
    new = [file for file in uploaded if file["id"] not in seen]
    seen.update({file["id"]: file for file in new})
    for file in new:
        if remark := _remark(file):
            st.toast(remark, icon=":material/info:")


def _remark(file: UploadedFile) -> str:
    """What a person should know of a file that was there in some way; empty otherwise."""
    name = plain(file["name"])
    if file["outcome"] == Outcome.UNCHANGED:
        return f"{name} is there already, unchanged: nothing to do."
    if file["outcome"] == Outcome.WAITING:
        return f"{name} is being read already."
    if file["outcome"] == Outcome.CHANGED:
        return f"{name} takes the place of the former file of that name."
    if file["same_as"]:
        return f"{name} has the same bytes as {plain(file['same_as'])}; both are kept."
    return ""
