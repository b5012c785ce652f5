"""The Insights page and what other pages show of it: every state, every button, nothing obeyed that comes from data."""

import pytest
from streamlit.testing.v1 import AppTest

from core.ids import new_id, utc_now
from core.insights.report import InsightReport, LookedFor
from core.insights.spec import Action, Finding
from core.knowledge import InsightStatus
from core.records import Computation
from core.types import ComputationStatus
from tests.pages.conftest import HOSTILE, Exhibits, On
from tests.pages.showing import assert_well, sentences, text, unescaped
from tests.stacks import Stack

LOOKED = (LookedFor(key="fit", label="Overfit or underfit", n_looked=3, n_found=1, seconds=0.2),)


def make_finding(run_id: str, **changes: object) -> Finding:
    facts: dict[str, object] = {
        "kind": "fit",
        "family": "next_step",
        "subject": ("overfit",),
        "title": f"It knows {HOSTILE}",
        "statement": f"F1 is 0.912 on {HOSTILE} rows.",
        "numbers": {"f1": 0.912},
        "tests": (
            {
                "name": "Bootstrap",
                "effect_name": "gap",
                "effect": 0.2,
                "interval": (0.1, 0.3),
                "q_value": 0.01,
                "n": 90,
            },
        ),
        "sureness": "strong",
        "interest": 0.9,
        "picture": {"data": [{"type": "bar", "x": [1, 2], "y": [HOSTILE, "b"]}], "layout": {"height": 200}},
        "table": {"part": ["a", "b"], "F1": [0.9, 0.7]},
        "advice": "Try a simpler one.",
        "actions": (Action(kind="open_page", label="See it", page="runs", query={"run": run_id}),),
    }
    return Finding.model_validate({**facts, **changes})


def answer(stack: Stack, run_id: str, *findings: Finding) -> Computation:
    """A look at a run that a worker has answered so."""
    report = InsightReport(findings=findings, looked=LOOKED, notices=("The learning curve was left out.",))
    computation = Computation(
        id=new_id(),
        kind="run_insights",
        params={"run_id": run_id, "is_deep": True, "neighbours": ""},
        dataset_id=stack.runs.get(run_id).dataset_id,
        status=ComputationStatus.FINISHED,
        result_sha256=stack.storage.artifacts.save_bytes(report.model_dump_json().encode()),
        finished_at=utc_now(),
    )
    with stack.storage.write() as unit:
        unit.computations.add(computation)
    return computation


@pytest.fixture
def looked(exhibits: Exhibits) -> str:
    """Id of a run at which somebody has looked; its cards are new."""
    run_id = exhibits.runs["logistic"].id
    with exhibits.stack.storage.write() as unit:
        unit.insights.remove_scope("run", run_id)
    weak = make_finding(
        run_id, kind="tuning", family="tuning", subject=("x",), sureness="weak", interest=0.2, picture=None
    )
    answer(exhibits.stack, run_id, make_finding(run_id), weak)
    return run_id


def open_run(exhibits: Exhibits, open_page: On, run_id: str) -> AppTest:
    page = open_page(exhibits.stack)("insights", scope="run", id=run_id)
    assert_well(page)
    return page


def buttons(page: AppTest) -> list[str]:
    return [button.label for button in page.button]


def press(page: AppTest, label: str) -> AppTest:
    next(button for button in page.button if button.label == label).click()
    return page.run()


def test_an_empty_instance_teaches_what_would_be_looked_for(empty_stack: Stack, open_page: On) -> None:
    page = open_page(empty_stack)("insights")
    assert_well(page)
    assert "Insights need a dataset that has been read." in text(page)
    assert "noise gives no cards" in text(page)
    page = open_page(empty_stack)("insights", scope="run")
    assert "This needs a finished run." in text(page)
    page = open_page(empty_stack)("insights", scope="workspace")
    assert "Nobody has looked here yet." in text(page)
    assert "Look for insights" in buttons(page)


@pytest.mark.parametrize("scope", ["dataset", "run", "comparison", "workspace"])
def test_every_scope_can_be_chosen_and_stays_in_the_address(exhibits: Exhibits, open_page: On, scope: str) -> None:
    page = open_page(exhibits.stack)("insights", scope=scope)
    assert_well(page)
    assert page.query_params["scope"] == scope
    assert bool(page.query_params.get("id")) is (scope != "workspace")


def test_cards_say_what_how_sure_and_what_to_do(exhibits: Exhibits, open_page: On, looked: str) -> None:
    page = open_run(exhibits, open_page, looked)
    shown = unescaped(text(page))
    assert "F1 is 0.912" in shown
    assert "gap 0.200 (95" in shown
    assert "q = 0.01" in shown
    assert "Try a simpler one." in shown
    assert "strong" in shown
    assert {"See it", "Keep", "Dismiss", "Look again"} <= set(buttons(page))
    assert "The learning curve was left out." in shown
    assert "<script>" not in "".join(element.value for element in page.markdown if "912" in element.value)


def test_a_card_is_dismissed_found_again_and_taken_back(exhibits: Exhibits, open_page: On, looked: str) -> None:
    insights = exhibits.stack.wiring.services.insights
    page = press(open_run(exhibits, open_page, looked), "Dismiss")
    assert "0.912" in text(page)  # the weak one is left
    page.segmented_control(key="insights-view").set_value("dismissed").run()
    assert_well(page)
    assert buttons(page).count("Take back") == 1
    page = press(page, "Take back")
    assert insights.counts("run", looked) == {InsightStatus.NEW: 2}
    assert "Nothing was dismissed here." in text(page)


def test_a_kept_card_stays_when_it_is_not_found_any_more(exhibits: Exhibits, open_page: On, looked: str) -> None:
    press(open_run(exhibits, open_page, looked), "Keep")
    answer(exhibits.stack, looked)
    page = open_run(exhibits, open_page, looked)
    assert "not found by the last look" in text(page)
    assert "Let go" in buttons(page)


def test_nothing_found_is_a_result_and_says_how_much_was_looked_at(exhibits: Exhibits, open_page: On) -> None:
    run_id = exhibits.runs["neighbours"].id
    answer(exhibits.stack, run_id)
    page = open_run(exhibits, open_page, run_id)
    assert "Nothing stands out, and that is a result: 3 questions of 1 kind were looked at" in " ".join(
        text(page).replace("\u202f", " ").split()
    )


def test_cards_are_filtered_by_family_and_sureness(exhibits: Exhibits, open_page: On, looked: str) -> None:
    page = open_run(exhibits, open_page, looked)
    assert buttons(page).count("Dismiss") == 2
    page.pills(key="insights-sureness").set_value(["weak"]).run()
    assert buttons(page).count("Dismiss") == 1
    page.pills(key="insights-family").set_value(["model"]).run()
    assert "No card fits this filter." in text(page)


def test_a_button_leads_where_it_says(exhibits: Exhibits, open_page: On, looked: str) -> None:
    page = press(open_run(exhibits, open_page, looked), "See it")
    assert page.query_params["run"] == looked
    assert unescaped(page.title[0].value) == exhibits.runs["logistic"].name


def test_a_shared_link_opens_one_card(exhibits: Exhibits, open_page: On, looked: str) -> None:
    open_run(exhibits, open_page, looked)
    with exhibits.stack.storage.read() as unit:
        card = unit.insights.list_cards(scope="run", scope_id=looked)[0]
    page = open_page(exhibits.stack)("insights", card=card.id)
    assert_well(page)
    assert buttons(page).count("Dismiss") == 1
    gone = open_page(exhibits.stack)("insights", card="no-such-card")
    assert any("There is no insight" in unescaped(line) for line in sentences(gone))


def test_an_address_that_names_nothing_is_told(exhibits: Exhibits, open_page: On) -> None:
    page = open_page(exhibits.stack)("insights", scope="run", id="no-such-run")
    assert_well(page)
    assert "no-such-run" in unescaped(text(page))
    page = open_page(exhibits.stack)("insights", scope="planet", id="x")
    assert_well(page)


def test_a_look_that_waits_for_a_worker_shows_progress_and_a_stop(exhibits: Exhibits, open_page: On) -> None:
    run_id = exhibits.runs["other_seed"].id
    page = press(open_run(exhibits, open_page, run_id), "Look for insights")
    assert "Stop" in buttons(page)
    assert "You can leave this page: what is found is kept." in text(page)
    page = press(page, "Stop")
    assert "It was cancelled." in text(page)


def test_home_shows_cards_worth_a_look_and_pages_link_to_insights(
    exhibits: Exhibits, open_page: On, looked: str
) -> None:
    home = open_page(exhibits.stack)("home")
    assert_well(home)
    assert "Worth a look" in [each.value for each in home.subheader]
    for name, address in (
        ("runs", {"run": looked}),
        ("compare", {}),
        ("datasets", {"dataset": exhibits.datasets["plants"].id}),
    ):
        page = open_page(exhibits.stack)(name, **address)
        assert_well(page)
        labels = [*buttons(page), *(str(getattr(link, "label", "")) for link in page.get("page_link"))]
        assert any("Insights" in label or "What to do next" in label for label in labels), name
