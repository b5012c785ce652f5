"""A dataset as questions see it: what its columns are called, what their values are, what a row is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from core.questions.vocabulary import ENTITY_WORDS, WEAK_NAME_WORDS
from core.questions.words import name_words, stem
from core.types import Column, ColumnType

MAX_CATEGORIES = 30
MAX_CODES = 12
"""Whole numbers with at most so many distinct values may be names of classes."""
_YES = frozenset({"yes", "y", "true", "1", "t"})
_NO = frozenset({"no", "n", "false", "0", "f"})


@dataclass(frozen=True)
class AskedColumn:
    """One column, with the words that it answers to."""

    column: Column
    words: tuple[str, ...]
    values: tuple[str, ...]
    """Frequent values as texts, the most frequent first."""

    @property
    def name(self) -> str:
        """As the table spells it."""
        return self.column.name

    @cached_property
    def strong(self) -> tuple[str, ...]:
        """The words that make the name; a question may leave the others out."""
        return tuple(word for word in self.words if word not in WEAK_NAME_WORDS) or self.words

    @property
    def is_numeric(self) -> bool:
        """Whether it can be averaged."""
        return self.column.type.is_numeric

    @property
    def is_time(self) -> bool:
        """Whether it holds moments."""
        return self.column.type is ColumnType.DATETIME

    @cached_property
    def is_flag(self) -> bool:
        """Whether it says yes or no."""
        if self.column.type is ColumnType.BOOLEAN:
            return True
        if self.column.type is ColumnType.INTEGER:
            return (self.column.minimum, self.column.maximum) == ("0", "1")
        values = {value.lower() for value in self.values}
        return self.column.n_distinct == 2 and len(values & _YES) == 1 and len(values & _NO) == 1

    @property
    def is_identifier(self) -> bool:
        """Whether it names a row."""
        return self.column.is_identifier or self.words[-1:] == ("id",)

    @property
    def is_category(self) -> bool:
        """Whether rows can be grouped by it: few different values."""
        if self.column.type is ColumnType.INTEGER:
            return self.column.n_distinct <= MAX_CODES
        return self.column.type in (ColumnType.STRING, ColumnType.BOOLEAN) and self.column.n_distinct <= MAX_CATEGORIES

    @property
    def yes(self) -> bool | int | str:
        """The value that stands for yes, of a flag."""
        return self._answer(_YES, number=1)

    @property
    def no(self) -> bool | int | str:
        """The value that stands for no, of a flag."""
        return self._answer(_NO, number=0)

    def _answer(self, words: frozenset[str], *, number: int) -> bool | int | str:
        if self.column.type is ColumnType.BOOLEAN:
            return bool(number)
        if self.column.type is ColumnType.INTEGER:
            return number
        return next(value for value in self.values if value.lower() in words)


@dataclass(frozen=True)
class AskedTable:
    """One dataset."""

    name: str
    """As a statement spells it, unquoted."""
    dataset_id: str
    title: str
    n_rows: int
    columns: tuple[AskedColumn, ...]
    _by_name: dict[str, AskedColumn] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(
        cls,
        columns: Sequence[Column],
        *,
        name: str,
        dataset_id: str,
        title: str,
        n_rows: int,
        values: Mapping[str, Sequence[str]] | None = None,
    ) -> "AskedTable":
        """The table with these columns; ``values`` adds values of texts beyond the frequent ones that are known."""
        asked = []
        for column in columns:
            known = [top.value for top in column.top_values]
            more = [value for value in (values or {}).get(column.name, ()) if value not in known]
            asked.append(AskedColumn(column, tuple(name_words(column.name)) or ("",), (*known, *more)))
        return cls(name, dataset_id, title, n_rows, tuple(asked), {column.name: column for column in asked})

    def first_columns(self, count: int) -> "AskedTable":
        """The same table with its first columns only: enough for examples."""
        if len(self.columns) <= count:
            return self
        columns = self.columns[:count]
        return replace(self, columns=columns, _by_name={column.name: column for column in columns})

    def __getitem__(self, name: str) -> AskedColumn:
        return self._by_name[name]

    @cached_property
    def entity(self) -> frozenset[str]:
        """Words for one row: those of its identifier and of the dataset's name."""
        words = set(ENTITY_WORDS)
        for column in self.columns:
            if column.is_identifier and column.words[-1:] == ("id",):
                words.update(column.words[:-1])
        taken = {word for column in self.columns for word in column.strong if not column.is_identifier}
        return frozenset(words | ({stem(word) for word in name_words(self.title)} - taken))

    @cached_property
    def noun(self) -> str:
        """What a row is called: "passenger", "order"; "row" where nothing says."""
        for column in self.columns:
            if len(column.words) == 2 and column.words[1] == "id":
                return column.words[0]
        return "row"

    @cached_property
    def keys(self) -> tuple[AskedColumn, ...]:
        """The columns by which a person knows a row: its name and its number."""
        named = [
            column for column in self.columns if column.is_identifier or column.words[-1:] in (("name",), ("title",))
        ]
        return tuple(named[:3])

    @cached_property
    def time(self) -> AskedColumn | None:
        """The column that says when a row happened: the first one with few gaps."""
        times = [column for column in self.columns if column.is_time]
        return min(times, key=lambda column: column.column.n_missing > 0.05 * self.n_rows) if times else None
