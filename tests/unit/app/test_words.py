"""Every state has its words, and remarks come in the order of their weight."""

from collections.abc import Mapping
from enum import StrEnum

import pytest
from streamlit.testing.v1 import AppTest

from app.ui import words
from app.ui.datasets import STATUS_WORD
from core.types import DatasetStatus, LearningTask, RunStatus, Severity


@pytest.mark.parametrize(
    ("table", "states"),
    [
        (words.RUN_STATUS, RunStatus),
        (words.RUN_STATUS_WORD, RunStatus),
        (words.DATASET_STATUS, DatasetStatus),
        (STATUS_WORD, DatasetStatus),
        (words.TASK, LearningTask),
    ],
)
def test_each_state_has_words_of_its_own(table: Mapping[StrEnum, str], states: type[StrEnum]) -> None:
    assert list(table) == list(states)
    assert len(set(table.values())) == len(states)


@pytest.mark.parametrize("table", [words.RUN_STATUS, words.DATASET_STATUS])
def test_a_colour_never_speaks_alone(table: Mapping[StrEnum, str]) -> None:
    for text in table.values():
        assert ":material/" in text
        assert text.rstrip("]").rsplit(":", 1)[1].strip() != ""


@pytest.mark.parametrize("status", RunStatus)
def test_the_word_of_a_run_s_state_is_its_name_in_the_api(status: RunStatus) -> None:
    assert words.RUN_STATUS_WORD[status].split(" ", 1)[1] == status.value
    assert words.RUN_STATUS[status].endswith(f": {status.value}]")


def show_remarks(n_infos: int) -> None:
    from app.ui.words import show_notices
    from core.types import Notice, Severity

    def remark(severity: Severity, text: str) -> Notice:
        return Notice(severity=severity, code="remark", text=text)

    infos = tuple(remark(Severity.INFO, f"*info* {n}") for n in range(n_infos))
    show_notices((*infos, remark(Severity.WARNING, "a warning"), remark(Severity.SERIOUS, "serious")), title="Remarks")


def test_serious_remarks_come_first_and_their_text_is_not_obeyed() -> None:
    page = AppTest.from_function(show_remarks, args=(1,)).run()
    lines = page.markdown[0].value.split("\n\n")
    assert [line.rpartition(":")[2].lstrip("] ") for line in lines] == ["serious", "a warning", r"\*info\* 0"]
    assert len(lines) == len(Severity)


def test_a_long_list_of_remarks_folds() -> None:
    page = AppTest.from_function(show_remarks, args=(8,)).run()
    assert len(page.markdown[0].value.split("\n\n")) == 6
    assert page.expander[0].label == "4 more remarks"
    assert len(page.expander[0].markdown[0].value.split("\n\n")) == 4


def test_no_remarks_take_no_room() -> None:
    def show_none() -> None:
        from app.ui.words import show_notices

        show_notices(())

    page = AppTest.from_function(show_none).run()
    assert len(page.main) == 0
