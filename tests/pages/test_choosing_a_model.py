"""The chooser of models, and what a run says of how it learned."""

from app.services.catalog import list_models
from core.records import Change, Remark
from core.types import LearningTask, RunStatus, Severity
from tests.pages.conftest import Exhibits, On
from tests.pages.showing import add_dataset, assert_well, text
from tests.stacks import Stack

CHOOSER = "train-model-classification"


def labels(*, task: LearningTask = LearningTask.CLASSIFICATION) -> set[str]:
    return {model.label for model in list_models() if task in model.tasks}


def test_a_newcomer_sees_a_few_good_choices_first_and_all_on_demand(empty_stack: Stack, open_page: On) -> None:
    dataset = add_dataset(empty_stack)
    page = open_page(empty_stack)("train", dataset=dataset.id, target="species")
    assert page.pills(key=CHOOSER).value == "hist_gradient_boosting"
    few = set(page.pills(key=CHOOSER).options)
    assert 3 <= len(few) <= 6
    page.segmented_control(key="train-group-classification").set_value("All").run()
    assert_well(page)
    assert set(page.pills(key=CHOOSER).options) == labels() > few


def test_a_word_finds_models_in_every_group_and_the_chosen_one_stays(empty_stack: Stack, open_page: On) -> None:
    dataset = add_dataset(empty_stack)
    page = open_page(empty_stack)("train", dataset=dataset.id, target="species")
    page.text_input(key="train-find-classification").set_value("bayes").run()
    assert_well(page)
    options = set(page.pills(key=CHOOSER).options)
    assert {"Gaussian naive Bayes", "Histogram gradient boosting"} <= options
    assert "Nearest neighbours" not in options
    page.text_input(key="train-find-classification").set_value("no such <b>model</b>").run()
    assert_well(page)
    assert page.pills(key=CHOOSER).options == ["Histogram gradient boosting"]


def test_the_card_says_what_a_model_can_do_and_explains_it_twice(empty_stack: Stack, open_page: On) -> None:
    dataset = add_dataset(empty_stack)
    page = open_page(empty_stack)("train", dataset=dataset.id, target="species", model="xgboost")
    assert page.pills(key=CHOOSER).value == "xgboost"
    for ability in ("uses a GPU", "takes missing values", "takes categories"):
        assert ability in text(page)
    model = next(model for model in list_models() if model.key == "xgboost")
    for choice, said in (("In the kitchen", model.kitchen), ("Technically", model.technical)):
        page.segmented_control(key="train-explanation-xgboost").set_value(choice).run()
        assert_well(page)
        assert said in text(page)


def test_an_address_with_an_unknown_model_falls_back_to_the_usual_one(empty_stack: Stack, open_page: On) -> None:
    dataset = add_dataset(empty_stack)
    page = open_page(empty_stack)("train", dataset=dataset.id, target="species", model="nonsense")
    assert_well(page)
    assert page.pills(key=CHOOSER).value == "hist_gradient_boosting"


def test_how_a_run_learned_is_told_with_a_change_to_try(exhibits: Exhibits, open_page: On) -> None:
    run = exhibits.runs["logistic"]
    remark = Remark(
        key="plateau",
        severity=Severity.INFO,
        title="Nothing more to gain",
        step=4,
        seen="Loss was 0.5 at <b>4</b>.",
        advice="Stop sooner.",
        change=Change(label="Most iterations 200 → 10", params={"max_iter": 10}),
    )
    with exhibits.stack.storage.write() as unit:
        progress = run.progress.model_copy(update={"remarks": (remark,)})
        unit.runs.update(run.id, expect=[RunStatus.FINISHED], progress=progress)
    page = open_page(exhibits.stack)("runs", run=run.id, view="learning")
    assert_well(page)
    said = text(page)
    assert "Nothing more to gain" in said
    assert "1 Read" in said
    assert page.button(key="run-try-plateau").label.startswith("Try")
