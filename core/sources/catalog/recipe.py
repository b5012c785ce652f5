"""A dataset after a recipe: its next version."""

from core.computing.spec import Workspace
from core.recipes.recipe import dataset_ids
from core.recipes.types import RecipeParams
from core.sources.spec import FetchedFile, SourceSpec


def fetch(params: RecipeParams, workspace: Workspace) -> FetchedFile:
    """Make the steps; see ``core.recipes.applying``."""
    from core.recipes.applying import apply_recipe

    return apply_recipe(params, workspace)


def datasets(params: RecipeParams) -> tuple[str, ...]:
    """The dataset that is fixed, and those that it is joined with."""
    return tuple(dict.fromkeys((params.dataset_id, *dataset_ids(params.steps))))


SPEC = SourceSpec(key="recipe", label="Recipe", params=RecipeParams, fetch=fetch, datasets=datasets)
