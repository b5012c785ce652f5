"""The files of a collection: live while any is being read, with what failed and why."""

from collections.abc import Sequence

import streamlit as st

from app.bootstrap import services
from app.ui import numbers
from app.ui.documents.words import kind_words, size_words, state_words
from app.ui.guard import guard
from app.ui.text import plain
from core.knowledge import HANDBOOK, Collection, Document, DocumentStatus

MOST_BARS = 4
"""Documents being read that are shown with a bar; the others are in the table."""
MOST_FAILURES = 20
ROWS_SHOWN = 12
"""Rows of the table that are seen without scrolling in it."""


def document_list(collection: Collection, documents: Sequence[Document], *, key: str) -> None:
    """What is being read with progress, what failed with reasons, then all of it as a table."""
    if any(not each.status.is_terminal for each in documents):
        _live_bars(collection.id, key=key)
    _failures(documents, key=key)
    _table(collection, documents, key=key)


@st.fragment(run_every="1s")
def _live_bars(collection_id: str, *, key: str) -> None:
    """How far the reading is; the page runs again when a document is done."""
    with guard():
        documents = services().documents.list_all(collection_id)
    unfinished = [each for each in documents if not each.status.is_terminal]
    told = f"{key}-unfinished"
    before, st.session_state[told] = st.session_state.get(told), len(unfinished)
    if not unfinished or (before is not None and before != len(unfinished)):
        st.session_state.pop(told, None)
        st.rerun()
    running = [each for each in unfinished if each.status is DocumentStatus.RUNNING][:MOST_BARS]
    done = numbers.count(len(documents) - len(unfinished))
    with st.container(border=True, gap="small"):
        st.caption(
            f":material/pending: Reading · {done} of {numbers.count(len(documents), 'file')} done · live, every second"
        )
        for document in running:
            _bar(document, key=key)
        if not running:
            waiting = numbers.count(len(unfinished), "file waits", "files wait")
            with guard():
                n_workers = services().documents.count_workers()
            if n_workers == 0:
                st.warning(
                    "No worker reads documents at the moment. Start one with: python -m app worker --queues documents",
                    icon=":material/engineering:",
                )
            st.markdown(f"{waiting} for a worker.")


def _bar(document: Document, *, key: str) -> None:
    bar, stop = st.columns([6, 1], vertical_alignment="bottom")
    stage = "stopping" if document.is_cancel_requested else document.stage
    bar.progress(document.progress, text=f"{plain(document.file_name)} · {plain(stage)}")
    if stop.button("Stop", icon=":material/stop_circle:", key=f"{key}-stop-{document.id}", width="stretch"):
        with guard():
            services().documents.cancel(document.id)


def _failures(documents: Sequence[Document], *, key: str) -> None:
    failed = [each for each in documents if each.status is DocumentStatus.FAILED]
    if not failed:
        return
    title = numbers.count(len(failed), "file was not read", "files were not read")
    with st.expander(title, icon=":material/error:", expanded=len(failed) <= 2):
        for document in failed[:MOST_FAILURES]:
            words, button = st.columns([6, 1], vertical_alignment="center")
            error = document.error
            why = f"{plain(error.message)} {plain(error.hint)}" if error else "There is no reason on record."
            older = " Its former passages still answer." if document.generation else ""
            words.markdown(f"**{plain(document.file_name)}** · {why}{older}")
            if button.button("Try again", key=f"{key}-again-{document.id}", width="stretch"):
                with guard():
                    services().documents.retry(document.id)
                st.rerun()
        if len(failed) > MOST_FAILURES:
            st.caption(f"and {numbers.count(len(failed) - MOST_FAILURES)} more in the table below")


def _table(collection: Collection, documents: Sequence[Document], *, key: str) -> None:
    state = st.dataframe(
        [
            {
                "File": each.file_name,
                "State": state_words(each),
                "Kind": kind_words(each),
                "Pages": size_words(each),
                "Passages": numbers.count(each.n_passages) if each.n_passages else "",
                "Size": numbers.file_size(each.size_bytes),
                "Added": numbers.relative_time(each.created_at),
            }
            for each in documents
        ],
        # Selected rows are row numbers: a list that has changed starts without a selection.
        key=f"{key}-{collection.id}-{len(documents)}-{documents[0].id}",
        hide_index=True,
        on_select="rerun",
        selection_mode="multi-row",
        column_config={
            "File": st.column_config.TextColumn(width=230),
            "State": st.column_config.TextColumn(width=105),
            "Kind": st.column_config.TextColumn(width=115),
            **{name: st.column_config.TextColumn(alignment="right") for name in ("Pages", "Passages", "Size")},
        },
        height=min(38 + 35 * len(documents), 38 + 35 * ROWS_SHOWN),
        alt="Files with state, kind, pages and passages",
    )
    chosen = [documents[row] for row in state["selection"]["rows"] if row < len(documents)]
    buttons = st.container(horizontal=True)
    if buttons.button("Open", icon=":material/open_in_full:", disabled=len(chosen) != 1, key=f"{key}-open"):
        st.query_params["document"] = chosen[0].id
        st.rerun()
    if collection.origin != HANDBOOK and buttons.button(
        "Remove", icon=":material/delete:", disabled=not chosen, key=f"{key}-remove"
    ):
        _confirm_removal(tuple(each.id for each in chosen))
    if not chosen:
        buttons.caption("Select a file to open it, several to remove them.")


@st.dialog("Remove these files?")
def _confirm_removal(document_ids: tuple[str, ...]) -> None:
    """The question before documents go for good."""
    with guard():
        documents = [services().documents.get(each) for each in document_ids]
        n_inside = sum(services().documents.count_members(each.id) for each in documents)
    names = [plain(each.file_name) for each in documents]
    st.markdown("\n".join(f"- {name}" for name in names[:8]) + (f"\n- and {len(names) - 8} more" if names[8:] else ""))
    if n_inside:
        st.write(f"With {numbers.count(n_inside, 'document')} that came in the archives among them.")
    st.write("They go with every trace: the file, its passages and its vectors. This cannot be undone.")
    if st.button("Remove", icon=":material/delete:", type="primary", key="documents-remove-files"):
        with guard():
            services().documents.remove(document_ids)
        st.rerun()
