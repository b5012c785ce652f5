"""The figures of the evaluation; a cell of the confusion matrix opens its rows."""

from typing import Any

import streamlit as st

from app.bootstrap import services
from app.ui.guard import guard
from app.ui.run.cards import fill_card, show_files, titled
from app.ui.run.predicted_rows import cell_words, show_rows
from app.ui.run.spec import RunView
from core.records import Run
from core.types import LearningTask, Split
from evaluation.charts import confusion_matrix
from evaluation.charts.confusion_matrix import MEASURES, Measure

MATRIX = confusion_matrix.SPEC.key


@st.cache_data(max_entries=8, show_spinner=False)
def _figures(figures_sha256: str, run_id: str) -> list[dict[str, Any]]:
    """The figures of a run, which never change."""
    del figures_sha256
    return services().runs.figures(run_id)


def show(run: Run) -> None:
    """Figures of one part of the rows, two beside each other."""
    with guard():
        figures = _figures(run.artifacts.figures or "", run.id)
    split = st.segmented_control(
        "Rows",
        [Split.VALIDATION, Split.TEST],
        default=Split.VALIDATION,
        required=True,
        format_func=lambda part: f"{part.value.capitalize()} rows",
        key="run-figure_split",
        help="Choose by validation rows. Test rows judge what was chosen.",
        label_visibility="collapsed",
    )
    shown = [figure for figure in figures if figure["split"] == split]
    if not shown:
        st.caption("This run has no figures of these rows.")
    matrix = next(
        (figure for figure in shown if figure["key"] == MATRIX and "share_of_predicted" in _first(figure)), None
    )
    if matrix is not None:
        _matrix(run, matrix, split)
    others = [figure for figure in shown if figure is not matrix]
    for start in range(0, len(others), 2):
        for column, figure in zip(st.columns(2), others[start : start + 2], strict=False):
            with column.container(border=True, height="stretch"):  # outside the fragment, so that neighbours line up
                _card(figure, f"run-figure-{figure['key']}-{split}")
    if run.config.task is LearningTask.REGRESSION and shown:
        _worst(run, split)


def _first(figure: dict[str, Any]) -> dict[str, Any]:
    return figure["table"][0] if figure["table"] else {}


@st.fragment
def _card(figure: dict[str, Any], key: str) -> None:
    fill_card(figure, key=key)


@st.fragment
def _worst(run: Run, split: Split) -> None:
    with st.expander(
        "Rows with the largest errors", icon=":material/table_rows:", key="run-worst", on_change="rerun"
    ) as box:
        if box.open:
            with guard():
                show_rows(run, split, key="run-worst-rows")


@st.fragment
def _matrix(run: Run, figure: dict[str, Any], split: Split) -> None:
    """The confusion matrix as shares or counts, and the rows of the chosen cell."""
    table = figure["table"]
    names = list(dict.fromkeys(row["true"] for row in table))
    key = f"run-figure-{MATRIX}-{split}"
    with st.container(border=True):
        measure: Measure = st.segmented_control(
            "Colours and numbers",
            list(MEASURES),
            default="share",
            required=True,
            format_func=lambda each: MEASURES[each],
            key=f"{key}-measure",
            label_visibility="collapsed",
        )
        drawn = {**figure, "figure": confusion_matrix.draw(table, measure)}
        state = st.plotly_chart(
            titled(drawn["figure"]),
            key=key,
            alt=figure["alt"],
            on_select="rerun",
            selection_mode="points",
            config={"displaylogo": False},
        )
        st.caption(f"{figure['explanation']} Choose a cell to see its rows.")
        _remember(state["selection"]["points"], table, key=key)
        choice, files = st.columns([3, 2], vertical_alignment="bottom")
        with choice, st.container(horizontal=True):
            true_class = st.selectbox("True class", names, index=None, placeholder="Any", key=f"{key}-true")
            predicted = st.selectbox("Predicted class", names, index=None, placeholder="Any", key=f"{key}-predicted")
        with files:
            show_files(drawn, key=f"{key}-card")
        if true_class is None and predicted is None:
            return
        if true_class is not None and predicted is not None:
            st.markdown(f"**{cell_words(true_class, predicted)}**")
        with guard():
            show_rows(run, split, true_class=true_class, predicted_class=predicted, key=f"{key}-rows")


def _remember(points: list[dict[str, Any]], table: list[dict[str, Any]], *, key: str) -> None:
    """A cell that was just clicked becomes the choice of the two boxes."""
    clicked = points[0]["point_index"] if points else None
    if clicked is None or st.session_state.get(f"{key}-clicked") == clicked:
        return
    st.session_state[f"{key}-clicked"] = clicked
    if 0 <= clicked < len(table):
        st.session_state[f"{key}-true"] = table[clicked]["true"]
        st.session_state[f"{key}-predicted"] = table[clicked]["predicted"]


SPEC = RunView(key="figures", label="Figures", order=10, show=show)
