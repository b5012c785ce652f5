"""Every page with nothing, with little, with trouble and with results: it says where things stand, and never breaks."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from app.ui.words import RUN_STATUS_WORD
from core.types import RunStatus
from tests.pages.conftest import HOSTILE, Exhibits, On
from tests.pages.showing import assert_well, sentences, text, unescaped
from tests.stacks import Stack

PAGES = ("home", "datasets", "train", "runs", "compare", "monitoring")
NO_SUCH_ID = "no-such-id <b>"


def live_panels(page: AppTest) -> int:
    return len(page.get("bidi_component"))


def texts_as_written(page: AppTest) -> str:
    """What goes to the browser as Markdown, escapes and all."""
    kinds = (page.title, page.subheader, page.markdown, page.caption, page.info, page.warning, page.error, page.success)
    return "\n".join(element.value for elements in kinds for element in elements)


# --- nothing ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("home", "A file, a web address, a database, or one of the built-in samples."),
        ("datasets", "Nothing here yet. A table needs a header row and one row for each thing you want to learn about"),
        ("train", "Training needs a dataset that has been read."),
        ("runs", "Nothing has been trained yet."),
        ("compare", "There is nothing to compare yet. Train two models on one dataset, then come back."),
        ("monitoring", "2 of 6 components need attention."),
    ],
)
def test_an_empty_instance_says_what_to_do_first(empty_stack: Stack, open_page: On, name: str, words: str) -> None:
    page = open_page(empty_stack)(name)
    assert_well(page)
    assert words in text(page)


# --- everything at once ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PAGES)
def test_a_page_full_of_everything_renders(exhibits: Exhibits, open_page: On, name: str) -> None:
    page = open_page(exhibits.stack)(name)
    assert_well(page)
    assert [len(page.title), page.title[0].value] == [1, "Praxis" if name == "home" else name.capitalize()]


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("plants", "Rows 600 · Columns 5 · Origin File plants.csv · Size 15.5 kB"),
        ("small", "Rows 3 · Columns 2 · Origin File small.csv · Size 22 B"),
        ("unreadable", "'photo.csv' is a binary file: byte 0 is NUL, which no text holds."),
        ("reading", "You can leave this page; the file is read in the background."),
        ("hostile", f"{HOSTILE} v1"),
    ],
)
def test_a_dataset_is_shown_in_each_state(exhibits: Exhibits, open_page: On, key: str, words: str) -> None:
    page = open_page(exhibits.stack)("datasets", dataset=exhibits.datasets[key].id)
    assert_well(page)
    shown = text(page).replace(":gray[", "").replace("]", "").replace("  ·  ", " · ")
    assert words.replace("]", "") in shown


@pytest.mark.parametrize(
    "key",
    ["logistic", "neighbours", "queued", "running", "paused", "stopped", "failed", "lost", "hostile"],
)
def test_a_run_is_shown_in_each_state(exhibits: Exhibits, open_page: On, key: str) -> None:
    run = exhibits.runs[key]
    page = open_page(exhibits.stack)("runs", run=run.id)
    assert_well(page)
    assert unescaped(page.title[0].value) == run.name
    assert live_panels(page) == 1
    buttons = {
        "logistic": ["Run again", "Change and train", "Compare"],
        "neighbours": ["Run again", "Change and train", "Compare"],
        "hostile": ["Run again", "Change and train", "Compare"],
        "stopped": ["Run again", "Change and train", "Compare"],
        "failed": ["Run again", "Change and train"],
        "lost": ["Run again", "Change and train", "Take up again"],
    }
    assert [button.label for button in page.button] == buttons.get(key, [])
    has_result = key in ("logistic", "neighbours", "hostile", "stopped")
    assert ("Result" in sentences(page)) is has_result


def test_a_stopped_run_says_which_state_was_kept(exhibits: Exhibits, open_page: On) -> None:
    run = exhibits.runs["stopped"]
    assert run.result is not None
    page = open_page(exhibits.stack)("runs", run=run.id)
    assert run.progress.step_name == "iterations"
    kept = f"{run.result.final_step} iterations"
    assert f"Stopped early. The best state is kept: the one after {kept}." in sentences(page)


def test_a_run_that_was_given_up_says_why(exhibits: Exhibits, open_page: On) -> None:
    page = open_page(exhibits.stack)("runs", run=exhibits.runs["lost"].id)
    assert f"The class '{HOSTILE}' has 1 row. Drop it." in sentences(page)


def test_the_table_of_runs_shows_state_and_score_of_each(exhibits: Exhibits, open_page: On) -> None:
    page = open_page(exhibits.stack)("runs")
    table = page.dataframe[0].value
    assert sorted(word.split(" ")[1] for word in table["State"]) == sorted(
        [*(status.value for status in RunStatus), "finished", "finished", "finished"]
    )
    finished = table[table["State"] == RUN_STATUS_WORD[RunStatus.FINISHED]]
    assert all(score.startswith("F1 ") for score in finished["Score on validation"])


def test_monitoring_says_how_to_mend_what_is_down(exhibits: Exhibits, open_page: On) -> None:
    page = open_page(exhibits.stack)("monitoring")
    assert "2 of 6 components need attention." in sentences(page)
    assert "No worker serves this queue. Start one: python -m app worker --queues cpu" in sentences(page)


# --- addresses -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "address", "words"),
    [
        ("datasets", {"dataset": NO_SUCH_ID}, f"There is no dataset '{NO_SUCH_ID}'."),
        ("runs", {"run": NO_SUCH_ID}, f"There is no run '{NO_SUCH_ID}'."),
        ("train", {"dataset": NO_SUCH_ID}, f"The address names a dataset that cannot be trained on: '{NO_SUCH_ID}'."),
        ("compare", {"runs": NO_SUCH_ID}, f"The address names a run that cannot be compared: '{NO_SUCH_ID}'."),
    ],
)
def test_a_wrong_id_in_the_address_gives_a_sentence(
    exhibits: Exhibits, open_page: On, name: str, address: dict[str, str], words: str
) -> None:
    page = open_page(exhibits.stack)(name, **address)
    assert_well(page)
    assert words in text(page)


def test_nonsense_in_the_address_of_the_comparison_is_left_aside(exhibits: Exhibits, open_page: On) -> None:
    run_id = exhibits.runs["logistic"].id
    many = ",".join([run_id, run_id, "", *(f"x{n}" for n in range(30))])
    page = open_page(exhibits.stack)("compare", runs=many, metric="speed", split="train", view="Pie")
    assert_well(page)
    assert page.multiselect[0].value == [run_id]
    assert dict(page.query_params) == {
        "runs": run_id,
        "metric": "f1",
        "split": "validation",
        "view": "Ranking",
    }


# --- names that want to be more than names ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("home", None),
        ("datasets", ("dataset", "hostile")),
        ("train", ("dataset", "hostile")),
        ("runs", ("run", "hostile")),
        ("runs", ("run", "lost")),
        ("compare", None),
    ],
)
def test_a_hostile_name_is_shown_and_not_obeyed(
    exhibits: Exhibits, open_page: On, name: str, address: tuple[str, str] | None
) -> None:
    query = {}
    if address:
        kind, key = address
        query = {kind: (exhibits.datasets if kind == "dataset" else exhibits.runs)[key].id}
    page = open_page(exhibits.stack)(name, **query)
    assert_well(page)
    written = texts_as_written(page)
    # The parts that Markdown, its directives, its mathematics or its links for bare addresses would act on.
    for trap in ("<script", "![x](", "$x$", ":red[x]", "http://evil", "www.evil"):
        assert re.search(rf"(?<!\\){re.escape(trap)}", written) is None
    assert [element.proto.allow_html for element in page.markdown] == [False] * len(page.markdown)
