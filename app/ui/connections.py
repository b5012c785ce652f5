"""Saved connections on a page: choose one, make one, try it, change it, remove it."""

import os
import tempfile
from pathlib import Path
from typing import Any

import streamlit as st
from pydantic import BaseModel, create_model
from pydantic.fields import FieldInfo

from app.bootstrap import services, wiring
from app.services.connections import ConnectionKind
from app.ui import forms
from app.ui.guard import show_error
from app.ui.text import plain
from core.databases.registry import DATABASES
from core.errors import WorkbenchError
from core.records import Connection
from core.sources.accounts import KAGGLE


def choose_connection(*, key: str) -> Connection | None:
    """A saved connection to a database, with forms to make and to change one; None while there is none."""
    connections = {connection.id: connection for connection in services().connections.list_databases()}
    made = st.session_state.pop(f"{key}-made", None)
    if made in connections:
        st.session_state[f"{key}-id"] = made
    if not connections:
        st.markdown("No connection is saved yet. Say where the database is; the password is kept encrypted.")
        _new_form(key=f"{key}-new")
        return None
    choice, change, new = st.columns([4, 1, 1], vertical_alignment="bottom")
    connection_id = choice.selectbox(
        "Connection", list(connections), format_func=lambda each: _words(connections[each]), key=f"{key}-id"
    )
    connection = connections[connection_id]
    with change.popover("Change", icon=":material/edit:", width="stretch"):
        _change_form(connection, key=f"{key}-change-{connection.id}")
    with new.popover("New", icon=":material/add:", width="stretch"):
        _new_form(key=f"{key}-new")
    if message := st.session_state.pop(f"{key}-told", None):
        st.success(plain(message), icon=":material/check_circle:")
    return connection


def kaggle_account(*, key: str) -> None:
    """Whether a Kaggle account is saved, and a form to save or forget one."""
    account = services().connections.find_kaggle()
    name = account.params.get("username") or "a token" if account else ""
    label = f"Account: {name}" if account else "Account: from the environment, or none"
    with st.popover(plain(label), icon=":material/key:"):
        st.markdown("On kaggle.com, open Settings, API, and create a token. The key is kept encrypted.")
        with st.form(key, border=False):
            username = st.text_input("User name", value=str(account.params.get("username", "")) if account else "")
            secret = st.text_input("Key or token", type="password", autocomplete="off")
            saved = st.form_submit_button("Save", type="primary")
        forgotten = account is not None and st.button("Forget it", icon=":material/delete:", key=f"{key}-forget")
    try:
        if account is not None and (forgotten or (saved and secret)):
            services().connections.remove(account.id)
        if saved:
            params = {"username": username.strip()}
            services().connections.create(name="Kaggle", kind=KAGGLE, params=params, password=secret.strip())
    except WorkbenchError as error:
        show_error(error)
        return
    if saved or forgotten:
        st.rerun()


def _new_form(*, key: str) -> None:
    kinds = {kind.key: kind for kind in services().connections.kinds() if kind.is_database}
    kind_key = st.segmented_control(
        "Kind",
        list(kinds),
        default="postgresql",
        required=True,
        format_func=lambda each: kinds[each].label,
        key=f"{key}-kind",
        label_visibility="collapsed",
    )
    kind = kinds[kind_key]
    if kind_key == "sqlite":
        _upload_file(key=f"{key}-file")
    with st.form(f"{key}-form-{kind_key}", border=False):
        name = st.text_input("Name of the connection", placeholder="Sales database", key=f"{key}-{kind_key}-name")
        params = _fields(kind, {}, key=f"{key}-{kind_key}")
        password = _password_field(kind, key=f"{key}-{kind_key}-password")
        trial, save = st.columns(2)
        tried = trial.form_submit_button("Try", icon=":material/network_check:", width="stretch")
        saved = save.form_submit_button("Save", icon=":material/save:", type="primary", width="stretch")
    try:
        if tried:
            sentence = services().connections.try_out(kind=kind_key, params=params, password=password)
            st.success(plain(sentence), icon=":material/check_circle:")
        if saved:
            made = services().connections.create(name=name, kind=kind_key, params=params, password=password)
            st.session_state[f"{key.removesuffix('-new')}-made"] = made.id
            st.rerun()
    except WorkbenchError as error:
        show_error(error)


def _change_form(connection: Connection, *, key: str) -> None:
    kind = next(kind for kind in services().connections.kinds() if kind.key == connection.kind)
    parent = key.partition("-change-")[0]
    with st.form(key, border=False):
        name = st.text_input("Name of the connection", value=connection.name, key=f"{key}-name")
        params = _fields(kind, connection.params, key=key)
        password = _password_field(kind, key=f"{key}-password", is_saved=connection.has_secret)
        saved = st.form_submit_button("Save", icon=":material/save:", type="primary", width="stretch")
    trial, removal = st.columns(2)
    tried = trial.button("Test", icon=":material/network_check:", key=f"{key}-test", width="stretch")
    removed = removal.button("Remove", icon=":material/delete:", key=f"{key}-remove", width="stretch")
    try:
        if saved:
            services().connections.update(connection.id, name=name, params=params, password=password or None)
            st.session_state[f"{parent}-told"] = "Saved."
        elif tried:
            st.session_state[f"{parent}-told"] = services().connections.test(connection.id)
        elif removed:
            services().connections.remove(connection.id)
    except WorkbenchError as error:
        show_error(error)
        return
    if saved or tried or removed:
        st.rerun()


def _fields(kind: ConnectionKind, values: dict[str, Any], *, key: str) -> dict[str, Any]:
    """Widgets for the parameters of a kind, filled with what is saved."""
    model = DATABASES[kind.key].params
    if kind.key == "sqlite":
        files = services().connections.sqlite_files()
        saved = Path(str(values.get("file", ""))).name
        options = list(dict.fromkeys([*([saved] if saved else []), *files]))
        return {"file": st.selectbox("File", options, key=f"{key}-choice", placeholder="Upload one first") or ""}
    shown = _with_defaults(model, values)
    front = forms.front_fields(shown)
    found: dict[str, Any] = {}
    for column, names in zip(st.columns([2, 1]), (front[0::2], front[1::2]), strict=True):
        with column:
            found |= forms.params_fields(shown, names, key=key)
    return found | forms.params_fields(shown, forms.other_fields(shown), key=key)


def _with_defaults(model: type[BaseModel], values: dict[str, Any]) -> type[BaseModel]:
    """The same fields, with ``values`` as their defaults: a form of it shows what is saved."""
    fields: dict[str, Any] = {
        name: (info.annotation, FieldInfo.merge_field_infos(info, default=values[name]))
        for name, info in model.model_fields.items()
        if name in values
    }
    return create_model(model.__name__, __base__=model, **fields)


def _password_field(kind: ConnectionKind, *, key: str, is_saved: bool = False) -> str:
    if not kind.has_password:
        return ""
    placeholder = "Saved; leave empty to keep it" if is_saved else None
    return st.text_input("Password", type="password", autocomplete="off", placeholder=placeholder, key=key)


def _upload_file(*, key: str) -> None:
    uploaded = st.file_uploader("SQLite file, up to 50 MB; larger ones go into the folder databases", key=key)
    if uploaded is None or st.session_state.get(f"{key}-kept") == uploaded.file_id:
        return
    folder = wiring().settings.home.resolve() / "uploads"
    folder.mkdir(parents=True, exist_ok=True)
    descriptor, path = tempfile.mkstemp(dir=folder)
    try:
        with os.fdopen(descriptor, "wb") as target:
            target.write(uploaded.getbuffer())
        services().connections.add_sqlite_file(Path(path), uploaded.name)
        st.session_state[f"{key}-kept"] = uploaded.file_id
    except WorkbenchError as error:
        show_error(error)
    finally:
        Path(path).unlink(missing_ok=True)


def _words(connection: Connection) -> str:
    params = connection.params
    where = Path(str(params["file"])).name if "file" in params else f"{params.get('host')}/{params.get('database')}"
    return f"{connection.name}  ({DATABASES[connection.kind].label}, {where})"
