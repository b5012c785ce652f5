"""Everything that can be taken away from a run that is over, in one menu."""

import streamlit as st

from core.records import Run

API = "/api/v1/runs"


def download_menu(run: Run) -> None:
    """A menu of files; the ones that a run does not have are left out."""
    with st.popover("Download", icon=":material/download:", key="run-downloads"):
        if run.result is not None:
            st.markdown("**Report**")
            with st.container(horizontal=True):
                for label, kind in (("Page (HTML)", "html"), ("Text (Markdown)", "md"), ("JSON", "json")):
                    st.link_button(label, f"{API}/{run.id}/report?format={kind}")
            st.markdown("**Scores**")
            with st.container(horizontal=True):
                st.link_button("CSV", f"{API}/{run.id}/scores?format=csv")
                st.link_button("JSON", f"{API}/{run.id}/scores")
        st.markdown("**Curves**")
        st.link_button("Every point (CSV)", f"{API}/{run.id}/history")
        if run.artifacts.model is not None:
            st.markdown("**Model**")
            st.link_button("Preprocessing and estimator (joblib)", f"{API}/{run.id}/artifact")
            st.caption("Open such files only when you trust their origin.")
        if run.artifacts.script is not None:
            st.markdown("**Code**")
            st.link_button("Script that repeats the run", f"{API}/{run.id}/script")
