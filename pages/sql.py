"""SQL: ask datasets and databases in their own language."""

import streamlit as st

from app.bootstrap import services, wiring
from app.ui import places
from app.ui.computing import progress_panel
from app.ui.guard import guard, show_error
from app.ui.panels import code_expander
from app.ui.sql.charting import show_chart
from app.ui.sql.code import script
from app.ui.sql.editing import TEXT, choose_place, editor, examples, start_text
from app.ui.sql.history import show_history
from app.ui.sql.plan import show_plan
from app.ui.sql.results import show_files, show_rows, size_words
from app.ui.sql.saving import save_form
from app.ui.sql.schema import MOST_TABLES, show_schema
from app.ui.text import plain
from core.errors import WorkbenchError
from core.sql.types import PlanResult, QueryResult
from core.types import ComputationStatus

st.title("SQL")
st.markdown("Each dataset is a table. Statements read and never change anything.")

with guard():
    names = services().queries.names()
    connections = services().queries.connections()
    tables = services().queries.schema(limit=MOST_TABLES)
    wanted = st.query_params.get("dataset")
    if wanted and wanted not in {table.dataset_id for table in tables}:
        tables = (*services().queries.schema(dataset_id=wanted, limit=1), *tables)
    tables = tuple(sorted(tables, key=lambda table: table.dataset_id != wanted))
if not tables and not connections:
    st.info("SQL needs a dataset that has been read, or a saved connection.", icon=":material/lightbulb:")
    st.page_link(places.DATASETS, label="Bring a dataset, or take a sample", icon=":material/table:")
    st.stop()

start_text(tables)
left, right = st.columns([5, 2], gap="large")
with left:
    connection_id = choose_place(connections)
    pressed = editor()
    if connection_id is None:
        examples(tables)
with right:
    show_schema(tables, names)

if pressed:
    statement = st.session_state[TEXT]
    try:
        if pressed == "run" or connection_id:
            computation = services().queries.run(statement, connection_id=connection_id)
            st.query_params["query"] = computation.id
        else:
            computation = services().queries.plan(statement, analyze=pressed == "measure")
        st.session_state["sql-run"] = computation.id
    except WorkbenchError as error:
        st.session_state.pop("sql-run", None)
        with left:
            show_error(error)

with left:
    if computation_id := st.session_state.get("sql-run"):
        with guard():
            computation = services().computations.wait(computation_id, timeout_s=1.5)
        if not computation.status.is_terminal:
            progress_panel(computation.id, key="sql")
        elif computation.status is not ComputationStatus.FINISHED:
            failure = computation.error
            if failure:
                shown = st.info if computation.status is ComputationStatus.CANCELLED else st.error
                shown(f"{plain(failure.message)} {plain(failure.hint)}".strip(), icon=":material/error:")
        else:
            with guard():
                result = services().computations.result(computation)
            if isinstance(result, PlanResult):
                show_plan(result)
            elif isinstance(result, QueryResult):
                head = st.container(horizontal=True, vertical_alignment="center")
                view = head.segmented_control(
                    "View",
                    ["Rows", "Chart"],
                    default="Rows",
                    required=True,
                    key="sql-view",
                    label_visibility="collapsed",
                )
                sql, on = str(computation.params["sql"]), computation.params.get("connection_id")
                with head.popover("Save as dataset", icon=":material/add:"):
                    save_form(sql, connection_id=on)
                with head.popover("Download", icon=":material/download:"):
                    show_files(computation, result, name="query", key="sql-files")
                head.caption(size_words(result))
                if view == "Rows":
                    show_rows(result, key=f"sql-rows-{computation.id}")
                else:
                    show_chart(result, key=f"sql-chart-{computation.id}")
                if on is None:
                    code_expander(script(sql, computation.params["tables"], url=wiring().settings.browser_url))
    show_history()
