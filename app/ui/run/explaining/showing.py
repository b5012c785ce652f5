"""An explanation on a page: the finding, its pictures with tables and files, and what to keep in mind."""

import json
from typing import Any, TypeVar

import streamlit as st

from app.bootstrap import services
from app.ui.chart_view import file_stem, in_theme, show_pictures, table_csv
from app.ui.computing import answer
from app.ui.guard import guard
from app.ui.text import plain
from core.records import Run
from core.types import LearningTask
from evaluation.explaining.answer import Drawing, Explanation

MOST_SHOWN = 2_000
E = TypeVar("E", bound=Explanation)


def ask(run: Run, kind: str, params: dict[str, Any], result: type[E]) -> E | None:
    """The explanation, or None while there is none; progress, a stop button or the reason are drawn then."""
    with guard():
        checked = services().explanations.params(run.id, kind, params)
    return answer(kind, checked, result, key=f"run-explain-{kind}")


def show_explanation(found: Explanation, *, key: str) -> None:
    """All of it, top to bottom."""
    show_sentence(found)
    for drawing in found.drawings:
        show_drawing(drawing, key=f"{key}-{drawing.key}")
    show_remarks(found)


def show_sentence(found: Explanation) -> None:
    """The finding in front."""
    st.markdown(f"**{plain(found.sentence)}**")


def show_remarks(found: Explanation) -> None:
    """What to keep in mind."""
    for remark in found.remarks:
        st.caption(f":material/info: {plain(remark)}")


def show_drawing(drawing: Drawing, *, key: str) -> None:
    """One picture with its words, its table and its files; ``key`` is unique within the page."""
    with st.container(border=True):
        st.markdown(f"**{plain(drawing.title)}**")
        figure = in_theme({**drawing.figure, "layout": {**drawing.figure["layout"], "title": {"text": ""}}})
        st.plotly_chart(figure, key=key, alt=drawing.alt, config={"displaylogo": False, "responsive": True})
        st.caption(plain(drawing.explanation))
        _files(drawing, key=key)


def class_choice(run: Run, *, key: str) -> str | None:
    """The class to explain; nothing to choose for a regression."""
    assert run.result is not None
    if run.config.task is not LearningTask.CLASSIFICATION:
        return None
    labels = list(run.result.labels)
    first = 1 if len(labels) == 2 else 0
    chosen: str = st.selectbox("Class", labels, index=first, format_func=_one_line, key=f"{key}-class")
    return chosen


def column_choice(label: str, names: list[str], *, key: str, index: int = 0) -> str:
    """One of the columns that the run learns from."""
    chosen: str = st.selectbox(label, names, index=min(index, len(names) - 1), format_func=_one_line, key=key)
    return chosen


def columns_of(run: Run) -> list[str]:
    """The columns that the run learns from."""
    with guard():
        return list(services().explanations.columns(run))


def _files(drawing: Drawing, *, key: str) -> None:
    with st.container(horizontal=True):
        table = st.popover("Table", icon=":material/table_rows:", key=f"{key}-table", on_change="rerun")
        files = st.popover("Download", icon=":material/download:", key=f"{key}-files", on_change="rerun")
    if table.open:
        with table:
            st.dataframe(drawing.table[:MOST_SHOWN], hide_index=True, alt=f"The numbers behind: {drawing.title}")
    if files.open:
        with files:
            _downloads(drawing, key=key)


def _downloads(drawing: Drawing, *, key: str) -> None:
    name = file_stem(drawing.title)
    show_pictures(drawing.figure, name=name, key=f"{key}-pictures")
    for label, content, ending, mime in (
        ("Numbers (CSV)", table_csv(drawing.table), "csv", "text/csv"),
        ("Figure (JSON)", json.dumps(drawing.figure, ensure_ascii=False), "json", "application/json"),
    ):
        st.download_button(
            label,
            content,
            file_name=f"{name}.{ending}",
            mime=mime,
            key=f"{key}-{ending}",
            on_click="ignore",
            width="stretch",
        )


def _one_line(name: str) -> str:
    return " ".join(name.split())
