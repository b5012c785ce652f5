"""Form fields of recipe steps that hold more than one value: conditions, names, replacements."""

from collections.abc import Sequence
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.bootstrap import services
from app.ui.guard import guard
from core.conditions import OPERATOR_WORDS, WITHOUT_VALUE, operators_for
from core.expressions.operations import function_help
from core.expressions.parser import written
from core.recipes.changes import TableColumn
from core.types import ColumnType

MAX_CONDITIONS = 50


def formula_help(columns: Sequence[TableColumn]) -> None:
    """What a formula is made of, folded."""
    with st.popover("What can I write?", icon=":material/help:"):
        st.markdown(
            "Columns by their names, numbers, texts between quotes, `+ - * / % **`, comparisons `== != < <= > >=`, "
            "`in (1, 2)`, `and`, `or`, `not`, `value if condition else other`, `missing`."
        )
        st.dataframe(
            [{"Function": usage, "Gives": meaning} for usage, meaning in function_help()],
            hide_index=True,
            height=220,
            alt="Functions of formulas",
        )
        st.caption("Columns, as they are written in a formula:")
        st.code(", ".join(written(column.name) for column in columns[:200]), language=None, wrap_lines=True)


def dataset_choice(label: str, value: Any, *, key: str) -> str:
    """A dataset that is ready, by id; empty when none is chosen."""
    with guard():
        datasets = services().datasets.list_ready()
    names = {dataset.id: f"{dataset.name} v{dataset.version}" for dataset in datasets}
    ids = list(names)
    chosen = st.selectbox(
        label,
        ids,
        index=ids.index(value) if value in names else None,
        format_func=names.__getitem__,
        key=key,
        placeholder="Choose a dataset",
    )
    return chosen or ""


def new_names(label: str, value: Any, columns: Sequence[TableColumn], *, key: str) -> dict[str, str]:
    """Old to new names of the columns that get another one."""
    given = value or {}
    st.caption(f"{label}: write over those that you want to change.")
    edited = st.data_editor(
        [{"Column": column.name, "New name": given.get(column.name, column.name)} for column in columns],
        disabled=["Column"],
        hide_index=True,
        key=key,
        height=min(38 + 35 * len(columns), 320),
        alt="Columns with their new names",
    )
    return {row["Column"]: row["New name"] or "" for row in edited if row["New name"] != row["Column"]}


def replacements(label: str, value: Any, *, key: str) -> list[dict[str, Any]]:
    """Old and new values; an empty new one is missing."""
    rows = [{"Value": str(one["old"]), "Becomes": _shown(one.get("new"))} for one in value or []]
    st.caption(f"{label}: leave the right side empty to make a value missing.")
    edited = st.data_editor(
        rows or [{"Value": "", "Becomes": ""}],
        num_rows="dynamic",
        hide_index=True,
        key=key,
        column_config={name: st.column_config.TextColumn() for name in ("Value", "Becomes")},
        alt="Values and what they become",
    )
    return [
        {"old": row.get("Value") or "", "new": row.get("Becomes") or None}
        for row in edited
        if row.get("Value") or row.get("Becomes")
    ]


def _shown(value: Any) -> str:
    return "" if value is None else str(value)


def conditions(value: Any, columns: Sequence[TableColumn], *, key: str) -> list[dict[str, Any]]:
    """Conditions, one a line; more are added by a button."""
    given = list(value or [])
    count_key = f"{key}-count"
    count = st.session_state.setdefault(count_key, max(1, len(given)))
    found = []
    for index in range(count):
        start = given[index] if index < len(given) else {}
        condition = _condition(start, columns, key=f"{key}-{index}")
        if condition:
            found.append(condition)
    row = st.container(horizontal=True)
    if row.button("Another condition", icon=":material/add:", key=f"{key}-more", disabled=count >= MAX_CONDITIONS):
        st.session_state[count_key] = count + 1
        st.rerun()
    if count > 1 and row.button("Remove the last", icon=":material/remove:", key=f"{key}-fewer"):
        st.session_state[count_key] = count - 1
        st.rerun()
    return found


def _condition(start: dict[str, Any], columns: Sequence[TableColumn], *, key: str) -> dict[str, Any] | None:
    by_name = {column.name: column for column in columns}
    names = list(by_name)
    name = st.selectbox(
        "Column",
        names,
        index=names.index(start["column"]) if start.get("column") in by_name else None,
        key=f"{key}-column",
        placeholder="Choose a column",
    )
    if name is None:
        return None
    column = by_name[name]
    operator_part, value_part = st.columns(2, vertical_alignment="bottom", gap="small")
    options = operators_for(column.type)
    operator = operator_part.selectbox(
        "Condition",
        options,
        index=options.index(start["operator"]) if start.get("operator") in options else 0,
        format_func=OPERATOR_WORDS.__getitem__,
        key=f"{key}-operator-{column.type}",
    )
    condition = {"column": name, "operator": operator}
    with value_part:
        if operator in WITHOUT_VALUE:
            return condition
        return {**condition, "value": _condition_value(operator, column, start.get("value"), key=f"{key}-value")}


def _condition_value(operator: str, column: TableColumn, value: Any, *, key: str) -> Any:
    if operator == "one_of":
        given = [str(one) for one in value] if isinstance(value, list | tuple) else []
        return st.multiselect(
            "Values", given, default=given, accept_new_options=True, key=f"{key}-many", placeholder="Type, Enter"
        )
    if operator == "between":
        ends = tuple(value) if isinstance(value, list | tuple) and len(value) == 2 else (None, None)
        parts = zip(("From", "To"), ends, st.columns(2), strict=True)
        return tuple(_end(label, end, part, column, key=f"{key}-{label}") for label, end, part in parts)
    if column.type is ColumnType.BOOLEAN:
        return st.selectbox("Value", [True, False], index=int(value is False), format_func=_yes_no, key=f"{key}-yes")
    return _end("Value", None if isinstance(value, list | tuple) else value, st.container(), column, key=f"{key}-one")


def _end(label: str, value: Any, place: DeltaGenerator, column: TableColumn, *, key: str) -> str:
    hint = "2025-01-31" if column.type is ColumnType.DATETIME else ""
    return place.text_input(label, value=_shown(value), placeholder=hint, key=key)


def _yes_no(value: bool) -> str:
    return "yes" if value else "no"
