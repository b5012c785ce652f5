"""The form of a recipe step, made from its parameters and from the columns that the step meets."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from app.ui.explore import step_tables
from core.recipes.changes import TableColumn
from core.recipes.spec import StepSpec

Schema = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class FormField:
    """One parameter on its way to a widget."""

    label: str
    help: str | None
    value: Any
    """What it is now, or its default."""
    key: str
    columns: tuple[TableColumn, ...]
    """Those that the step meets, of the types that the parameter takes."""
    schema: Schema
    choices: tuple[str, ...] = ()
    """What a list of texts can be chosen from, beside new ones."""


def step_fields(
    spec: StepSpec,
    columns: Sequence[TableColumn],
    values: dict[str, Any],
    *,
    key: str,
    choices: Callable[[str, dict[str, Any]], Sequence[str]] | None = None,
) -> dict[str, Any]:
    """Widgets for the parameters of a step, and what a person has set.

    Args:
        spec: The step.
        columns: That it meets.
        values: Parameters to begin with; defaults take the place of missing ones.
        key: Prefix of the widgets' keys; another one forgets what was typed.
        choices: ``(field, values so far)`` to what a list of texts can be chosen from.
    """
    found: dict[str, Any] = {}
    for name, schema in spec.params.model_json_schema()["properties"].items():
        default = values.get(name, schema.get("default"))
        if not _is_shown(schema, found):
            continue
        types = schema.get("types") or []
        field = FormField(
            label=schema["title"],
            help=schema.get("description") or None,
            value=default,
            key=f"{key}-{name}",
            columns=tuple(column for column in columns if not types or column.type.value in types),
            schema=schema,
            choices=tuple(choices(name, found)) if choices else (),
        )
        found[name] = _widget(field)
    return found


def _is_shown(schema: Schema, found: dict[str, Any]) -> bool:
    """Whether the fields before it have the values that it asks for."""
    return all(found.get(name) in wanted for name, wanted in schema.get("shown_if", {}).items())


def _widget(field: FormField) -> Any:
    own = _WIDGETS.get(field.schema.get("widget", ""))
    if own is not None:
        return own(field)
    if "enum" in field.schema:
        return st.segmented_control(
            field.label,
            field.schema["enum"],
            default=field.value,
            format_func=_words,
            required=True,
            help=field.help,
            key=field.key,
        )
    kinds = {one.get("type") for one in field.schema.get("anyOf", [field.schema])}
    if "boolean" in kinds:
        return st.toggle(field.label, value=bool(field.value), help=field.help, key=field.key)
    if kinds & {"number", "integer"}:
        return _number(field, is_whole="number" not in kinds)
    return st.text_input(field.label, value=str(field.value or ""), help=field.help, key=field.key)


def _words(option: str) -> str:
    known = {"onehot": "One-hot", "1234.5": "1234.5", "1,234.5": "1,234.5", "1.234,5": "1.234,5"}
    return known.get(option, option.replace("_", " ").capitalize())


def _number(field: FormField, *, is_whole: bool) -> int | float | None:
    bounds: Schema = next((one for one in field.schema.get("anyOf", []) if one.get("type") != "null"), field.schema)
    low, high = bounds.get("minimum"), bounds.get("maximum")
    kind = int if is_whole else float
    facts: Schema = {
        "value": None if field.value is None else kind(field.value),
        "min_value": None if low is None else kind(low),
        "max_value": None if high is None else kind(high),
        "help": field.help,
        "key": field.key,
    }
    if not is_whole:
        facts |= {"format": "%g", "step": 0.01}
    value: int | float | None = st.number_input(field.label, **facts)
    return value


def _columns(field: FormField) -> list[str]:
    names = [column.name for column in field.columns]
    return st.multiselect(
        field.label,
        names,
        default=[name for name in field.value or [] if name in names],
        help=field.help,
        key=field.key,
        placeholder="Choose columns" if field.schema.get("minItems") else "All, unless you choose some",
    )


def _column(field: FormField) -> str:
    names = [column.name for column in field.columns]
    return (
        st.selectbox(
            field.label,
            names,
            index=names.index(field.value) if field.value in names else None,
            help=field.help,
            key=field.key,
            placeholder="None" if field.schema.get("optional") else "Choose a column",
        )
        or ""
    )


def _formula(field: FormField) -> str:
    text = st.text_area(field.label, value=str(field.value or ""), help=field.help, key=field.key, height=80)
    step_tables.formula_help(field.columns)
    return text


def _value(field: FormField) -> str | None:
    shown = "" if field.value is None else str(field.value)
    return st.text_input(field.label, value=shown, help=field.help, key=field.key) or None


def _texts(field: FormField) -> list[str]:
    given = [str(value) for value in field.value or []]
    return st.multiselect(
        field.label,
        list(dict.fromkeys((*field.choices, *given))),
        default=given,
        accept_new_options=True,
        help=field.help,
        key=field.key,
        placeholder="Choose, or type one and press Enter" if field.choices else "Type one and press Enter",
    )


def _dataset(field: FormField) -> str:
    return step_tables.dataset_choice(field.label, field.value, key=field.key)


_WIDGETS: dict[str, Callable[[FormField], Any]] = {
    "columns": _columns,
    "column": _column,
    "formula": _formula,
    "value": _value,
    "texts": _texts,
    "numbers": _texts,
    "dataset": _dataset,
    "names": lambda field: step_tables.new_names(field.label, field.value, field.columns, key=field.key),
    "replacements": lambda field: step_tables.replacements(field.label, field.value, key=field.key),
    "conditions": lambda field: step_tables.conditions(field.value, field.columns, key=field.key),
}
