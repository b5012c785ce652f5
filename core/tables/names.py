"""Column names that are present, unique and safe to tell apart."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.ids import clean_name
from core.types import Notice, Severity

MAX_NAME_LENGTH = 200
SHOWN = 5
RESERVED = frozenset({"file_row_number"})
"""Names that the engine gives to what is no column of the file, in lower case."""


@dataclass(frozen=True, kw_only=True)
class Naming:
    """The names of a table and what had to be changed."""

    names: tuple[str, ...]
    """Unique even without regard to case, since SQL has none."""
    notices: tuple[Notice, ...]


def name_columns(raw: Sequence[str]) -> Naming:
    """``raw`` header cells as usable names.

    Blanks at the ends and control characters are cut, inner line breaks become blanks, an empty name becomes
    ``column_3`` after its position from 1, and a name that was there before or is reserved gets ``_2``, ``_3``, ...
    """
    cleaned = [clean_name(name, max_length=MAX_NAME_LENGTH) for name in raw]
    wanted = {name.casefold() for name in cleaned}
    taken = set(RESERVED)
    names: list[str] = []
    unnamed: list[str] = []
    renamed: list[str] = []
    counters: dict[str, int] = {}
    for position, name in enumerate(cleaned, start=1):
        base = name or f"column_{position}"
        unique = base
        while unique.casefold() in taken or (unique != name and unique.casefold() in wanted):
            counters[base.casefold()] = counters.get(base.casefold(), 1) + 1
            unique = f"{base}_{counters[base.casefold()]}"
        taken.add(unique.casefold())
        names.append(unique)
        if not name:
            unnamed.append(unique)
        elif unique != name:
            renamed.append(unique)
    notices = []
    if unnamed:
        text = f"{_columns(len(unnamed))} no name in the header and got one from the position: {listed(unnamed)}."
        notices.append(Notice(severity=Severity.WARNING, code="empty_names", text=text))
    if renamed:
        text = f"{_columns(len(renamed))} a name that was taken and got a number: {listed(renamed)}."
        notices.append(Notice(severity=Severity.WARNING, code="duplicate_names", text=text))
    return Naming(names=tuple(names), notices=tuple(notices))


def listed(names: Sequence[str]) -> str:
    """The first few names, and how many more there are."""
    more = f" and {len(names) - SHOWN:,} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more


def _columns(count: int) -> str:
    return "1 column had" if count == 1 else f"{count:,} columns had"
