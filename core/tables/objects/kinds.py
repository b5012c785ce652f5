"""What the values of a JSON column are, and what a person is told of it."""

from collections.abc import Mapping, Sequence
from enum import IntFlag

from core.tables.detection import shorten
from core.tables.names import listed
from core.types import Notice, Severity


class Kind(IntFlag):
    """What the values of one name are."""

    NOTHING = 0
    BOOLEAN = 1
    INTEGER = 2
    LARGE = 4
    """Integers beyond 64 bits."""
    NUMBER = 8
    TEXT = 16
    NESTED = 32

    @property
    def is_real(self) -> bool:
        """Whether these are numbers that floats hold, not all of them integers."""
        return self in (Kind.NUMBER, Kind.NUMBER | Kind.INTEGER)

    @property
    def is_mixed(self) -> bool:
        """Whether there are values of several kinds, so that all become texts."""
        numbers = Kind.INTEGER | Kind.LARGE | Kind.NUMBER
        groups = (bool(self & numbers), bool(self & Kind.BOOLEAN), bool(self & Kind.TEXT))
        return sum(groups) > 1


def kind_notices(kinds: Mapping[str, Kind], names: Sequence[str]) -> list[Notice]:
    """What became of values that no type of column holds; ``names`` are those of ``kinds`` as they are shown."""
    by_name = list(zip(names, kinds.values(), strict=True))
    nested = [shorten(name, 40) for name, kind in by_name if kind & Kind.NESTED]
    mixed = [shorten(name, 40) for name, kind in by_name if kind.is_mixed]
    large = [shorten(name, 40) for name, kind in by_name if kind & Kind.LARGE and not kind.is_mixed]
    told = (
        ("nested_as_json", nested, "Nested values became JSON text"),
        ("mixed_kinds", mixed, "Numbers, truth values and texts are mixed and were read as text"),
        ("large_integers", large, "Whole numbers with more digits than a number keeps are read as text"),
    )
    return [
        Notice(severity=Severity.WARNING, code=code, text=f"{what}: {listed(found)}.")
        for code, found, what in told
        if found
    ]
