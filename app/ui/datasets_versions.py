"""Which versions a dataset has, and what was made from what."""

from collections.abc import Sequence

import streamlit as st

from app.bootstrap import services
from app.ui import numbers
from app.ui.datasets import STATUS_WORD
from app.ui.guard import guard
from core.records import Dataset, DatasetSummary
from core.sources.registry import SOURCES

NODES_SHOWN = 40


def versions_panel(dataset: Dataset, *, key: str) -> str | None:
    """A diagram and a table of the relatives. Returns the id of the one that a person has just chosen."""
    with guard():
        relatives = services().datasets.relatives(dataset.id)
    by_id = {relative.id: relative for relative in relatives}
    if len(relatives) == 1:
        st.info(
            "There is one version so far. A recipe, a query or another reading makes the next one; none replaces "
            "an older one.",
            icon=":material/account_tree:",
        )
    else:
        st.graphviz_chart(
            lineage_dot(relatives[-NODES_SHOWN:], selected=dataset.id),
            alt="Datasets as boxes, with an arrow from each to what was made from it",
        )
    state = st.dataframe(
        [_row(relative, by_id) for relative in relatives],
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        column_config={"Rows": st.column_config.TextColumn(alignment="right")},
        key=f"{key}-{dataset.id}-{len(relatives)}",
        alt="Versions with origin, state and size",
    )
    _show_origin(dataset)
    chosen: list[int] = state["selection"]["rows"]
    found = relatives[chosen[0]].id if chosen and chosen[0] < len(relatives) else None
    return found if found != dataset.id else None


def lineage_dot(relatives: Sequence[DatasetSummary], *, selected: str) -> str:
    """The family tree in the DOT language; names are quoted, so that they stay names."""
    ids = {relative.id for relative in relatives}
    lines = [
        'digraph { rankdir=LR; bgcolor="transparent"; '
        'node [shape=box, style="rounded", color="#8a97a0", fontcolor="#7f8c95", fontname="sans-serif", fontsize=12]; '
        'edge [color="#8a97a0", fontcolor="#7f8c95", fontname="sans-serif", fontsize=10];'
    ]
    for relative in relatives:
        emphasis = ', color="#0e7490", fontcolor="#0e8aa8", penwidth=2' if relative.id == selected else ""
        name = relative.name if len(relative.name) <= 40 else f"{relative.name[:38]}…"
        lines.append(f"{_quoted(relative.id)} [label={_quoted(f'{name} v{relative.version}')}{emphasis}];")
        if relative.parent_id in ids:
            origin = _quoted(origin_words(relative).lower())
            lines.append(f"{_quoted(str(relative.parent_id))} -> {_quoted(relative.id)} [label={origin}];")
    return "\n".join([*lines, "}"])


def origin_words(dataset: Dataset | DatasetSummary) -> str:
    """How the rows came about, in a word or two."""
    if dataset.source.kind == "upload":
        return "File" if dataset.parent_id is None else "Read again"
    spec = SOURCES.get(dataset.source.kind)
    return spec.label if spec else dataset.source.kind


def _quoted(text: str) -> str:
    escaped = " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _row(relative: DatasetSummary, by_id: dict[str, DatasetSummary]) -> dict[str, str]:
    parent = by_id.get(relative.parent_id or "")
    return {
        "Dataset": f"{relative.name} v{relative.version}",
        "Origin": origin_words(relative),
        "Made from": f"{parent.name} v{parent.version}" if parent else numbers.MISSING,
        "State": STATUS_WORD[relative.status],
        "Rows": numbers.count(relative.n_rows),
        "Made": numbers.relative_time(relative.created_at),
    }


def _show_origin(dataset: Dataset) -> None:
    """The recipe, query or address that this version came from."""
    params = dataset.source.params
    if not params:
        return
    with st.expander(f"How version {dataset.version} was made", icon=":material/receipt_long:"):
        sql = params.get("sql")
        if isinstance(sql, str):
            st.code(sql, language="sql")
        rest = {name: value for name, value in params.items() if name != "sql"}
        if rest:
            st.json(rest, expanded=2)
