"""Preprocessing on the Train page: every choice is shown, and what it comes to is said before anything starts."""

import pytest

from core.preprocessing.params import PreprocessingParams
from core.records import Dataset
from core.types import ColumnType
from tests.factories import make_column, make_dataset
from tests.pages.conftest import On
from tests.pages.showing import assert_well, text
from tests.stacks import Stack

NASTY = '*bold* [link](http://x) "quoted" <b>'


def add_dataset(stack: Stack) -> Dataset:
    columns = (
        make_column("height", n_missing=3),
        make_column(NASTY, ColumnType.STRING, n_distinct=4),
        make_column("planted", ColumnType.DATETIME),
        make_column("code", ColumnType.STRING, is_identifier=True),
        make_column("species", ColumnType.STRING, n_distinct=3),
    )
    dataset = make_dataset(columns=columns)
    with stack.storage.write() as unit:
        unit.datasets.add(dataset)
    return dataset


def key_of(dataset: Dataset, name: str) -> str:
    return f"train-preprocessing-{dataset.id}-species-{name}"


def test_a_choice_changes_what_is_said_and_only_it_is_asked_for(empty_stack: Stack, open_page: On) -> None:
    dataset = add_dataset(empty_stack)
    page = open_page(empty_stack)("train", dataset=dataset.id, target="species", model="logistic_regression")
    assert_well(page)
    assert "3 columns become at most 12 features." in text(page)
    assert "fill gaps with the median, then scale to mean 0, deviation 1" in text(page)
    page.selectbox(key=key_of(dataset, "scale")).set_value("robust").run()
    page.selectbox(key=key_of(dataset, "encode")).set_value("hashing").run()
    page.slider(key=key_of(dataset, "hash_features")).set_value(8).run()
    assert "scale by median and quartiles" in text(page)
    assert "hash into 8 features" in text(page)
    page.button(key="FormSubmitter:train-settings-Start run").click().run()
    (run,) = empty_stack.runs.list_page().items
    usual = PreprocessingParams().model_dump(mode="json")
    assert {name: value for name, value in run.config.preprocessing.items() if value != usual[name]} == {
        "scale": "robust",
        "encode": "hashing",
        "hash_features": 8,
    }


def test_what_cannot_work_is_said_before_it_is_started(empty_stack: Stack, open_page: On) -> None:
    dataset = add_dataset(empty_stack)
    page = open_page(empty_stack)("train", dataset=dataset.id, target="species", model="logistic_regression")
    page.selectbox(key=key_of(dataset, "impute_numeric")).set_value("keep").run()
    assert any("are to be kept, but the model takes none" in warning.value for warning in page.warning)
    page.button(key="FormSubmitter:train-settings-Start run").click().run()
    assert any("are to be kept, but the model takes none" in error.value for error in page.error)
    assert empty_stack.runs.list_page().items == ()


def test_a_link_proposes_choices_for_all_columns_and_for_one(empty_stack: Stack, open_page: On) -> None:
    dataset = add_dataset(empty_stack)
    page = open_page(empty_stack)(
        "train",
        dataset=dataset.id,
        target="species",
        model="logistic_regression",
        **{"preprocessing.impute_numeric": "knn", "preprocessing.columns": '{"code": {"role": "text"}, "x": {"y": 1}}'},
    )
    assert_well(page)
    assert page.selectbox(key=key_of(dataset, "impute_numeric")).value == "knn"
    assert "fill gaps from the five most similar rows" in text(page)
    assert "texts (1): weights of the 300 most frequent words" in text(page)


@pytest.mark.parametrize("model", ["k_means", "dummy"])
def test_every_kind_of_question_has_its_picture(empty_stack: Stack, open_page: On, model: str) -> None:
    dataset = add_dataset(empty_stack)
    page = open_page(empty_stack)("train", dataset=dataset.id, target="species", model=model)
    assert_well(page)
