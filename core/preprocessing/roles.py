"""What each raw column is to training: a number, a category, a time, or nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.errors import UnsuitableData, UserInputError
from core.types import Column, ColumnType, Notice, Severity

FREE_TEXT_SHARE = 0.5
"""Strings of which more than every second one is new are prose, names or codes, not categories."""
FREE_TEXT_DISTINCT = 50
"""With fewer distinct strings than this, a small table is no evidence of free text."""


@dataclass(frozen=True, kw_only=True)
class ColumnRoles:
    """The columns to learn from by kind, in table order, and remarks on those that are left out."""

    numeric: tuple[str, ...] = ()
    """Numbers, and booleans as 0 and 1."""
    categorical: tuple[str, ...] = ()
    datetime: tuple[str, ...] = ()
    excluded: tuple[Notice, ...] = ()
    """One for each column left out; ``code`` and ``text`` say why."""

    @property
    def used(self) -> tuple[str, ...]:
        """Every column that training needs."""
        return self.numeric + self.categorical + self.datetime


def assign_roles(columns: Sequence[Column], *, target: str, n_rows: int, exclude: Iterable[str] = ()) -> ColumnRoles:
    """Decide the role of each column from what the ingest saw.

    Args:
        columns: All columns of the dataset.
        target: The column to predict.
        n_rows: Rows of the dataset.
        exclude: Columns that a person wants left out.

    Raises:
        UserInputError: ``target`` or an excluded name is no column.
        UnsuitableData: No column is left to learn from.
    """
    excluded_names = frozenset(exclude)
    _check_names({column.name for column in columns}, target, excluded_names)
    kinds: dict[str, list[str]] = {"numeric": [], "categorical": [], "datetime": []}
    excluded = []
    for column in columns:
        notice = _reason_to_exclude(column, target, n_rows, excluded_names)
        if notice is None:
            kinds[_kind(column.type)].append(column.name)
        else:
            excluded.append(notice)
    if not any(kinds.values()):
        raise UnsuitableData(
            f"No column is left to predict {target!r} from.",
            hint="Take back an exclusion, or bring a table with columns that vary.",
        )
    return ColumnRoles(excluded=tuple(excluded), **{kind: tuple(names) for kind, names in kinds.items()})


def _check_names(names: set[str], target: str, exclude: frozenset[str]) -> None:
    if target not in names:
        raise UserInputError(
            f"There is no column {target!r} to predict.", hint="Choose one of the dataset's columns.", field="target"
        )
    if unknown := sorted(exclude - names):
        raise UserInputError(
            f"There is no column {unknown[0]!r} to leave out.",
            hint="Choose among the dataset's columns.",
            field="preprocessing.exclude",
        )


def _kind(column_type: ColumnType) -> str:
    if column_type.is_numeric or column_type is ColumnType.BOOLEAN:
        return "numeric"
    return "datetime" if column_type is ColumnType.DATETIME else "categorical"


def _reason_to_exclude(column: Column, target: str, n_rows: int, exclude: frozenset[str]) -> Notice | None:
    n_present = n_rows - column.n_missing
    is_free_text = (
        column.type is ColumnType.STRING
        and column.n_distinct >= FREE_TEXT_DISTINCT
        and column.n_distinct > FREE_TEXT_SHARE * n_present
    )
    reasons = (
        (column.name == target, Severity.INFO, "target", "is what is predicted"),
        (column.name in exclude, Severity.INFO, "excluded", "is left out as asked"),
        (n_present <= 0, Severity.WARNING, "all_missing", "has no value at all"),
        (column.is_constant, Severity.WARNING, "constant", "has one value only"),
        (
            column.is_identifier,
            Severity.WARNING,
            "identifier",
            "names rows rather than describing them: nearly each has its own value",
        ),
        (
            is_free_text,
            Severity.WARNING,
            "free_text",
            f"holds free text: {column.n_distinct:,} different values in {n_present:,} rows",
        ),
    )
    for applies, severity, code, reason in reasons:
        if applies:
            return Notice(severity=severity, code=code, text=f"Column {column.name!r} {reason}.", column=column.name)
    return None
