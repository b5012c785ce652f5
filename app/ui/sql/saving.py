"""An answer that becomes a dataset."""

import streamlit as st

from app.bootstrap import services
from app.ui import places
from app.ui.guard import show_error
from core.errors import WorkbenchError


def save_form(sql: str, *, connection_id: str | None) -> None:
    """A name and a button; the statement stays known as the source of the dataset."""
    with st.form("sql-save", border=False):
        name = st.text_input("Name", placeholder="What its rows are", key="sql-save-name")
        if st.form_submit_button("Save all rows", icon=":material/save:", key="sql-save-press"):
            try:
                dataset = services().queries.save_as_dataset(sql, name=name, connection_id=connection_id)
            except WorkbenchError as error:
                show_error(error)
            else:
                st.session_state["sql-saved"] = dataset.id
    saved = st.session_state.get("sql-saved")
    if saved:
        st.success("It is being read.", icon=":material/check:")
        st.page_link(
            places.DATASETS, label="Open the dataset", icon=":material/table:", query_params={"dataset": saved}
        )
