"""Two ways to a test: by three questions, or straight from the list."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from app.services.statistics import CHOICE_KIND
from app.ui.computing import answer
from app.ui.statistics.fields import column_widgets, other_widgets
from app.ui.statistics.words import COLUMNS_HINT, GOALS, GROUPS, column_label
from app.ui.text import plain
from core.records import Dataset
from core.statistics.choosing import Choice, Suggestion
from core.statistics.registry import STATISTICAL_TESTS
from core.statistics.spec import Goal, QuestionGroup, StatisticalTestSpec
from core.types import ColumnType

Asked = tuple[str, dict[str, Any]]
"""Key of a test, and its parameters."""


def guided(dataset: Dataset) -> Asked | None:
    """Three steps: what, about which columns, with which test. The test to do, once its button is pressed."""
    st.markdown("**1 · What do you want to know?**")
    goal = st.pills(
        "What do you want to know?",
        list(GOALS),
        default=Goal.DIFFERENCE,
        required=True,
        format_func=GOALS.__getitem__,
        key="statistics-goal",
        label_visibility="collapsed",
    )
    st.markdown("**2 · About which columns?**")
    columns = {column.name: column for column in dataset.columns if column.type is not ColumnType.DATETIME}
    chosen_place, paired_place = st.columns([2, 1])
    chosen = chosen_place.multiselect(
        "Columns",
        list(columns),
        format_func=lambda name: column_label(columns[name]),
        max_selections=30,
        key=f"statistics-columns-{dataset.id}",
        help=COLUMNS_HINT[goal],
    )
    paired_by = ""
    if goal is Goal.BEFORE_AFTER:
        names = ["", *(column.name for column in dataset.columns if column.name not in chosen)]
        paired_by = paired_place.selectbox(
            "Who is who",
            names,
            format_func=lambda name: name or "one row for each subject",
            help="The column that says which rows belong to the same subject, if each measurement has its own row.",
            key=f"statistics-paired_by-{dataset.id}",
        )
    if not chosen:
        st.caption(COLUMNS_HINT[goal])
        return None
    question = {"dataset_id": dataset.id, "goal": goal.value, "columns": chosen, "paired_by": paired_by}
    st.markdown("**3 · With which test?**")
    choice = answer(CHOICE_KIND, question, Choice, key="statistics-choice")
    return None if choice is None else _take(choice, dataset)


def _take(choice: Choice, dataset: Dataset) -> Asked | None:
    suggestions = {one.test: one for one in choice.suggestions}
    if not suggestions:
        st.info(plain(choice.sentence), icon=":material/lightbulb:")
        _why_not(choice)
        return None
    test = st.radio(
        "Test",
        list(suggestions),
        format_func=lambda key: suggestions[key].label,
        captions=[_caption(one) for one in choice.suggestions],
        key=f"statistics-suggested-{'-'.join(suggestions)}",
        label_visibility="collapsed",
    )
    st.caption(" ".join(plain(check) for check in choice.checks))
    params = suggestions[test].params
    row = st.container(horizontal=True)
    is_asked = row.button("Do the test", type="primary", icon=":material/play_arrow:", key="statistics-do_guided")
    with row.popover("Settings", icon=":material/tune:"):
        others = other_widgets(STATISTICAL_TESTS[test].params, params, dataset, key=f"statistics-{test}")
    _why_not(choice)
    return (test, params | others) if is_asked else None


def _caption(one: Suggestion) -> str:
    cautions = "".join(f" :orange[:material/warning: {plain(text)}]" for text in one.cautions)
    return " ".join(plain(text) for text in one.reasons) + cautions


def _why_not(choice: Choice) -> None:
    with st.expander("Why not another test?", icon=":material/help:"):
        st.dataframe(
            [{"Test": one.label, "Why not": one.reason} for one in choice.not_suited],
            hide_index=True,
            alt="Tests that do not suit this question, with the reason",
        )


def direct(dataset: Dataset) -> Asked | None:
    """Every test by group, with all of its parameters."""
    group_place, test_place = st.columns(2)
    group = (
        group_place.selectbox("About", list(GROUPS), format_func=GROUPS.__getitem__, key="statistics-group")
        or QuestionGroup.MEANS
    )
    specs = {key: spec for key, spec in STATISTICAL_TESTS.items() if spec.group is group}
    test = test_place.selectbox(
        "Test",
        _ordered(list(specs.values())),
        format_func=lambda key: specs[key].label,
        key=f"statistics-test-{group.value}",
    )
    spec = specs[str(test)]
    st.markdown(plain(spec.plain))
    with st.expander("More on this test", icon=":material/menu_book:"):
        st.markdown(_about(spec))
    key = f"statistics-{spec.key}-{dataset.id}"
    chosen = column_widgets(spec.params, dataset, key=key)
    row = st.container(horizontal=True)
    is_asked = row.button("Do the test", type="primary", icon=":material/play_arrow:", key="statistics-do_direct")
    with row.popover("Settings", icon=":material/tune:"):
        others = other_widgets(spec.params, chosen, dataset, key=key)
    return (spec.key, chosen | others) if is_asked else None


def _ordered(specs: Sequence[StatisticalTestSpec]) -> list[str]:
    """The tests that suit most often come first."""
    return [spec.key for spec in sorted(specs, key=lambda spec: -max(fit.rank for fit in spec.fits))]


def _about(spec: StatisticalTestSpec) -> str:
    lines = [
        f"**Takes** {plain(spec.needs)}",
        f"**If nothing is going on** {plain(spec.null_hypothesis)}",
        f"**How** {plain(spec.technical)}",
        "**Use it when** " + plain("; ".join(spec.use_when)),
        "**Not when** " + plain("; ".join(spec.avoid_when)),
        f"**Source** {plain(spec.source)}",
    ]
    if spec.alternative:
        lines.insert(5, f"**Asks for less** {plain(STATISTICAL_TESTS[spec.alternative].label)}")
    return "\n\n".join(lines)
