"""Cards of insights: stored once on either database, keeping what a person made of them; and looks by a real worker."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from app.services.insight_actions import ActionDoer
from app.services.insight_cards import make_card
from app.services.insight_scopes import comparison_id
from app.services.insights import CardFilter, InsightService
from core.errors import NotFound, UserInputError
from core.ids import new_id, utc_now
from core.insights.spec import Action, Finding
from core.knowledge import InsightCard, InsightStatus
from core.types import ComputationStatus, RunStatus
from evaluation.insights.registry import OF_MODELS, OF_RUNS
from storage.storage import Storage
from tests.factories import make_csv
from tests.stacks import PATIENCE_S, Stack, wait_for

KEPT, DISMISSED, NEW = InsightStatus.KEPT, InsightStatus.DISMISSED, InsightStatus.NEW


def make_finding(*subject: str, kind: str = "trend", **changes: object) -> Finding:
    facts = {"statement": "Sales rise.", "title": "A trend", "sureness": "strong", "interest": 0.5, "family": "pattern"}
    return Finding.model_validate({**facts, "kind": kind, "subject": subject, **changes})


def cards_of(*findings: Finding, scope_id: str = "d", look: str | None = None) -> tuple[InsightCard, ...]:
    look = look or new_id()
    return tuple(make_card("dataset", scope_id, finding, look, utc_now()) for finding in findings)


def store(storage: Storage, cards: tuple[InsightCard, ...], *, scope_id: str = "d") -> None:
    with storage.write() as unit:
        kinds = unit.insights.kinds_in("dataset", scope_id)
        unit.insights.store(cards)
        unit.insights.retire("dataset", scope_id, kinds=kinds, found={card.fingerprint for card in cards})


def test_a_card_found_again_keeps_its_id_and_what_a_person_made_of_it(storage: Storage) -> None:
    first = cards_of(make_finding("a"), make_finding("b"), make_finding("c"))
    store(storage, first)
    with storage.write() as unit:
        unit.insights.set_status(first[0].id, KEPT)
        unit.insights.set_status(first[1].id, DISMISSED)
    store(storage, cards_of(make_finding("a", statement="Sales rise more."), make_finding("b"), make_finding("d")))
    with storage.read() as unit:
        cards = {card.content["subject"][0]: card for card in unit.insights.list_cards(scope="dataset", scope_id="d")}
    assert {name: card.status for name, card in cards.items()} == {"a": KEPT, "b": DISMISSED, "d": NEW}
    assert cards["a"].id == first[0].id
    assert cards["a"].created_at - first[0].created_at < timedelta(seconds=1)
    assert cards["a"].content["statement"] == "Sales rise more."


def test_what_is_not_found_any_more_goes_unless_a_person_has_judged_it(storage: Storage) -> None:
    first = cards_of(make_finding("a"), make_finding("b"), make_finding("c"))
    store(storage, first)
    with storage.write() as unit:
        unit.insights.set_status(first[0].id, KEPT)
        unit.insights.set_status(first[1].id, DISMISSED)
    store(storage, ())
    with storage.read() as unit:
        left = {card.content["subject"][0]: card.computation_id for card in unit.insights.list_cards()}
        assert unit.insights.count_by_status("dataset", "d") == {KEPT: 1, DISMISSED: 1}
        with pytest.raises(NotFound):
            unit.insights.get(first[2].id)
    assert left == {"a": None, "b": None}


def test_storing_the_same_look_from_many_threads_leaves_each_card_once(storage: Storage) -> None:
    look = new_id()
    findings = [make_finding(name) for name in "abcdefgh"]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda _: store(storage, cards_of(*findings, look=look)), range(12)))
    with storage.read() as unit:
        assert len(unit.insights.list_cards(scope="dataset", scope_id="d")) == len(findings)
        assert unit.insights.is_stored(look)


def test_cards_of_one_dataset_are_no_matter_of_another(storage: Storage) -> None:
    store(storage, cards_of(make_finding("a"), scope_id="one"), scope_id="one")
    store(storage, cards_of(make_finding("a"), scope_id="two"), scope_id="two")
    with storage.write() as unit:
        unit.insights.remove_scope("dataset", "one")
    with storage.read() as unit:
        assert [card.scope_id for card in unit.insights.list_cards()] == ["two"]


def look_until_over(stack: Stack, scope: str, scope_id: str = "", **more: str) -> InsightService:
    """Start a look and wait for its end; fails the test when a part of it failed."""
    insights = stack.wiring.services.insights
    stack.worker()
    look = insights.start(scope, scope_id, **more)
    for one in look.computations:
        ended = stack.computations.wait(one.id, timeout_s=PATIENCE_S)
        assert ended.status is ComputationStatus.FINISHED, ended.error
    return insights


def test_a_look_at_a_run_leaves_cards_once_however_many_look(stack: Stack) -> None:
    run = stack.finished(model="decision_tree", params={"max_depth": 30, "min_samples_leaf": 1})
    insights = look_until_over(stack, "run", run.id)
    wanted = CardFilter(scope="run", scope_id=run.id)
    with ThreadPoolExecutor(4) as pool:
        pages = list(pool.map(lambda _: insights.list_page(wanted), range(8)))
    ids = [[one.card.id for one in page.items] for page in pages]
    assert ids[0]
    assert all(each == ids[0] for each in ids)
    report = insights.report(insights.look("run", run.id))
    assert report is not None
    assert {one.key for one in report.looked} == set(OF_RUNS)
    assert not report.notices
    assert "tuning" in {one.card.kind for one in pages[0].items}
    interests = [one.finding.interest for one in pages[0].items]
    assert interests == sorted(interests, reverse=True)
    assert insights.start("run", run.id).computations[0].id == insights.look("run", run.id).computations[0].id


def test_paging_filters_and_judging(stack: Stack) -> None:
    run = stack.finished(model="decision_tree", params={"max_depth": 30, "min_samples_leaf": 1})
    insights = look_until_over(stack, "run", run.id)
    wanted = CardFilter(scope="run", scope_id=run.id)
    whole = insights.list_page(wanted).items
    first = insights.list_page(wanted, limit=1)
    second = insights.list_page(wanted, limit=1, cursor=first.next_cursor)
    assert [first.items[0].card.id, second.items[0].card.id] == [one.card.id for one in whole[:2]]
    with pytest.raises(UserInputError, match="cursor"):
        insights.list_page(wanted, cursor="nonsense")
    tuning = insights.list_page(CardFilter(scope="run", scope_id=run.id, families=("tuning",))).items
    assert tuning
    assert {one.finding.family for one in tuning} == {"tuning"}

    card_id = whole[-1].card.id
    insights.judge(card_id, DISMISSED)
    assert card_id not in [one.card.id for one in insights.list_page(wanted).items]
    only = CardFilter(scope="run", scope_id=run.id, statuses=(DISMISSED,))
    assert [one.card.id for one in insights.list_page(only).items] == [card_id]
    assert insights.judge(card_id, NEW).card.status is NEW
    with pytest.raises(NotFound):
        insights.get("nobody")


def test_a_suggested_run_starts_once_and_is_not_suggested_again(stack: Stack) -> None:
    run = stack.finished(model="decision_tree", params={"max_depth": 30, "min_samples_leaf": 1})
    insights = look_until_over(stack, "run", run.id)
    tuning = insights.list_page(CardFilter(scope="run", scope_id=run.id, families=("tuning",))).items
    card = tuning[0]
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: insights.act(card.card.id, 0), range(6)))
    assert len({one.run_id for one in done}) == 1
    started = stack.wait_until(str(done[0].run_id), RunStatus.FINISHED)
    request = card.finding.actions[0].request
    assert started.config.model == request["model"]
    assert started.provenance.split_sha256 == run.provenance.split_sha256
    look_until_over(stack, "run", run.id)
    again = insights.list_page(CardFilter(scope="run", scope_id=run.id, families=("tuning",))).items
    assert request not in [one.finding.actions[0].request for one in again]
    with pytest.raises(NotFound, match="no action 9"):
        insights.act(again[0].card.id, 9)


def test_steps_are_added_once_however_many_ask_for_them_at_once(stack: Stack) -> None:
    dataset = stack.ready(make_csv())
    steps = [{"step": "drop_columns", "params": {"columns": [dataset.columns[0].name]}}]
    action = Action(kind="apply_recipe", label="Add", request={"dataset_id": dataset.id, "steps": steps})
    (card,) = cards_of(make_finding("a"), scope_id=dataset.id)
    services = stack.wiring.services
    doer = ActionDoer(runs=services.runs, recipes=services.recipes)
    with ThreadPoolExecutor(6) as pool:
        done = list(pool.map(lambda _: doer.do(card, action), range(6)))
    assert {each.kind for each in done} == {"apply_recipe"}
    assert len(services.recipes.draft(dataset.id).steps) == 1


def test_a_look_at_a_dataset_joins_patterns_and_recommendations(stack: Stack) -> None:
    dataset = stack.ready(make_csv())
    insights = look_until_over(stack, "dataset", dataset.id, target="kind")
    found = insights.list_page(CardFilter(scope="dataset", scope_id=dataset.id)).items
    kinds = {one.card.kind for one in found}
    assert "model_choice" in kinds
    assert kinds - set(OF_MODELS)
    model = next(one.finding for one in found if one.card.kind == "model_choice")
    assert model.numbers["low"] <= model.numbers["score"] <= model.numbers["high"]
    with pytest.raises(UserInputError, match="no column"):
        insights.start("dataset", dataset.id, target="nobody")
    text = insights.export(found[0].card.id, "md", base_url="http://here")
    assert f"http://here/insights?card={found[0].card.id}" in text


def test_looks_at_a_comparison_and_at_the_workspace(stack: Stack) -> None:
    runs = [stack.finished(model=model) for model in ("logistic_regression", "k_neighbors")]
    ids = ",".join(run.id for run in runs)
    insights = look_until_over(stack, "comparison", ids)
    found = insights.list_page(CardFilter(scope="comparison", scope_id=ids)).items
    assert "winner" in {one.card.kind for one in found}
    assert {one.card.scope_id for one in found} == {comparison_id([run.id for run in reversed(runs)])}
    look_until_over(stack, "workspace")
    whole = insights.list_page(CardFilter(scope="workspace", scope_id="")).items
    assert "best_runs" in {one.card.kind for one in whole}
    assert 1 <= len(insights.worth_a_look(3)) <= 3
    with pytest.raises(UserInputError, match="2 to 20"):
        insights.start("comparison", runs[0].id)
    with pytest.raises(UserInputError, match="nothing called"):
        insights.start("planet", "")


def test_cards_of_a_removed_dataset_are_gone(stack: Stack) -> None:
    dataset = stack.upload("x,y\n" + "\n".join(f"{n},{n % 2}" for n in range(300)), file_name="short.csv")
    wait_for(lambda: stack.datasets.get(dataset.id).status.is_terminal, what="the end of the ingest")
    insights = look_until_over(stack, "dataset", dataset.id)
    assert insights.look("dataset", dataset.id).computations
    stack.datasets.remove(dataset.id)
    with stack.storage.read() as unit:
        assert unit.insights.list_cards(scope="dataset", scope_id=dataset.id) == ()
