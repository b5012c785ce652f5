import numpy as np
import pytest

from core.param_draws import draw_params
from models.registry import MODELS

WITH_DEFAULTS = [
    key for key, spec in MODELS.items() if not any(field.is_required() for field in spec.params.model_fields.values())
]


@pytest.mark.parametrize("key", WITH_DEFAULTS)
def test_draws_of_every_model_are_valid_and_begin_with_the_given_settings(key: str) -> None:
    model = MODELS[key].params
    base = model().model_dump(mode="json")
    draws = draw_params(model, base, 6, np.random.default_rng(0))
    assert draws[0] == base
    assert len({repr(sorted(draw.items())) for draw in draws}) == len(draws) <= 6
    for draw in draws:
        assert model.model_validate(draw).model_dump(mode="json") == draw


def test_only_what_stands_in_front_varies_and_the_same_seed_repeats() -> None:
    model = MODELS["random_forest"].params
    base = model().model_dump(mode="json")
    one, two = (draw_params(model, base, 20, np.random.default_rng(4)) for _ in range(2))
    assert one == two
    assert {draw["max_features"] for draw in one} == {"sqrt"}
    assert len({draw["n_estimators"] for draw in one}) > 5


def test_wide_ranges_are_drawn_on_a_logarithmic_scale() -> None:
    model = MODELS["ridge"].params
    base = model().model_dump(mode="json")
    name = next(name for name, schema in model.model_json_schema()["properties"].items() if schema.get("log"))
    values = [draw[name] for draw in draw_params(model, base, 200, np.random.default_rng(0))]
    low, high = min(values), max(values)
    assert np.median(values) < np.sqrt(low * high) * 10
