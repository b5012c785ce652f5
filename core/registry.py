"""One shape for every extension point: a package of modules, each with a ``SPEC``."""

import difflib
import importlib
import pkgutil
from collections.abc import Iterable, Iterator, Mapping
from types import ModuleType
from typing import Generic, Protocol, TypeVar

from core.errors import NotFound


class Spec(Protocol):
    """What a registry needs to know of its entries."""

    @property
    def key(self) -> str:
        """Stable snake-case name; never renamed, since stored runs carry it."""
        ...


S = TypeVar("S", bound=Spec)


class Registry(Mapping[str, S], Generic[S]):
    """Specs of one kind by key, in key order; immutable once built."""

    def __init__(self, kind: str, specs: Iterable[S]) -> None:
        """Collect ``specs``; two with one key are a programmer's mistake (ValueError)."""
        self.kind = kind
        self._specs: dict[str, S] = {}
        for spec in sorted(specs, key=lambda spec: spec.key):
            if spec.key in self._specs:
                raise ValueError(f"two {kind} specs have the key {spec.key!r}")
            self._specs[spec.key] = spec

    @classmethod
    def discover(cls, kind: str, *packages: ModuleType) -> "Registry[S]":
        """Collect the ``SPEC`` of every public module in ``packages``; a module without one fails the start."""
        return cls(
            kind,
            [
                importlib.import_module(f"{package.__name__}.{module.name}").SPEC
                for package in packages
                for module in pkgutil.iter_modules(package.__path__)
                if not module.name.startswith("_")
            ],
        )

    def __getitem__(self, key: str) -> S:
        try:
            return self._specs[key]
        except KeyError:
            close = difflib.get_close_matches(key, self._specs)
            hint = f"Did you mean {' or '.join(close)}?" if close else f"Known: {', '.join(self._specs)}."
            raise NotFound(f"Unknown {self.kind} {key!r}.", hint=hint) from None

    def __contains__(self, key: object) -> bool:
        return key in self._specs

    def __iter__(self) -> Iterator[str]:
        return iter(self._specs)

    def __len__(self) -> int:
        return len(self._specs)
