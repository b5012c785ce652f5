"""Settings of preprocessing for single columns: a table with a row for each."""

from typing import Any

import streamlit as st

from app.ui.words import TYPE_WORD
from core.preprocessing.params import ColumnSettings
from core.preprocessing.registries import ENCODERS, IMPUTERS, SCALERS, TEXTS, keys
from core.preprocessing.spec import MethodSpec
from core.records import Dataset
from core.registry import Registry

ROLES = {
    "numeric": "Number",
    "categorical": "Category",
    "datetime": "Date",
    "text": "Text",
    "leave_out": "Leave out",
}
METHODS: dict[str, tuple[str, Registry[MethodSpec]]] = {
    "impute": ("Missing numbers", IMPUTERS),
    "encode": ("Encoding", ENCODERS),
    "scale": ("Scaling", SCALERS),
    "text": ("Texts", TEXTS),
}
BETWEEN = "<"
"""Stands between the categories of an order."""


def column_settings(dataset: Dataset, target: str, given: dict[str, Any], *, key: str) -> dict[str, dict[str, Any]]:
    """What a person sets for single columns, by name; an empty cell is as for all columns."""
    names = [column.name for column in dataset.columns if column.name != target]
    types = {column.name: TYPE_WORD[column.type] for column in dataset.columns}
    st.caption("An empty cell: as for all columns. The order of categories is written as low < middle < high.")
    rows = st.data_editor(
        [{"Column": name, "Type": types[name], **_cells(given.get(name, {}))} for name in names],
        hide_index=True,
        disabled=["Column", "Type"],
        column_config={
            "Role": st.column_config.SelectboxColumn(options=list(ROLES.values())),
            **{
                title: st.column_config.SelectboxColumn(options=[registry[each].label for each in keys(registry)])
                for title, registry in METHODS.values()
            },
            "Constant": st.column_config.NumberColumn(help="What the constant puts where a number is missing."),
            "Order": st.column_config.TextColumn(help="Of the ordinal encoding: low < middle < high."),
        },
        placeholder="–",
        alt="Settings of single columns",
        key=f"{key}-single",
    )
    found = {str(row["Column"]): _settings(row) for row in rows}
    return {name: settings for name, settings in found.items() if settings}


def _cells(settings: Any) -> dict[str, Any]:
    """The cells of one row; settings from an address that do not fit are passed over."""
    try:
        known = ColumnSettings.model_validate(settings)
    except ValueError:
        known = ColumnSettings()
    cells: dict[str, Any] = {"Role": ROLES.get(known.role)}
    for name, (title, registry) in METHODS.items():
        value = getattr(known, name)
        cells[title] = registry[value].label if value in registry else None
    return cells | {"Constant": known.fill, "Order": f" {BETWEEN} ".join(known.order) or None}


def _settings(row: dict[str, Any]) -> dict[str, Any]:
    """What the cells of one row say, as JSON of ``ColumnSettings`` without its defaults."""
    found: dict[str, Any] = {}
    if role := next((key for key, label in ROLES.items() if label == row["Role"]), ""):
        found["role"] = role
    for name, (title, registry) in METHODS.items():
        if chosen := next((key for key, spec in registry.items() if spec.label == row[title]), ""):
            found[name] = chosen
    if row["Constant"] is not None and row["Constant"] == row["Constant"]:  # NaN is an empty cell too
        found["fill"] = float(row["Constant"])
    if row["Order"]:
        found["order"] = [name.strip() for name in str(row["Order"]).split(BETWEEN) if name.strip()]
    return found
