"""Ready changes of settings, on the real parameters of every model."""

from collections.abc import Callable
from typing import Any

import pytest

from core.records import Change
from evaluation.remarks.history import ModelFacts
from evaluation.remarks.levers import balanced, calmer, lighter, longer, richer, shorter, simpler
from models.registry import MODELS
from models.spec import ModelSpec

MOVES: dict[str, Callable[[ModelFacts], Change | None]] = {
    "simpler": simpler,
    "richer": richer,
    "longer": longer,
    "shorter": lambda model: shorter(model, 7),
    "lighter": lighter,
    "calmer": calmer,
    "balanced": balanced,
}


def facts_of(spec: ModelSpec, **params: Any) -> ModelFacts:
    """The model at its defaults, with some parameters changed."""
    values = spec.params.model_validate(params).model_dump(mode="json")
    schema = spec.params.model_json_schema().get("properties", {})
    return ModelFacts(key=spec.key, label=spec.label, params=values, schema=schema)


def can_be_left_out(spec: ModelSpec) -> bool:
    return not any(field.is_required() for field in spec.params.model_fields.values())


@pytest.mark.parametrize("spec", [spec for spec in MODELS.values() if can_be_left_out(spec)], ids=lambda spec: spec.key)
@pytest.mark.parametrize("move", MOVES)
def test_a_change_is_one_that_the_model_accepts_and_that_changes_something(move: str, spec: ModelSpec) -> None:
    model = facts_of(spec)
    change = MOVES[move](model)
    if change is not None:
        changed = spec.params.model_validate(dict(model.params) | change.params).model_dump(mode="json")
        assert changed != dict(model.params)
        assert change.label.count("→") == 1


@pytest.mark.parametrize(
    ("model", "move", "params", "expected"),
    [
        ("random_forest", "simpler", {}, {"max_depth": 10}),
        ("random_forest", "simpler", {"max_depth": 3}, {"min_samples_leaf": 5}),
        ("random_forest", "balanced", {}, {"balance_classes": True}),
        ("k_neighbors", "simpler", {"n_neighbors": 1}, {"n_neighbors": 5}),
        ("logistic_regression", "simpler", {}, {"C": 0.1}),
        ("mlp", "simpler", {}, {"layers": "small"}),
        ("hist_gradient_boosting", "simpler", {}, {"max_leaf_nodes": 16}),
        ("ridge", "simpler", {}, {"alpha": 10.0}),
        ("mlp", "calmer", {}, {"learning_rate": 0.0001}),
        ("mlp", "longer", {"epochs": 300}, {"epochs": 500}),
        ("mlp", "shorter", {}, {"epochs": 10}),
        ("hist_gradient_boosting", "lighter", {}, {"max_iter": 50}),
    ],
)
def test_a_change_turns_the_first_knob_that_can_be_turned(
    model: str, move: str, params: dict[str, Any], expected: dict[str, Any]
) -> None:
    change = MOVES[move](facts_of(MODELS[model], **params))
    assert change is not None
    assert change.params == expected


def test_a_knob_at_its_end_is_not_turned() -> None:
    assert longer(facts_of(MODELS["mlp"], epochs=500)) is None
    assert calmer(facts_of(MODELS["mlp"], learning_rate=0.0001)) is None
    assert shorter(facts_of(MODELS["mlp"], epochs=10), 8) is None
    assert balanced(facts_of(MODELS["random_forest"], balance_classes=True)) is None
