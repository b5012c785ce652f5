"""A recipe tried out on a part of the rows."""

from core.computing.spec import ComputationSpec, Workspace
from core.recipes.recipe import dataset_ids
from core.recipes.types import RecipePreview, RecipePreviewParams


def run(params: RecipePreviewParams, workspace: Workspace) -> RecipePreview:
    """Counts step by step, and the first rows; see ``core.recipes.preview``."""
    from core.recipes.preview import preview_recipe

    return preview_recipe(params, workspace)


SPEC = ComputationSpec(
    key="recipe_preview",
    label="Recipe preview",
    params=RecipePreviewParams,
    result=RecipePreview,
    run=run,
    datasets=lambda params: tuple(dict.fromkeys((params.dataset_id, *dataset_ids(params.steps)))),
)
