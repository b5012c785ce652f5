"""A dataset as a file of another format."""

import streamlit as st

from app.bootstrap import services
from app.ui import numbers
from app.ui.computing import answer
from app.ui.guard import guard
from app.ui.live_run import API_ROOT
from app.ui.text import plain
from core.computing.catalog.export import ExportedFile
from core.exporting.registry import EXPORT_FORMATS
from core.exporting.spec import ExportOptions
from core.records import Dataset

ORDER = ("csv", "xlsx", "parquet", "json", "jsonl")


def export_panel(dataset: Dataset, *, key: str) -> None:
    """Choose a format and how to write it, then take the file."""
    keys = sorted(EXPORT_FORMATS, key=lambda name: ORDER.index(name) if name in ORDER else len(ORDER))
    format_key = st.segmented_control(
        "Format",
        keys,
        default=keys[0],
        required=True,
        format_func=lambda name: EXPORT_FORMATS[name].label,
        key=f"{key}-format",
    )
    spec = EXPORT_FORMATS[str(format_key)]
    fields = ExportOptions.model_fields
    options = {
        name: st.toggle(
            str(fields[name].title),
            value=bool(fields[name].default),
            help=fields[name].description,
            key=f"{key}-{name}",
        )
        for name in spec.heeds
    }
    asked_key = f"{key}-asked"
    wanted = [dataset.id, spec.key, options]
    if st.button("Write the file", icon=":material/output:", key=f"{key}-write"):
        st.session_state[asked_key] = wanted
    if st.session_state.get(asked_key) != wanted:
        return
    with guard():
        params = services().exports.params(dataset.id, spec.key, options)
    exported = answer("export", params, ExportedFile, key=f"{key}-{spec.key}")
    if exported is None:
        return
    with guard():
        computation = services().exports.start(dataset.id, spec.key, options)
    st.link_button(
        f"Download {plain(exported.file_name)} · {numbers.file_size(exported.size_bytes)}",
        f"{API_ROOT}/computations/{computation.id}/file",
        icon=":material/download:",
        type="primary",
    )
