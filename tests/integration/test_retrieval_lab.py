"""The evaluation lab on a worker that really runs: question sets, trials, drafts."""

from typing import Any

import pytest

from core.errors import NotFound, UserInputError
from core.knowledge import JudgedQuestion
from core.lab.evaluating import evaluate
from core.lab.spec import DraftParams, Drafts, TrialParams
from core.types import ComputationStatus
from tests.rest import Api
from tests.shelves import make_library, shelve
from tests.stacks import Stack, wait_for

LONG = (
    " It is told at some length here, so that there are enough words in the passage to be asked about, and some more."
)
PAGES = {
    "pumps.md": [
        ("Cooling", "The cooling pump keeps the engine below ninety degrees." + LONG),
        ("Faults", "Fault E1043 means that the cooling pump runs hot." + LONG),
    ],
    "bread.md": [("Baking", "Yeast is a fungus that turns sugar into carbon dioxide, which makes bread rise." + LONG)],
}
QUESTIONS = (
    JudgedQuestion(id="a", text="What does E1043 mean?", relevant=("pumps.md#Faults",)),
    JudgedQuestion(id="b", text="Why does dough get bigger?", relevant=("bread.md#Baking",)),
    JudgedQuestion(id="c", text="Who won the chess championship of 1972?"),
)


def shelf(stack: Stack) -> str:
    stack.worker()
    library = make_library(stack.storage, stack.settings.home, chroma_url=stack.settings.chroma_url)
    return shelve(stack.storage, library, PAGES).id


def test_settings_are_judged_and_compared_question_by_question(each_stack: Stack) -> None:
    lab = each_stack.wiring.services.retrieval_lab
    questions = lab.create_set(shelf(each_stack), "Pumps and bread", QUESTIONS)
    usual = lab.start_trial(questions.id, idempotency_key=f"usual-{questions.id}")
    assert lab.start_trial(questions.id, idempotency_key=f"usual-{questions.id}").id == usual.id
    by_words = lab.start_trial(questions.id, settings={"use_dense": False}, with_answers=False)
    assert (usual.name, by_words.name) == ("Usual settings", "By meaning off")

    def done() -> Any:
        states = lab.list_trials(questions.id)
        assert all(state.computation.error is None for state in states), [state.computation.error for state in states]
        return all(state.report for state in states) and {state.trial.id: state for state in states}

    states = wait_for(done, what="both reports")
    report = states[usual.id].report
    assert report.scores["recall_at_3"].value == 1
    assert (report.n_questions, report.n_unanswerable) == (3, 1)
    assert [outcome.rank for outcome in report.outcomes] == [1, 1, None]
    assert report.outcomes[2].is_refused is True
    assert report.scores["refusal_rate"].value == 1
    assert 0 < report.median_s <= report.p95_s
    other = states[by_words.id].report
    assert other.outcomes[1].rank is None, "none of its words is in the passage"
    assert "support_rate" not in other.scores
    assert states[usual.id].against_best is None
    assert states[by_words.id].against_best["recall_at_3"].value == -0.5
    assert states[by_words.id].against_best["recall_at_3"].n == 2

    lab.change_set(questions.id, questions=QUESTIONS[:1])
    assert not any(state.is_current for state in lab.list_trials(questions.id)), "they judged other questions"
    lab.remove_set(questions.id)
    assert questions.id not in {each.id for each in lab.list_sets(questions.collection_id)}


def test_a_set_goes_with_its_collection_at_once_and_a_trial_under_way_ends_in_words(each_stack: Stack) -> None:
    services = each_stack.wiring.services
    questions = services.retrieval_lab.create_set(shelf(each_stack), "Soon gone", QUESTIONS)
    library = make_library(each_stack.storage, each_stack.settings.home, chroma_url=each_stack.settings.chroma_url)
    with each_stack.storage.write() as unit:
        unit.collections.mark_removed(questions.collection_id)
    with pytest.raises(NotFound, match="The collection of 'Soon gone' was removed"):
        evaluate(TrialParams(question_set_id=questions.id), library, lambda *_: None)
    other = services.retrieval_lab.create_set(shelf(each_stack), "Gone at once", QUESTIONS)
    services.collections.remove(other.collection_id)
    with pytest.raises(NotFound):
        services.retrieval_lab.start_trial(other.id)


def test_drafts_name_the_section_that_they_were_made_from(each_stack: Stack) -> None:
    lab = each_stack.wiring.services.retrieval_lab
    started = lab.start_draft(DraftParams(collection_id=shelf(each_stack), n=3))
    ended = each_stack.computations.wait(started.id, timeout_s=60)
    assert ended.status is ComputationStatus.FINISHED, ended.error
    drafts = each_stack.computations.result(ended)
    assert isinstance(drafts, Drafts)
    assert drafts.mode == "rules"
    by_text = {each.text: each for each in drafts.questions}
    assert by_text["What is yeast?"].relevant == ("bread.md#Baking",)
    assert len(drafts.questions) == 3
    assert "words of your own" in drafts.notices[0]


def test_an_empty_set_and_a_wrong_setting_are_refused_by_name(each_stack: Stack) -> None:
    lab = each_stack.wiring.services.retrieval_lab
    collection_id = shelf(each_stack)
    empty = lab.create_set(collection_id, "Nothing yet")
    with pytest.raises(UserInputError, match="'Nothing yet' is empty"):
        lab.start_trial(empty.id)
    filled = lab.create_set(collection_id, "Some", QUESTIONS)
    with pytest.raises(UserInputError, match="top_k"):
        lab.start_trial(filled.id, settings={"top_k": 0})
    with pytest.raises(UserInputError, match="about Praxis's own help"):
        lab.add_handbook_set(collection_id)
    with pytest.raises(UserInputError, match="has no name"):
        lab.create_set(collection_id, "  ")


def test_rest_takes_a_file_and_gives_it_back(api: Api) -> None:
    collection = api.post("collections", json={"name": "Lab by REST"}).json()
    path = f"collections/{collection['id']}/question-sets"
    table = b"question,relevant,answer\nWhat is E1043?,pumps.md#Faults,The pump runs hot\n"
    made = api.post(f"{path}/import", files={"file": ("asked.csv", table)})
    assert made.status_code == 201, made.text
    assert made.json()["name"] == "asked"
    assert api.get(path).json()["items"][0]["n_questions"] == 1
    again = api.get(f"question-sets/{made.json()['id']}", params={"format": "csv"})
    assert again.content == table
    bad = api.post(f"{path}/import", files={"file": ("asked.csv", b"question\n,\n")})
    assert (bad.status_code, bad.json()["field"]) == (400, "questions")
    removed = api.delete(f"collections/{collection['id']}")
    assert removed.status_code in (200, 202, 204), removed.text
    wait_for(lambda: api.get(f"collections/{collection['id']}").status_code == 404, what="the end of the collection")
