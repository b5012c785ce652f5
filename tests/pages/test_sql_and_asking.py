"""The SQL page and the view "Ask": what they say with nothing, with mistakes, with answers."""

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from core.types import ComputationStatus
from tests.pages.conftest import HOSTILE, Exhibits, On
from tests.pages.showing import assert_well, text, unescaped
from tests.stacks import PATIENCE_S, Stack


@pytest.fixture(scope="module")
def working(exhibits: Exhibits) -> Iterator[Exhibits]:
    """The exhibits with a worker that answers."""
    worker = exhibits.stack.start_worker("interactive")
    yield exhibits
    worker.end()


def run_until_answered(page: AppTest, stack: Stack) -> AppTest:
    """The page once what it asked last has ended."""
    with stack.storage.read() as unit:
        records = unit.query_records.list_newest(limit=1)
    if records:
        stack.computations.wait(records[0].computation_id, timeout_s=PATIENCE_S)
    return page.run()


def submit(page: AppTest, sql: str, button: str = "sql-press-run") -> AppTest:
    page.text_area(key="sql-text").set_value(sql)
    return page.button(key=button).click().run()


def test_sql_without_data_says_what_it_needs(empty_stack: Stack, open_page: On) -> None:
    page = open_page(empty_stack)("sql")
    assert_well(page)
    assert "SQL needs a dataset that has been read" in text(page)


def test_the_editor_starts_with_a_statement_on_the_dataset_of_the_address(exhibits: Exhibits, open_page: On) -> None:
    page = open_page(exhibits.stack)("sql", dataset=exhibits.datasets["small"].id)
    assert_well(page)
    assert page.text_area(key="sql-text").value == "SELECT *\nFROM small\nLIMIT 20"


def test_a_statement_is_run_and_its_rows_are_shown(working: Exhibits, open_page: On) -> None:
    page = open_page(working.stack)("sql")
    page = run_until_answered(
        submit(page, "SELECT kind, count(*) AS n FROM small GROUP BY 1 ORDER BY 1"), working.stack
    )
    assert_well(page)
    frames = [frame.value for frame in page.dataframe]
    assert any(list(frame.columns) == ["kind", "n"] and list(frame["n"]) == [2, 1] for frame in frames)
    assert "2 rows · 2 columns" in text(page)
    assert any("duckdb" in code.value for code in page.code)


def test_an_answer_can_be_opened_by_its_address(working: Exhibits, open_page: On) -> None:
    computation = working.stack.wiring.services.queries.run("SELECT 41 + 1 AS answer")
    working.stack.computations.wait(computation.id, timeout_s=PATIENCE_S)
    page = open_page(working.stack)("sql", query=computation.id)
    assert page.text_area(key="sql-text").value == "SELECT 41 + 1 AS answer"
    assert any(list(frame.value.columns) == ["answer"] for frame in page.dataframe)


def test_an_address_that_names_no_query_is_no_trouble(exhibits: Exhibits, open_page: On) -> None:
    page = open_page(exhibits.stack)("sql", query="no-such-id <b>")
    assert_well(page)
    assert page.text_area(key="sql-text").value.startswith("SELECT")


@pytest.mark.parametrize(
    ("sql", "sentence"),
    [
        ("DROP TABLE small", "DROP is not possible here: queries only read."),
        ("SELECT * FROM smal", "There is no table 'smal'. Did you mean small"),
        ("SELECT * FROM '/etc/passwd'", "There is no table '/etc/passwd'."),
        ("   ", "There is no statement."),
    ],
)
def test_a_refused_statement_is_answered_with_a_sentence(
    exhibits: Exhibits, open_page: On, sql: str, sentence: str
) -> None:
    page = submit(open_page(exhibits.stack)("sql"), sql)
    assert_well(page)
    assert sentence in text(page)


def test_a_mistake_that_the_engine_finds_is_placed(working: Exhibits, open_page: On) -> None:
    page = run_until_answered(submit(open_page(working.stack)("sql"), "SELECT kindd FROM small"), working.stack)
    assert_well(page)
    assert "There is no column 'kindd' (line 1, column 8). Did you mean 'kind'?" in text(page)


def test_a_plan_is_shown_as_steps(working: Exhibits, open_page: On) -> None:
    page = submit(open_page(working.stack)("sql"), "SELECT kind FROM small ORDER BY 1", "sql-press-measure")
    for _ in range(20):
        if any("Step" in frame.value.columns for frame in page.dataframe):
            break
        page.run()
    steps = [step.strip() for frame in page.dataframe if "Step" in frame.value.columns for step in frame.value["Step"]]
    assert "Sort" in steps
    assert "Read table" in steps


def test_while_no_worker_answers_there_is_a_progress_bar_and_a_stop_button(exhibits: Exhibits, open_page: On) -> None:
    computation = exhibits.stack.wiring.services.queries.run("SELECT 1")
    page = open_page(exhibits.stack)("sql", query=computation.id)
    ended = exhibits.stack.computations.get(computation.id).status is ComputationStatus.FINISHED
    assert ended or any(button.key == "sql-stop" for button in page.button)


def test_names_from_data_are_shown_and_never_obeyed(exhibits: Exhibits, open_page: On) -> None:
    page = open_page(exhibits.stack)("sql", dataset=exhibits.datasets["hostile"].id)
    assert_well(page)
    raw = "\n".join(element.value for element in [*page.markdown, *page.caption])
    assert "![x](" not in raw
    assert HOSTILE.split(" ")[0] in unescaped(text(page)) or "alert" in unescaped(text(page))


# --- asking -----------------------------------------------------------------------------------------------------------


def ask(page: AppTest, dataset_id: str, question: str, stack: Stack) -> AppTest:
    page.text_input(key=f"ask-{dataset_id}-question").set_value(question)
    submit_button = next(button for button in page.button if button.label == "Ask")
    page = submit_button.click().run()
    for _ in range(20):
        if "Understood as" in text(page) or "not understood" in text(page):
            break
        page.run()
    del stack
    return page


@pytest.fixture
def asking(working: Exhibits, open_page: On) -> tuple[AppTest, str, Stack]:
    dataset = working.datasets["plants"]
    return open_page(working.stack)("explore", dataset=dataset.id, view="ask"), dataset.id, working.stack


def test_examples_of_this_dataset_are_offered(asking: tuple[AppTest, str, Stack]) -> None:
    page, _, _ = asking
    assert_well(page)
    options = [str(option) for group in page.get("button_group") for option in group.proto.options]
    assert any("species" in option for option in options)


def test_a_question_is_answered_with_what_was_understood(asking: tuple[AppTest, str, Stack]) -> None:
    page = ask(*asking[:2], "how many rows per species?", asking[2])
    assert_well(page)
    assert "by species" in text(page)
    assert any("GROUP BY species" in code.value for code in page.code)


def test_a_question_that_fits_nothing_is_told_so(asking: tuple[AppTest, str, Stack]) -> None:
    page = ask(*asking[:2], "what is the weather tomorrow", asking[2])
    assert_well(page)
    assert "'weather', 'tomorrow' fit no column or value" in text(page)


def test_no_question_is_no_question(asking: tuple[AppTest, str, Stack]) -> None:
    page, _, _ = asking
    page = next(button for button in page.button if button.label == "Ask").click().run()
    assert "There is no question." in text(page)


def test_a_hostile_question_is_shown_and_never_obeyed(asking: tuple[AppTest, str, Stack]) -> None:
    page = ask(*asking[:2], HOSTILE, asking[2])
    assert_well(page)
    assert "![x](" not in "\n".join(element.value for element in page.markdown)
