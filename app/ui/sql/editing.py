"""The editor: what stands in it, what is to be run, and where a statement can come from."""

from collections.abc import Sequence

import streamlit as st

from app.bootstrap import services
from core.errors import WorkbenchError
from core.records import Connection
from core.sql.examples import make_statements
from core.sql.types import QueryTable

TEXT = "sql-text"
ON = "sql-on"
_MONOSPACE = "<style>.st-key-sql-editor textarea{font-family:var(--st-code-font,monospace);font-size:.9rem}</style>"


def put_statement(sql: str, connection_id: str | None = None) -> None:
    """Put a statement into the editor; for callbacks, which run before the widgets are drawn."""
    st.session_state[TEXT] = sql
    st.session_state[ON] = connection_id or ""


def start_text(tables: Sequence[QueryTable]) -> None:
    """Fill an editor that nobody has touched: with the statement of the address, or an example."""
    if TEXT in st.session_state:
        return
    shared = st.query_params.get("query")
    if shared:
        try:
            params = services().computations.get(shared).params
            put_statement(str(params.get("sql", "")), params.get("connection_id"))
            st.session_state["sql-run"] = shared
        except WorkbenchError:
            st.query_params.pop("query", None)
    statements = make_statements(tables)
    st.session_state.setdefault(TEXT, statements[0].sql if statements else "SELECT 1")


def choose_place(connections: Sequence[Connection]) -> str | None:
    """Whether a statement runs on the datasets or on a saved connection; the connection's id."""
    ids = ["", *(connection.id for connection in connections)]
    names = {"": "Datasets"} | {connection.id: f"{connection.name} ({connection.kind})" for connection in connections}
    if st.session_state.get(ON, "") not in ids:
        st.session_state[ON] = ""
    if len(ids) == 1:
        return None
    return st.selectbox("Run on", ids, format_func=names.__getitem__, key=ON) or None


def editor() -> str | None:
    """The editor with its buttons; "run", "plan" or "measure" when one was pressed."""
    st.html(_MONOSPACE)
    with st.container(key="sql-editor"), st.form("sql-form", border=False):
        st.text_area("Statement", key=TEXT, height=190, label_visibility="collapsed", placeholder="SELECT ...")
        with st.container(horizontal=True, vertical_alignment="center"):
            pressed = {
                "run": st.form_submit_button("Run", type="primary", icon=":material/play_arrow:", key="sql-press-run"),
                "plan": st.form_submit_button("Plan", icon=":material/account_tree:", key="sql-press-plan"),
                "measure": st.form_submit_button(
                    "Run and time steps", icon=":material/timer:", key="sql-press-measure"
                ),
            }
            st.caption("Ctrl+Enter runs it.")
    return next((what for what, is_pressed in pressed.items() if is_pressed), None)


def examples(tables: Sequence[QueryTable]) -> None:
    """Statements that work on the tables at hand; a click puts one into the editor."""
    statements = make_statements(tables)
    if not statements:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("Examples")
        for position, one in enumerate(statements):
            st.button(
                one.label,
                key=f"sql-example-{position}",
                help=one.sql,
                on_click=put_statement,
                args=(one.sql,),
                type="tertiary",
                icon=":material/lightbulb:",
            )
