"""Forms made from ``Params``: one widget for each field, by its type and bounds."""

import contextlib
import math
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st
from pydantic import BaseModel, ValidationError

_MOST_SLIDER_STEPS = 500
_STEPS_PER_DECADE = (1, 2, 5)
_OPTION_WORDS = {
    "depthwise": "By depth",
    "diag": "Diagonal",
    "hist_gradient_boosting": "Histogram gradient boosting",
    "k_neighbors": "Nearest neighbours",
    "lossguide": "By loss",
    "poly": "Polynomial",
    "rbf": "RBF",
    "relu": "ReLU",
    "sqrt": "Square root",
}
"""Options whose own name says little to a person; every other one is its name with a capital letter."""


def front_fields(model: type[BaseModel]) -> list[str]:
    """The fields that are shown first: those marked ``front``."""
    return [name for name, schema in _properties(model).items() if schema.get("front")]


def other_fields(model: type[BaseModel]) -> list[str]:
    """The fields under "all settings"."""
    return [name for name, schema in _properties(model).items() if not schema.get("front")]


def params_fields(
    model: type[BaseModel],
    names: Sequence[str],
    *,
    key: str,
    options: dict[str, Sequence[str]] | None = None,
    values: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Widgets for some fields of ``model``, and the values that a person has set.

    Args:
        model: The parameters.
        names: Which of its fields, in which order.
        key: Prefix of the widgets' keys.
        options: What can be chosen in fields that hold several names.
        values: What the widgets start with in place of the defaults; what does not fit its field is passed over.
    """
    properties = _properties(model)
    starts = _fitting(model, values or {})
    return {
        name: _widget(
            properties[name] | ({"default": starts[name]} if name in starts else {}),
            key=f"{key}-{name}",
            choices=(options or {}).get(name),
        )
        for name in names
    }


def _fitting(model: type[BaseModel], values: Mapping[str, Any]) -> dict[str, Any]:
    """Those of ``values`` that their fields take, each tried by itself."""
    fitting = {}
    for name in values.keys() & model.model_fields.keys():
        with contextlib.suppress(ValidationError):
            fitting[name] = getattr(model.model_validate({name: values[name]}), name)
    return fitting


def _properties(model: type[BaseModel]) -> dict[str, dict[str, Any]]:
    schema = model.model_json_schema()
    return dict(schema.get("properties", {}))


def _widget(schema: dict[str, Any], *, key: str, choices: Sequence[str] | None) -> Any:
    label, default = schema.get("title", ""), schema.get("default")
    facts: dict[str, Any] = {"help": schema.get("description"), "key": key}
    kind = schema.get("type")
    if "enum" in schema:
        return st.segmented_control(
            label, schema["enum"], default=default, format_func=_option_label, required=True, wrap=True, **facts
        )
    if kind == "boolean":
        return st.toggle(label, value=bool(default), **facts)
    if kind == "array":
        known = [value for value in default or () if value in (choices or ())]
        return st.multiselect(label, choices or [], default=known, **facts)
    if kind == "string":
        return st.text_input(label, value=str(default or ""), **facts)
    return _number_widget(schema, label, facts)


def _number_widget(schema: dict[str, Any], label: str, facts: dict[str, Any]) -> Any:
    default: Any = schema.get("default")
    low: Any = schema.get("minimum", schema.get("exclusiveMinimum"))
    high: Any = schema.get("maximum", schema.get("exclusiveMaximum"))
    if low is None or high is None:
        return st.number_input(label, value=default, min_value=low, max_value=high, **facts)
    if schema.get("log"):
        return st.select_slider(label, log_steps(low, high, default), value=default, format_func=_number, **facts)
    if schema["type"] == "integer" and high - low <= _MOST_SLIDER_STEPS:
        return st.slider(label, int(low), int(high), int(default), **facts)
    if schema["type"] == "integer":
        return st.number_input(label, int(low), int(high), int(default), **facts)
    step = 10.0 ** math.floor(math.log10((high - low) / 50))
    # An end that is not allowed itself gives way by one step; rounding keeps 0.9 - 0.01 from being 0.8900000000000001.
    first, last = low + step * ("minimum" not in schema), high - step * ("maximum" not in schema)
    return st.slider(
        label, float(round(first, 9)), float(round(last, 9)), float(default), step=step, format="%g", **facts
    )


def log_steps(low: float, high: float, default: float) -> list[float]:
    """1, 2, 5, 10 and so on from ``low`` to ``high``, with both ends and the default among them.

    Example:
        >>> log_steps(0.01, 0.3, 0.1)
        [0.01, 0.02, 0.05, 0.1, 0.2, 0.3]
    """
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    grid = {float(f"{digit}e{power}") for power in range(first, last + 1) for digit in _STEPS_PER_DECADE}
    return sorted({value for value in grid if low <= value <= high} | {float(low), float(high), float(default)})


def _option_label(option: str) -> str:
    return _OPTION_WORDS.get(option) or str(option).replace("_", " ").capitalize()


def _number(value: float) -> str:
    return f"{value:g}"
