"""The button that looks, and how far the look is."""

import streamlit as st

from app.bootstrap import services
from app.services.insights import Look
from app.ui.computing import progress_words
from app.ui.guard import guard
from app.ui.insights.choosing import Chosen
from app.ui.text import plain
from core.records import ErrorRecord
from core.types import ComputationStatus
from evaluation.computing import COMPUTATIONS

WAIT_S = 1.2
"""A page waits this long for a quick answer before it shows progress."""


def look_button(*, has_looked: bool, is_under_way: bool) -> bool:
    """The main action. Returns whether it was pressed."""
    return bool(
        st.button(
            "Look again" if has_looked else "Look for insights",
            icon=":material/search_insights:",
            type="secondary" if has_looked else "primary",
            disabled=is_under_way,
            key="insights-look",
            width="content",
            help="Equal data gives the answer that is kept already." if has_looked else None,
        )
    )


def start(chosen: Chosen) -> None:
    """Look, and wait a moment: a kept answer is there at once."""
    with guard():
        look = services().insights.start(chosen.scope, chosen.scope_id, target=chosen.target)
        for one in look.under_way:
            services().computations.wait(one.id, timeout_s=WAIT_S / len(look.computations))


@st.fragment(run_every="0.7s")
def progress(computation_ids: tuple[str, ...]) -> None:
    """How far each part of the look is; the page runs again when all are over."""
    with guard():
        found = [services().computations.get(one) for one in computation_ids]
    waiting = [one for one in found if not one.status.is_terminal]
    if not waiting:
        st.rerun()
    bars, stop = st.columns([5, 1], vertical_alignment="center")
    for one in waiting:
        bars.progress(one.progress, text=plain(f"{COMPUTATIONS[one.kind].label}: {progress_words(one)}"))
    if stop.button("Stop", icon=":material/stop_circle:", key="insights-stop", width="stretch"):
        with guard():
            for one in waiting:
                services().computations.cancel(one.id)
        st.rerun()
    st.caption("You can leave this page: what is found is kept.")


def show_failures(look: Look) -> None:
    """Why a part of the look has no answer."""
    for one in look.failed:
        error = one.error or ErrorRecord(code="unexpected", message="There is no answer.")
        text = f"{plain(COMPUTATIONS[one.kind].label)}: {plain(error.message)} {plain(error.hint)}".strip()
        if one.status is ComputationStatus.CANCELLED:
            st.info(text, icon=":material/stop_circle:")
        else:
            st.error(text, icon=":material/error:")
