"""Statements that were run, newest first."""

import streamlit as st

from app.bootstrap import services
from app.services.queries import HistoryEntry
from app.ui import numbers
from app.ui.guard import guard
from app.ui.sql.editing import put_statement
from app.ui.text import plain
from core.types import ComputationStatus

_MARK = {
    ComputationStatus.FINISHED: "✓",
    ComputationStatus.FAILED: "✕",
    ComputationStatus.CANCELLED: "◼",
    ComputationStatus.RUNNING: "▶",
    ComputationStatus.QUEUED: "◷",
}
N_SHOWN = 15


def show_history() -> None:
    """What was run, how long it took, and a way back into the editor."""
    with guard():
        entries = services().queries.history(limit=N_SHOWN)
    if not entries:
        return
    with st.expander("History", icon=":material/history:"):
        for entry in entries:
            _show_entry(entry)


def _show_entry(entry: HistoryEntry) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Use",
            key=f"sql-history-{entry.id}",
            on_click=put_statement,
            args=(entry.sql, entry.connection_id),
            icon=":material/edit:",
            help="Put it into the editor",
        )
        with st.container():
            st.code(entry.sql if len(entry.sql) <= 400 else entry.sql[:399] + "…", language="sql", wrap_lines=True)
            facts = [f"{_MARK[entry.status]} {entry.status.value}", numbers.duration(entry.duration_s)]
            facts.append(numbers.relative_time(entry.created_at))
            st.caption(plain(" · ".join([*facts, entry.error or ""]).removesuffix(" · ")))
