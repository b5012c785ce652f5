"""The Train page for voting and stacking: which runs are offered, and the request behind the button."""

import ast

from tests.pages.conftest import Exhibits, On
from tests.pages.showing import assert_well
from tests.stacks import Stack


def test_runs_that_fit_are_proposed_and_start_as_one(exhibits: Exhibits, open_page: On) -> None:
    runs, dataset = exhibits.runs, exhibits.datasets["plants"]
    page = open_page(exhibits.stack)("train", dataset=dataset.id, target="species", model="voting")
    assert_well(page)
    field = next(each for each in page.multiselect if each.label == "4 · Runs to combine")
    field.set_value([runs["logistic"].id, runs["neighbours"].id]).run()
    assert_well(page)
    field = next(each for each in page.multiselect if each.label == "4 · Runs to combine")
    assert not any(runs["other_seed"].id[-4:] in option for option in field.options)
    assert any("another split or seed" in caption.value for caption in page.caption)
    page.run()
    assert_well(page)
    code = next(block.value for block in page.code if "urllib.request" in block.value)
    request = ast.literal_eval(code[code.index("body = ") + 7 : code.index("request = ")])
    assert request["model"] == "voting"
    assert request["params"] == {"runs": [runs["logistic"].id, runs["neighbours"].id], "weights": [1.0, 1.0]}


def test_a_stack_has_its_own_settings(exhibits: Exhibits, open_page: On) -> None:
    dataset = exhibits.datasets["plants"]
    page = open_page(exhibits.stack)("train", dataset=dataset.id, target="species", model="stacking")
    assert_well(page)
    assert page.slider(key="train-stacking-folds").value == 5


def test_without_two_runs_the_page_says_what_to_do(exhibits: Exhibits, empty_stack: Stack, open_page: On) -> None:
    dataset = exhibits.datasets["plants"]
    with empty_stack.storage.write() as unit:
        unit.datasets.add(dataset)
    page = open_page(empty_stack)("train", dataset=dataset.id, target="species", model="voting")
    assert_well(page)
    assert any("there are none yet, and at least 2 are needed" in info.value for info in page.info)
