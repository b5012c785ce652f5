"""Fixing datasets by recipes."""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import PlainTextResponse, Response

from app.api.computing import respond
from app.api.parameters import IdempotencyKey, WaitSeconds
from app.bootstrap import services
from app.services.recipes import Recipe
from core.recipes.recipe import MAX_STEPS

router = APIRouter(tags=["recipes"])

Steps = Annotated[
    list[dict[str, Any]],
    Field(max_length=MAX_STEPS, description='In their order, each {"step": "impute", "params": {...}}.'),
]


class PreviewRecipe(BaseModel):
    """Steps to try out."""

    model_config = ConfigDict(extra="forbid")

    steps: Steps


class ApplyRecipe(BaseModel):
    """Steps to make the next version with."""

    model_config = ConfigDict(extra="forbid")

    steps: Steps
    name: str = ""


class ApplyRecipeOf(BaseModel):
    """A recipe that was applied before, and the dataset to apply it to."""

    model_config = ConfigDict(extra="forbid")

    recipe_of: str
    dataset_id: str


class SaveDraft(BaseModel):
    """The recipe that is being written."""

    model_config = ConfigDict(extra="forbid")

    steps: Steps
    revision: Annotated[int, Field(ge=0, lt=2**63, description="Of the draft that was changed.")]


@router.get("/recipe-steps")
def recipe_steps() -> dict[str, Any]:
    """The steps that recipes are made of: parameters as JSON schema, explanations."""
    return {"items": [step.model_dump(mode="json") for step in services().recipes.steps()], "next_cursor": None}


@router.post("/datasets/{dataset_id}/recipe/preview")
def preview_recipe(dataset_id: str, request: PreviewRecipe, wait_s: WaitSeconds = 10) -> Response:
    """Try steps out: what each would do, and the first rows; 202 while it is under way."""
    return respond(services().recipes.preview(dataset_id, request.steps), wait_s=wait_s)


@router.post("/datasets/{dataset_id}/recipe/apply", status_code=202)
def apply_recipe(dataset_id: str, request: ApplyRecipe, idempotency_key: IdempotencyKey = None) -> dict[str, str]:
    """Make the next version of a dataset by steps."""
    dataset = services().recipes.apply(dataset_id, request.steps, name=request.name, idempotency_key=idempotency_key)
    return {"id": dataset.id, "job_id": f"ingest-{dataset.id}-{dataset.attempt}"}


@router.get("/datasets/{dataset_id}/recipe")
def get_recipe(dataset_id: str) -> Recipe:
    """How a dataset was made: steps, what they learned, what they did."""
    return services().recipes.get(dataset_id)


@router.get("/datasets/{dataset_id}/recipe/script")
def recipe_script(dataset_id: str) -> PlainTextResponse:
    """A Python script that repeats the recipe with pandas alone."""
    return PlainTextResponse(services().recipes.script(dataset_id), media_type="text/x-python")


@router.get("/datasets/{dataset_id}/recipe/draft")
def get_recipe_draft(dataset_id: str) -> dict[str, Any]:
    """The recipe that is being written for a dataset."""
    return services().recipes.draft(dataset_id).model_dump(mode="json")


@router.put("/datasets/{dataset_id}/recipe/draft")
def save_recipe_draft(dataset_id: str, request: SaveDraft) -> dict[str, Any]:
    """Keep the recipe that is being written; 409 when it was changed elsewhere since."""
    draft = services().recipes.save_draft(dataset_id, request.steps, revision=request.revision)
    return draft.model_dump(mode="json")


@router.post("/recipes/apply", status_code=202)
def apply_recipe_of(request: ApplyRecipeOf, idempotency_key: IdempotencyKey = None) -> dict[str, str]:
    """Make the next version of a dataset by the recipe of another one, with the constants learned there."""
    dataset = services().recipes.apply_recipe_of(request.recipe_of, request.dataset_id, idempotency_key=idempotency_key)
    return {"id": dataset.id, "job_id": f"ingest-{dataset.id}-{dataset.attempt}"}
