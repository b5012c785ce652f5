"""The models that can be trained."""

from typing import Any

from fastapi import APIRouter

from app.services.catalog import ModelInfo, get_model, list_models

router = APIRouter(tags=["models"])


@router.get("/models")
def models() -> dict[str, Any]:
    """The registry: parameters as JSON schema, explanations, sources."""
    return {"items": [model.model_dump(mode="json") for model in list_models()], "next_cursor": None}


@router.get("/models/{key}")
def model(key: str) -> ModelInfo:
    """One model."""
    return get_model(key)
