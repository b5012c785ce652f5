"""The Evaluation view of the Documents page: question sets, trials under way, finished and failed."""

import json

from core.ids import new_id, utc_now
from core.knowledge import HANDBOOK, Collection, JudgedQuestion
from core.lab.judging import questions_sha256
from core.lab.spec import Estimate, QuestionOutcome, TrialReport
from core.records import ErrorRecord
from core.types import ComputationStatus
from tests.pages.conftest import HOSTILE, On
from tests.pages.showing import assert_well, text
from tests.stacks import Stack

QUESTIONS = (
    JudgedQuestion(id="a", text=f"Why {HOSTILE}?", relevant=("guide.md#Refunds",)),
    JudgedQuestion(id="b", text="Who won?"),
)


def add_collection(stack: Stack, *, origin: str = "") -> Collection:
    made = stack.wiring.services.collections.create(f"Lab {new_id()}")
    with stack.storage.write() as unit:
        return unit.collections.update(made.id, origin=origin)


def end(stack: Stack, computation_id: str, **changes: object) -> None:
    """What a worker leaves; none is alive here."""
    with stack.storage.write() as unit:
        unit.computations.update(
            computation_id, expect=[ComputationStatus.QUEUED], finished_at=utc_now(), progress=1.0, **changes
        )


def report_of(stack: Stack, *, ndcg: float) -> str:
    score = Estimate(value=ndcg, low=ndcg - 0.1, high=ndcg + 0.1, n=1)
    outcomes = (
        QuestionOutcome(
            question_id="a",
            text=QUESTIONS[0].text,
            is_answerable=True,
            missed=("guide.md#Refunds",),
            scores={"ndcg_at_10": ndcg},
            best=HOSTILE,
            is_refused=False,
            seconds=0.01,
        ),
        QuestionOutcome(question_id="b", text="Who won?", is_answerable=False, is_refused=True, seconds=0.02),
    )
    report = TrialReport(
        scores={"ndcg_at_10": score},
        median_s=0.015,
        p95_s=0.02,
        n_questions=2,
        n_unanswerable=1,
        questions_sha256=questions_sha256(QUESTIONS),
        collection_name=HOSTILE,
        embedding_model="m",
        outcomes=outcomes,
        notices=(f"About {HOSTILE}.",),
    )
    return stack.storage.artifacts.save_bytes(json.dumps(report.model_dump(mode="json")).encode())


def test_an_empty_lab_says_what_a_question_set_is_for(empty_stack: Stack, open_page: On) -> None:
    collection = add_collection(empty_stack)
    page = open_page(empty_stack)("documents", collection=collection.id, view="evaluation")
    assert_well(page)
    assert "A question set says" in text(page)
    assert not [button for button in page.button if button.key == "lab-handbook"]


def test_the_handbook_offers_its_own_questions(empty_stack: Stack, open_page: On) -> None:
    collection = add_collection(empty_stack, origin=HANDBOOK)
    page = open_page(empty_stack)("documents", collection=collection.id, view="evaluation")
    page.button(key="lab-handbook").click().run()
    assert_well(page)
    made = empty_stack.wiring.services.retrieval_lab.list_sets(collection.id)
    assert [len(each.questions) for each in made] == [95]


def test_trials_in_every_state_are_told(empty_stack: Stack, open_page: On) -> None:
    lab = empty_stack.wiring.services.retrieval_lab
    questions = lab.create_set(add_collection(empty_stack).id, HOSTILE[:100], QUESTIONS)
    first, second, third, _ = (lab.start_trial(questions.id, name=name) for name in ("One", "Two", "Three", "Four"))
    for trial, ndcg in ((first, 0.8), (second, 0.3)):
        sha256 = report_of(empty_stack, ndcg=ndcg)
        end(empty_stack, trial.computation_id, status=ComputationStatus.FINISHED, result_sha256=sha256)
    error = ErrorRecord(code="unavailable", message=f"Chroma {HOSTILE} is away.", hint="Start it.")
    end(empty_stack, third.computation_id, status=ComputationStatus.FAILED, error=error)
    page = open_page(empty_stack)("documents", collection=questions.collection_id, view="evaluation")
    assert_well(page)
    shown = text(page)
    assert "**One** has the highest nDCG at 10" in shown
    assert "Two: −0.500 (clearly less)" in shown
    assert "is away. Start it." in shown
    assert len(page.dataframe) >= 2
    page.toggle(key="lab-wrong").set_value(True).run()
    assert_well(page)


def test_evaluate_starts_a_trial_with_the_settings_of_the_form(empty_stack: Stack, open_page: On) -> None:
    lab = empty_stack.wiring.services.retrieval_lab
    questions = lab.create_set(add_collection(empty_stack).id, "Asked", QUESTIONS)
    page = open_page(empty_stack)("documents", collection=questions.collection_id, view="evaluation")
    page.slider(key="lab-settings-diversity").set_value(0.5)
    page.toggle(key="lab-answers").set_value(False)
    page.button(key="lab-start").click().run()
    assert_well(page)
    (state,) = lab.list_trials(questions.id)
    assert state.trial.name == "Diversity 0.5"
    assert state.trial.params["with_answers"] is False
