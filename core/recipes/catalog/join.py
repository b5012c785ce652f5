"""Columns of another dataset beside this one."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field

from core.errors import UserInputError
from core.expressions.quoting import name_sql
from core.params import Params
from core.recipes.changes import Change, Joined, TableColumn
from core.recipes.choosing import TYPE_NAMES, UnknownColumn, chosen, columns_field, names_title, widget_field
from core.recipes.spec import Facts, StepSpec, other_relation
from core.types import ColumnType, Value

MAX_GROWTH = 10
"""A join may make so many rows of one on average; beyond that its keys are hardly meant."""
FREE_ROWS = 100_000
"""Up to so many rows a join may grow as it likes."""


class JoinParams(Params):
    """Which dataset, by which columns, and what it brings."""

    dataset_id: Annotated[str, widget_field("Dataset", "dataset", min_length=1, max_length=64)]
    left_on: Annotated[
        tuple[str, ...], columns_field("Key here", description="Columns that have to equal those of the other dataset.")
    ]
    right_on: Annotated[
        tuple[str, ...],
        widget_field("Key there", "texts", "In the same order; none: the same names.", max_length=20),
    ] = ()
    how: Annotated[
        Literal["left", "inner"],
        Field(
            title="Rows without a partner",
            description="Left: they stay, with missing values. Inner: they are removed.",
        ),
    ] = "left"
    columns: Annotated[
        tuple[str, ...], widget_field("Columns to take", "texts", "None: all but the keys.", max_length=2_000)
    ] = ()
    suffix: Annotated[
        str,
        Field(max_length=40, title="Suffix", description="Put behind names that are here already."),
    ] = "_right"


class OtherColumn(Value):
    """A column of the other dataset, as it was when the step was learned."""

    name: str
    type: ColumnType


class JoinLearned(Params):
    """What the other dataset brings."""

    columns: tuple[OtherColumn, ...] = ()


def _keys(params: JoinParams) -> tuple[tuple[str, str], ...]:
    right = params.right_on or params.left_on
    if len(right) != len(params.left_on):
        raise UserInputError(
            f"{len(params.left_on)} key columns here meet {len(right)} there.", hint="Name as many on both sides."
        )
    if len(set(params.left_on)) < len(right) or len(set(right)) < len(right):
        raise UserInputError("a key column is named twice.", hint="Name each once.")
    return tuple(zip(params.left_on, right, strict=True))


def fit(params: JoinParams, facts: Facts) -> JoinLearned:
    """The columns that come."""
    others = {column.name: column for column in facts.other_columns(params.dataset_id)}
    keys = {right for _, right in _keys(params)}
    wanted = params.columns or tuple(name for name in others if name not in keys)
    taken = [_there(name, others) for name in dict.fromkeys(wanted)]
    return JoinLearned(columns=tuple(OtherColumn(name=column.name, type=column.type) for column in taken))


def check(params: JoinParams, facts: Facts) -> None:
    """Refuse keys of different types, and rows that explode."""
    others = {column.name: column for column in facts.other_columns(params.dataset_id)}
    here = chosen(params.left_on, facts.columns)
    pairs = _keys(params)
    for (left, right), column in zip(pairs, here, strict=True):
        there = _there(right, others)
        if there.type is not column.type:
            raise UserInputError(
                f"{left!r} holds {TYPE_NAMES[column.type]} here, {right!r} {TYPE_NAMES[there.type]} there.",
                hint="Change the type of one of them first.",
            )
    _refuse_explosion(params, pairs, facts)


def _there(name: str, others: dict[str, TableColumn]) -> TableColumn:
    if name not in others:
        error = UnknownColumn(name, list(others.values()))
        raise UserInputError(f"the other dataset has no column {name!r}.", hint=error.hint)
    return others[name]


def _refuse_explosion(params: JoinParams, pairs: Sequence[tuple[str, str]], facts: Facts) -> None:
    left = ", ".join(f"{name_sql(a)} AS k{i}" for i, (a, _) in enumerate(pairs))
    right = ", ".join(f"{name_sql(b)} AS k{i}" for i, (_, b) in enumerate(pairs))
    keys = ", ".join(f"k{i}" for i in range(len(pairs)))
    n_before = facts.row(["count(*)"])[0]
    n_matched, most = facts.rows(
        f"SELECT coalesce(sum(CAST(here.n AS HUGEINT) * there.n), 0), coalesce(max(there.n), 0) "
        f"FROM (SELECT {left}, count(*) AS n FROM {{relation}} GROUP BY ALL) AS here "
        f"JOIN (SELECT {right}, count(*) AS n FROM {other_relation(params.dataset_id)} GROUP BY ALL) AS there "
        f"USING ({keys})"
    )[0]
    if n_matched > max(FREE_ROWS, MAX_GROWTH * n_before):
        raise UserInputError(
            f"joining would make {int(n_matched):,} rows of {n_before:,}: up to {int(most):,} rows there have one key.",
            hint="Join by more columns, or first remove repeated keys from the other dataset.",
        )


def _added(
    params: JoinParams, learned: JoinLearned, columns: Sequence[TableColumn]
) -> tuple[tuple[str, TableColumn], ...]:
    taken = {column.name.casefold() for column in columns}
    added: list[tuple[str, TableColumn]] = []
    for other in learned.columns:
        name = other.name if other.name.casefold() not in taken else f"{other.name}{params.suffix}"
        if name.casefold() in taken:
            raise UserInputError(f"there is a column {name!r} already.", hint="Give another suffix.")
        taken.add(name.casefold())
        added.append((other.name, TableColumn(name=name, type=other.type)))
    return tuple(added)


def change(params: JoinParams, learned: JoinLearned, columns: Sequence[TableColumn]) -> Change:
    """Columns more, and as many rows as there are partners. Missing keys have none."""
    chosen(params.left_on, columns)
    return Joined(
        relation=other_relation(params.dataset_id),
        pairs=_keys(params),
        added=_added(params, learned, columns),
        is_left=params.how == "left",
    )


def pandas(params: JoinParams, learned: JoinLearned, columns: Sequence[TableColumn]) -> list[str]:
    """``merge`` with a second file."""
    chosen(params.left_on, columns)
    keys = {right: left for left, right in _keys(params)}
    added = {old: column.name for old, column in _added(params, learned, columns)}
    on = list(params.left_on)
    return [
        f"other = pd.read_parquet(others[{params.dataset_id!r}], dtype_backend='numpy_nullable')",
        f"keys = other[{list(keys)!r}].set_axis({list(keys.values())!r}, axis=1)",
        f"taken = other[{list(added)!r}].set_axis({list(added.values())!r}, axis=1)",
        f"other = pd.concat([keys, taken], axis=1).dropna(subset={list(keys.values())!r})",
        f"table = table.merge(other, on={on!r}, how={params.how!r})",
    ]


SPEC = StepSpec(
    key="join",
    label="Join another dataset",
    icon="join_left",
    group="Columns",
    summary="Puts columns of another dataset beside this one, matched by a key.",
    params=JoinParams,
    learned=JoinLearned,
    check=check,
    fit=fit,
    change=change,
    pandas=pandas,
    title=lambda params: f"Join another dataset by {names_title(params.left_on)}",
    datasets=lambda params: (params.dataset_id,),
)
