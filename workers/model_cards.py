"""What computations may know of the models, which they do not import."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from core.computing.spec import ModelCard
from models.registry import MODELS


@cache
def model_cards() -> Mapping[str, ModelCard]:
    """Every model by its key."""
    return MappingProxyType(
        {
            key: ModelCard(
                key=key,
                label=spec.label,
                family=spec.family,
                tasks=spec.tasks,
                properties=spec.params.model_json_schema().get("properties", {}),
                needs_members=spec.combines_runs,
                needs_gpu=spec.uses_gpu,
            )
            for key, spec in MODELS.items()
        }
    )
