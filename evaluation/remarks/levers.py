"""Ready changes of a model's settings: which parameter does what, and how far to move it.

Models name their parameters alike, so that a remark can say "simpler" without knowing the model. A parameter that
is at its bound gives way to the next; a model without a fitting one gets no ready change.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from core.records import Change
from evaluation.remarks.history import ModelFacts


@dataclass(frozen=True, kw_only=True)
class Lever:
    """One parameter and the factor that moves it."""

    name: str
    factor: float
    at_least: float | None = None
    """Where to begin when the value is so small that a factor hardly moves it."""


def _levers(**factors: float) -> tuple[Lever, ...]:
    return tuple(Lever(name=name, factor=factor) for name, factor in factors.items())


SMALLER = _levers(max_leaf_nodes=0.5, num_leaves=0.5, max_depth=0.5)
"""Less to store and to grow."""

PENALTY = (
    *_levers(alpha=10, l2=10, C=0.1, c=0.1),
    Lever(name="l2_regularization", factor=10, at_least=1),
    Lever(name="reg_lambda", factor=10, at_least=1),
)
"""A stronger pull towards doing nothing."""

SIMPLER = (
    *SMALLER,
    Lever(name="min_samples_leaf", factor=5, at_least=5),
    Lever(name="min_child_samples", factor=5, at_least=5),
    Lever(name="min_child_weight", factor=5, at_least=5),
    Lever(name="n_neighbors", factor=3, at_least=5),
    *PENALTY,
    *_levers(degree=0.5),
)
"""Less room to learn rows by heart, the most telling first."""

RICHER = (
    *_levers(max_leaf_nodes=2, num_leaves=2, max_depth=2),
    *_levers(min_samples_leaf=0.2, n_neighbors=0.34, alpha=0.1, l2=0.1, C=10, c=10, degree=2),
)
"""More room to learn."""

LENGTH = ("epochs", "n_estimators", "max_iter", "iterations", "rounds", "n_rounds")
PACE = ("learning_rate", "eta0", "eta")
BALANCE = ("balance_classes", "balanced", "balance")
BALANCE_CHOICE = ("class_weight",)


def simpler(model: ModelFacts) -> Change | None:
    """A model that cannot learn its rows by heart as well."""
    return _other_size(model, -1) or _first(_moved(model, lever) for lever in SIMPLER)


def richer(model: ModelFacts) -> Change | None:
    """A model that can learn more of its rows."""
    return _other_size(model, 1) or _first(_moved(model, lever) for lever in RICHER)


def longer(model: ModelFacts) -> Change | None:
    """Twice as many steps."""
    return _first(_moved(model, Lever(name=name, factor=2)) for name in LENGTH)


def shorter(model: ModelFacts, n_steps: int) -> Change | None:
    """``n_steps`` steps, if the model counts them; None when that is not fewer than now."""
    for name in LENGTH:
        if name in model.schema and name in model.params:
            wanted = _within(model.schema[name], max(1, n_steps))
            return _change(model, name, wanted) if wanted < model.params[name] else None
    return None


def lighter(model: ModelFacts) -> Change | None:
    """A model that needs less time and memory."""
    return _first(_moved(model, lever) for lever in (*(Lever(name=name, factor=0.5) for name in LENGTH), *SMALLER))


def steadier(model: ModelFacts) -> Change | None:
    """A stronger penalty, which makes the arithmetic of a model well behaved."""
    return _first(_moved(model, lever) for lever in PENALTY)


def calmer(model: ModelFacts, factor: float = 0.1) -> Change | None:
    """A lower learning rate."""
    return _first(_moved(model, Lever(name=name, factor=factor)) for name in PACE)


def balanced(model: ModelFacts) -> Change | None:
    """Rare classes with as much say as frequent ones."""
    for name in BALANCE:
        if model.params.get(name) is False:
            return _change(model, name, True)
    for name in BALANCE_CHOICE:
        if "balanced" in model.schema.get(name, {}).get("enum", ()) and model.params.get(name) != "balanced":
            return _change(model, name, "balanced")
    return None


def has_pace(model: ModelFacts) -> bool:
    """Whether the model has a learning rate that a person sets."""
    return any(name in model.schema for name in PACE)


def _first(changes: Iterable[Change | None]) -> Change | None:
    return next((change for change in changes if change is not None), None)


def _moved(model: ModelFacts, lever: Lever) -> Change | None:
    schema, value = model.schema.get(lever.name), model.params.get(lever.name)
    if schema is None or isinstance(value, bool) or not isinstance(value, int | float):
        return None
    wanted = value * lever.factor
    if lever.at_least is not None:
        wanted = max(wanted, lever.at_least)
    moved = _within(schema, wanted)
    return _change(model, lever.name, moved) if moved != value else None


def _within(schema: Mapping[str, Any], value: float) -> int | float:
    """``value`` between the bounds of ``schema`` that may be reached, of its type, with two significant digits."""
    is_whole = schema.get("type") == "integer"
    value = round(value) if is_whole else float(f"{value:.2g}")
    value = max(value, schema.get("minimum", value))
    value = min(value, schema.get("maximum", value))
    return int(value) if is_whole else value


def _other_size(model: ModelFacts, by: int) -> Change | None:
    """The next size of a network, whose sizes are words in growing order."""
    sizes = list(model.schema.get("layers", {}).get("enum", ()))
    now = model.params.get("layers")
    place = sizes.index(now) + by if now in sizes else -1
    return _change(model, "layers", sizes[place]) if 0 <= place < len(sizes) else None


def _change(model: ModelFacts, name: str, value: Any) -> Change:
    title = model.schema[name].get("title", name)
    return Change(label=f"{title} {_shown(model.params[name])} → {_shown(value)}", params={name: value})


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"{value:g}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else str(value)
