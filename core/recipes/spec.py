"""What a step declares. One file under ``core/recipes/catalog`` is one step."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from core.params import Params
from core.recipes.changes import Change, TableColumn


class NothingLearned(Params):
    """Of steps that take nothing from the data."""


class Facts(Protocol):
    """The table that a step meets, to learn from."""

    @property
    def columns(self) -> tuple[TableColumn, ...]:
        """Its columns, in order."""
        ...

    def row(self, aggregates: Sequence[str], where: str = "true") -> tuple[Any, ...]:
        """One row of SQL aggregates over the rows for which ``where`` holds."""
        ...

    def rows(self, select: str) -> list[tuple[Any, ...]]:
        """Rows of a statement in which ``{relation}`` stands for the table."""
        ...

    def other_columns(self, dataset_id: str) -> tuple[TableColumn, ...]:
        """The columns of another dataset; its rows are in ``other_relation(dataset_id)``. Raises NotFound, Conflict."""
        ...


@dataclass(frozen=True, kw_only=True)
class StepSpec:
    """Facts about a step and its functions; listing specs imports no engine.

    The functions get validated parameters, what was learned, and the columns before the step. They raise
    UserInputError for what a person can mend, without saying which step it is.
    """

    key: str
    """Stable snake-case name; stored recipes carry it."""
    label: str
    """"Fill missing values"."""
    icon: str
    """Name of a Material icon."""
    group: str
    """Where it stands in the picker: "Missing values"."""
    summary: str
    """One sentence for a beginner."""
    params: type[Params]
    learned: type[Params] = NothingLearned
    fit: Callable[[Any, Facts], Params]
    """``(params, facts)`` to what is learned from the data: constants that serve for other data as well."""
    change: Callable[[Any, Any, Sequence[TableColumn]], Change]
    """``(params, learned, columns)`` to what DuckDB shall do."""
    pandas: Callable[[Any, Any, Sequence[TableColumn]], list[str]]
    """``(params, learned, columns)`` to lines of Python that do the same to the frame ``table``.

    They may use ``np``, ``pd``, the functions of ``core.expressions.portable``, and ``others``: the paths of further
    tables by dataset id. The rows of ``table`` are numbered from 0, before and after.
    """
    title: Callable[[Any], str]
    """``(params)`` to a line of the recipe: "Fill missing values in Age by the median"."""
    check: Callable[[Any, Facts], None] = lambda _params, _facts: None
    """``(params, facts)``: refuses a table on which the step must not run, also when it has learned elsewhere."""
    datasets: Callable[[Any], tuple[str, ...]] = lambda _: ()
    """Ids of other datasets that the parameters name."""


def learns_nothing(_params: Any, _facts: Facts) -> Params:
    """The ``fit`` of steps that take nothing from the data."""
    return NothingLearned()


def other_relation(dataset_id: str) -> str:
    """The name under which the rows of another dataset are found."""
    from core.expressions.quoting import name_sql

    return name_sql(f"other {dataset_id}")
