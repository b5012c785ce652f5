"""What a step has done to a table, counted, and as sentences."""

from collections.abc import Sequence

from core.recipes.changes import Change, Made, Ordered, Projection, TableColumn
from core.tables.names import listed
from core.types import ColumnType, Value
from core.wording import counted

_TYPES = {
    ColumnType.INTEGER: "whole numbers",
    ColumnType.NUMBER: "numbers",
    ColumnType.BOOLEAN: "yes or no",
    ColumnType.DATETIME: "dates",
    ColumnType.STRING: "text",
}


class ColumnEffect(Value):
    """What happened to the cells of one column."""

    column: str
    """Its name after the step."""
    n_filled: int = 0
    n_emptied: int = 0
    """Cells whose value became missing."""
    n_changed: int = 0
    type_before: ColumnType
    type_after: ColumnType


class Effect(Value):
    """What one step did."""

    n_rows_before: int
    n_rows_after: int
    columns_added: tuple[str, ...] = ()
    n_missing_in_added: int = 0
    """Cells of calculated columns that hold no value."""
    columns_removed: tuple[str, ...] = ()
    columns_renamed: tuple[tuple[str, str], ...] = ()
    columns_changed: tuple[ColumnEffect, ...] = ()
    sentences: tuple[str, ...] = ()
    """The same for a person."""


def touched(change: Change) -> tuple[Made, ...]:
    """The columns whose cells a step may have changed."""
    if not isinstance(change, Projection):
        return ()
    return tuple(made for made in change.made if made.before is not None and not made.is_kept)


def calculated(change: Change) -> tuple[Made, ...]:
    """The columns that a step adds by an expression."""
    return tuple(made for made in change.made if made.before is None) if isinstance(change, Projection) else ()


def missing_sql(made: Sequence[Made], relation: str) -> str:
    """How many cells of calculated columns are missing: every cell is worked out, so that an overflow shows here."""
    cells = ", ".join(f"{one.sql} AS n{index}" for index, one in enumerate(made))
    counts = " + ".join(f"count_if(n{index} IS NULL)" for index in range(len(made)))
    return f"SELECT {counts} FROM (SELECT {cells} FROM {relation})"


def counts_sql(made: Sequence[Made], before: Sequence[TableColumn], relation: str) -> str:
    """One row with three counts for each column: filled, emptied, changed."""
    types = {column.name: column for column in before}
    cells, counts = [], []
    for index, one in enumerate(made):
        assert one.before is not None
        old, new = f"o{index}", f"n{index}"
        column = types[one.before]
        cells += [f"{column.sql} AS {old}", f"{one.sql} AS {new}"]
        is_comparable = column.type is one.column.type or (column.type.is_numeric and one.column.type.is_numeric)
        changed = f"count_if({old} <> {new})" if is_comparable else "0"
        counts += [
            f"count_if({old} IS NULL AND {new} IS NOT NULL)",
            f"count_if({old} IS NOT NULL AND {new} IS NULL)",
            changed,
        ]
    return f"SELECT {', '.join(counts)} FROM (SELECT {', '.join(cells)} FROM {relation})"


def column_effects(
    made: Sequence[Made], before: Sequence[TableColumn], counts: Sequence[int]
) -> tuple[ColumnEffect, ...]:
    """The counts of ``counts_sql`` by column; columns to which nothing happened are left out."""
    types = {column.name: column.type for column in before}
    found = []
    for index, one in enumerate(made):
        assert one.before is not None
        effect = ColumnEffect(
            column=one.column.name,
            n_filled=counts[3 * index],
            n_emptied=counts[3 * index + 1],
            n_changed=counts[3 * index + 2],
            type_before=types[one.before],
            type_after=one.column.type,
        )
        if effect.n_filled or effect.n_emptied or effect.n_changed or effect.type_before is not effect.type_after:
            found.append(effect)
    return tuple(found)


def effect_of(
    change: Change,
    before: Sequence[TableColumn],
    after: Sequence[TableColumn],
    n_rows: tuple[int, int],
    changed: tuple[ColumnEffect, ...],
    n_missing: int,
) -> Effect:
    """The whole effect of a step; ``n_rows`` before and after, ``n_missing`` cells in calculated columns."""
    origins: dict[str, str] = {column.name: column.name for column in before}
    renamed: list[tuple[str, str]] = []
    added = [column.name for column in after if column.name not in origins]
    if isinstance(change, Projection):
        pairs = [(made.before, made.column.name) for made in change.made]
        renamed = [(old, new) for old, new in pairs if old is not None and old != new]
        added = [new for old, new in pairs if old is None]
        kept = {old for old, _ in pairs if old is not None}
        removed = [name for name in origins if name not in kept]
    else:
        removed = []
    effect = Effect(
        n_rows_before=n_rows[0],
        n_rows_after=n_rows[1],
        columns_added=tuple(added),
        n_missing_in_added=n_missing,
        columns_removed=tuple(removed),
        columns_renamed=tuple(renamed),
        columns_changed=changed,
    )
    return effect.model_copy(update={"sentences": _sentences(effect, is_sorted=isinstance(change, Ordered))})


def _sentences(effect: Effect, *, is_sorted: bool) -> tuple[str, ...]:
    said = [*_row_sentences(effect), *_cell_sentences(effect)]
    if effect.columns_added:
        gaps = f", {counted(effect.n_missing_in_added, 'cell')} missing" if effect.n_missing_in_added else ""
        said.append(f"Adds {_columns(effect.columns_added)}{gaps}.")
    if effect.columns_removed:
        said.append(f"Removes {_columns(effect.columns_removed)}.")
    if effect.columns_renamed:
        said.append(f"Renames {', '.join(f'{old} to {new}' for old, new in effect.columns_renamed[:5])}.")
    if is_sorted:
        said.append("Puts the rows into another order.")
    return tuple(said) or ("Changes nothing here.",)


def _row_sentences(effect: Effect) -> list[str]:
    before, after = effect.n_rows_before, effect.n_rows_after
    if after < before:
        return [f"Removes {before - after:,} of {counted(before, 'row')}."]
    if after > before:
        return [f"Adds {counted(after - before, 'row')} to {before:,}."]
    return []


def _cell_sentences(effect: Effect) -> list[str]:
    said = []
    for column in effect.columns_changed:
        if column.type_before is not column.type_after:
            said.append(f"{column.column} turns from {_TYPES[column.type_before]} into {_TYPES[column.type_after]}.")
    for verb, counts in (
        ("Fills", {column.column: column.n_filled for column in effect.columns_changed}),
        ("Changes", {column.column: column.n_changed for column in effect.columns_changed}),
    ):
        total, where = sum(counts.values()), [name for name, count in counts.items() if count]
        if total:
            said.append(f"{verb} {counted(total, 'cell')} in {listed(where)}.")
    lost = {column.column: column.n_emptied for column in effect.columns_changed if column.n_emptied}
    if lost:
        becomes = "becomes" if sum(lost.values()) == 1 else "become"
        said.append(f"{counted(sum(lost.values()), 'value')} in {listed(list(lost))} {becomes} missing.")
    return said


def _columns(names: Sequence[str]) -> str:
    if len(names) == 1:
        return f"the column {names[0]}"
    return f"{len(names):,} columns: {listed(names)}"
