"""Recipes: steps that make the next version of a dataset."""

from collections.abc import Iterable, Sequence
from typing import Any

from app.services.computations import ComputationService
from app.services.datasets import DatasetService, require_ready
from core.errors import NotFound, UserInputError
from core.recipes.changes import TableColumn
from core.recipes.recipe import RecipeStep, read_steps, title
from core.recipes.registry import STEPS
from core.recipes.types import MadeStep, RecipePreviewParams
from core.records import Computation, Dataset, RecipeDraft
from core.types import Value
from storage.storage import Storage

KIND = "recipe"
"""Key of the source that makes a version by a recipe."""


class StepInfo(Value):
    """A step that a recipe can be made of."""

    key: str
    label: str
    icon: str
    group: str
    summary: str
    params: dict[str, Any]
    """JSON schema of the parameters."""


class RecipeLine(Value):
    """One step of a dataset's recipe."""

    title: str
    made: MadeStep


class Recipe(Value):
    """How a dataset came from the version before it."""

    dataset_id: str
    made_from: str
    """Id of the dataset that the steps were applied to."""
    steps: tuple[RecipeLine, ...]


class RecipeService:
    """What can be done with recipes."""

    def __init__(self, *, storage: Storage, datasets: DatasetService, computations: ComputationService) -> None:
        self._storage = storage
        self._datasets = datasets
        self._computations = computations

    def steps(self) -> tuple[StepInfo, ...]:
        """Every step there is."""
        return tuple(
            StepInfo(
                key=spec.key,
                label=spec.label,
                icon=spec.icon,
                group=spec.group,
                summary=spec.summary,
                params=spec.params.model_json_schema(),
            )
            for spec in STEPS.values()
        )

    def preview(self, dataset_id: str, steps: Iterable[Any]) -> Computation:
        """Try a recipe out; the answer is a ``RecipePreview``.

        Raises:
            NotFound: No such dataset, or no such step.
            UserInputError: The parameters of a step do not fit.
            Conflict: The dataset is not ready.
        """
        params = RecipePreviewParams(dataset_id=dataset_id, steps=read_steps(steps))
        return self._computations.start("recipe_preview", params)

    def apply(
        self, dataset_id: str, steps: Iterable[Any], *, name: str = "", idempotency_key: str | None = None
    ) -> Dataset:
        """The next version of a dataset, made by the steps that are on.

        Raises like ``preview``, and UserInputError when no step is on. A step that cannot be made on this table
        shows in the new dataset, which then fails with the sentence.
        """
        require_ready(self._datasets.get(dataset_id))
        on = [step for step in read_steps(steps) if step.is_on]
        if not on:
            raise UserInputError("The recipe has no step.", hint="Add one.", field="steps")
        params = {"dataset_id": dataset_id, "steps": [step.model_dump(mode="json") for step in on]}
        return self._datasets.derive(KIND, params, name=name, version_of=dataset_id, idempotency_key=idempotency_key)

    def apply_recipe_of(self, recipe_of: str, dataset_id: str, *, idempotency_key: str | None = None) -> Dataset:
        """The next version of ``dataset_id``, made by the recipe of another dataset with the constants learned there.

        Raises:
            NotFound: No such dataset, or ``recipe_of`` was not made by a recipe.
            Conflict: A dataset is not ready.
        """
        steps = [line.made.again() for line in self.get(recipe_of).steps]
        return self.apply(dataset_id, steps, idempotency_key=idempotency_key)

    def get(self, dataset_id: str) -> Recipe:
        """How a dataset was made.

        Raises:
            NotFound: No such dataset, or it was not made by a recipe.
            Conflict: It is not ready.
        """
        dataset = require_ready(self._datasets.get(dataset_id))
        if dataset.source.kind != KIND:
            raise NotFound(
                f"Dataset {dataset.name!r} v{dataset.version} was not made by a recipe.",
                hint="Choose a version that was.",
            )
        made = [MadeStep.model_validate(step) for step in dataset.source.details["steps"]]
        return Recipe(
            dataset_id=dataset.id,
            made_from=dataset.source.params["dataset_id"],
            steps=tuple(RecipeLine(title=title(one.again()), made=one) for one in made),
        )

    def script(self, dataset_id: str) -> str:
        """The recipe of a dataset as a Python script for pandas. Raises like ``get``."""
        recipe = self.get(dataset_id)
        before, after = self._datasets.get(recipe.made_from), self._datasets.get(dataset_id)
        text = f"{before.name} v{before.version} becomes v{after.version}"
        return self._script([line.made.again() for line in recipe.steps], before, text)

    def draft_script(self, dataset_id: str, steps: Sequence[RecipeStep]) -> str:
        """Steps that have learned from a dataset as a Python script for pandas.

        Raises:
            NotFound: No such dataset.
            UserInputError: A step does not fit, or has not learned what it needs.
        """
        dataset = self._datasets.get(dataset_id)
        return self._script(steps, dataset, f"A recipe for {dataset.name} v{dataset.version}")

    def draft(self, dataset_id: str) -> RecipeDraft:
        """The recipe that is being written for a dataset; an empty one when there is none."""
        with self._storage.read() as unit:
            return unit.recipe_drafts.get(dataset_id)

    def save_draft(self, dataset_id: str, steps: Iterable[Any], *, revision: int) -> RecipeDraft:
        """Keep the recipe that is being written.

        Args:
            dataset_id: For which dataset.
            steps: All of them, with their parameters checked.
            revision: Of the draft that was changed.

        Raises:
            NotFound: No such dataset, or no such step.
            UserInputError: The parameters of a step do not fit.
            Conflict: Another tab has changed it since.
        """
        self._datasets.get(dataset_id)
        stored = tuple(step.model_dump(mode="json", exclude={"learned"}) for step in read_steps(steps))
        with self._storage.write() as unit:
            return unit.recipe_drafts.save(RecipeDraft(dataset_id=dataset_id, steps=stored, revision=revision))

    def _script(self, steps: Sequence[RecipeStep], dataset: Dataset, text: str) -> str:
        from core.recipes.script import make_script

        columns = [TableColumn(name=column.name, type=column.type) for column in dataset.columns]
        return make_script(steps, columns, title=text)
