"""The ledger: every test that was done on a dataset, and what that does to the p values."""

import streamlit as st

from app.bootstrap import services
from app.ui import numbers
from app.ui.guard import guard
from core.records import Dataset


def show_ledger(dataset: Dataset, *, selected: str | None) -> str | None:
    """The ledger of a dataset. Returns the computation whose answer a person wants to see again."""
    with guard():
        ledger = services().statistics.ledger(dataset.id)
    st.subheader("Ledger")
    if not ledger.lines:
        st.caption("Nothing was tested on this dataset yet. Every test that is done is listed here, found or not.")
        return None
    st.markdown(
        f"{numbers.count(ledger.n_tests, 'test was', 'tests were')} done on this dataset. If there were nothing to "
        "find, the chance of a p ≤ 0.05 among so many would still be about "
        f"{numbers.percent(ledger.false_alarm_chance)}."
    )
    rows = [
        {
            "Test": line.label,
            "p": _p(line.p_value),
            "Holm": _p(line.p_holm),
            "Benjamini-Hochberg": _p(line.p_benjamini_hochberg),
            "Done": numbers.relative_time(line.created_at),
            "Finding": line.sentence,
        }
        for line in ledger.lines
    ]
    right = st.column_config.TextColumn(alignment="right")
    state = st.dataframe(
        rows,
        key=f"statistics-ledger-{len(rows)}-{selected}",
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        column_config={
            "Finding": st.column_config.TextColumn(width="large"),
            "p": right,
            "Holm": st.column_config.TextColumn(
                alignment="right", help="Adjusted so that any false alarm at all among these tests is rare."
            ),
            "Benjamini-Hochberg": st.column_config.TextColumn(
                alignment="right", help="Adjusted so that few of the findings are false alarms."
            ),
        },
        alt="Tests that were done, with p values as they are and adjusted for their number",
    )
    st.link_button(
        "Download the ledger", f"/api/v1/datasets/{dataset.id}/statistics/ledger?format=csv", icon=":material/download:"
    )
    chosen: list[int] = state["selection"]["rows"]
    return ledger.lines[chosen[0]].computation_id if chosen and chosen[0] < len(ledger.lines) else None


def _p(value: float) -> str:
    return "<0.001" if value < 0.001 else f"{value:.3f}"
