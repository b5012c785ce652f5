"""The conditions of a recipe step, as widgets."""

from streamlit.testing.v1 import AppTest

from tests.pages.showing import assert_well


def _script() -> None:
    import streamlit as st

    from app.ui.explore.step_tables import conditions
    from core.recipes.changes import TableColumn
    from core.types import ColumnType

    columns = [TableColumn(name="price", type=ColumnType.NUMBER), TableColumn(name="town", type=ColumnType.STRING)]
    start = [{"column": "price", "operator": "between", "value": [10, 20]}]
    st.session_state["found"] = conditions(start, columns, key="test")


def test_a_range_is_asked_for_by_both_of_its_ends() -> None:
    page = AppTest.from_function(_script, default_timeout=30).run()
    assert_well(page)
    assert [(field.label, field.value) for field in page.text_input] == [("From", "10"), ("To", "20")]
    page.text_input[1].set_value("25").run()
    assert page.session_state["found"] == [{"column": "price", "operator": "between", "value": ("10", "25")}]


def test_a_condition_without_a_value_asks_for_none() -> None:
    page = AppTest.from_function(_script, default_timeout=30).run()
    page.selectbox[1].set_value("missing").run()
    assert_well(page)
    assert len(page.text_input) == 0
    assert page.session_state["found"] == [{"column": "price", "operator": "missing"}]
