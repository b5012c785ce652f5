"""The tables that a statement can name, beside the editor."""

from collections.abc import Sequence

import streamlit as st

from app.ui import numbers
from app.ui.text import plain
from core.records import DatasetSummary
from core.sql.names import TableName, written
from core.sql.types import QueryTable

MOST_TABLES = 30


def show_schema(tables: Sequence[QueryTable], names: Sequence[TableName[DatasetSummary]]) -> None:
    """One expander a table, the newest first; what it holds is one click away."""
    st.markdown("**Tables**")
    for position, table in enumerate(tables):
        label = f"`{table.sql}` · {numbers.count(table.n_rows, 'row')}"
        with st.expander(label if "`" not in table.sql else plain(table.sql), expanded=position == 0):
            st.caption(plain(f"{table.title} v{table.version}"))
            st.dataframe(
                [{"Column": column.sql, "Type": column.type} for column in table.columns],
                hide_index=True,
                height=min(38 + 35 * len(table.columns), 250),
                key=f"sql-schema-{table.dataset_id}",
                alt=f"Columns of {table.name}",
            )
    older = [one for one in names if not one.is_newest]
    n_families = sum(one.is_newest for one in names)
    if n_families > len(tables):
        st.caption(f"{n_families - len(tables)} older datasets are tables as well; name them to use them.")
    if len(older) > n_families:
        shown = ", ".join(f"`{written(one.name)}`" for one in older if "`" not in one.name)
        with st.expander("Versions"):
            st.caption("A name alone is the newest version; each version has a name of its own.")
            st.markdown(shown)
