"""The Train form opened from a run, or by a link that proposes settings."""

from tests.pages.conftest import On
from tests.pages.showing import add_dataset, assert_well, runs_of
from tests.stacks import Stack


def test_a_run_is_started_again_with_one_change(empty_stack: Stack, open_page: On) -> None:
    dataset = add_dataset(empty_stack)
    first = empty_stack.start(
        dataset_id=dataset.id,
        target="species",
        model="random_forest",
        params={"n_estimators": 40, "balance_classes": True},
        seed=11,
        split={"validation": 0.2},
    )
    page = open_page(empty_stack)("train", like=first.id, **{"params.max_depth": "8"})
    assert_well(page)
    assert page.slider(key="train-random_forest-max_depth").value == 8
    page.button(key="FormSubmitter:train-settings-Start run").click().run()
    assert_well(page)
    again = next(run for run in runs_of(empty_stack) if run.id != first.id)
    assert again.config == first.config.model_copy(update={"params": first.config.params | {"max_depth": 8}})


def test_what_does_not_fit_a_field_is_left_at_its_default(empty_stack: Stack, open_page: On) -> None:
    dataset = add_dataset(empty_stack)
    page = open_page(empty_stack)(
        "train",
        dataset=dataset.id,
        target="species",
        model="random_forest",
        **{"params.max_depth": "999", "params.n_estimators": "<b>", "params.nonsense": "1", "split.test": "0.3"},
    )
    assert_well(page)
    assert page.slider(key="train-random_forest-max_depth").value == 20
    assert page.slider(key="train-random_forest-n_estimators").value == 100


def test_a_run_that_does_not_exist_is_said_and_the_form_works(empty_stack: Stack, open_page: On) -> None:
    add_dataset(empty_stack)
    page = open_page(empty_stack)("train", like="00000000-0000-7000-8000-000000000000", model="random_forest")
    assert_well(page)
    assert page.slider(key="train-random_forest-max_depth").value == 20
