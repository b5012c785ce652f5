"""The methods of preprocessing by kind, and the fields in which one of them is chosen."""

from typing import Any

from pydantic import AfterValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from core.preprocessing import balancers, encoders, imputers, scalers, selectors, texts
from core.preprocessing.spec import MethodSpec
from core.registry import Registry

AUTO = "auto"

IMPUTERS: Registry[MethodSpec] = Registry.discover("way to fill missing numbers", imputers)
SCALERS: Registry[MethodSpec] = Registry.discover("scaling", scalers)
ENCODERS: Registry[MethodSpec] = Registry.discover("encoding", encoders)
TEXTS: Registry[MethodSpec] = Registry.discover("way to read texts", texts)
SELECTORS: Registry[MethodSpec] = Registry.discover("selection", selectors)
BALANCERS: Registry[MethodSpec] = Registry.discover("way to balance classes", balancers)

METHODS: dict[str, Registry[MethodSpec]] = {
    "impute_numeric": IMPUTERS,
    "encode": ENCODERS,
    "scale": SCALERS,
    "text": TEXTS,
    "select": SELECTORS,
    "balance": BALANCERS,
}
"""Registries by the parameter in which one of their methods is chosen."""


def keys(registry: Registry[MethodSpec], *, auto: bool = False) -> list[str]:
    """The keys of ``registry`` as choosers list them, ``auto`` first where there is one."""
    ranked = sorted(registry.values(), key=lambda spec: (spec.rank, spec.key))
    return [AUTO] * auto + [spec.key for spec in ranked]


def one_of(registry: Registry[MethodSpec], *, auto: bool = False) -> Any:
    """The type of a parameter that names a method: refuses other words, and lists the keys in its schema."""
    allowed = keys(registry, auto=auto)

    def check(value: str) -> str:
        if value not in allowed:
            raise PydanticCustomError("literal_error", "Input should be {expected}", {"expected": _listed(allowed)})
        return value

    return (AfterValidator(check), WithJsonSchema({"type": "string", "enum": allowed}))


def _listed(words: list[str]) -> str:
    quoted = [repr(word) for word in words]
    return f"{', '.join(quoted[:-1])} or {quoted[-1]}"
