"""Datasets: bring a file, see what is in it."""

import streamlit as st

from app.bootstrap import services, wiring
from app.ui import numbers, places
from app.ui.datasets import column_table, overview, reading_panel
from app.ui.guard import guard
from app.ui.panels import code_expander, facts
from app.ui.text import plain
from app.ui.uploader import upload_dataset
from app.ui.words import show_notices
from core.types import DatasetStatus

EXTENSIONS = (".csv", ".tsv", ".txt", ".parquet")
N_PREVIEW_ROWS = 100

st.title("Datasets")
st.markdown("Bring a table. Praxis works out its types, keeps the original bytes and says what it noticed.")

with guard():
    datasets = services().datasets.list_page(limit=200).items
    samples = services().datasets.samples()

dataset_id = st.query_params.get("dataset")

upload_column, sample_column = st.columns([3, 2], gap="large")
with upload_column:
    uploaded = upload_dataset(
        max_bytes=wiring().settings.max_upload_mb * 1_000_000, accept=EXTENSIONS, key="datasets-upload"
    )
with sample_column:
    sample_key = st.selectbox(
        "No file at hand? Take a sample",
        [sample.key for sample in samples],
        format_func={sample.key: sample.label for sample in samples}.__getitem__,
        key="datasets-sample",
    )
    sample = next(sample for sample in samples if sample.key == sample_key)
    st.caption(plain(sample.description))
    if st.button("Use this sample", icon=":material/add:", key="datasets-use_sample"):
        with guard():
            st.query_params["dataset"] = services().datasets.ingest_sample(sample_key).id
        st.rerun()

if uploaded is not None:
    st.query_params["dataset"] = uploaded["id"]
    st.rerun()

if datasets:
    st.subheader("Your datasets")
    overview_choice = overview(datasets, selected=dataset_id, key="datasets-list")
    if overview_choice and overview_choice != dataset_id:
        st.query_params["dataset"] = overview_choice
        st.rerun()
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

if not dataset.status.is_terminal:
    reading_panel(dataset.id)
    st.stop()

if dataset.status is DatasetStatus.FAILED:
    error = dataset.error
    st.error(
        f"{plain(error.message)} {plain(error.hint)}" if error else "The file could not be read.",
        icon=":material/error:",
    )
    st.caption(
        f"File: {plain(dataset.file_name)}, {numbers.file_size(dataset.size_bytes)}. The original bytes are kept."
    )
    st.stop()

if head.button("Train on this", type="primary", icon=":material/model_training:", key="datasets-train"):
    st.switch_page(places.TRAIN, query_params={"dataset": dataset.id})

facts(
    {
        "Rows": numbers.count(dataset.n_rows),
        "Columns": numbers.count(len(dataset.columns)),
        "File": f"{dataset.file_name}, {numbers.file_size(dataset.size_bytes)}",
        "Content": (dataset.content_sha256 or "")[:12],
        "Read as": ", ".join(f"{name} {value!r}" for name, value in dataset.import_options.items()) or dataset.format,
    }
)
show_notices(dataset.notices)

view = st.segmented_control(
    "View", ["Columns", "Rows"], default="Columns", required=True, key="datasets-view", label_visibility="collapsed"
)
if view == "Columns":
    column_table(dataset)
else:
    with guard():
        rows = services().datasets.preview(dataset.id, n_rows=N_PREVIEW_ROWS)
    st.dataframe(rows, hide_index=True, alt=f"The first {len(rows)} rows")
    st.caption(f"The first {len(rows)} of {numbers.count(dataset.n_rows)} rows.")

code_expander(
    f'''import pandas as pd

# The table as Praxis reads it: types inferred, missing values marked.
frame = pd.read_parquet("{wiring().settings.browser_url}/api/v1/datasets/{dataset.id}/export?format=parquet")
print(frame.describe(include="all"))''',
)
