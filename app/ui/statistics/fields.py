"""Widgets for the parameters of a test: columns by their role, groups, shares, and the rest as any form has them."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import streamlit as st

from app.ui.forms import params_fields
from app.ui.statistics.words import column_label
from core.records import Dataset
from core.statistics.params import CommonParams, column_fields
from core.types import Column, ColumnType


def column_widgets(model: type[CommonParams], dataset: Dataset, *, key: str) -> dict[str, Any]:
    """A select box for each column that the test takes, only over columns that serve."""
    chosen: dict[str, Any] = {}
    taken: list[str] = []
    fields = list(column_fields(model))
    places = st.columns(min(len(fields), 3))
    for index, (name, kind) in enumerate(fields):
        info = model.model_fields[name]
        # A number of a row is hardly what anybody tests, so identifiers come last.
        ordered = sorted(dataset.columns, key=lambda column: column.is_identifier)
        columns = {column.name: column for column in ordered if column.type in kind.types}
        with places[index % len(places)]:
            if info.annotation is str:
                value = _one(
                    info.title or name,
                    info.description,
                    columns,
                    taken,
                    info.is_required(),
                    kinds=kind.types,
                    key=f"{key}-{name}",
                )
                chosen[name] = value
                taken.append(value)
            else:
                chosen[name] = st.multiselect(
                    info.title or name,
                    list(columns),
                    format_func=lambda one, known=columns: column_label(known[one]),
                    help=info.description,
                    key=f"{key}-{name}",
                )
    return chosen


def _oddness(column: Column, kinds: Collection[ColumnType]) -> tuple[bool, float]:
    """How little a column looks like what a test wants: two groups, or numbers with many values; the least starts."""
    is_group = ColumnType.STRING in kinds
    return column.is_identifier or column.is_constant, abs(
        column.n_distinct - 2
    ) if is_group else column.n_distinct <= 10


def _one(
    title: str,
    help_: str | None,
    columns: Mapping[str, Column],
    taken: Sequence[str],
    is_required: bool,
    *,
    kinds: Collection[ColumnType],
    key: str,
) -> str:
    names = [*([] if is_required else [""]), *columns]
    if not names:
        st.selectbox(title, [], placeholder="No column serves", help=help_, key=f"{key}-none", disabled=True)
        return ""
    free = [name for name in names if name not in taken] or names
    start = names.index(min(free, key=lambda name: _oddness(columns[name], kinds))) if is_required else 0
    return str(
        st.selectbox(
            title,
            names,
            index=start,
            format_func=lambda name: column_label(columns[name]) if name else "none",
            help=help_,
            key=key,
        )
    )


def other_widgets(
    model: type[CommonParams], chosen: Mapping[str, Any], dataset: Dataset, *, key: str
) -> dict[str, Any]:
    """Everything that is no column: groups by their names, shares, direction, level."""
    own = {name for name, _ in column_fields(model)}
    values: dict[str, Any] = {}
    plain_names = [name for name in model.model_fields if name not in own | {"groups", "expected"}]
    if "groups" in model.model_fields:
        levels = _levels(dataset, chosen.get("group", ""))
        if len(levels) != 2:
            values["groups"] = st.multiselect(
                model.model_fields["groups"].title or "",
                levels,
                max_selections=2,
                accept_new_options=True,
                help=model.model_fields["groups"].description,
                key=f"{key}-groups-{chosen.get('group', '')}",
            )
    if "expected" in model.model_fields:
        values["expected"] = _shares(dataset, chosen.get("category", ""), key=key)
    # The level of significance comes last, as it changes least.
    ordered = [name for name in plain_names if name != "alpha"] + ["alpha"]
    return values | params_fields(model, ordered, key=key)


def _shares(dataset: Dataset, name: str, *, key: str) -> dict[str, float]:
    levels = _levels(dataset, name)
    if not st.toggle("Expect other shares than equal ones", key=f"{key}-unequal"):
        return {}
    st.caption("Ratios will do: 3 and 1 is the same as 75 % and 25 %.")
    rows: Any = st.data_editor(
        {"Category": levels or [""], "Share": [1.0] * max(1, len(levels))},
        num_rows="dynamic",
        key=f"{key}-shares-{name}",
        column_config={"Share": st.column_config.NumberColumn(min_value=0.0)},
    )
    pairs = zip(rows["Category"], rows["Share"], strict=True)
    return {str(label): float(share) for label, share in pairs if label and share}


def _levels(dataset: Dataset, name: str) -> list[str]:
    """The values of a column, as far as the ingest has listed them, in their order."""
    column = next((one for one in dataset.columns if one.name == name), None)
    if column is None:
        return []
    values = [top.value for top in column.top_values]
    return sorted(values, key=float) if column.type is ColumnType.INTEGER else sorted(values)
