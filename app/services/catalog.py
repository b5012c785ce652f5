"""The models that can be trained, as data: for the chooser, for REST, for agents."""

from functools import cache
from typing import Any

from core.types import LearningTask, Value
from models.registry import MODELS


class ModelInfo(Value):
    """One model of the registry."""

    key: str
    label: str
    family: str
    tasks: tuple[LearningTask, ...]
    params: dict[str, Any]
    """JSON schema of the parameters, with defaults and bounds."""
    live: str
    cost: str
    needs_scaling: bool
    handles_missing: bool
    """Whether it takes missing numbers as they are."""
    handles_categories: bool
    """Whether it takes categories as they are."""
    uses_gpu: bool
    max_rows: int | None
    max_classes: int | None
    """Most training rows that it takes; None for any number."""
    summary: str
    technical: str
    kitchen: str
    strengths: tuple[str, ...]
    weaknesses: tuple[str, ...]
    source: str


@cache
def list_models() -> tuple[ModelInfo, ...]:
    """Every model, in key order."""
    return tuple(get_model(key) for key in MODELS)


@cache
def get_model(key: str) -> ModelInfo:
    """One model. Raises NotFound with the closest names."""
    spec = MODELS[key]
    return ModelInfo(
        key=spec.key,
        label=spec.label,
        family=spec.family,
        tasks=tuple(sorted(spec.tasks)),
        params=spec.params.model_json_schema(),
        live=spec.live,
        cost=spec.cost.value,
        needs_scaling=spec.needs_scaling,
        handles_missing=spec.handles_missing,
        handles_categories=spec.handles_categories,
        uses_gpu=spec.uses_gpu,
        max_rows=spec.max_rows,
        max_classes=spec.max_classes,
        summary=spec.summary,
        technical=spec.technical,
        kitchen=spec.kitchen,
        strengths=spec.strengths,
        weaknesses=spec.weaknesses,
        source=spec.source,
    )
