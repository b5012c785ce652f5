"""The Statistics page from a question to an answer, as a person sees it."""

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from core.records import Dataset
from tests import servers
from tests.pages.conftest import HOSTILE, On
from tests.pages.showing import assert_well, sentences, text
from tests.stacks import Stack, run_stack

ROWS = "".join(f"{10 + (i % 7) + 3 * (i % 2)},{'ab'[i % 2]},{'xyz'[i % 3]},{i % 5}\n" for i in range(60))
PLAIN = "size,group,kind,grade\n" + ROWS


@pytest.fixture(scope="module")
def working(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """An instance with a living worker."""
    home = tmp_path_factory.mktemp("statistics") / "home"
    home.mkdir()
    with servers.run_redis(home) as redis_url, run_stack(home, redis_url=redis_url) as stack:
        stack.start_worker()
        yield stack


@pytest.fixture(scope="module")
def table(working: Stack) -> Dataset:
    return working.ready(PLAIN)


def until_answered(page: AppTest) -> AppTest:
    """Timers do not tick here, so the page is asked again until no progress is shown."""
    for _ in range(60):
        page.run()
        if not page.get("progress"):
            return page
    raise AssertionError("there is no answer")


def press(page: AppTest, label: str) -> AppTest:
    next(button for button in page.button if button.label == label).click()
    return until_answered(page)


def test_three_steps_lead_to_an_answer_and_into_the_ledger(working: Stack, table: Dataset, open_page: On) -> None:
    page = open_page(working)("statistics", dataset=table.id)
    assert_well(page)
    assert "Nothing was tested on this dataset yet." in text(page)
    assert "Do the test" not in [button.label for button in page.button]
    page.multiselect[0].set_value(["size", "group"])
    until_answered(page)
    assert page.radio[0].value == "welch_t"
    press(page, "Do the test")
    assert_well(page)
    found = text(page)
    assert "Mean size is 3" in found
    assert "lower where group is 'a'" in found
    assert "p value" in [metric.label for metric in page.metric]
    assert "for you to judge" in found
    assert "1 test was done on this dataset." in found
    assert "result" in page.query_params
    shown = open_page(working)("statistics", dataset=table.id, result=page.query_params["result"])
    assert "Mean size is 3" in text(shown)


def test_an_expert_takes_a_test_from_the_list(working: Stack, table: Dataset, open_page: On) -> None:
    page = open_page(working)("statistics", dataset=table.id)
    page.segmented_control[0].set_value("I know the test").run()
    page.selectbox(key="statistics-group").select("relation").run()
    assert_well(page)
    page.selectbox(key="statistics-test-relation").select("spearman").run()
    press(page, "Do the test")
    assert_well(page)
    assert "Spearman's rho" in text(page)


def test_what_cannot_be_tested_is_said_beside_the_choice(working: Stack, table: Dataset, open_page: On) -> None:
    page = open_page(working)("statistics", dataset=table.id)
    page.multiselect[0].set_value(["group", "kind"])
    until_answered(page)
    assert_well(page)
    assert "No test answers this question about 'group' and 'kind' as categories" in text(page)


def test_a_test_of_another_dataset_is_not_shown(working: Stack, table: Dataset, open_page: On) -> None:
    page = open_page(working)("statistics", dataset=table.id, result="no-such <b>")
    assert_well(page)
    assert "The address names a test 'no-such <b>'. It was not done on this dataset." in sentences(page)


def test_hostile_names_are_shown_and_not_obeyed(working: Stack, open_page: On) -> None:
    dataset = working.ready(PLAIN.replace("size", f'"{HOSTILE}"', 1).replace("group", "[group](x) $y$", 1))
    names = [column.name for column in dataset.columns]
    page = open_page(working)("statistics", dataset=dataset.id)
    page.multiselect[0].set_value(names[:2])
    until_answered(page)
    press(page, "Do the test")
    assert_well(page)
    written = "\n".join(element.value for kinds in (page.markdown, page.caption, page.info) for element in kinds)
    for trap in ("![x](", "$x$", ":red[x]", "[group](x)", "www.evil"):
        assert trap not in written.replace("\\" + trap[0], "")
    assert all(element.proto.allow_html is False for element in page.markdown)
