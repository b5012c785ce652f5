"""One tree as a picture and as rules."""

import streamlit as st

from app.ui.run.explaining.showing import ask, class_choice, show_drawing, show_remarks, show_sentence
from core.records import Run
from evaluation.explaining.tree_answer import TreeDrawing


def show(run: Run) -> None:
    """The tree, wide enough to be read."""
    left, middle, right = st.columns(3)
    with left:
        number = int(
            st.number_input(
                "Tree",
                min_value=1,
                value=1,
                step=1,
                help="Of a forest or a boosting, by its number.",
                key="run-explain-tree-number",
            )
        )
    with middle:
        depth = st.slider("Levels of questions", 1, 6, 3, key="run-explain-tree-depth")
    with right:
        class_name = class_choice(run, key="run-explain-tree")
    found = ask(run, "tree_drawing", {"number": number, "max_depth": depth, "class_name": class_name}, TreeDrawing)
    if found is None:
        return
    show_sentence(found)
    show_drawing(found.drawings[0], key="run-explain-tree-picture")
    with st.expander("The rules as text", icon=":material/rule:"):
        st.code(found.rules, language=None, wrap_lines=True)
        st.download_button(
            "Rules (text)",
            found.rules,
            file_name=f"tree-{found.number}.txt",
            mime="text/plain",
            key="run-explain-tree-rules",
            on_click="ignore",
        )
    show_remarks(found)
