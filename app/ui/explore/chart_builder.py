"""The chart builder: kind, columns by the part they play, options, filters."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from app.ui.explore.chart_filters import filter_fields
from app.ui.forms import params_fields
from app.ui.text import plain
from core.charts.aggregates import LABELS
from core.charts.registry import CHARTS
from core.charts.spec import GROUP_LABELS, ChartSpec, Role
from core.types import Column, ColumnType

EXAMPLE = '{"data": [{"type": "box", "y": {"column": "NAME"}}], "layout": {"title": {"text": "Title"}}}'
_DIVIDERS = ("color", "facet")


def choose_kind(current: str, *, key: str) -> str | None:
    """Cards of every chart in a popover; the one that was just clicked, or None."""
    spec = CHARTS[current]
    clicked = None
    with st.popover(
        spec.label, icon=f":material/{spec.icon}:", width="stretch", help="Another kind of chart", key=f"{key}-kinds"
    ):
        for group, label in GROUP_LABELS.items():
            st.caption(label)
            with st.container(horizontal=True, gap="small"):
                for each in CHARTS.values():
                    if each.group == group and st.button(
                        each.label,
                        icon=f":material/{each.icon}:",
                        key=f"{key}-kind-{each.key}",
                        type="primary" if each.key == current else "secondary",
                        help=each.when,
                    ):
                        clicked = each.key
    st.caption(spec.when)
    return clicked


def build(
    spec: ChartSpec, columns: Mapping[str, Column], given: Mapping[str, Any], *, key: str
) -> dict[str, Any] | None:
    """Widgets for a chart, and its parameters; None while a column is missing.

    Args:
        spec: The chart.
        columns: Those of the dataset.
        given: Parameters to start from.
        key: Prefix of the widgets' keys; another one starts afresh from ``given``.
    """
    values: dict[str, Any] = {}
    roles = list(spec.roles.values())
    for part in [role for role in roles if role.name not in _DIVIDERS]:
        values[part.name] = _role(part, columns, given, taken=list(values.values()), key=key)
    if "aggregate" in spec.params.model_fields:
        values["aggregate"] = _aggregate(spec, values, given, key=key)
    for part in [role for role in roles if role.name in _DIVIDERS]:
        values[part.name] = _role(part, columns, given, taken=[], key=key)
    if "figure" in spec.params.model_fields:
        values["figure"] = _figure(given, columns, key=key)
    names = _option_names(spec)
    if names:
        with st.expander("Options", icon=":material/tune:"):
            values |= params_fields(_starting_from(spec, given, names), names, key=f"{key}-{spec.key}")
    filters = given.get("filters") or []
    with st.expander(f"Filters{f' ({len(filters)})' if filters else ''}", icon=":material/filter_alt:"):
        values["filters"] = filter_fields(columns, filters, key=f"{key}-filters")
    missing = [role for role in roles if role.is_required and not _is_enough(role, values[role.name])]
    if missing:
        _say_missing(missing[0], columns)
        return None
    return None if "figure" in values and values["figure"] is None else values


def _is_enough(role: Role, value: Any) -> bool:
    return bool(value) and (not role.is_many or len(value) >= role.least)


def _say_missing(role: Role, columns: Mapping[str, Column]) -> None:
    if fitting(role, columns):
        least = f"at least {role.least} columns" if role.is_many else "a column"
        st.info(f"Choose {least} for {role.title.lower()}.", icon=":material/touch_app:")
    else:
        st.info(
            f"No column of this dataset can be the {role.title.lower()} of this chart. Choose another chart, or change "
            "a column's type in Fix.",
            icon=":material/block:",
        )


def fitting(role: Role, columns: Mapping[str, Column]) -> list[str]:
    """The columns whose type fits a part; those that seldom help, such as identifiers, come last."""
    names = [name for name, column in columns.items() if column.type in role.types]
    is_group = ColumnType.STRING in role.types

    def rank(name: str) -> tuple[bool, bool]:
        column = columns[name]
        return column.is_identifier or column.is_constant, is_group and column.n_distinct > 50

    return sorted(names, key=rank)


def _role(
    role: Role, columns: Mapping[str, Column], given: Mapping[str, Any], *, taken: Sequence[Any], key: str
) -> Any:
    options = fitting(role, columns)
    start = given.get(role.name)
    label = role.title if role.is_required else f"{role.title} (optional)"
    own_key = f"{key}-{role.name}"
    if role.is_many:
        default = [name for name in start or options[: min(role.most, max(role.least, 4))] if name in options]
        return st.multiselect(
            label, options, default=default, max_selections=role.most, key=own_key, format_func=_one_line
        )
    free = [name for name in options if name not in taken]
    index: int | None = options.index(start) if start in options else None
    if index is None and role.is_required and free:
        index = options.index(free[0])
    return st.selectbox(label, options, index=index, key=own_key, format_func=_one_line, placeholder="None")


def _one_line(name: str) -> str:
    return " ".join(name.split()) or "(blank)"


def _aggregate(spec: ChartSpec, values: Mapping[str, Any], given: Mapping[str, Any], *, key: str) -> str:
    """What is shown of the values; without values there is nothing to choose."""
    part = "y" if "y" in spec.roles else "value"
    if not values.get(part):
        return "count"
    options = list(LABELS)
    start = given.get("aggregate", "mean") if given.get(part) else "mean"
    return str(
        st.selectbox(
            "Show",
            options,
            index=options.index(start),
            format_func=lambda each: LABELS[each].replace(" of {}", ""),
            key=f"{key}-aggregate",
        )
    )


def _option_names(spec: ChartSpec) -> list[str]:
    own = {"filters", "figure", "aggregate", *spec.roles}
    schema = spec.params.model_json_schema()["properties"]
    return [name for name, part in schema.items() if name not in own and part.get("type") != "null"]


def _starting_from(spec: ChartSpec, given: Mapping[str, Any], names: Sequence[str]) -> Any:
    """The parameters of ``spec`` with the given values as defaults, for the form."""
    from pydantic import create_model
    from pydantic.fields import FieldInfo

    fields: dict[str, Any] = {}
    for name in names:
        info = spec.params.model_fields[name]
        default = given.get(name, info.default)
        fields[name] = (info.annotation, FieldInfo.merge_field_infos(info, default=default))
    return create_model(f"{spec.params.__name__}Form", **fields)


def _figure(given: Mapping[str, Any], columns: Mapping[str, Column], *, key: str) -> dict[str, Any] | None:
    first = next((name for name, column in columns.items() if column.type.is_numeric), "")
    start = (
        json.dumps(given["figure"], indent=2)
        if given.get("figure")
        else json.dumps(json.loads(EXAMPLE.replace('"NAME"', json.dumps(first))), indent=2)
    )
    text = st.text_area(
        "Plotly figure (JSON)",
        value=start,
        height=320,
        key=f"{key}-figure",
        help='{"column": "age"} stands for the values of a column. Texts hold no tags or addresses.',
    )
    try:
        figure = json.loads(text)
    except json.JSONDecodeError as error:
        st.error(plain(f"This is not JSON: {error.msg} in line {error.lineno}."), icon=":material/error:")
        return None
    if not isinstance(figure, dict):
        st.error("A figure is a JSON object with data and layout.", icon=":material/error:")
        return None
    return figure
