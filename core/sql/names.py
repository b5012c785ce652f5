"""Names of datasets in SQL: readable, unique, and the same for everyone who looks at the same datasets."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from core.expressions.quoting import name_sql

MAX_NAME = 60
_PLAIN = re.compile(r"[a-z_][a-z0-9_]*\Z")
_RESERVED_WORDS = (
    "all analyse analyze and any array as asc at between both by case cast check collate column columns constraint "
    "create cross current_date current_time current_timestamp default deferrable desc describe distinct do else end "
    "except exists false fetch filter for foreign from full glob grant group having ilike in initially inner intersect "
    "into is isnull join lambda lateral leading left like limit map maybe natural not notnull null offset on only or "
    "order outer over overlaps pivot pivot_longer pivot_wider placing positional primary qualify references returning "
    "right row select semi set show similar some struct summarize table tablesample then to trailing true try_cast "
    "union unique unpivot user using values variadic verbose when where window with"
)
RESERVED = frozenset(_RESERVED_WORDS.split())
"""Words that mean something else unless they are quoted."""


class Versioned(Protocol):
    """What a name is made from; datasets and their summaries have it."""

    @property
    def id(self) -> str:
        """Unique, growing with time."""
        ...

    @property
    def name(self) -> str:
        """As people call it."""
        ...

    @property
    def version(self) -> int:
        """From 1, within the family."""
        ...

    @property
    def family_id(self) -> str:
        """Id of the first version."""
        ...


V = TypeVar("V", bound=Versioned)


@dataclass(frozen=True, kw_only=True)
class TableName(Generic[V]):
    """One name for one dataset."""

    name: str
    dataset: V
    is_newest: bool
    """Whether this is the short name of the family, which stands for its newest version."""


def table_names(datasets: Iterable[V]) -> tuple[TableName[V], ...]:
    """Names for ``datasets``, all of them ready.

    The newest version of a dataset called "Sales 2024" is ``sales_2024``; each of its versions is ``sales_2024_v1``,
    ``sales_2024_v2``, .... Two datasets of one name are told apart by ``_2``, the older one keeps the plain name.
    """
    families: dict[str, list[V]] = {}
    for dataset in datasets:
        families.setdefault(dataset.family_id, []).append(dataset)
    taken: set[str] = set()
    named: list[TableName[V]] = []
    for family_id in sorted(families):
        versions = sorted(families[family_id], key=lambda one: (one.version, one.id))
        base = _free_name(table_name(versions[-1].name), [one.version for one in versions], taken)
        named.append(TableName(name=base, dataset=versions[-1], is_newest=True))
        named += [TableName(name=f"{base}_v{one.version}", dataset=one, is_newest=False) for one in versions]
        taken.update(one.name for one in named[-len(versions) - 1 :])
    return tuple(named)


def table_name(title: str) -> str:
    """A dataset's name as letters, digits and underscores.

    Example:
        >>> table_name("Telco churn (2024)"), table_name("  "), table_name("Übersicht.csv")
        ('telco_churn_2024', 'dataset', 'übersicht_csv')
    """
    words = re.sub(r"\W+", "_", unicodedata.normalize("NFKC", title).lower())
    return re.sub(r"_+", "_", words).strip("_")[:MAX_NAME].strip("_") or "dataset"


def written(name: str) -> str:
    """``name`` as it has to stand in a statement: in quotes where they are needed.

    Example:
        >>> written("sales"), written("Unit price"), written("order"), written('a "b" c')
        ('sales', '"Unit price"', '"order"', '"a ""b"" c"')
    """
    if _PLAIN.match(name) and name not in RESERVED:
        return name
    return name_sql(name)


def written_column(name: str) -> str:
    """A column's name in a statement: the engine ignores the case of A to Z, so capitals alone need no quotes."""
    return name if _PLAIN.match(name.lower()) and name.isascii() and name.lower() not in RESERVED else written(name)


def same_name(name: str) -> str:
    """What two names share when the engine takes them for one: it ignores the case of A to Z only."""
    return "".join(letter.lower() if letter.isascii() else letter for letter in name)


def _free_name(wanted: str, versions: list[int], taken: set[str]) -> str:
    number = 1
    name = wanted
    while name in taken or any(f"{name}_v{version}" in taken for version in versions):
        number += 1
        name = f"{wanted}_{number}"
    return name
