"""SHAP values: over all rows, for one column, for one row."""

import streamlit as st

from app.ui import numbers
from app.ui.run.explaining.showing import ask, class_choice, show_drawing, show_remarks, show_sentence
from core.records import Run
from evaluation.explaining.shap_answer import ShapValues
from evaluation.explaining.shap_drawings import dependence, waterfall

VIEWS = {"all": "All rows", "column": "One column", "row": "One row"}


def show(run: Run) -> None:
    """What each column adds."""
    left, right = st.columns([2, 3], vertical_alignment="bottom")
    with left:
        class_name = class_choice(run, key="run-explain-shap")
    with right:
        view = st.segmented_control(
            "SHAP view",
            list(VIEWS),
            default="all",
            required=True,
            format_func=VIEWS.__getitem__,
            key="run-explain-shap-view",
            label_visibility="collapsed",
        )
    found = ask(run, "shap_values", {"class_name": class_name}, ShapValues)
    if found is None:
        return
    if view == "column":
        _one_column(found)
    elif view == "row":
        _one_row(run, found, class_name)
    else:
        show_sentence(found)
        for drawing in found.drawings:
            show_drawing(drawing, key=f"run-explain-shap-{drawing.key}")
    show_remarks(found)


def _one_column(found: ShapValues) -> None:
    name = st.selectbox(
        "Column", found.players, format_func=lambda each: " ".join(each.split()), key="run-explain-shap-column"
    )
    show_drawing(dependence(found, name), key="run-explain-shap-dependence")


def _one_row(run: Run, found: ShapValues, class_name: str | None) -> None:
    left, right = st.columns(2)
    order = sorted(range(len(found.outputs)), key=lambda place: -found.outputs[place])
    places = {
        "highest": order[0],
        "middle": order[len(order) // 2],
        "lowest": order[-1],
    }
    with left:
        which = st.selectbox(
            "Row",
            [*places, "other"],
            format_func=lambda key: {
                "highest": "Highest prediction",
                "middle": "Middle prediction",
                "lowest": "Lowest prediction",
                "other": "By its number",
            }[key],
            key="run-explain-shap-row",
        )
    if which != "other":
        show_drawing(waterfall(found, places[which]), key="run-explain-shap-waterfall")
        return
    known = sorted(found.row_numbers)
    with right:
        number = int(
            st.number_input(
                "Row number in the table",
                min_value=1,
                value=known[0],
                step=1,
                help="A validation row: test rows stay locked. "
                f"The sample above holds, among others, {', '.join(map(numbers.count, known[:3]))}.",
                key="run-explain-shap-number",
            )
        )
    if number in found.row_numbers:
        show_drawing(waterfall(found, found.row_numbers.index(number)), key="run-explain-shap-waterfall")
        return
    single = ask(run, "shap_values", {"class_name": class_name, "row_number": number}, ShapValues)
    if single is not None:
        show_drawing(waterfall(single, 0), key="run-explain-shap-waterfall")
