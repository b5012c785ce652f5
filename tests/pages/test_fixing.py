"""The view "Fix" of Explore: a recipe is written, changed, taken back, tried out and turned into a version."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.errors import Conflict
from core.records import Dataset
from core.types import DatasetStatus
from tests import servers
from tests.pages.conftest import On
from tests.pages.showing import assert_well, text
from tests.stacks import Stack, run_stack, wait_for

ODD = ":red[size] <b>"
TABLE = f"{ODD},kind,weight\n" + "".join(f"{i if i % 5 else ''},{'abc'[i % 3]} ,{i * 1.5}\n" for i in range(80))
Open = Callable[[], AppTest]


@pytest.fixture(scope="module")
def fixing_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """An instance with a worker for short work."""
    home = tmp_path_factory.mktemp("fixing") / "home"
    home.mkdir()
    with servers.run_redis(home) as redis_url, run_stack(home, redis_url=redis_url) as stack:
        stack.start_worker("interactive")
        yield stack


@pytest.fixture
def dataset(fixing_stack: Stack, tmp_path: Path) -> Dataset:
    """A table of this test's own."""
    added = fixing_stack.upload(TABLE, file_name=f"{tmp_path.name}.csv")
    return wait_for(lambda: _if_over(fixing_stack, added.id), what="the end of the ingest")


def _if_over(stack: Stack, dataset_id: str) -> Dataset | None:
    now = stack.datasets.get(dataset_id)
    return now if now.status.is_terminal else None


@pytest.fixture
def open_fix(fixing_stack: Stack, dataset: Dataset, open_page: On) -> Open:
    def open_it() -> AppTest:
        return open_page(fixing_stack)("explore", dataset=dataset.id, view="fix")

    return open_it


def shows(page: AppTest, words: str) -> AppTest:
    """The page once its answers are there."""

    def look() -> bool:
        page.run()
        assert_well(page)
        return words in text(page)

    wait_for(look, what=f"{words!r} on the page")
    return page


def press(page: AppTest, dataset: Dataset, name: str) -> AppTest:
    page.button(key=f"fix-{name}-{dataset.id}").click().run()
    assert_well(page)
    return page


def save(stack: Stack, dataset: Dataset, *steps: dict[str, Any]) -> None:
    recipes = stack.wiring.services.recipes
    recipes.save_draft(dataset.id, steps, revision=recipes.draft(dataset.id).revision)


def fill(strategy: str = "median") -> dict[str, Any]:
    return {"step": "impute", "params": {"columns": [ODD], "strategy": strategy}}


def test_suggestions_of_the_data_become_steps(fixing_stack: Stack, dataset: Dataset, open_fix: Open) -> None:
    page = shows(open_fix(), "16 gaps")
    buttons = [button for button in page.button if "suggestion" in (button.key or "")]
    assert buttons
    next(button for button in buttons if button.label.startswith("Fill")).click().run()
    shows(page, "Fills 16 cells")
    steps = fixing_stack.wiring.services.recipes.draft(dataset.id).steps
    assert [step["step"] for step in steps] == ["impute"]


def test_the_recipe_survives_a_reload_and_changes_can_be_taken_back(
    fixing_stack: Stack, dataset: Dataset, open_fix: Open
) -> None:
    save(fixing_stack, dataset, fill(), {"step": "trim_text", "params": {}})
    page = shows(open_fix(), "Changes 80 cells in kind.")
    assert "Fills 16 cells in :red[size] <b>." in text(page)
    press(page, dataset, "delete-0")
    assert "Fills 16 cells" not in text(page)
    shows(press(page, dataset, "undo"), "Fills 16 cells")
    press(page, dataset, "arrow_downward-0")
    order = [step["step"] for step in fixing_stack.wiring.services.recipes.draft(dataset.id).steps]
    assert order == ["trim_text", "impute"]
    shows(press(page, dataset, "toggle_off-0"), "Off")
    assert "Changes 80 cells" not in text(page)
    press(page, dataset, "undo")
    shows(press(page, dataset, "redo"), "Off")
    press(page, dataset, "clear")
    assert fixing_stack.wiring.services.recipes.draft(dataset.id).steps == ()


def test_a_step_that_cannot_be_made_says_why_in_its_place(
    fixing_stack: Stack, dataset: Dataset, open_fix: Open
) -> None:
    save(fixing_stack, dataset, {"step": "drop_columns", "params": {"columns": ["weight"]}}, fill(), {
        "step": "sort_rows", "params": {"columns": ["weight"]}})  # fmt: skip
    page = shows(open_fix(), "Step 3 (Sort rows): it uses 'weight', which step 1 removes or renames.")
    assert "Fills 16 cells" in text(page)


def test_a_change_made_in_another_tab_is_not_overwritten(fixing_stack: Stack, dataset: Dataset, open_fix: Open) -> None:
    save(fixing_stack, dataset, fill())
    page = shows(open_fix(), "Fills 16 cells")
    save(fixing_stack, dataset, fill("mean"))
    press(page, dataset, "delete-0")
    assert "The recipe was changed in another tab." in text(page)
    steps = fixing_stack.wiring.services.recipes.draft(dataset.id).steps
    assert [step["params"]["strategy"] for step in steps] == ["mean"]
    with pytest.raises(Conflict):
        fixing_stack.wiring.services.recipes.save_draft(dataset.id, [], revision=0)


def test_the_recipe_makes_the_next_version(fixing_stack: Stack, dataset: Dataset, open_fix: Open) -> None:
    save(fixing_stack, dataset, fill())
    page = shows(open_fix(), "Fills 16 cells")
    assert "table[':red[size] <b>'].fillna(40)" in "\n".join(code.value for code in page.code)
    press(page, dataset, "make")
    shows(page, "Version 2 is there.")
    relatives = fixing_stack.datasets.relatives(dataset.id)
    assert [one.version for one in relatives] == [1, 2]
    assert relatives[1].status is DatasetStatus.READY
    press(page, dataset, "open")
    assert page.selectbox(key="explore-dataset_id").value == relatives[1].id
    shows(page, "Fill gaps in :red[size] <b> with the median")


def test_the_form_of_every_step_can_be_opened(dataset: Dataset, fixing_stack: Stack, open_fix: Open) -> None:
    from core.recipes.registry import STEPS

    save(fixing_stack, dataset, fill())
    page = shows(open_fix(), "Fills 16 cells")
    page.session_state[f"fix-way-{dataset.id}"] = "any"
    page.run()
    for key in STEPS:
        page.selectbox(key=f"fix-picker-1-{dataset.id}").set_value(key).run()
        assert_well(page)
        assert STEPS[key].summary in text(page)
    page.selectbox(key=f"fix-picker-1-{dataset.id}").set_value("impute").run()
    press(page, dataset, "add")
    assert "Columns: nothing is chosen yet." in text(page)
