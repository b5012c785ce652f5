"""Forms made from ``Params``: every field has a widget, and what is sent fits the model that it came from."""

import doctest

import pytest
from pydantic import BaseModel, ValidationError
from streamlit.testing.v1 import AppTest

from app.ui import forms
from app.ui.forms import front_fields, log_steps, other_fields
from core.preprocessing.params import PreprocessingParams
from core.types import SplitParams
from models.registry import MODELS

EVERY_MODEL: list[type[BaseModel]] = [*(MODELS[key].params for key in MODELS), PreprocessingParams, SplitParams]
each_params = pytest.mark.parametrize("model", EVERY_MODEL, ids=lambda model: model.__name__)


def show_form(module: str, name: str) -> None:
    from importlib import import_module

    import streamlit as st

    from app.ui.forms import params_fields

    model = getattr(import_module(module), name)
    properties = model.model_json_schema()["properties"]
    fields = [name for name in properties if properties[name].get("type") != "object"]  # those are a table of their own
    st.session_state["values"] = params_fields(model, fields, key="form", options={"exclude": ["a", "b"]})


def open_form(model: type[BaseModel]) -> AppTest:
    return AppTest.from_function(show_form, args=(model.__module__, model.__name__)).run()


def test_the_examples_in_the_docstrings_hold() -> None:
    failed, attempted = doctest.testmod(forms)
    assert (failed, attempted > 0) == (0, True)


@each_params
def test_an_untouched_form_gives_the_defaults(model: type[BaseModel]) -> None:
    page = open_form(model)
    assert [element.value for element in page.exception] == []
    values = page.session_state["values"]
    assert list(values) == [name for name in model.model_fields if name != "columns"]
    assert model.model_validate(values) == model()


@each_params
def test_each_field_has_a_title(model: type[BaseModel]) -> None:
    untitled = [name for name, schema in model.model_json_schema()["properties"].items() if not schema.get("title")]
    assert untitled == []


@each_params
def test_both_ends_of_each_slider_are_allowed(model: type[BaseModel]) -> None:
    page = open_form(model)
    refused = []
    for key in [slider.key for slider in page.slider]:
        field = str(key).removeprefix("form-")
        for end in (page.slider(key=key).min, page.slider(key=key).max):
            page.slider(key=key).set_value(end).run()
            try:
                model.model_validate({field: page.session_state["values"][field]})
            except ValidationError as error:
                refused.append((field, end, error.errors()[0]["msg"]))
    assert refused == []


@pytest.mark.parametrize("key", list(MODELS))
def test_front_and_other_fields_are_all_fields(key: str) -> None:
    model = MODELS[key].params
    front, others = front_fields(model), other_fields(model)
    assert sorted([*front, *others]) == sorted(model.model_fields)
    assert 1 <= len(front) <= 3


@pytest.mark.parametrize(
    ("low", "high", "default", "first", "last"),
    [(0.0001, 0.1, 0.001, 0.0001, 0.1), (1e-6, 10, 1e-4, 1e-6, 10.0), (0.03, 0.07, 0.04, 0.03, 0.07)],
)
def test_a_logarithmic_slider_has_both_ends_and_the_default(
    low: float, high: float, default: float, first: float, last: float
) -> None:
    steps = log_steps(low, high, default)
    assert (steps[0], steps[-1], default in steps) == (first, last, True)
    assert steps == sorted(set(steps))


def test_a_field_of_names_offers_what_the_page_knows() -> None:
    page = open_form(PreprocessingParams)
    exclude = page.multiselect(key="form-exclude")
    assert (exclude.options, exclude.value) == (["a", "b"], [])
