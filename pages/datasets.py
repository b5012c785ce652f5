"""Datasets: bring a table, check how it is read, see what is in it, take it out again."""

import streamlit as st

from app.bootstrap import services, wiring
from app.ui import numbers
from app.ui.datasets import column_table, overview, row_table
from app.ui.datasets_actions import actions, next_steps, reading_panel
from app.ui.datasets_bringing import bring_file, bring_sample
from app.ui.datasets_export import export_panel
from app.ui.datasets_import import read_again_panel
from app.ui.datasets_options import format_words, reading_words
from app.ui.datasets_versions import origin_words, versions_panel
from app.ui.guard import guard
from app.ui.panels import code_expander, facts
from app.ui.sources import sources_panel
from app.ui.text import plain
from app.ui.words import show_notices
from core.types import DatasetStatus

WAYS = {
    "file": ":material/upload_file: A file",
    "sample": ":material/auto_awesome_mosaic: A sample",
    "elsewhere": ":material/cloud_download: Web, Kaggle, database",
}
WAY = "datasets-way"
BROUGHT = "datasets-brought"  # Whether a dataset was brought in the run before.
VIEWS = ("Columns", "Rows", "Versions", "Export", "Read again")

st.title("Datasets")
st.markdown("Bring a table. Praxis works out its types, keeps the original bytes and says what it noticed.")


def open_dataset(dataset_id: str | None, *, is_new: bool = False) -> None:
    """Show another dataset below, if there is one to show."""
    if dataset_id is not None and dataset_id != st.query_params.get("dataset"):
        st.session_state[BROUGHT] = is_new
        st.query_params["dataset"] = dataset_id
        st.rerun()


# The gallery and the forms fold once they have brought something, or the new dataset would be far below them.
if st.session_state.pop(BROUGHT, False) or WAY not in st.session_state:
    st.session_state[WAY] = "file"
way = st.segmented_control(
    "Bring", list(WAYS), required=True, format_func=WAYS.__getitem__, key=WAY, label_visibility="collapsed"
)
if way == "file":
    open_dataset(bring_file(), is_new=True)
elif way == "sample":
    open_dataset(bring_sample(), is_new=True)
else:
    open_dataset(sources_panel("datasets-sources"), is_new=True)

with guard():
    datasets = services().datasets.list_page(limit=200).items
dataset_id = st.query_params.get("dataset")

if datasets:
    st.subheader("Your datasets")
    open_dataset(overview(datasets, selected=dataset_id, key="datasets-list"))
else:
    st.info(
        "Nothing here yet. A table needs a header row and one row for each thing you want to learn about: "
        "a customer, a house, a measurement.",
        icon=":material/lightbulb:",
    )

if not dataset_id:
    st.stop()

with guard():
    dataset = services().datasets.get(dataset_id)

st.divider()
head = st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center")
head.subheader(f"{plain(dataset.name)} v{dataset.version}", width="content")
buttons = head.container(horizontal=True, width="content")

if not dataset.status.is_terminal:
    reading_panel(dataset.id)
    st.stop()

if dataset.status is DatasetStatus.FAILED:
    with buttons:
        actions(dataset, key="datasets-actions")
    error = dataset.error
    st.error(
        f"{plain(error.message)} {plain(error.hint)}" if error else "The file could not be read.",
        icon=":material/error:",
    )
    if dataset.original_sha256 is not None:
        open_dataset(read_again_panel(dataset, key="datasets-again"))
    st.stop()

with buttons:
    next_steps(dataset, key="datasets")
    actions(dataset, key="datasets-actions")

facts(
    {
        "Rows": numbers.count(dataset.n_rows),
        "Columns": numbers.count(len(dataset.columns)),
        "Origin": f"{origin_words(dataset)} {dataset.file_name}".strip(),
        "Size": numbers.file_size(dataset.size_bytes),
        "Content": (dataset.content_sha256 or "")[:12],
        "Read as": ", ".join(filter(None, [format_words(dataset.format), reading_words(dataset.import_options)])),
    }
)
show_notices(dataset.notices)

view = st.segmented_control(
    "View", VIEWS, default="Columns", required=True, key="datasets-view", label_visibility="collapsed"
)
if view == "Columns":
    column_table(dataset)
elif view == "Rows":
    row_table(dataset, key="datasets-rows")
elif view == "Versions":
    open_dataset(versions_panel(dataset, key="datasets-versions"))
elif view == "Export":
    export_panel(dataset, key="datasets-export")
else:
    open_dataset(read_again_panel(dataset, key="datasets-again"))

code_expander(
    f'''import pandas as pd

# The table as Praxis reads it: types inferred, missing values marked.
frame = pd.read_parquet("{wiring().settings.browser_url}/api/v1/datasets/{dataset.id}/export?format=parquet")
print(frame.describe(include="all"))''',
)
