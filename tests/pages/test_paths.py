"""Each main path once: what a person does on a page is what is stored, and what is stored is what the page says."""

import pytest

from app.ui import numbers
from core.types import DatasetStatus, LearningTask, RunStatus, Split, SplitParams
from tests.factories import make_run
from tests.pages.conftest import Exhibits, On
from tests.pages.showing import add_dataset, assert_well, runs_of, sentences, text
from tests.stacks import Stack


def test_a_sample_becomes_a_dataset_that_waits_to_be_read(empty_stack: Stack, open_page: On) -> None:
    page = open_page(empty_stack)("datasets")
    page.segmented_control(key="datasets-way").set_value("sample").run()
    page.button(key="datasets-sample-house_prices").click().run()
    assert_well(page)
    (dataset,) = empty_stack.datasets.list_page().items
    assert (dataset.name, dataset.source.kind, dataset.status) == ("House prices", "sample", DatasetStatus.QUEUED)
    assert page.query_params["dataset"] == dataset.id
    assert "You can leave this page; the file is read in the background." in sentences(page)


def test_the_form_starts_a_run_with_exactly_what_was_chosen(empty_stack: Stack, open_page: On) -> None:
    dataset = add_dataset(empty_stack)
    page = open_page(empty_stack)("train", dataset=dataset.id, target="species")
    page.pills(key="train-model-classification").set_value("random_forest").run()
    page.slider(key="train-random_forest-n_estimators").set_value(42)
    page.slider(key="train-random_forest-max_depth").set_value(7)
    page.toggle(key="train-random_forest-balance_classes").set_value(True)
    page.multiselect(key=f"train-preprocessing-{dataset.id}-species-exclude").set_value(["weight"])
    page.slider(key="train-split-validation").set_value(0.2)
    page.number_input(key="train-seed").set_value(99)
    page.button(key="FormSubmitter:train-settings-Start run").click().run()
    assert_well(page)
    (run,) = runs_of(empty_stack)
    assert (run.dataset_id, run.name, run.status) == (dataset.id, "Random forest on Plants", RunStatus.QUEUED)
    config = run.config
    assert (config.target, config.task, config.model, config.seed) == (
        "species",
        LearningTask.CLASSIFICATION,
        "random_forest",
        99,
    )
    assert config.params == {
        "n_estimators": 42,
        "max_depth": 7,
        "min_samples_leaf": 1,
        "max_features": "sqrt",
        "balance_classes": True,
    }
    assert config.preprocessing["exclude"] == ["weight"]
    assert config.split == SplitParams(validation=0.2, test=0.15, scheme="stratified")


def test_starting_a_run_leads_to_its_page(empty_stack: Stack, open_page: On) -> None:
    dataset = add_dataset(empty_stack)
    page = open_page(empty_stack)("train", dataset=dataset.id)
    page.button(key="FormSubmitter:train-settings-Start run").click().run()
    (run,) = runs_of(empty_stack)
    assert page.title[0].value == run.name
    assert page.query_params["run"] == run.id


def test_the_task_follows_the_target_and_can_be_changed(empty_stack: Stack, open_page: On) -> None:
    dataset = add_dataset(empty_stack)
    page = open_page(empty_stack)("train", dataset=dataset.id, target="height")
    tasks = page.segmented_control(key=f"train-task-{dataset.id}-height")
    assert tasks.value == LearningTask.REGRESSION
    tasks.set_value(LearningTask.CLASSIFICATION).run()
    page.button(key="FormSubmitter:train-settings-Start run").click().run()
    (run,) = runs_of(empty_stack)
    assert (run.config.target, run.config.task) == ("height", LearningTask.CLASSIFICATION)


def test_a_refused_start_says_why_and_stores_nothing(empty_stack: Stack, open_page: On) -> None:
    dataset = add_dataset(empty_stack)
    page = open_page(empty_stack)("train", dataset=dataset.id, target="species")
    page.slider(key="train-split-validation").set_value(0.6)
    page.slider(key="train-split-test").set_value(0.6)
    page.button(key="FormSubmitter:train-settings-Start run").click().run()
    assert_well(page)
    assert "Validation 0.6 and test 0.6 leave nothing to train on. Their sum must stay below 0.95." in sentences(page)
    assert runs_of(empty_stack) == ()


def test_run_again_repeats_the_configuration_in_a_new_run(empty_stack: Stack, open_page: On) -> None:
    old = make_run(add_dataset(empty_stack), status=RunStatus.FAILED)
    with empty_stack.storage.write() as unit:
        unit.runs.add(old)
    page = open_page(empty_stack)("runs", run=old.id)
    page.button(key="run-retry").click().run()
    assert_well(page)
    new = empty_stack.runs.get(page.query_params["run"])
    assert (new.parent_id, new.config, new.status) == (old.id, old.config, RunStatus.QUEUED)


def test_the_result_shows_the_stored_scores(exhibits: Exhibits, open_page: On) -> None:
    run = exhibits.runs["logistic"]
    assert run.result is not None
    page = open_page(exhibits.stack)("runs", run=run.id)
    scores = {score.split: score for score in run.result.scores if score.metric == "f1"}
    expected = [
        numbers.score_with_interval(scores[split].value, scores[split].low, scores[split].high)
        for split in (Split.VALIDATION, Split.TEST)
    ]
    assert [metric.value for metric in page.metric[:2]] == expected
    page.segmented_control(key="run-view").set_value("All scores").run()
    assert_well(page)
    table = page.dataframe[0].value
    assert table.iloc[0][["Metric", "Validation", "Test"]].tolist() == ["F1", *expected]


def test_the_ranking_sentence_is_that_of_the_service(exhibits: Exhibits, open_page: On) -> None:
    run_ids = [exhibits.runs[key].id for key in ("neighbours", "logistic", "other_seed")]
    expected = exhibits.stack.wiring.services.comparison.compare(run_ids)
    page = open_page(exhibits.stack)("compare", runs=",".join(run_ids))
    assert_well(page)
    assert f"**{expected.sentence}**" in sentences(page)
    assert f":material/block: {exhibits.runs['other_seed'].name}: another seed" in sentences(page)
    table = page.dataframe[0].value
    assert table["Rank"].tolist() == ["🥇 1", "🥈 2"]
    assert table["Run"].tolist() == [ranked.name for ranked in expected.ranking]


def test_the_address_restores_the_comparison(exhibits: Exhibits, open_page: On) -> None:
    address = {
        "runs": ",".join(exhibits.runs[key].id for key in ("neighbours", "logistic")),
        "metric": "accuracy",
        "split": "test",
        "view": "What differs",
    }
    page = open_page(exhibits.stack)("compare", **address)
    assert_well(page)
    assert page.selectbox[0].value == "accuracy"
    assert [group.value for group in page.segmented_control] == [Split.TEST, "What differs"]
    assert "the best Accuracy on the test rows" in text(page)
    assert page.dataframe[0].value["Setting"].tolist()[0] == "model"
    assert dict(page.query_params) == address


@pytest.mark.parametrize("view", ["Ranking", "Curves", "What differs"])
def test_each_view_of_the_comparison_renders(exhibits: Exhibits, open_page: On, view: str) -> None:
    page = open_page(exhibits.stack)("compare")
    page.segmented_control(key="compare-view").set_value(view).run()
    assert_well(page)
    assert page.query_params["view"] == view


def test_the_rows_of_a_dataset_can_be_looked_at(exhibits: Exhibits, open_page: On) -> None:
    dataset = exhibits.datasets["small"]
    page = open_page(exhibits.stack)("datasets", dataset=dataset.id)
    assert page.dataframe[1].value[["Column", "Type", "Range or frequent values"]].to_numpy().tolist() == [
        ["size", "whole number", "1 to 3, mean 2.00, median 2.00"],
        ["kind", "text", "a (66.7\u202f%)"],
    ]
    page.segmented_control(key="datasets-view").set_value("Rows").run()
    assert_well(page)
    assert page.dataframe[1].value.to_numpy().tolist() == [[1, "a"], [2, "b"], [3, "a"]]


def test_train_on_this_takes_the_dataset_along(exhibits: Exhibits, open_page: On) -> None:
    dataset = exhibits.datasets["plants"]
    page = open_page(exhibits.stack)("datasets", dataset=dataset.id)
    page.button(key="datasets-train").click().run()
    assert_well(page)
    assert page.title[0].value == "Train"
    assert page.selectbox(key="train-dataset_id").value == dataset.id
