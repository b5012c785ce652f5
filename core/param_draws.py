"""Random settings of a model within the bounds of its parameters."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from pydantic import BaseModel, ValidationError

LOG_SPAN = 50.0
"""A range whose ends differ by more than this factor is drawn from evenly on a logarithmic scale."""
MOST_TRIES = 20


def draw_params(
    model: type[BaseModel], base: Mapping[str, Any], n_draws: int, generator: np.random.Generator
) -> tuple[dict[str, Any], ...]:
    """``base`` and ``n_draws - 1`` random variations of it, all of them valid and different where that is possible.

    Varied are the parameters that stand in front of the form, the two or three that matter most; where none does, all.
    Numbers are drawn evenly between their bounds, or evenly on a logarithmic scale where these are far apart.
    """
    fields = _drawable(model)
    found: list[dict[str, Any]] = [dict(base)]
    for _ in range(n_draws - 1):
        for _ in range(MOST_TRIES):
            values = {**base, **{name: _draw(schema, generator) for name, schema in fields.items()}}
            try:
                candidate = model.model_validate(values).model_dump(mode="json")
            except ValidationError:
                continue  # two settings that exclude each other
            if candidate not in found:
                found.append(candidate)
                break
    return tuple(found)


def _drawable(model: type[BaseModel]) -> dict[str, dict[str, Any]]:
    properties: dict[str, dict[str, Any]] = model.model_json_schema().get("properties", {})
    able = {name: schema for name, schema in properties.items() if _is_drawable(schema)}
    front = {name: schema for name, schema in able.items() if schema.get("front")}
    return front or able


def _is_drawable(schema: Mapping[str, Any]) -> bool:
    if "enum" in schema or schema.get("type") == "boolean":
        return True
    return schema.get("type") in ("integer", "number") and None not in _bounds(schema)


def _bounds(schema: Mapping[str, Any]) -> Sequence[float | None]:
    return (
        schema.get("minimum", schema.get("exclusiveMinimum")),
        schema.get("maximum", schema.get("exclusiveMaximum")),
    )


def _draw(schema: Mapping[str, Any], generator: np.random.Generator) -> Any:
    if "enum" in schema:
        return schema["enum"][int(generator.integers(len(schema["enum"])))]
    if schema.get("type") == "boolean":
        return bool(generator.integers(2))
    low, high = (float(end) for end in _bounds(schema) if end is not None)
    is_log = low > 0 and (bool(schema.get("log")) or high / low > LOG_SPAN)
    value = math.exp(generator.uniform(math.log(low), math.log(high))) if is_log else generator.uniform(low, high)
    if schema["type"] == "integer":
        return int(min(high, max(low, round(value))))
    return float(f"{value:.4g}") if low < float(f"{value:.4g}") < high else value
