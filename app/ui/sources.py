"""Tables from elsewhere: a web address, Kaggle, a database."""

from collections.abc import Callable

import streamlit as st

from app.bootstrap import services
from app.ui import numbers
from app.ui.connections import choose_connection, kaggle_account
from app.ui.guard import show_error
from core.errors import WorkbenchError
from core.records import Dataset

WAYS = {
    "url": ":material/link: Web address",
    "kaggle": ":material/emoji_events: Kaggle",
    "database": ":material/database: Database",
}
LIST_TTL_S = 120
"""How long lists of files and tables are shown without asking again."""


def sources_panel(key: str) -> str | None:
    """A form for each kind of source. Returns the id of the dataset that a person has just started."""
    way = st.segmented_control(
        "From where",
        list(WAYS),
        default="url",
        required=True,
        format_func=WAYS.__getitem__,
        key=f"{key}-way",
        label_visibility="collapsed",
    )
    panel = {"url": _url, "kaggle": _kaggle, "database": _database}[way]
    return panel(f"{key}-{way}")


def _url(key: str) -> str | None:
    with st.form(key, border=False):
        url = st.text_input(
            "Address of the file",
            placeholder="https://example.org/data.csv",
            help="The address of the file itself, not of a page about it. What can be uploaded can be fetched.",
            key=f"{key}-url",
        )
        name = st.text_input("Name", placeholder="The file's name", key=f"{key}-name")
        submitted = st.form_submit_button("Fetch", icon=":material/cloud_download:", type="primary")
    if not submitted:
        return None
    return _started(lambda: services().sources.from_url(url, name=name))


def _kaggle(key: str) -> str | None:
    kaggle_account(key=f"{key}-account")
    with st.form(key, border=False):
        asked, button = st.columns([4, 1], vertical_alignment="bottom")
        dataset = asked.text_input(
            "Dataset at Kaggle",
            placeholder="owner/name",
            help="As in the address of its page, which can be pasted as well. For a competition: competitions/name.",
            key=f"{key}-dataset",
        )
        listed = button.form_submit_button("Show files", icon=":material/list:", width="stretch")
    if listed:
        st.session_state[f"{key}-listed"] = dataset.strip()
    chosen = st.session_state.get(f"{key}-listed")
    if not chosen:
        return None
    try:
        files = _kaggle_files(chosen, _account_version())
    except WorkbenchError as error:
        show_error(error)
        return None
    if not files:
        st.info("This dataset holds no files.", icon=":material/lightbulb:")
        return None
    sizes = dict(files)
    file = st.selectbox(
        "File",
        list(sizes),
        format_func=lambda name: f"{name}  ({numbers.file_size(sizes[name])})" if sizes[name] else name,
        key=f"{key}-file",
    )
    if not st.button("Fetch", icon=":material/cloud_download:", type="primary", key=f"{key}-fetch"):
        return None
    return _started(lambda: services().sources.from_kaggle({"dataset": chosen, "file": file}))


def _database(key: str) -> str | None:
    connection = choose_connection(key=f"{key}-connection")
    if connection is None:
        return None
    what = st.segmented_control(
        "What",
        ["A table", "A query"],
        default="A table",
        required=True,
        key=f"{key}-what",
        label_visibility="collapsed",
    )
    if what == "A query":
        return _query(connection.id, key=f"{key}-query")
    try:
        tables = _tables(connection.id, f"{connection.params}{connection.used_at}")
    except WorkbenchError as error:
        show_error(error)
        return None
    if not tables:
        st.info("This connection sees no tables.", icon=":material/lightbulb:")
        return None
    choice, button = st.columns([4, 1], vertical_alignment="bottom")
    index = choice.selectbox(
        "Table", range(len(tables)), format_func=lambda number: _table_words(*tables[number]), key=f"{key}-table"
    )
    if not button.button("Read", icon=":material/download:", type="primary", key=f"{key}-read", width="stretch"):
        return None
    schema_name, table, _ = tables[index]
    params = {"connection_id": connection.id, "schema_name": schema_name, "table": table}
    return _started(lambda: services().sources.from_database(params))


def _query(connection_id: str, *, key: str) -> str | None:
    with st.form(key, border=False):
        sql = st.text_area(
            "Query",
            placeholder="SELECT ... FROM ...",
            height=140,
            help="One SELECT in the database's own SQL. It runs in a transaction that cannot write.",
            key=f"{key}-sql",
        )
        name = st.text_input("Name of the dataset", placeholder="Query", key=f"{key}-name")
        submitted = st.form_submit_button("Run and read", icon=":material/play_arrow:", type="primary")
    if not submitted:
        return None
    if not sql.strip():
        st.warning("The query is empty. Write a statement that begins with SELECT.", icon=":material/edit:")
        return None
    return _started(lambda: services().sources.from_database({"connection_id": connection_id, "sql": sql}, name=name))


def _started(start: Callable[[], Dataset]) -> str | None:
    """Id of the dataset, or the sentence why there is none."""
    try:
        return start().id
    except WorkbenchError as error:
        show_error(error)
        return None


def _account_version() -> str:
    account = services().connections.find_kaggle()
    return f"{account.id}{account.params}" if account else ""


def _table_words(schema_name: str, name: str, n_rows: int | None) -> str:
    shown = f"{schema_name}.{name}" if schema_name else name
    return shown if n_rows is None else f"{shown}  (about {numbers.count(n_rows)} rows)"


@st.cache_data(ttl=LIST_TTL_S, max_entries=50, show_spinner="Asking the database")
def _tables(connection_id: str, version: str) -> list[tuple[str, str, int | None]]:
    del version  # part of the key: a changed connection is asked anew
    return [(table.schema_name, table.name, table.n_rows) for table in services().connections.tables(connection_id)]


@st.cache_data(ttl=LIST_TTL_S, max_entries=50, show_spinner="Asking Kaggle")
def _kaggle_files(dataset: str, version: str) -> list[tuple[str, int]]:
    del version
    return [(file.name, file.size_bytes) for file in services().sources.list_kaggle_files(dataset)]
