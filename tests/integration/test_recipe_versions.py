"""Recipes through the service, real workers and REST: tried out, applied, applied again elsewhere."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from core.errors import Conflict, NotFound, UserInputError
from core.recipes.types import RecipePreview
from core.records import Dataset
from core.types import ComputationStatus, DatasetStatus
from tests.factories import make_csv
from tests.rest import Api
from tests.stacks import Stack, wait_for

STEPS: list[dict[str, Any]] = [
    {"step": "impute", "params": {"columns": ["height"], "strategy": "median"}},
    {"step": "drop_missing", "params": {"columns": ["colour"]}, "is_on": True},
    {"step": "derive", "params": {"name": "area", "expression": "height * width"}},
    {"step": "drop_columns", "params": {"columns": ["kind"]}, "is_on": False},
]


def when_read(stack: Stack, dataset: Dataset) -> Dataset:
    def look() -> Dataset | None:
        now = stack.datasets.get(dataset.id)
        return now if now.status.is_terminal else None

    return wait_for(look, what="the next version")


def test_a_recipe_makes_the_next_version_and_keeps_what_it_learned(each_stack: Stack, tmp_path: Path) -> None:
    recipes, first = each_stack.wiring.services.recipes, each_stack.ready(make_csv())
    second = when_read(each_stack, recipes.apply(first.id, STEPS))
    assert second.status is DatasetStatus.READY, second.error
    assert (second.name, second.family_id, second.parent_id) == (first.name, first.family_id, first.id)
    assert second.version > first.version
    recipe = recipes.get(second.id)
    assert recipe.made_from == first.id
    assert [line.made.step for line in recipe.steps] == ["impute", "drop_missing", "derive"]
    height = next(column for column in first.columns if column.name == "height")
    assert recipe.steps[0].made.learned == {"values": {"height": height.median}}
    assert recipe.steps[0].made.effect.sentences == (f"Fills {height.n_missing} cells in height.",)
    assert "kind" in [column.name for column in second.columns]

    script = tmp_path / "fix.py"
    script.write_text(recipes.script(second.id), encoding="utf-8")
    before, after = each_stack.datasets.export(first.id)[1], tmp_path / "after.parquet"
    subprocess.run([sys.executable, "-I", script, before, after], check=True, cwd=tmp_path)
    ours, theirs = pq.read_table(each_stack.datasets.export(second.id)[1]), pq.read_table(after)
    assert ours.to_pydict() == theirs.to_pydict()


def test_a_recipe_treats_new_data_with_the_constants_it_learned(stack: Stack) -> None:
    recipes = stack.wiring.services.recipes
    first, other = stack.ready(make_csv()), stack.ready(make_csv(200, seed=5))
    learned = recipes.get(when_read(stack, recipes.apply(first.id, STEPS)).id)
    second = when_read(stack, recipes.apply_recipe_of(learned.dataset_id, other.id))
    assert second.family_id == other.family_id
    again = recipes.get(second.id)
    assert [line.made.learned for line in again.steps] == [line.made.learned for line in learned.steps]
    with pytest.raises(NotFound, match="was not made by a recipe"):
        recipes.apply_recipe_of(first.id, other.id)


def test_a_preview_is_answered_once_and_shows_the_first_failing_step(stack: Stack) -> None:
    recipes, dataset = stack.wiring.services.recipes, stack.ready(make_csv())
    steps = [*STEPS, {"step": "impute", "params": {"columns": ["heigth"]}}]
    computation = stack.computations.wait(recipes.preview(dataset.id, steps).id, timeout_s=60)
    assert computation.status is ComputationStatus.FINISHED, computation.error
    preview = stack.computations.result(computation)
    assert isinstance(preview, RecipePreview)
    assert preview.error is not None
    assert preview.error.message == "Step 5 (Fill missing values): there is no column 'heigth'."
    assert recipes.preview(dataset.id, steps).id == computation.id


def test_a_recipe_that_cannot_be_made_leaves_a_version_that_says_why(stack: Stack) -> None:
    recipes, dataset = stack.wiring.services.recipes, stack.ready(make_csv())
    failed = when_read(
        stack, recipes.apply(dataset.id, [{"step": "filter_rows", "params": {"expression": "width < 0"}}])
    )
    assert failed.status is DatasetStatus.FAILED
    assert failed.error is not None
    assert failed.error.message == "Step 1 (Filter rows): it removes all 600 rows."
    with pytest.raises(UserInputError, match="has no step"):
        recipes.apply(dataset.id, STEPS[3:])


def test_a_draft_is_kept_and_no_tab_overwrites_another(stack: Stack) -> None:
    recipes, dataset = stack.wiring.services.recipes, stack.ready(make_csv())
    assert recipes.draft(dataset.id).steps == ()
    saved = recipes.save_draft(dataset.id, STEPS, revision=0)
    assert (saved.revision, len(saved.steps)) == (1, 4)
    assert recipes.draft(dataset.id).steps[3]["is_on"] is False
    with pytest.raises(Conflict):
        recipes.save_draft(dataset.id, [], revision=0)
    with pytest.raises(UserInputError, match=r"^Step 1 "):
        recipes.save_draft(dataset.id, [{"step": "impute", "params": {"columns": []}}], revision=1)


def test_rest_tries_out_applies_and_tells(api: Api) -> None:
    first = api.wait_for_dataset(api.upload().json()["id"])
    path = f"datasets/{first['id']}/recipe"
    preview = api.post(f"{path}/preview", json={"steps": STEPS}, params={"wait_s": 30})
    assert preview.status_code == 200, preview.text
    result = preview.json()["result"]
    assert result["steps"][2]["effect"]["columns_added"] == ["area"]
    assert result["steps"][3]["effect"] is None

    key = {"Idempotency-Key": "make-it"}
    made = api.post(f"{path}/apply", json={"steps": STEPS}, headers=key)
    assert made.status_code == 202
    assert api.post(f"{path}/apply", json={"steps": STEPS}, headers=key).json() == made.json()
    second = api.wait_for_dataset(made.json()["id"])
    assert (second["status"], second["version"]) == ("ready", 2)
    assert len(api.get(f"datasets/{second['id']}/recipe").json()["steps"]) == 3
    assert "table['area'] = " in api.get(f"datasets/{second['id']}/recipe/script").text
    assert api.get(f"{path}/script").status_code == 404

    third = api.post("recipes/apply", json={"recipe_of": second["id"], "dataset_id": first["id"]})
    assert api.wait_for_dataset(third.json()["id"])["version"] == 3

    draft = api.put(f"{path}/draft", json={"steps": STEPS, "revision": 0}).json()
    assert api.get(f"{path}/draft").json() == draft
    assert api.put(f"{path}/draft", json={"steps": [], "revision": 0}).status_code == 409

    refused = api.post(f"{path}/preview", json={"steps": [{"step": "inpute", "params": {}}]})
    assert (refused.status_code, refused.json()["hint"]) == (404, "Did you mean impute?")
    refused = api.post(f"{path}/apply", json={"steps": [{"step": "clip", "params": {"columns": ["a"], "low": 2}}]})
    assert refused.status_code == 400
    assert refused.json()["detail"].startswith("Step 1 (Limit extreme values): ")
    keys = [step["key"] for step in api.get("recipe-steps").json()["items"]]
    assert len(keys) == len(set(keys)) >= 19
