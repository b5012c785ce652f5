"""Filters of a chart as widgets: column, condition, value."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from core.conditions import OPERATOR_WORDS, WITHOUT_VALUE, operators_for
from core.types import Column, ColumnType

MOST = 5


def filter_fields(
    columns: Mapping[str, Column], given: Sequence[Mapping[str, Any]], *, key: str
) -> list[dict[str, Any]]:
    """Widgets for up to five filters, and the conditions that are complete."""
    count_key = f"{key}-count"
    st.session_state.setdefault(count_key, len(given))
    found = []
    for place in range(st.session_state[count_key]):
        start = given[place] if place < len(given) else {}
        condition = _filter(columns, start, key=f"{key}-{place}")
        if condition is not None:
            found.append(condition)
    buttons = st.container(horizontal=True)  # which wraps: the column is a narrow one
    if buttons.button(
        "Add filter", icon=":material/add:", key=f"{key}-add", disabled=st.session_state[count_key] >= MOST
    ):
        st.session_state[count_key] += 1
        st.rerun()
    if st.session_state[count_key] and buttons.button("Remove last", icon=":material/remove:", key=f"{key}-remove"):
        st.session_state[count_key] -= 1
        st.rerun()
    return found


def _filter(columns: Mapping[str, Column], start: Mapping[str, Any], *, key: str) -> dict[str, Any] | None:
    names = list(columns)
    first = str(start.get("column", names[0]))
    index = names.index(first) if first in columns else 0
    place = st.selectbox("Column", range(len(names)), index=index, format_func=names.__getitem__, key=f"{key}-column")
    name = names[place]
    column = columns[name]
    operators = operators_for(column.type)
    is_same = start.get("column") == name
    operator = start.get("operator") if is_same else None
    chosen = st.selectbox(
        "Condition",
        operators,
        index=operators.index(operator) if operator in operators else 0,
        format_func=OPERATOR_WORDS.__getitem__,
        key=f"{key}-operator-{name}",
    )
    if chosen in WITHOUT_VALUE:
        return {"column": name, "operator": chosen}
    value = _value(
        column, chosen, start.get("value") if is_same and chosen == operator else None, key=f"{key}-{name}-{chosen}"
    )
    return None if value in (None, "", ()) else {"column": name, "operator": chosen, "value": value}


def _value(column: Column, operator: str, given: Any, *, key: str) -> Any:
    if operator == "between":
        low, high = given if isinstance(given, list | tuple) and len(given) == 2 else (None, None)
        left, right = st.columns(2)
        with left:
            first = _one(column, low if low is not None else column.minimum, label="From", key=f"{key}-from")
        with right:
            last = _one(column, high if high is not None else column.maximum, label="To", key=f"{key}-to")
        return None if first in (None, "") or last in (None, "") else (first, last)
    if operator == "one_of":
        known = [top.value for top in column.top_values]
        chosen = [str(value) for value in given or []]
        options = list(dict.fromkeys([*known, *chosen]))
        return tuple(
            st.multiselect(
                "Values", options, default=chosen, accept_new_options=True, key=key, placeholder="Choose or type"
            )
        )
    return _one(column, given, label="Value", key=key)


def _one(column: Column, given: Any, *, label: str, key: str) -> Any:
    if column.type.is_numeric:
        start = float(given) if given not in (None, "") else None
        return st.number_input(label, value=start, format="%g", key=key)
    if column.type is ColumnType.BOOLEAN:
        return st.selectbox(label, ["true", "false"], index=int(str(given).lower() == "false"), key=key)
    if column.type is ColumnType.DATETIME:
        return st.text_input(label, value=str(given or ""), placeholder="2026-03-12", key=key)
    options = list(dict.fromkeys([*(str(given) for _ in [0] if given), *(top.value for top in column.top_values)]))
    return st.selectbox(
        label, options, index=0 if given else None, accept_new_options=True, key=key, placeholder="Choose or type"
    )
