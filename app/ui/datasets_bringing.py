"""Ways to bring a table: a file, a sample, something from elsewhere."""

import streamlit as st

from app.bootstrap import services, wiring
from app.ui.datasets_import import import_panel
from app.ui.guard import guard, show_error
from app.ui.samples import samples_gallery
from app.ui.uploader import upload_files
from core.errors import WorkbenchError
from core.tables.registry import table_extensions

KINDS = "CSV, TSV, Excel, OpenDocument, JSON, Parquet, also in ZIP or gzip"
WAITING = "datasets-waiting"
"""Ids of uploads that a person has not decided on, oldest first."""
SEEN = "datasets-seen"
"""Ids of all uploads of this visit."""


def bring_file() -> str | None:
    """Upload, look, import. Returns the id of the dataset that a person has just started."""
    waiting: list[str] = st.session_state.setdefault(WAITING, [])
    seen: list[str] = st.session_state.setdefault(SEEN, [])
    uploaded = upload_files(
        max_bytes=wiring().settings.max_upload_mb * 1_000_000,
        accept=table_extensions(),
        kinds=KINDS,
        key="datasets-upload",
        decided=[upload_id for upload_id in seen if upload_id not in waiting],
    )
    for file in uploaded:
        if file["id"] not in seen:
            seen.append(file["id"])
            waiting.append(file["id"])
    # The address keeps the upload over a reload of the page, which forgets everything else.
    in_address = st.query_params.get("upload")
    if in_address and in_address not in seen:
        seen.append(in_address)
        waiting.append(in_address)
    return _decide(waiting) if waiting else None


def bring_sample() -> str | None:
    """Take a built-in table. Returns the id of the dataset."""
    sample = samples_gallery("datasets-sample")
    if sample is None:
        return None
    with guard():
        return services().sources.from_sample(sample).id


def _decide(waiting: list[str]) -> str | None:
    """The first upload that waits for a decision, and how many wait behind it."""
    upload_id = waiting[0]
    st.query_params["upload"] = upload_id
    try:
        upload = services().uploads.get(upload_id)
    except WorkbenchError as error:
        show_error(error)
        _done(waiting)
        return None
    with st.container(border=True):
        if len(waiting) > 1:
            st.caption(f"{len(waiting) - 1} more to check after this one")
        dataset_id = import_panel(upload, key="datasets-import")
        if st.button("Leave it", icon=":material/close:", type="tertiary", key="datasets-import-leave"):
            _done(waiting)
            st.rerun()
    if dataset_id is not None:
        _done(waiting)
    return dataset_id


def _done(waiting: list[str]) -> None:
    waiting.pop(0)
    st.query_params.pop("upload", None)
