"""What each raw column is to training: a number, a category, a time, a text, or nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.errors import UnsuitableData, UserInputError
from core.types import Column, ColumnType, Notice, Severity

FREE_TEXT_SHARE = 0.5
"""Strings of which more than every second one is new are prose, names or codes, not categories."""
FREE_TEXT_DISTINCT = 50
"""With fewer distinct strings than this, a small table is no evidence of free text."""
PROSE_WORDS = 5.0
"""Words in the mean text of a column of prose; names have fewer."""
PROSE_SMALL_SHARE = 0.3
"""Of its words, at least so many begin with a small letter; those of names and addresses do not."""


@dataclass(frozen=True, kw_only=True)
class ColumnRoles:
    """The columns to learn from by kind, in table order, and remarks on those that are left out."""

    numeric: tuple[str, ...] = ()
    """Numbers, and booleans as 0 and 1."""
    categorical: tuple[str, ...] = ()
    datetime: tuple[str, ...] = ()
    text: tuple[str, ...] = ()
    """Texts in plain words."""
    excluded: tuple[Notice, ...] = ()
    """One for each column left out; ``code`` and ``text`` say why."""

    @property
    def used(self) -> tuple[str, ...]:
        """Every column that training needs."""
        return self.numeric + self.categorical + self.datetime + self.text


def assign_roles(
    columns: Sequence[Column],
    *,
    target: str,
    n_rows: int,
    exclude: Iterable[str] = (),
    roles: Mapping[str, str] | None = None,
    text: str = "auto",
) -> ColumnRoles:
    """Decide the role of each column from what the ingest saw.

    Args:
        columns: All columns of the dataset.
        target: The column to predict; empty where nothing is.
        n_rows: Rows of the dataset.
        exclude: Columns that a person wants left out.
        roles: Columns whose role a person has chosen, "auto" being no choice.
        text: How texts are read: "auto" takes prose only, "leave_out" none.

    Raises:
        UserInputError: ``target``, an excluded or a chosen name is no column.
        UnsuitableData: No column is left to learn from.
    """
    chosen = {name: role for name, role in (roles or {}).items() if role != "auto"}
    excluded_names = frozenset(exclude) | {name for name, role in chosen.items() if role == "leave_out"}
    _check_names({column.name for column in columns}, target, excluded_names, frozenset(roles or ()))
    kinds: dict[str, list[str]] = {"numeric": [], "categorical": [], "datetime": [], "text": []}
    excluded = []
    for column in columns:
        role = chosen.get(column.name, "")
        notice = _reason_to_exclude(
            column, target, n_rows, is_excluded=column.name in excluded_names, is_chosen=bool(role), text=text
        )
        if notice is None:
            kinds[role or _kind(column, n_rows)].append(column.name)
        else:
            excluded.append(notice)
    if not any(kinds.values()):
        raise UnsuitableData(
            f"No column is left to predict {target!r} from." if target else "No column is left to learn from.",
            hint="Take back an exclusion, or bring a table with columns that vary.",
        )
    return ColumnRoles(excluded=tuple(excluded), **{kind: tuple(names) for kind, names in kinds.items()})


def is_free_text(column: Column, n_rows: int) -> bool:
    """Whether the strings of ``column`` are too many and too different to be categories."""
    n_present = n_rows - column.n_missing
    return (
        column.type is ColumnType.STRING
        and column.n_distinct >= FREE_TEXT_DISTINCT
        and column.n_distinct > FREE_TEXT_SHARE * n_present
    )


def is_prose(column: Column, n_rows: int) -> bool:
    """Whether ``column`` holds texts in plain words, by its most frequent ones."""
    if not is_free_text(column, n_rows) or not column.top_values:
        return False
    words = [word for top in column.top_values for word in top.value.split()]
    n_small = sum(word[0].islower() for word in words)
    return len(words) >= PROSE_WORDS * len(column.top_values) and n_small >= PROSE_SMALL_SHARE * len(words)


def _check_names(names: set[str], target: str, exclude: frozenset[str], chosen: frozenset[str]) -> None:
    if target and target not in names:
        raise UserInputError(
            f"There is no column {target!r} to predict.", hint="Choose one of the dataset's columns.", field="target"
        )
    if unknown := sorted(exclude - names):
        raise UserInputError(
            f"There is no column {unknown[0]!r} to leave out.",
            hint="Choose among the dataset's columns.",
            field="preprocessing.exclude",
        )
    if unknown := sorted(chosen - names):
        raise UserInputError(
            f"There is no column {unknown[0]!r} to set up.",
            hint="Choose among the dataset's columns.",
            field="preprocessing.columns",
        )


def _kind(column: Column, n_rows: int) -> str:
    if column.type.is_numeric or column.type is ColumnType.BOOLEAN:
        return "numeric"
    if column.type is ColumnType.DATETIME:
        return "datetime"
    return "text" if is_free_text(column, n_rows) else "categorical"


def _reason_to_exclude(
    column: Column, target: str, n_rows: int, *, is_excluded: bool, is_chosen: bool, text: str
) -> Notice | None:
    """Why ``column`` is left out; a role that a person has chosen outweighs what speaks against the column."""
    n_present = n_rows - column.n_missing
    is_read = is_prose(column, n_rows) and text != "leave_out"
    reasons = (
        (column.name == target, Severity.INFO, "target", "is what is predicted"),
        (is_excluded, Severity.INFO, "excluded", "is left out as asked"),
        (n_present <= 0 and not is_chosen, Severity.WARNING, "all_missing", "has no value at all"),
        (column.is_constant and not is_chosen, Severity.WARNING, "constant", "has one value only"),
        (
            column.is_identifier and not is_chosen and not is_read,
            Severity.WARNING,
            "identifier",
            "names rows rather than describing them: nearly each has its own value",
        ),
        (
            is_free_text(column, n_rows) and not is_chosen and not is_read and text in ("auto", "leave_out"),
            Severity.WARNING,
            "free_text",
            f"holds free text: {column.n_distinct:,} different values in {n_present:,} rows",
        ),
    )
    for applies, severity, code, reason in reasons:
        if applies:
            return Notice(severity=severity, code=code, text=f"Column {column.name!r} {reason}.", column=column.name)
    return None
