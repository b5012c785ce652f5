"""Partial dependence of one column or two."""

import streamlit as st

from app.ui.run.explaining.showing import ask, class_choice, column_choice, columns_of, show_explanation
from core.records import Run
from evaluation.explaining.dependence_answer import PartialDependence

NONE = ""


def show(run: Run) -> None:
    """How the prediction moves."""
    names = columns_of(run)
    first, second, third = st.columns(3, vertical_alignment="bottom")
    with first:
        column = column_choice("Column", names, key="run-explain-dependence-column")
    with second:
        others = [NONE, *(name for name in names if name != column)]
        other = st.selectbox(
            "Together with",
            others,
            format_func=lambda name: " ".join(name.split()) or "no other column",
            key="run-explain-dependence-second",
        )
    with third:
        class_name = class_choice(run, key="run-explain-dependence")
    is_centred = not other and st.toggle(
        "Centred: all lines start at 0",
        key="run-explain-dependence-centred",
        help="Shows rows that go their own way, whatever their level.",
    )
    found = ask(
        run,
        "partial_dependence",
        {"column": column, "second": other or None, "class_name": class_name, "centred": bool(is_centred)},
        PartialDependence,
    )
    if found is not None:
        show_explanation(found, key="run-explain-dependence")
